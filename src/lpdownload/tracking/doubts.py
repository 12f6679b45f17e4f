"""Batches in doubt that events decide: what was delivered or bounced, the provider has taken.

Looked up in all events, not in the new ones alone: a report is often faster than the discovery that the
process which handed the batch over is dead.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection

from lpdownload.model.ledger import BatchRow
from lpdownload.providers.registry import capabilities_of
from lpdownload.settings import PROVIDERS
from lpdownload.store import doubt, sends, settle
from lpdownload.store.batches import Differing
from lpdownload.store.events import proofs

Decided = list[tuple[BatchRow, list[Differing]]]


def decided(connection: Connection, which: Collection[int], now: datetime) -> Decided:
    """Batches in doubt of these sends with what events say of their people; those to be resolved now.

    While the provider answers the same bytes without a second message, part of a batch is left alone: the
    whole of it can still be handed over again, which says more than waiting for everybody's events.
    """
    found: Decided = []
    for batch in doubt.in_doubt(connection, sorted(which)):
        people = settle.open_people(connection, batch)
        outcomes = proofs(connection, batch, people)
        if outcomes and (len(outcomes) == len(people) or not _is_repeatable(connection, batch, now)):
            found.append((batch, outcomes))
    return found


def resolve(connection: Connection, found: Decided, now: datetime) -> int:
    """Writes it down; how many batches are settled by it."""
    settled = 0
    for batch, outcomes in found:
        if state := doubt.resolve(connection, batch, outcomes, now):
            settled += 1
            why = f"{state}, as the provider's reports show"
            sends.note(connection, batch.send_id, now, "lpdownload", "resolved", why, batch.number)
    return settled


def _is_repeatable(connection: Connection, batch: BatchRow, now: datetime) -> bool:
    provider = sends.find(connection, batch.send_id).provider
    hours = capabilities_of(provider).idempotency_hours if provider in PROVIDERS else 0
    return batch.submitted_at is not None and now < batch.submitted_at + timedelta(hours=hours)
