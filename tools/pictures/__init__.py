"""The sample pictures of the newsletters, drawn by the project and under its licence."""
