"""Where the files that travel with the program are: inside a wheel, or at the top of a checkout."""

from pathlib import Path


def _folder(name: str) -> Path:
    here = Path(__file__).parent
    inside = here / name
    return inside if inside.is_dir() else here.parents[1] / name


def packaged_templates() -> Path:
    """The default templates, themes and labels."""
    return _folder("templates")
