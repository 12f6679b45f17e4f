"""Events and reports applied: to the ledger, to subscriptions and suppressions, each once.

They come in any order, again and again, and about other things than our sends.
"""

import json
import time
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy import Connection

from lpdownload.errors import InvalidInput
from lpdownload.model.event import Event, EventKind
from lpdownload.providers.events import NotAnEvent, PartUnread
from lpdownload.providers.registry import event_source
from lpdownload.settings import PROVIDERS
from lpdownload.store import events as store
from lpdownload.store import reports
from lpdownload.store.database import Database
from lpdownload.store.reports import Report
from lpdownload.tracking import doubts, machines
from lpdownload.tracking.copies import with_copies
from lpdownload.tracking.effects import end_mail, take_effect

_AT_ONCE: Final = 5_000
"""Events in one question to the database."""
_REPORTS: Final = 500
"""Reports in one transaction."""
_BREATH: Final = 0.002
"""Seconds between two transactions: a lock has no queue, and who waits for it to write would not get it."""
_ALL: Final[frozenset[EventKind]] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """How many of what."""

    new: int = 0
    """Events that were not known, of our copies or such as end all mail to an address; the others are:"""
    again: int = 0
    """reported before;"""
    ignored: int = 0
    """about a test send, another database's copy, or nothing that we know, and end no mail."""
    suppressed: int = 0
    """Addresses that are never mailed again."""
    resolved: int = 0
    """Batches that were in doubt."""
    reports: int = 0
    faulty: int = 0
    """Reports that could not be read, or not all of whose events could."""

    def __add__(self, other: "Applied") -> "Applied":
        return Applied(*map(sum, zip(astuple(self), astuple(other), strict=True)))


def apply_events(
    connection: Connection,
    events: Iterable[Event],
    now: datetime,
    *,
    untracked: frozenset[EventKind] = _ALL,
) -> Applied:
    """Writes events down and makes them take effect; applying one again changes nothing.

    Those of ``untracked`` kinds are not even counted.
    """
    applied = Applied()
    store.in_turn(connection)
    stream = (event for event in events if event.kind not in untracked)
    while some := list(islice(stream, _AT_ONCE)):
        found, strays = with_copies(connection, some, now)
        new = store.add(connection, found)
        machines.mark(connection, new)
        suppressed = take_effect(connection, new)
        ended = end_mail(connection, strays)
        sends = {one.copy.send_id for one in new}
        resolved = doubts.resolve(connection, doubts.decided(connection, sends, now), now)
        applied += Applied(len(new), len(found) - len(new), len(strays), suppressed, resolved)
        applied += Applied(ended.new, ended.again, -ended.new - ended.again, ended.suppressed)
    return applied


def apply_reports(
    database: Database,
    now: datetime,
    *,
    seconds: float | None = None,
    untracked: frozenset[EventKind] = _ALL,
) -> Applied:
    """Applies the reports that wait, for about so many seconds, else all of them; then what earlier events
    say of batches that came into doubt since.

    One that cannot be read is marked with the reason, and those of its events that can be are applied.
    ``untracked``: kinds of events that are not kept.
    """
    begun = time.monotonic()
    applied = Applied()
    while seconds is None or time.monotonic() - begun < seconds:
        some = _apply_some(database, now, untracked)
        if not some.reports:
            break
        applied += some
        time.sleep(_BREATH)
    with database.reading() as connection:
        found = doubts.decided(connection, store.doubted_sends(connection), now)
    if found:
        with database.writing() as connection:
            applied += Applied(resolved=doubts.resolve(connection, found, now))
    return applied


def _apply_some(database: Database, now: datetime, untracked: frozenset[EventKind]) -> Applied:
    """In one transaction: a report is applied and marked, or neither."""
    with database.writing() as connection:
        waiting = reports.waiting(connection, _REPORTS)
        if not waiting:
            return Applied()
        faults: dict[int, NotAnEvent] = {}
        applied = apply_events(connection, _events(waiting, faults), now, untracked=untracked)
        reports.done(connection, [one.number for one in waiting if one.number not in faults], now)
        for number, fault in faults.items():
            reports.set_aside(connection, number, now, fault.reason, _rest(fault, untracked))
    return applied + Applied(reports=len(waiting), faulty=len(faults))


def _rest(fault: NotAnEvent, untracked: frozenset[EventKind]) -> bytes | None:
    """What is kept of a report that could not be read: of untracked events nothing; None for all of it."""
    if not isinstance(fault, PartUnread):
        return None
    kept = [one.raw for one in fault.unread if one.kind not in untracked]
    if fault.is_all and len(kept) == len(fault.unread):
        return None
    unique = {id(raw): raw for raw in kept}
    return json.dumps([*unique.values()]).encode() if kept else b""


def _events(waiting: Iterable[Report], faults: dict[int, NotAnEvent]) -> Iterator[Event]:
    """Of all the reports; ``faults`` gets those that cannot be read, by number."""
    for report in waiting:
        try:
            if report.provider not in PROVIDERS:
                raise NotAnEvent("no provider of that name")
            yield from event_source(report.provider).parse_events(report.body)
        except NotAnEvent as error:
            faults[report.number] = error
        except InvalidInput as error:
            faults[report.number] = NotAnEvent("; ".join(finding.message for finding in error.findings))
