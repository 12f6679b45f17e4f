"""The public app: what readers and mail services reach."""
