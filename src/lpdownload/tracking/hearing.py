"""Reports applied in the background, by a thread that wakes when one has come in.

Others may apply them at the same time: each report is applied once, whoever does it.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Final

from lpdownload.errors import InvalidInput
from lpdownload.model.event import EventKind
from lpdownload.store.database import Database
from lpdownload.tracking.apply import Applied, apply_reports

_LOG: Final = logging.getLogger("lpdownload.web")

LOOK_EVERY: Final = 5.0
"""Seconds between two looks for reports that another process has taken in."""
AT_ONCE: Final = 1.0
"""Seconds of applying before it looks whether it should end."""
_PATIENCE: Final = 30.0
"""Seconds until the next try after it failed."""


class Hearing:
    """The thread, in a ``with``: what was begun is ended at its end."""

    def __init__(
        self,
        database: Database,
        untracked: frozenset[EventKind],
        *,
        told: Callable[[Applied], None] = lambda _: None,
        failed: Callable[[InvalidInput], None] = lambda _: None,
    ) -> None:
        """``told`` hears what was applied, ``failed`` that the database could not: from the thread."""
        self._database = database
        self._untracked = untracked
        self._told = told
        self._failed = failed
        self._news = Event()
        self._over = False
        self._thread = Thread(target=self._run, name="hearing", daemon=True)

    def wake(self) -> None:
        """There is something to apply."""
        self._news.set()

    def __enter__(self) -> "Hearing":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._news.set()
        self._thread.join()

    def _run(self) -> None:
        rest = 0.0
        while not self._over:
            self._news.wait(rest)
            self._news.clear()
            try:
                applied = apply_reports(
                    self._database, datetime.now(UTC), seconds=AT_ONCE, untracked=self._untracked
                )
                if applied.reports:
                    self._told(applied)
            except InvalidInput as error:  # it is busy, or away; the reports wait
                self._failed(error)
                rest = _PATIENCE
                continue
            except Exception as error:  # noqa: BLE001 - reports come in and are answered as long as we live
                # its words may hold what a report says of somebody
                _LOG.error("reports wait: %s, a bug of lpdownload: please report it", type(error).__name__)
                rest = _PATIENCE
                continue
            rest = 0.0 if applied.reports else LOOK_EVERY
