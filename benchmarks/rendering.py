"""One issue, again and again in one process: reading, checking, rendering."""

import gc
from collections.abc import Iterator
from pathlib import Path

from lpdownload.check.run import check_issue
from lpdownload.cli.app import GC_THRESHOLD
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.content.located import parse
from lpdownload.render.render import Rendering, render_issue
from measure import Timing, call_times, timing


def rendered(library: Library, key: str) -> Rendering:
    issue = load_issue(library, key).issue
    return render_issue(issue, newsroom=library.root, templates=library.templates)


def timings(root: Path, key: str) -> Iterator[Timing]:
    library = Library(root)
    issue = load_issue(library, key).issue
    source = library.issue_path(*key.split("/", 1))
    text = source.read_bytes()

    def render() -> None:
        render_issue(issue, newsroom=library.root, templates=library.templates)

    # A garbage collector as patient as the command's own: what is measured is the render.
    gc.set_threshold(GC_THRESHOLD)
    sections = len(rendered(library, key).draft.visible("email"))
    shown = f"{key}: {sections} sections in the mail"
    yield timing("warm render", call_times(render, runs=60), 0.012, shown)
    yield timing(
        "YAML load",
        call_times(lambda: parse(text, source.name), runs=60, each=3),
        note=f"{len(text):,} bytes",
    )
    yield timing("check of one issue", call_times(lambda: check_issue(Library(root), key), runs=30), note=key)
