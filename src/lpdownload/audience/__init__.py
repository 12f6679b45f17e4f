"""Who gets an issue, and why."""
