"""The news hub: static pages of everything published, for any web server."""
