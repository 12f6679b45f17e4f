"""From YAML files to the model."""
