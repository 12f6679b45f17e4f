"""Which words a language has, how frequent they are, and what an unknown one was meant to be."""
