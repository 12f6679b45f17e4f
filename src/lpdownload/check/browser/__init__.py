"""What only a real browser sees of a mail: accessibility in each view, overflow, pictures."""
