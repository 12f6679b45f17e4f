"""Whether the pages behind an issue's links are there: asked only with `lpdownload check --online`."""
