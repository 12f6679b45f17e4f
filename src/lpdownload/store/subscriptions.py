"""Subscriptions, moved from state to state by model/subscription's table, each move with a consent record."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from lpdownload.model.subscription import MOVES, Change, Evidence, SubscriptionState
from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import confirmations, consent, subscriptions

CONFIRM_WITHIN: Final = timedelta(days=7)
"""How long the question of a double opt-in stays open."""


def _mine(subscriber_id: int, newsletter: str) -> ColumnElement[bool]:
    return and_(subscriptions.c.newsletter == newsletter, subscriptions.c.subscriber_id == subscriber_id)


def change(
    connection: Connection, subscriber_id: int, newsletter: str, what: Change, evidence: Evidence
) -> SubscriptionState | None:
    """Moves a subscription, and records why. The new state; None if the move changes nothing."""
    locked = select(subscriptions.c.state).where(_mine(subscriber_id, newsletter)).with_for_update()
    before: SubscriptionState | None = connection.execute(locked).scalar()
    after = MOVES.get((before, what))
    if after is None or after == before:
        # Said by somebody else too: the undoing of the import that said so first no longer changes it.
        connection.execute(
            update(subscriptions).where(_mine(subscriber_id, newsletter)).values(import_id=None)
        )
        return None
    values: dict[str, object] = {"state": after, "since": evidence.at, "import_id": None}
    if after == "active":  # what somebody chooses in a pause comes after it
        values["paused_until"] = _pause(connection, subscriber_id) if what == "chosen" else None
    if before is None:
        values |= {"newsletter": newsletter, "subscriber_id": subscriber_id}
        if not insert_if_new(connection, subscriptions, values):  # somebody else just made it
            return change(connection, subscriber_id, newsletter, what, evidence)
    else:
        connection.execute(update(subscriptions).where(_mine(subscriber_id, newsletter)).values(values))
    record(connection, subscriber_id, newsletter, what, evidence)
    return after


def pause(connection: Connection, subscriber_id: int, until: datetime | None, evidence: Evidence) -> bool:
    """Nothing that the person gets comes before ``until``; None ends a pause. False if nothing changes."""
    is_one = subscriptions.c.paused_until.is_not(None) if until is None else subscriptions.c.state == "active"
    mine = and_(subscriptions.c.subscriber_id == subscriber_id, is_one)
    if not connection.execute(update(subscriptions).where(mine).values(paused_until=until)).rowcount:
        return False
    record(connection, subscriber_id, None, "resumed" if until is None else "paused", evidence)
    return True


def _pause(connection: Connection, subscriber_id: int) -> datetime | None:
    """Until when a person has paused everything; it may be over. A newsletter that they left keeps it."""
    longest = select(func.max(subscriptions.c.paused_until))
    found: datetime | None = connection.execute(
        longest.where(subscriptions.c.subscriber_id == subscriber_id)
    ).scalar()
    return found


def paused_of(connection: Connection, subscriber_id: int) -> dict[str, datetime]:
    """Until when, by newsletter that the person gets; a pause may be over."""
    rows = select(subscriptions.c.newsletter, subscriptions.c.paused_until).where(
        subscriptions.c.subscriber_id == subscriber_id,
        subscriptions.c.state == "active",
        subscriptions.c.paused_until.is_not(None),
    )
    found = connection.execute(rows.order_by(subscriptions.c.newsletter))
    return {row.newsletter: row.paused_until for row in found}


def record(
    connection: Connection, subscriber_id: int, newsletter: str | None, what: str, evidence: Evidence
) -> None:
    """Appends to the consent record, from which nothing is ever taken but with the whole person."""
    row: dict[str, object] = {"subscriber_id": subscriber_id, "newsletter": newsletter, "what": what}
    row |= {"at": evidence.at, "source": evidence.source, "proof": evidence.proof}
    connection.execute(insert(consent).values(row))


def ask(connection: Connection, subscriber_id: int, newsletter: str, evidence: Evidence) -> str | None:
    """Starts a double opt-in: a token to be mailed to the person; None if the subscription is active.

    Only the token's hash is kept. Asking again makes a new token, and the old one void.
    """
    change(connection, subscriber_id, newsletter, "asked", evidence)
    if _state(connection, subscriber_id, newsletter) != "pending":
        return None
    open_questions = and_(
        confirmations.c.subscriber_id == subscriber_id, confirmations.c.newsletter == newsletter
    )
    connection.execute(delete(confirmations).where(open_questions))
    token = secrets.token_urlsafe(24)
    row: dict[str, object] = {"token_hash": _hash(token), "expires_at": evidence.at + CONFIRM_WITHIN}
    row |= {"subscriber_id": subscriber_id, "newsletter": newsletter}
    connection.execute(insert(confirmations).values(row))
    return token


def confirm(connection: Connection, token: str, evidence: Evidence) -> tuple[int, str] | None:
    """Ends a double opt-in: subscriber and newsletter, now active. None if the token is unknown or expired,
    or if the person has left since.

    A second answer to the same question is answered alike, and changes nothing.
    """
    found = connection.execute(
        select(confirmations).where(
            confirmations.c.token_hash == _hash(token), confirmations.c.expires_at >= evidence.at
        )
    ).one_or_none()
    if found is None:
        return None
    change(connection, found.subscriber_id, found.newsletter, "confirmed", evidence)
    if _state(connection, found.subscriber_id, found.newsletter) != "active":
        return None
    return found.subscriber_id, found.newsletter


def question(connection: Connection, token: str, at: datetime) -> tuple[int, str] | None:
    """Subscriber and newsletter of a double opt-in whose time is not over; changes nothing."""
    mine = confirmations.c.token_hash == _hash(token), confirmations.c.expires_at >= at
    columns = (confirmations.c.subscriber_id, confirmations.c.newsletter)
    found = connection.execute(select(*columns).where(*mine)).one_or_none()
    return None if found is None else (found.subscriber_id, found.newsletter)


def _state(connection: Connection, subscriber_id: int, newsletter: str) -> SubscriptionState | None:
    found = select(subscriptions.c.state).where(_mine(subscriber_id, newsletter))
    state: SubscriptionState | None = connection.execute(found).scalar()
    return state


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def subscriptions_of(
    connection: Connection, subscriber_id: int
) -> dict[str, tuple[SubscriptionState, datetime]]:
    """State and since when, by newsletter."""
    columns = (subscriptions.c.newsletter, subscriptions.c.state, subscriptions.c.since)
    rows = select(*columns).where(subscriptions.c.subscriber_id == subscriber_id)
    return {name: (state, since) for name, state, since in connection.execute(rows.order_by(columns[0]))}


def counts(connection: Connection) -> dict[str, dict[str, int]]:
    """How many subscriptions there are, by newsletter and state."""
    group = (subscriptions.c.newsletter, subscriptions.c.state)
    found: dict[str, dict[str, int]] = {}
    for newsletter, state, count in connection.execute(
        select(*group, func.count()).group_by(*group).order_by(*group)
    ):
        found.setdefault(newsletter, {})[state] = count
    return found
