"""What a worker left behind that is no more, and batches in doubt: asked about, or handed over once more
where the provider knows the key.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from lpdownload.delivery.outgoing import Outgoing
from lpdownload.delivery.readers import subscriber_of
from lpdownload.model.delivery import Accepted
from lpdownload.model.ledger import BatchRow
from lpdownload.providers.base import CannotLookUp, LooksUp
from lpdownload.store import batches, doubt, lease, sends, settle
from lpdownload.store.batches import Differing
from lpdownload.store.database import Database
from lpdownload.store.lease import Worker

LOOK_UP_AFTER: Final = timedelta(minutes=2)
"""What a provider has taken shows in its records some minutes later."""


def recover(database: Database, me: Worker) -> int:
    """Frees what dead workers had claimed; what they had begun is in doubt. How many batches that are."""
    now = datetime.now(UTC)
    with database.reading() as connection:
        others = [number for number in batches.owners(connection) if number != me.number]
    if not others:
        return 0
    with database.writing() as connection:
        gone = lease.dead(connection, others, me)
        found = doubt.begun_by(connection, gone) if gone else ()
        for batch in found:
            doubt.into_doubt(connection, batch, "the process that was handing it over died", now)
            sends.note(
                connection, batch.send_id, now, "lpdownload", "in doubt", "its process died", batch.number
            )
        for number in gone:
            batches.release(connection, number)
    return len(found)


def repeatable(outgoing: Outgoing, batch: BatchRow, now: datetime) -> bool:
    """Whether the provider answers the same key and bytes without a second message, still."""
    hours = outgoing.provider.capabilities.idempotency_hours
    begun = batch.submitted_at
    if not hours or begun is None or batch.digest is None:
        return False
    return now < begun + timedelta(hours=hours) - timedelta(minutes=5)


def look_up(database: Database, outgoing: Outgoing, doubtful: Sequence[BatchRow], now: datetime) -> int:
    """Asks the provider about batches in doubt; how many were settled by it. Whom it does not know of stays
    in doubt: that proves nothing.
    """
    provider = outgoing.provider
    asked = [batch for batch in doubtful if batch.submitted_at and batch.submitted_at + LOOK_UP_AFTER <= now]
    if not asked or not isinstance(provider, LooksUp):
        return 0
    since = min(batch.submitted_at for batch in asked if batch.submitted_at)
    with database.reading() as connection:
        people = {batch.number: settle.open_people(connection, batch) for batch in asked}
    references = [f"{outgoing.name}-{number}" for each in people.values() for number in each]
    try:
        known = provider.look_up(outgoing.name, references, since)
    except CannotLookUp:
        return 0
    outcomes: dict[int, Differing] = {}
    for reference, outcome in known.items():
        number = subscriber_of(reference, outgoing.name)
        if number is not None:
            taken = isinstance(outcome, Accepted)
            reason = "" if isinstance(outcome, Accepted) else outcome.reason
            outcomes[number] = Differing(number, "accepted" if taken else "refused", reason)
    settled = 0
    for batch in asked:
        mine = [outcomes[number] for number in people[batch.number] if number in outcomes]
        if mine:
            with database.writing() as connection:
                settled += doubt.resolve(connection, batch, mine, now) is not None
    return settled
