"""Records of many files: what is known is kept, the rest is rendered on every core."""

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.render.output import write
from lpdownload.settings import Settings
from lpdownload.site.digests import Digests
from lpdownload.site.entry import Record
from lpdownload.site.frame import Frame
from lpdownload.site.gather import Made, gather, siblings
from lpdownload.site.output import HINT
from lpdownload.writable import writing_to

FEW: Final = 48
"""So many are rendered sooner here than a second process is started."""
_AT_ONCE: Final = 40
"""Files of one task: a library forgets them afterwards."""
_GARBAGE: Final = 200_000
"""Things made before a process looks for what nobody needs; more often, it takes a fifth of the time."""


@dataclass(frozen=True)
class Work:
    """What a process needs to render any file of the newsroom. ``out``: where pictures go, if anywhere."""

    root: Path
    settings: Settings | None
    frame: Frame
    as_of: date
    out: Path | None


def keys_of(library: Library) -> tuple[str, ...]:
    """Every issue and every piece of news."""
    return (*library.issue_keys(), *(f"news/{name}" for name in library.news_names))


def is_current(record: Record, library: Library, digests: Digests, as_of: date) -> bool:
    """Whether the file, and all that it was made of, is as it was, and that day has not come meanwhile."""
    if (record.day > as_of.isoformat()) != (record.hidden == "not-yet") and record.hidden != "kept-off":
        return False
    if any((day <= as_of.isoformat()) != come for day, come in record.turns.items()):
        return False
    return record.siblings == siblings(library, record.key) and digests.are(record.read)


def gathered(
    work: Work, keys: Sequence[str], told: Callable[[int], None], processes: int | None = None
) -> dict[str, Made]:
    """Each file's record and page. InvalidInput carries what is wrong in any of them."""
    made: dict[str, Made] = {}
    findings: dict[Finding, None] = {}
    pictures: list[Path] = []
    parts = [keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE)]
    with _mapping(len(keys), processes) as each:
        for found, new, wrong in each(work, parts):
            made |= found
            findings |= dict.fromkeys(wrong)
            pictures += new
            told(len(made))
    if findings:
        for path in pictures:
            path.unlink(missing_ok=True)
        raise InvalidInput(findings)
    return made


Several = tuple[dict[str, Made], list[Path], list[Finding]]
"""What is made of some files, which pictures were not there before, and what is wrong."""
Each = Callable[[Work, Iterable[Sequence[str]]], Iterator[Several]]


@contextmanager
def _mapping(files: int, processes: int | None) -> Iterator[Each]:
    many = processes or os.cpu_count() or 1
    if files <= FEW or many == 1:
        yield lambda work, parts: (_several(work, part) for part in parts)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(many, get_context("spawn"), gc.set_threshold, (_GARBAGE,)) as pool:
        yield lambda work, parts: pool.map(_several, _again(work), parts)


def _again(work: Work) -> Iterator[Work]:
    while True:
        yield work


def _several(work: Work, keys: Sequence[str]) -> Several:
    """With pictures already written: they are too many to hand over."""
    library, digests = Library(work.root, work.settings), Digests(work.root)
    made: dict[str, Made] = {}
    findings: list[Finding] = []
    pictures: list[Path] = []
    for key in keys:
        try:
            found = gather(library, digests, work.frame, key, work.as_of)
            if work.out is not None:
                with writing_to(work.out, HINT):
                    for name, data in found.assets:
                        path = work.out / name
                        if not path.is_file():
                            write(path, data)
                            pictures.append(path)
        except InvalidInput as error:
            findings += error.findings
            continue
        made[key] = replace(found, assets=())
    return made, pictures, findings
