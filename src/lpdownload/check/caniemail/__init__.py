"""Which mail programs show what a mail is made of: caniemail.com's data, and what a mail uses of it."""
