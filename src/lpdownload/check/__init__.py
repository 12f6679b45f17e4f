"""One engine of checks."""
