"""Batches of which nobody can know whether the provider took them: found, asked about, decided."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from lpdownload.model.ledger import BatchRow, BatchState, IllegalMove
from lpdownload.store.batches import COLUMNS, Differing, batch_of, is_batch
from lpdownload.store.settle import close, close_counted, count_told, move_apart, open_people
from lpdownload.store.tables import batches


def begun_by(connection: Connection, owners: Sequence[int]) -> tuple[BatchRow, ...]:
    """Batches that were being handed over by these workers, who are no more."""
    theirs = batches.c.state == "submitting", batches.c.owner.in_(owners)
    rows = connection.execute(select(*COLUMNS).where(*theirs).with_for_update())
    return tuple(map(batch_of, rows))


def into_doubt(connection: Connection, batch: BatchRow, reason: str, now: datetime) -> None:
    """Its worker died over it. Outcomes that were told before stay."""
    people = open_people(connection, batch)
    row = connection.execute(select(batches.c.accepted, batches.c.refused).where(is_batch(batch))).one()
    if people and not (row.accepted or row.refused):
        close(connection, batch, "in_doubt", now, reason=reason, in_doubt=len(people))
        return
    if people:
        move_apart(connection, batch, people, "in_doubt", now, reason=reason)
    close_counted(connection, batch, now)


def in_doubt(connection: Connection, which: Sequence[int]) -> tuple[BatchRow, ...]:
    """Of these sends, in order."""
    theirs = batches.c.state == "in_doubt", batches.c.send_id.in_(which)
    rows = connection.execute(select(*COLUMNS).where(*theirs).order_by(batches.c.send_id, batches.c.number))
    return tuple(map(batch_of, rows))


def sends_in_doubt(connection: Connection, since: datetime) -> tuple[int, ...]:
    """Those with a batch that was handed over since then, and of which nobody knows."""
    theirs = batches.c.state == "in_doubt", batches.c.submitted_at >= since
    found = connection.execute(
        select(batches.c.send_id).where(*theirs).distinct().order_by(batches.c.send_id)
    )
    return tuple(found.scalars())


def resolve(
    connection: Connection, batch: BatchRow, outcomes: Sequence[Differing], now: datetime
) -> BatchState | None:
    """What the provider says of some of a batch in doubt; the state of the batch once it is settled."""
    still = batches.c.state == "in_doubt", batches.c.attempts == batch.attempts
    mine = select(batches.c.number).where(is_batch(batch), *still).with_for_update()
    if connection.execute(mine).first() is None:  # somebody else was faster than the provider
        return None
    people = set(open_people(connection, batch))
    known = [one for one in outcomes if one.subscriber_id in people]
    if not known:
        return None
    count_told(connection, batch, known)
    left = len(people) - len(known)
    if not left:
        return close_counted(connection, batch, now)
    connection.execute(update(batches).where(is_batch(batch)).values(in_doubt=left))
    return None


def assume(connection: Connection, batch: BatchRow, taken: bool, now: datetime, *, why: str) -> BatchState:
    """A person's word on a batch in doubt: that it was taken, or that it certainly was not."""
    found = connection.execute(select(batches.c.state).where(is_batch(batch)).with_for_update()).scalar_one()
    if found != "in_doubt":
        raise IllegalMove(f"batch {batch.number}", found, "accepted" if taken else "planned")
    if taken:
        people = len(open_people(connection, batch))
        return close_counted(connection, batch, now, accepted=people, reason=why)
    return close(connection, batch, "planned", now, reason=why)
