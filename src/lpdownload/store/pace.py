"""The pace of an account, in the database: all processes and machines share it; a restart forgets nothing.

The generic cell rate algorithm (ITU-T I.371): of each limit only the moment is kept at which the account
would have caught up. Libraries for it keep that in memory, in Redis, or in one kind of database only.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, case, func, select, update

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
    other.
    """
    insert_if_new(
        connection, paces, {"account": account, "calls_at": 0, "recipients_at": 0, "held_until": None}
    )
    mine = paces.c.account == account
    row = connection.execute(select(paces).where(mine).with_for_update()).one()
    if row.held_until is not None and row.held_until > now:
        return Wait(row.held_until, "the provider asked for a pause")
    day = now.astimezone(UTC).date()
    quota = pace.quota(day)
    used = used_on(connection, account, now) if quota is not None else 0
    if quota is not None and used + recipients > quota:
        midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
        return Wait(midnight, f"{used:,} of today's {quota:,} recipients are used")
    moment = _microseconds(now)
    calls_at, calls_wait = _take(row.calls_at, moment, 1, pace.calls_per_second)
    recipients_at, recipients_wait = _take(row.recipients_at, moment, recipients, pace.recipients_per_second)
    wait = max(calls_wait, recipients_wait)
    if wait > 0:
        return Wait(now + timedelta(microseconds=wait), "the account's pace")
    connection.execute(update(paces).where(mine).values(calls_at=calls_at, recipients_at=recipients_at))
    _count(connection, account, day.isoformat(), recipients)
    return None


def hold(connection: Connection, account: str, until: datetime) -> None:
    """Nobody calls the account before that moment: the provider said so. A later pause stays."""
    empty = {"account": account, "calls_at": 0, "recipients_at": 0, "held_until": None}
    insert_if_new(connection, paces, empty)
    until = until.replace(microsecond=0) + timedelta(seconds=until.microsecond > 0)
    earlier = paces.c.held_until.is_(None) | (paces.c.held_until < until)
    connection.execute(update(paces).where(paces.c.account == account, earlier).values(held_until=until))


def used_on(connection: Connection, account: str, now: datetime) -> int:
    """Recipients of the day (UTC) so far."""
    day = now.astimezone(UTC).date().isoformat()
    mine = select(quotas.c.recipients).where(quotas.c.account == account, quotas.c.day == day)
    return int(connection.execute(select(func.coalesce(mine.scalar_subquery(), 0))).scalar_one())


def give_back(connection: Connection, account: str, recipients: int, now: datetime) -> None:
    """Of a call that was not taken: they do not count for the day."""
    _count(connection, account, now.astimezone(UTC).date().isoformat(), -recipients)


def _take(at: int, now: int, amount: int, a_second: float | None) -> tuple[int, int]:
    """The new moment of having caught up, and the microseconds to wait before that may be taken."""
    if a_second is None:
        return at, 0
    begun = max(at, now - _microseconds_of(BURST))
    wait = begun - now
    return begun + round(amount * 1_000_000 / a_second), max(0, wait)


def _count(connection: Connection, account: str, day: str, recipients: int) -> None:
    mine = (quotas.c.account == account) & (quotas.c.day == day)
    insert_if_new(connection, quotas, {"account": account, "day": day, "recipients": 0})
    after: ColumnElement[int] = quotas.c.recipients + recipients
    connection.execute(update(quotas).where(mine).values(recipients=case((after > 0, after), else_=0)))


def _microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _microseconds_of(span: timedelta) -> int:
    return round(span.total_seconds() * 1_000_000)
