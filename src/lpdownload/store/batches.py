"""Batches in the ledger: claimed, loaded, begun. One that was begun is never blindly handed over again.

A worker owns what it claims; ``begin`` is committed before the provider is called. What became of it:
settle.py; where nobody knows: doubt.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy import cast as sql_cast

from lpdownload.model.ledger import BatchRow, BatchState, RecipientOutcome
from lpdownload.store.tables import batches, recipients, sends, subscribers, subscriptions, suppressions

_NAMES: Final = list(BatchRow.__dataclass_fields__)
COLUMNS: Final = [batches.c[name] for name in _NAMES]


class Person(NamedTuple):
    """A recipient as the database knows them now."""

    subscriber_id: int
    email: str
    left: str
    """Why nothing may be mailed to them any more; empty for almost all."""
    values: Sequence[str | None]
    """Of the columns asked for, in order; lists are framed, as they stand."""


@dataclass(frozen=True, slots=True)
class Differing:
    """A recipient whose outcome is not the batch's."""

    subscriber_id: int
    outcome: RecipientOutcome
    reason: str


def claim(
    connection: Connection,
    owner: int,
    most: int,
    now: datetime,
    which: Sequence[int],
) -> tuple[BatchRow, ...]:
    """Up to ``most`` batches of these sends that may leave now, in order; theirs alone from here on."""
    if not which:
        return ()
    free = (
        select(batches.c.send_id, batches.c.number)
        .where(
            batches.c.state == "planned",
            batches.c.owner.is_(None),
            batches.c.send_id.in_(which),
            or_(batches.c.not_before.is_(None), batches.c.not_before <= now),
        )
        .order_by(batches.c.send_id, batches.c.number)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    chosen = connection.execute(free).all()
    if not chosen:
        return ()
    found = tuple_(batches.c.send_id, batches.c.number).in_([tuple(row) for row in chosen])
    rows = connection.execute(update(batches).where(found).values(owner=owner).returning(*COLUMNS))
    return tuple(sorted(map(batch_of, rows), key=lambda batch: (batch.send_id, batch.number)))


def release(connection: Connection, owner: int) -> None:
    """Gives back what was claimed and not begun."""
    mine = batches.c.owner == owner, batches.c.state == "planned"
    connection.execute(update(batches).where(*mine).values(owner=None))


def next_due(connection: Connection, which: Sequence[int], now: datetime) -> datetime | None:
    """When the first batch that waits may leave; None if none waits for a time that is to come."""
    waiting = batches.c.state == "planned", batches.c.send_id.in_(which), batches.c.not_before > now
    first = select(func.min(batches.c.not_before)).where(*waiting)
    found: datetime | None = connection.execute(first).scalar()
    return found


def load(
    connection: Connection, batch: BatchRow, newsletter: str, columns: Sequence[str], now: datetime
) -> list[Person]:
    """Its open recipients in order. ``columns``: of the subscribers' table; ``attributes`` as JSON text."""
    theirs = and_(
        subscriptions.c.subscriber_id == recipients.c.subscriber_id, subscriptions.c.newsletter == newsletter
    )
    own = sql_cast(subscribers.c.attributes, Text)
    asked = [own if name == "attributes" else subscribers.c[name] for name in columns]
    query = (
        select(
            recipients.c.subscriber_id,
            recipients.c.email,
            subscribers.c.email.label("now"),
            suppressions.c.reason,
            subscriptions.c.state,
            subscriptions.c.paused_until,
            *asked,
        )
        .outerjoin(subscribers, subscribers.c.id == recipients.c.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_key == subscribers.c.address_key)
        .outerjoin(subscriptions, theirs)
        .where(
            recipients.c.send_id == batch.send_id,
            recipients.c.batch == batch.number,
            recipients.c.outcome.is_(None),
        )
        .order_by(recipients.c.subscriber_id)
    )
    found = []
    for row in connection.execute(query).all():
        number, email, known, suppressed, state, paused = row[:6]
        same = state == "active" and suppressed is None and known == email
        left = "" if same else _left(known, email, suppressed, state)
        if paused is not None and paused > now and not left:
            left = "paused since it was planned"
        found.append(Person(number, email, left, row[6:]))
    return found


def _left(known: str | None, email: str, suppressed: str | None, state: str | None) -> str:
    if known is None:
        return "erased since it was planned"
    if known != email:  # who may be mailed is decided for the address that was planned
        return "another address since it was planned"
    if suppressed is not None:
        return f"suppressed since it was planned: {suppressed}"
    return f"{state or 'subscription gone'} since it was planned"


def begin(
    connection: Connection,
    batch: BatchRow,
    digest: str,
    failed: Sequence[tuple[int, str]],
    now: datetime,
    *,
    owner: int,
) -> BatchRow | None:
    """Notes that the batch is about to be handed over, with what; None if it may not be any more.

    ``failed``: those of it for whom nothing can be handed over, each with the reason.
    """
    going = select(sends.c.id).where(sends.c.id == batch.send_id, sends.c.state == "sending")
    mine = (
        is_batch(batch),
        batches.c.state == batch.state,
        batches.c.attempts == batch.attempts,
        batches.c.owner == owner if batch.state == "planned" else batches.c.owner.is_(None),
        batches.c.send_id.in_(going.with_for_update(read=True)),
    )
    values: dict[str, object] = {
        "state": "submitting",
        "attempts": batch.attempts + 1,
        "owner": owner,
        "digest": digest,
        "submitted_at": batch.submitted_at if batch.state == "in_doubt" else now,
        "settled_at": None,
        "in_doubt": 0,
        "reason": "",
    }
    if failed:
        values["failed"] = batches.c.failed + len(failed)
    row = connection.execute(update(batches).where(*mine).values(values).returning(*COLUMNS)).one_or_none()
    if row is None:
        return None
    mark(connection, batch, [Differing(number, "failed", reason) for number, reason in failed])
    return batch_of(row)


def of_send(connection: Connection, number: int, *states: BatchState) -> tuple[BatchRow, ...]:
    """Its batches in order, all or those in some states."""
    query = select(*COLUMNS).where(batches.c.send_id == number).order_by(batches.c.number)
    rows = connection.execute(query.where(batches.c.state.in_(states)) if states else query)
    return tuple(map(batch_of, rows))


def is_open(connection: Connection, number: int) -> bool:
    """Whether a batch of the send still has to be handed over, or is just being."""
    states = batches.c.send_id == number, batches.c.state.in_(("planned", "submitting"))
    return connection.execute(select(batches.c.number).where(*states).limit(1)).first() is not None


def owners(connection: Connection) -> tuple[int, ...]:
    """Workers that own a batch."""
    rows = select(batches.c.owner).where(
        batches.c.state.in_(("planned", "submitting")), batches.c.owner.is_not(None)
    )
    return tuple(cast(int, owner) for owner in connection.execute(rows.distinct()).scalars())


def mark(connection: Connection, batch: BatchRow, outcomes: Sequence[Differing]) -> None:
    """Writes recipients' own outcomes."""
    if not outcomes:
        return
    mine = (
        recipients.c.send_id == batch.send_id,
        recipients.c.batch == batch.number,
        recipients.c.subscriber_id == bindparam("number"),
    )
    values: dict[str, ColumnElement[str]] = {"outcome": bindparam("what"), "reason": bindparam("why")}
    connection.execute(
        update(recipients).where(*mine).values(values),
        [{"number": one.subscriber_id, "what": one.outcome, "why": one.reason} for one in outcomes],
    )


def is_batch(batch: BatchRow) -> ColumnElement[bool]:
    return and_(batches.c.send_id == batch.send_id, batches.c.number == batch.number)


def batch_of(row: Row[*tuple[object, ...]]) -> BatchRow:
    return BatchRow(**{name: row._mapping[name] for name in _NAMES})
