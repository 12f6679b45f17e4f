"""How mail clients show a mail, simulated as functions from HTML to HTML; the door is `see`."""
