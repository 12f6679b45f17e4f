"""Getting an issue to its audience, once."""
