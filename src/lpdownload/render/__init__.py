"""From the model to Content: HTML, plain text, MIME, web page."""
