"""Newsletter-as-code for a network of chapters."""
