"""Search without a server: Pagefind (https://pagefind.app) reads the finished pages, if it is installed.

It reads a copy of those that can be found, before the hub's folder is written to: if it fails, that stays as
it was.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from lpdownload.errors import Finding, InvalidInput
from lpdownload.site.entry import digest
from lpdownload.site.output import Output
from lpdownload.site.pages import Planned

FOLDER: Final = "pagefind/"
SCRIPT: Final = "assets/search.js"
_START: Final = b"""\
addEventListener("DOMContentLoaded", () => {
  new PagefindUI({ element: "#search", showImages: false, resetStyles: false });
  const title = document.querySelector("h1").textContent;
  document.querySelector("#search input").setAttribute("aria-label", title);
});
"""
_PATIENCE: Final = 600
"""Seconds."""
_UNREAD: Final = re.compile(rb"<(style|script)\b.*?</\1>", re.DOTALL)
"""Half of a page, and nothing that is searched."""
_UNUSED: Final = ("pagefind-component-ui.", "pagefind-highlight.", "pagefind-modular-ui.")
"""What Pagefind ships for other search pages than ours."""


def is_there() -> bool:
    """Whether the extra ``search`` is installed."""
    return find_spec("pagefind_bin") is not None


def search_files(output: Output, found: Sequence[str]) -> Iterator[Planned]:
    """What the search page loads; indexed anew only if one of the pages ``found`` by it is another one.

    Raises InvalidInput if Pagefind fails. Its fragments are named by their content, so most stay as they are.
    """
    yield Planned(SCRIPT, digest(_START), lambda: _START)
    key = digest(*(f"{path} {output.key_of(path)}" for path in found))
    known = output.below(FOLDER)
    if known and (output.dry or all(output.was_made_of(path) == key for path in known)):
        yield from (Planned(path, output.was_made_of(path), partial(output.data, path)) for path in known)
    elif not output.dry:
        with tempfile.TemporaryDirectory(prefix="lpdownload-search-") as folder:
            pages, index = Path(folder, "pages"), Path(folder, "index")
            for path in found:
                copy = pages / path
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(_UNREAD.sub(b"", output.data(path)))
            _index(pages, index)
            for file in sorted(index.rglob("*")):
                if file.is_file() and not file.name.startswith(_UNUSED):
                    name = FOLDER + file.relative_to(index).as_posix()
                    yield Planned(name, key, partial(file.read_bytes))


def _index(pages: Path, into: Path) -> None:
    import pagefind_bin

    command = [pagefind_bin.get_executable(), "--site", pages, "--output-path", into, "--quiet"]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(str(error)) from None
    if run.returncode:
        raise _failed((run.stderr or run.stdout).strip()[-300:])


def _failed(why: str) -> InvalidInput:
    return InvalidInput([Finding("search", f"Pagefind could not index the pages: {why}", "--no-search")])
