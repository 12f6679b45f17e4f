"""What the hub has published, and when: newsletters/published.yaml, kept in git.

The site itself remembers nothing, and a database stays with those who send. So what must not be forgotten
stands beside the issues: the address that each had, and the day it was first seen or last edited.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.site.entry import Record

HEAD = """\
# Written by `lpdownload site build`, which only adds to it; keep it in git. Each line is a day on which an
# issue or a piece of news was new on the news page, was edited, or got another address.
"""


class Mark(NamedTuple):
    """One day of one page."""

    on: date
    slug: str
    digest: str


Marks = tuple[Mark, ...]
Published = dict[str, Marks]
"""By key, as in lpny/2024-09 or news/road-to-good-cause; the oldest mark first."""

_KEY = re.compile(r"([\w.-]+/[\w.-]+):")
_MARK = re.compile(r"  - \{on: (\d{4}-\d\d-\d\d), slug: ([a-z0-9][\w.-]{0,79}), digest: ([0-9a-f]{1,64})\}")


def read_published(library: Library) -> Published:
    """Empty if nothing was published yet. InvalidInput names the first line that is not as we write it.

    Thousands of lines are read at every build, which a reader of any YAML would take a tenth of a second for.
    """
    path = library.published_path
    if not path.is_file():
        return {}
    found: dict[str, list[Mark]] = {}
    key = ""
    for number, line in enumerate(path.read_bytes().decode("utf-8", "replace").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        mark, name = _MARK.fullmatch(line), _KEY.fullmatch(line)
        try:
            if mark and key:
                found[key].append(Mark(date.fromisoformat(mark[1]), mark[2], mark[3]))
                continue
        except ValueError:
            raise _bad(library, number) from None
        if name is None or name[1] in found:
            raise _bad(library, number)
        key = name[1]
        found[key] = []
    return {name: tuple(marks) for name, marks in found.items() if marks}


def _bad(library: Library, line: int) -> InvalidInput:
    message = "this line is not one of the record of what was published"
    hint = "take the last good one from git: old addresses and days of publication are in it"
    place = Place(library.shown(library.published_path), line, 1)
    return InvalidInput([Finding("bad-published", message, hint, place=place)])


def published_text(published: Mapping[str, Marks]) -> str:
    """The whole file."""
    lines = [HEAD]
    for key in sorted(published):
        lines.append(f"{key}:\n")
        lines += [
            f"  - {{on: {mark.on}, slug: {mark.slug}, digest: {mark.digest}}}\n" for mark in published[key]
        ]
    return "".join(lines)


def after(published: Published, records: Iterable[Record], as_of: date) -> Published:
    """With what is new, edited or moved on that day. Edits of one day, by one address, are one mark."""
    found = dict(published)
    for record in records:
        if record.entry is None:
            continue
        marks = found.get(record.key, ())
        mark = Mark(on=as_of, slug=record.slug, digest=record.content)
        if not marks:
            found[record.key] = (mark,)
        elif (marks[-1].slug, marks[-1].digest) != (mark.slug, mark.digest) and marks[-1].on <= as_of:
            same_day = marks[-1].on == as_of and marks[-1].slug == mark.slug
            found[record.key] = (*(marks[:-1] if same_day else marks), mark)
    return found


def first_day(marks: Marks) -> date:
    return marks[0].on


def edited_on(marks: Marks) -> date | None:
    """The last day on which other words were published than before."""
    edits = [now.on for before, now in pairwise(marks) if now.digest != before.digest]
    return edits[-1] if edits else None


def former_slugs(marks: Marks) -> tuple[str, ...]:
    """Names it had in web addresses before the present one."""
    return tuple(dict.fromkeys(mark.slug for mark in marks if mark.slug != marks[-1].slug))
