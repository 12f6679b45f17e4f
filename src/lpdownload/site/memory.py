"""What one build leaves for the next, in the user's cache folder: deleting it costs time and nothing else.

Not in the hub's folder, which is public: it knows of what is not yet to be seen.
"""

from pathlib import Path
from typing import Final

from platformdirs import user_cache_path
from pydantic import ValidationError

from lpdownload import content, model, render, site
from lpdownload.content.library import Library
from lpdownload.render.output import write
from lpdownload.site.digests import Digests, Seen
from lpdownload.site.entry import Kept, Record, digest

_NO_SETTINGS: Final = ""


class Memory(Kept):
    """``frame``: the digest of what every page is made of; with another one nothing here holds."""

    frame: str
    seen: dict[str, Seen]
    records: tuple[Record, ...]
    around: str
    """The digest of what stands around each piece of news."""


def path_of(root: Path, out: Path) -> Path:
    """One file for each newsroom and folder."""
    name = digest(str(root.resolve()), str(out.resolve()))
    return user_cache_path("lpdownload", appauthor=False) / "hub" / f"{name}.json"


def recall(path: Path) -> Memory | None:
    """None if there is none, or none that can be read."""
    try:
        return Memory.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def remember(path: Path, memory: Memory) -> None:
    """A folder that cannot be written to only makes the next build slower."""
    try:
        write(path, memory.model_dump_json().encode())
        path.chmod(0o600)
    except OSError:
        return


def frame_digest(library: Library, digests: Digests) -> str:
    """Of all that may change any page: network, segments, templates, this program, where the pages stand."""
    own = [f"newsletters/{name}.yaml" for name in ("network", "segments")]
    templates = sorted(
        str(path) for folder in library.templates for path in folder.rglob("*") if path.is_file()
    )
    settings = library.settings
    moved = (settings.public_url or "", settings.assets_url or "") if settings else ("", "")
    return digest(
        *(digests.of(path) for path in own), *(digests.of(path) for path in templates), *moved, _program()
    )


def _program() -> str:
    """Of the source that makes records and pages, by size and time."""
    folders = (Path(str(package.__file__)).parent for package in (content, model, render, site))
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    stamps = ((path.name, status.st_size, status.st_mtime_ns) for path in files for status in [path.stat()])
    return digest(repr(list(stamps)))
