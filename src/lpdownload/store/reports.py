"""Providers' reports as they came: kept first, applied afterwards.

Of an applied report the body goes, which names people and may be ten times as large as its events. One that
could not be read stays whole, with what is wrong with it; of one that could be read in part, that part goes.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, func, insert, select, update

from lpdownload.store.bulk import is_one_of
from lpdownload.store.tables import reports

MOST_BYTES: Final = 400_000
"""Of the bodies that are handed out at once, in Base64; one alone may be larger. About 700 events: while they
are applied nobody else can write to an SQLite database, and a reader who leaves is waiting for an answer."""


@dataclass(frozen=True, slots=True)
class Report:
    """A body that its webhook has verified."""

    number: int
    provider: str
    account: str
    body: bytes = field(repr=False)


def put(connection: Connection, provider: str, account: str, body: bytes, at: datetime) -> int:
    """Keeps a verified body until it is applied; its number."""
    row = {"provider": provider, "account": account, "received_at": at, "fault": ""}
    row["body"] = base64.b64encode(body).decode()
    return int(connection.execute(insert(reports).values(row).returning(reports.c.id)).scalar_one())


def waiting(connection: Connection, most: int) -> Sequence[Report]:
    """The oldest that are not applied, and that nobody else is just applying: theirs who asks, until the
    transaction ends.
    """
    size = func.length(reports.c.body)
    oldest = (
        select(reports.c.id, (func.sum(size).over(order_by=reports.c.id) - size).label("before"))
        .where(reports.c.applied_at.is_(None))
        .order_by(reports.c.id)
        .limit(most)
        .subquery("oldest")
    )
    rows = (
        select(reports.c.id, reports.c.provider, reports.c.account, reports.c.body)
        .where(
            reports.c.id.in_(select(oldest.c.id).where(oldest.c.before < MOST_BYTES)),
            reports.c.applied_at.is_(None),  # PostgreSQL asks this again of a row that it waited for
        )
        .order_by(reports.c.id)
        .with_for_update(skip_locked=True)
    )
    return [
        Report(number, provider, account, base64.b64decode(body))
        for number, provider, account, body in connection.execute(rows)
    ]


def done(connection: Connection, numbers: Sequence[int], at: datetime) -> None:
    """They are applied."""
    theirs = is_one_of(connection, reports.c.id, numbers)
    connection.execute(update(reports).where(theirs).values(applied_at=at, body=""))


def set_aside(
    connection: Connection, number: int, at: datetime, fault: str, rest: bytes | None = None
) -> None:
    """It cannot be read. ``fault``: why, without anything of the body. ``rest``: what is to be kept of it, if
    not all.
    """
    values: dict[str, object] = {"applied_at": at, "fault": fault}
    if rest is not None:
        values["body"] = base64.b64encode(rest).decode()
    connection.execute(update(reports).where(reports.c.id == number).values(values))
