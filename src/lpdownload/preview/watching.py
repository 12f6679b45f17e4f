"""The newsroom's files as they change: which of them may be others than a moment ago.

A folder that vanishes or comes into being is a change too; one that comes back is watched again.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

STEP: Final = 2
"""Milliseconds between two looks at what the system reports: a save is seen after 4, by default after 53. It
costs a hundredth of a processor.
"""

DEBOUNCE: Final = 100
"""Milliseconds: so long at most, a series of changes is gathered into one."""

PAUSE: Final = 500
"""Milliseconds between two looks whether the folders are still those that are watched."""

_LEFT_OUT: Final = (".swp", ".swx", ".tmp", "~", ".part", ".crdownload")


async def changes(root: Path, stop: asyncio.Event) -> AsyncIterator[frozenset[Path]]:
    """Sets of files and folders below ``newsletters/`` and ``templates/``, until ``stop`` is set.

    An empty set says that nothing happened for a while.
    """
    from watchfiles import awatch
    from watchfiles._rust_notify import WatchfilesRustInternalError

    seen: tuple[tuple[Path, int], ...] | None = None
    while not stop.is_set():
        folders = _folders(root)
        if seen is not None and folders != seen:
            yield frozenset(folder for folder, _ in {*folders, *seen})
        seen = folders
        if not folders:
            await asyncio.sleep(PAUSE / 1000)
            continue
        try:
            async for found in awatch(
                *(folder for folder, _ in folders),
                watch_filter=None,
                step=STEP,
                debounce=DEBOUNCE,
                rust_timeout=PAUSE,
                yield_on_timeout=True,
                stop_event=stop,
                ignore_permission_denied=True,
            ):
                paths = frozenset(path for _, name in found if _matters(path := Path(name)))
                if paths or not found:
                    yield paths
                if _folders(root) != folders:
                    break
        except (OSError, WatchfilesRustInternalError):  # a folder went while it was being looked through
            await asyncio.sleep(PAUSE / 1000)


def _folders(root: Path) -> tuple[tuple[Path, int], ...]:
    """Those to watch that are there, each with what tells it from another of its name."""
    found = []
    for name in ("newsletters", "templates"):
        try:
            found.append((root / name, (root / name).stat().st_ino))
        except OSError:
            continue
    return tuple(found)


def _matters(path: Path) -> bool:
    """Whether it is none of the files that editors keep beside the one they edit."""
    return not path.name.startswith((".", "#")) and not path.name.endswith(_LEFT_OUT)
