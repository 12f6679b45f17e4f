"""The thread that applies reports: nothing ends it but its end."""

import logging
import time
from datetime import datetime
from queue import Empty, Queue
from typing import Final

import pytest

from lpdownload.errors import Finding, InvalidInput
from lpdownload.store.database import Database
from lpdownload.tracking import hearing
from lpdownload.tracking.apply import Applied
from lpdownload.tracking.hearing import Hearing

WITHIN: Final = 60.0
"""Seconds in which a thread must have done its turn."""


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[Exception | Applied]:
    """What each turn of the thread comes to; when there are no more, nothing waits."""
    found: list[Exception | Applied] = []

    def apply(_: Database, __: datetime, **___: object) -> Applied:
        turn = found.pop(0) if found else Applied()
        if isinstance(turn, Exception):
            raise turn
        return turn

    monkeypatch.setattr(hearing, "apply_reports", apply)
    monkeypatch.setattr(hearing, "_PATIENCE", 0.01)
    return found


def test_it_goes_on_after_what_nobody_expected_and_names_only_its_kind(
    turns: list[Exception | Applied], database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    turns += [ValueError("ana@example.org"), Applied(new=1, reports=1)]
    told: Queue[Applied] = Queue()
    with caplog.at_level(logging.ERROR, "lpdownload.web"), Hearing(database, frozenset(), told=told.put):
        assert told.get(timeout=WITHIN).new == 1
    assert "reports wait: ValueError" in caplog.text
    assert "ana@" not in caplog.text


def test_it_goes_on_after_the_database_was_away(turns: list[Exception | Applied], database: Database) -> None:
    turns += [InvalidInput([Finding("database", "it is busy")]), Applied(new=1, reports=1)]
    told: Queue[Applied] = Queue()
    failed: Queue[InvalidInput] = Queue()
    with Hearing(database, frozenset(), told=told.put, failed=failed.put):
        assert failed.get(timeout=WITHIN).findings[0].message == "it is busy"
        assert told.get(timeout=WITHIN).new == 1


def test_it_waits_before_it_tries_again(
    turns: list[Exception | Applied], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "_PATIENCE", 3_600.0)
    turns += [ValueError("x"), Applied(new=1, reports=1)]
    told: Queue[Applied] = Queue()
    with Hearing(database, frozenset(), told=told.put) as thread:
        while len(turns) > 1:  # the first has not begun
            time.sleep(0.01)
        with pytest.raises(Empty):
            told.get(timeout=0.2)
        thread.wake()
        assert told.get(timeout=WITHIN).new == 1
