"""What became of a batch, written down: each of its people accepted, refused, to be tried later, or in doubt.

It names owner and attempt, so that a worker that was taken for dead cannot write over what came after.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sqlalchemy import Connection, func, select, update

from lpdownload.model.ledger import BATCH_MOVES, BatchRow, BatchState, IllegalMove
from lpdownload.store.batches import COLUMNS, Differing, batch_of, is_batch, mark
from lpdownload.store.bulk import insert_if_new, is_one_of
from lpdownload.store.tables import batches, recipients, sends


@dataclass(frozen=True)
class Settlement:
    """Each open recipient of the batch is in exactly one place; those told before are in none."""

    accepted: int = 0
    refused: Sequence[tuple[int, str]] = ()
    """Person and reason."""
    later: Sequence[int] = ()
    """The provider has not taken them, and may."""
    later_reason: str = ""
    not_before: datetime | None = None
    in_halves: bool = False
    """It was refused as a whole, and nobody knows because of whom."""
    doubtful: Sequence[int] = ()
    doubt: str = ""
    provider_id: str | None = None


def told(connection: Connection, batch: BatchRow, outcomes: Sequence[Differing]) -> bool:
    """Outcomes that are known before the batch is through; False if it is no longer its worker's."""
    mine = batches.c.state == "submitting", batches.c.owner == batch.owner
    theirs = select(batches.c.number).where(is_batch(batch), batches.c.attempts == batch.attempts, *mine)
    if connection.execute(theirs.with_for_update()).first() is None:
        return False
    count_told(connection, batch, outcomes)
    return True


def count_told(connection: Connection, batch: BatchRow, outcomes: Sequence[Differing]) -> None:
    """Writes outcomes of some of a batch, whose row the caller has locked."""
    mark(connection, batch, outcomes)
    accepted = sum(one.outcome == "accepted" for one in outcomes)
    values = {
        "accepted": batches.c.accepted + accepted,
        "refused": batches.c.refused + len(outcomes) - accepted,
    }
    connection.execute(update(batches).where(is_batch(batch)).values(values))


def settle(
    connection: Connection, batch: BatchRow, found: Settlement, now: datetime, *, owner: int
) -> BatchState | None:
    """Writes what became of a batch; None if somebody else has settled it meanwhile.

    Those to be tried later, and those in doubt, go into batches of their own unless they are all.
    """
    row = connection.execute(select(*COLUMNS).where(is_batch(batch)).with_for_update()).one_or_none()
    current = batch_of(row) if row else None
    if current is None or current.attempts != batch.attempts:
        return None
    # in doubt: its worker was taken for dead, and is here with the answer
    if current.state != "in_doubt" and (current.state, current.owner) != ("submitting", owner):
        return None
    if current.state == "in_doubt":
        found = _still_open(connection, batch, found)
        if found.doubtful and not (found.accepted or found.refused or found.later):
            return "in_doubt"
    done = found.accepted + len(found.refused)
    if found.later and not (done or found.doubtful or _told(connection, batch)):
        if found.in_halves:
            half = found.later[len(found.later) // 2 :]
            move_apart(connection, batch, half, "planned", now, reason=found.later_reason)
        return close(
            connection, batch, "planned", now, reason=found.later_reason, not_before=found.not_before
        )
    if found.doubtful and not (done or found.later or _told(connection, batch)):
        return close(connection, batch, "in_doubt", now, reason=found.doubt, in_doubt=len(found.doubtful))
    if found.later:
        move_apart(
            connection,
            batch,
            found.later,
            "planned",
            now,
            reason=found.later_reason,
            not_before=found.not_before,
        )
    if found.doubtful:
        move_apart(connection, batch, found.doubtful, "in_doubt", now, reason=found.doubt)
    mark(connection, batch, [Differing(number, "refused", reason) for number, reason in found.refused])
    return close_counted(
        connection,
        batch,
        now,
        accepted=found.accepted,
        refused=len(found.refused),
        provider_id=found.provider_id,
    )


def _still_open(connection: Connection, batch: BatchRow, found: Settlement) -> Settlement:
    """What a late answer says of those whom the provider, asked meanwhile, did not know."""
    left = set(open_people(connection, batch))
    refused = [(number, reason) for number, reason in found.refused if number in left]
    later = [number for number in found.later if number in left]
    doubtful = [number for number in found.doubtful if number in left]
    accepted = len(left) - len(refused) - len(later) - len(doubtful)
    return replace(found, accepted=accepted, refused=refused, later=later, doubtful=doubtful)


def split(connection: Connection, batch: BatchRow, keep: Sequence[int], now: datetime) -> bool:
    """Leaves these in a claimed batch that was planned too large, the others in one of their own; False if
    it is no longer its owner's.
    """
    # the send first: a cancellation spares both parts, or comes before and has taken the batch away
    connection.execute(select(sends.c.id).where(sends.c.id == batch.send_id).with_for_update(read=True))
    mine = batches.c.state == "planned", batches.c.owner == batch.owner, batches.c.attempts == batch.attempts
    theirs = select(batches.c.number).where(is_batch(batch), *mine)
    if connection.execute(theirs.with_for_update()).first() is None:
        return False
    kept = set(keep)
    rest = [number for number in open_people(connection, batch) if number not in kept]
    move_apart(connection, batch, rest, "planned", now)
    return True


def open_people(connection: Connection, batch: BatchRow) -> list[int]:
    """Those without an outcome of their own, in order."""
    rows = select(recipients.c.subscriber_id).where(
        recipients.c.send_id == batch.send_id,
        recipients.c.batch == batch.number,
        recipients.c.outcome.is_(None),
    )
    return list(connection.execute(rows.order_by(recipients.c.subscriber_id)).scalars())


def move_apart(
    connection: Connection,
    batch: BatchRow,
    people: Sequence[int],
    state: BatchState,
    now: datetime,
    *,
    reason: str = "",
    not_before: datetime | None = None,
) -> None:
    """Moves some open recipients into a new batch of the same variant."""
    last = select(func.max(batches.c.number)).where(batches.c.send_id == batch.send_id)
    doubtful = state == "in_doubt"
    row = {
        "send_id": batch.send_id,
        "variant": batch.variant,
        "people": len(people),
        "state": state,
        "attempts": batch.attempts,
        "reason": reason,
        "not_before": not_before,
        "submitted_at": batch.submitted_at if doubtful else None,
        "settled_at": now if doubtful else None,
        "in_doubt": len(people) if doubtful else 0,
    }
    row |= dict.fromkeys(("accepted", "refused", "failed"), 0)
    number = connection.execute(last).scalar_one() + 1
    while not insert_if_new(connection, batches, row | {"number": number}):
        number = connection.execute(last).scalar_one() + 1  # another worker has just taken that one
    theirs = (
        recipients.c.send_id == batch.send_id,
        recipients.c.batch == batch.number,
        is_one_of(connection, recipients.c.subscriber_id, list(people)),
    )
    connection.execute(update(recipients).where(*theirs).values(batch=number))
    fewer = update(batches).where(is_batch(batch)).values(people=batches.c.people - len(people))
    connection.execute(fewer)


def close_counted(
    connection: Connection,
    batch: BatchRow,
    now: datetime,
    *,
    accepted: int = 0,
    refused: int = 0,
    **values: object,
) -> BatchState:
    """Ends a batch; these come on top of those that were told before."""
    row = connection.execute(select(batches.c.accepted, batches.c.refused).where(is_batch(batch))).one()
    accepted, refused = row.accepted + accepted, row.refused + refused
    state: BatchState = "refused" if not accepted else "partly" if refused else "accepted"
    return close(connection, batch, state, now, accepted=accepted, refused=refused, **values)


def close(
    connection: Connection, batch: BatchRow, state: BatchState, now: datetime, **values: object
) -> BatchState:
    """Moves a batch that no worker has any more. Raises IllegalMove."""
    found = connection.execute(select(batches.c.state).where(is_batch(batch))).scalar_one()
    if state not in BATCH_MOVES[cast(BatchState, found)]:
        raise IllegalMove(f"batch {batch.number}", found, state)
    base: dict[str, object] = {"state": state, "settled_at": now, "owner": None, "in_doubt": 0}
    if state == "planned":
        base["settled_at"] = None
    connection.execute(update(batches).where(is_batch(batch)).values(base | values))
    return state


def _told(connection: Connection, batch: BatchRow) -> bool:
    counted = batches.c.accepted + batches.c.refused
    return bool(connection.execute(select(counted).where(is_batch(batch))).scalar_one())
