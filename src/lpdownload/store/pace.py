"""The pace of an account, in the database: all processes and machines share it; a restart forgets nothing.

The generic cell rate algorithm (ITU-T I.371): of each limit only the moment is kept at which the account
would have caught up. Libraries for it keep that in memory, in Redis, or in one kind of database only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lpdownload.model.pace import Pace
from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import paces, quotas

BURST: Final = timedelta(seconds=1)
"""What an account that has been idle may catch up with at once."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now."""

    until: datetime
    reason: str


def reserve(connection: Connection, account: str, pace: Pace, recipients: int, now: datetime) -> Wait | None:
    """Takes one call to so many recipients from the account's pace; None if it may begin at once.

    Otherwise nothing is taken, and it says when to ask again. Two who ask at the same time come one after the
    other. More recipients than a day's quota wait until a day has room: ``Pace.quota`` says how many fit.
    """
    mine = paces.c.account == account
    locked = select(paces).where(mine).with_for_update()
    row = connection.execute(locked).one_or_none()
    if row is None:
        insert_if_new(connection, paces, _idle(account))
        row = connection.execute(locked).one()
    if row.held_until is not None and row.held_until > now:
        return Wait(row.held_until, "the provider asked for a pause")
    day = now.astimezone(UTC).date()
    quota = pace.quota(day)
    used = used_on(connection, account, now) if quota is not None else 0
    if quota is not None and used + recipients > quota:
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        return Wait(midnight, f"{used:,} of today's {quota:,} recipients are used; this is {recipients:,}")
    moment = _microseconds(now)
    calls_at, calls_wait = _take(row.calls_at, moment, 1, pace.calls_per_second)
    recipients_at, recipients_wait = _take(row.recipients_at, moment, recipients, pace.recipients_per_second)
    wait = max(calls_wait, recipients_wait)
    if wait > 0:
        return Wait(now + timedelta(microseconds=wait), "the account's pace")
    if (calls_at, recipients_at) != (row.calls_at, row.recipients_at):
        connection.execute(update(paces).where(mine).values(calls_at=calls_at, recipients_at=recipients_at))
    _count(connection, account, day.isoformat(), recipients)
    return None


def hold(connection: Connection, account: str, until: datetime) -> None:
    """Nobody calls the account before that moment: the provider said so. A later pause stays."""
    insert_if_new(connection, paces, _idle(account))
    until = until.replace(microsecond=0) + timedelta(seconds=until.microsecond > 0)
    earlier = paces.c.held_until.is_(None) | (paces.c.held_until < until)
    connection.execute(update(paces).where(paces.c.account == account, earlier).values(held_until=until))


def _idle(account: str) -> dict[str, object]:
    """An account that was never used."""
    return {"account": account, "calls_at": 0, "recipients_at": 0, "held_until": None}


def used_on(connection: Connection, account: str, now: datetime) -> int:
    """Recipients of the day (UTC) so far."""
    day = now.astimezone(UTC).date().isoformat()
    mine = select(quotas.c.recipients).where(quotas.c.account == account, quotas.c.day == day)
    return int(connection.execute(select(func.coalesce(mine.scalar_subquery(), 0))).scalar_one())


def give_back(connection: Connection, account: str, recipients: int, reserved_at: datetime) -> None:
    """Of a call that was not taken: they do not count for the day on which they were reserved."""
    _count(connection, account, reserved_at.astimezone(UTC).date().isoformat(), -recipients)


def _take(at: int, now: int, amount: int, a_second: float | None) -> tuple[int, int]:
    """The new moment of having caught up, and the microseconds to wait before that may be taken."""
    if a_second is None:
        return at, 0
    begun = max(at, now - _microseconds_of(BURST))
    wait = begun - now
    return begun + round(amount * 1_000_000 / a_second), max(0, wait)


def _count(connection: Connection, account: str, day: str, recipients: int) -> None:
    insert = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(quotas)
    row = {"account": account, "day": day, "recipients": max(recipients, 0)}
    after: ColumnElement[int] = quotas.c.recipients + recipients
    upsert = insert.values(row).on_conflict_do_update(
        index_elements=["account", "day"], set_={"recipients": case((after > 0, after), else_=0)}
    )
    connection.execute(upsert)


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _microseconds_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1_000_000)
