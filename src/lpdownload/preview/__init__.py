"""The staff's preview: an issue as its readers will see it, live while its file is written."""
