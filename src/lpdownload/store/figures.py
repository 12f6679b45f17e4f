"""How much there is of what, for whoever watches over the program: cheap to ask every few seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from lpdownload.store.tables import batches, reports, sends


@dataclass(frozen=True, slots=True)
class Figures:
    sends: Mapping[str, int]
    """By state."""
    batches: Mapping[str, int]
    """By state."""
    people: Mapping[str, int]
    """By what became of their copies: accepted, refused, failed, in_doubt, delivered, bounced, complained."""
    waiting: int
    """Reports that are not applied yet."""
    oldest: datetime | None
    """When the first of them came."""
    faulty: int
    """Reports that could not be read."""


def figures(connection: Connection) -> Figures:
    """As they are now; rows of persons and of events are not looked at."""
    by_send = select(sends.c.state, func.count()).group_by(sends.c.state)
    by_batch = select(batches.c.state, func.count()).group_by(batches.c.state)
    of_batches = ("accepted", "refused", "failed", "in_doubt")
    of_sends = ("delivered", "bounced", "complained")
    people: dict[str, int] = {}
    for table, names in ((batches, of_batches), (sends, of_sends)):
        sums = select(*(func.coalesce(func.sum(table.c[name]), 0) for name in names))
        people |= dict(zip(names, map(int, connection.execute(sums).one()), strict=True))
    waits = reports.c.applied_at.is_(None)
    waiting, oldest = connection.execute(
        select(func.count(), func.min(reports.c.received_at)).where(waits)
    ).one()
    faulty = connection.execute(select(func.count()).where(reports.c.fault != "")).scalar_one()
    return Figures(
        dict(map(tuple, connection.execute(by_send))),
        dict(map(tuple, connection.execute(by_batch))),
        people,
        waiting,
        oldest,
        faulty,
    )
