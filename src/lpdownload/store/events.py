"""What providers reported of copies, each event once, and the copies it is about.

A copy is found by its person, who has few, never by its send, which may have a million: ``+ 0`` keeps both
planners from that index, as neither has statistics of a send that has just gone out.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, cast

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from lpdownload.model.event import Event, EventKind
from lpdownload.model.ledger import BatchRow
from lpdownload.model.tracking import By
from lpdownload.store.batches import Differing
from lpdownload.store.bulk import is_one_of
from lpdownload.store.tables import batches, events, issues, recipients, sends, subscribers

_LOCK: Final = 0x4C505245  # "LPRE": whoever applies reports to a PostgreSQL database
_COUNTED: Final[tuple[EventKind, ...]] = ("delivered", "bounced", "complained")
"""People of a send to whom this happened at least once stand in the column of the same name."""


@dataclass(frozen=True, slots=True)
class Copy:
    """An issue that was planned for a person, as far as events are about it."""

    send_id: int
    subscriber_id: int
    email: str = field(repr=False)
    """Where it went; empty if the person was erased since."""
    key: str | None = field(repr=False)
    """The person's address key; None if the person is gone."""
    newsletter: str
    made_at: datetime
    """When its send was made."""


class Reported(NamedTuple):
    """An event with the copy it is about."""

    event: Event
    identity: str
    at: datetime
    """When it happened, as far as that can be believed."""
    detail: str
    """The provider's words, without addresses."""
    copy: Copy
    by: By | None = None
    """Of an open or click: whose it is, as far as its own report tells."""


class Stray(NamedTuple):
    """An event about no copy of ours: of a test send, of a mail that asks for a confirmation, or of whatever
    else goes out through the account.
    """

    event: Event
    identity: str
    at: datetime
    detail: str
    """The provider's words, without addresses."""
    key: str | None
    """Of the address it names; None if it names none."""


class Seen(NamedTuple):
    """A delivery, open or click of a copy, as it is written down."""

    identity: str
    kind: EventKind
    at: datetime
    detail: str


class SoftBounce(NamedTuple):
    """A copy that came back, though the address may be good."""

    subscriber_id: int
    send_id: int
    at: datetime


def in_turn(connection: Connection) -> None:
    """Waits until nobody else applies events; SQLite has one writer anyway."""
    if connection.dialect.name != "sqlite":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def copies(connection: Connection, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Copy]:
    """By send and person; those that the ledger does not hold are missing."""
    whom = is_one_of(connection, recipients.c.subscriber_id, sorted({person for _, person in wanted}))
    found = _copies(connection, _of_sends(connection, {send for send, _ in wanted}, whom))
    return {key: copy for copy in found if (key := (copy.send_id, copy.subscriber_id)) in wanted}


def copies_to(connection: Connection, wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], Copy]:
    """The same by send and address key."""
    whom = is_one_of(connection, subscribers.c.address_key, sorted({key for _, key in wanted}))
    found = _copies(connection, _of_sends(connection, {send for send, _ in wanted}, whom))
    return {key: copy for copy in found if copy.key and (key := (copy.send_id, copy.key)) in wanted}


def _of_sends(
    connection: Connection, numbers: Collection[int], whom: ColumnElement[bool]
) -> ColumnElement[bool]:
    return and_(whom, is_one_of(connection, recipients.c.send_id + 0, sorted(numbers)))


def _copies(connection: Connection, which: ColumnElement[bool]) -> Iterator[Copy]:
    columns = (
        recipients.c.send_id,
        recipients.c.subscriber_id,
        recipients.c.email,
        subscribers.c.address_key,
        issues.c.newsletter,
        sends.c.created_at,
    )
    rows = (
        select(*columns)
        .select_from(recipients)
        .join(sends, sends.c.id == recipients.c.send_id)
        .join(issues, issues.c.id == sends.c.issue_id)
        .outerjoin(subscribers, subscribers.c.id == recipients.c.subscriber_id)
        .where(which)
    )
    return (Copy(*row) for row in connection.execute(rows))


def sends_named(connection: Connection, provider: str, names: Collection[str]) -> dict[str, set[int]]:
    """Sends with a batch for which the provider gave one name of its own, by that name."""
    named = (
        select(batches.c.provider_id, batches.c.send_id)
        .join(sends, sends.c.id == batches.c.send_id)
        .where(sends.c.provider == provider, is_one_of(connection, batches.c.provider_id, sorted(names)))
    )
    found: dict[str, set[int]] = {}
    for name, send in connection.execute(named):
        found.setdefault(cast(str, name), set()).add(send)
    return found


def add(connection: Connection, reported: Sequence[Reported]) -> list[Reported]:
    """Writes down what is not there yet, and counts the people in their sends; the new ones, in order.

    Call ``in_turn`` before, or two who write at once may count a person twice.
    """
    if not reported:
        return []
    by_identity: dict[str, Reported] = {}
    known = _known_clicks(connection, reported)
    for one in reported:
        if (one.event.identity_without_link, one.detail) not in known:
            by_identity.setdefault(one.identity, one)
    if not by_identity:
        return []
    before = _happened(connection, reported)
    written = _written(connection, [_row(one) for one in by_identity.values()])
    fresh = [one for identity, one in by_identity.items() if identity in written]
    people = {(one.copy.send_id, one.copy.subscriber_id, one.event.kind) for one in fresh} - before
    for number in sorted({send for send, _, kind in people if kind in _COUNTED}):
        more = {
            kind: sends.c[kind] + sum((send, what) == (number, kind) for send, _, what in people)
            for kind in _COUNTED
        }
        connection.execute(update(sends).where(sends.c.id == number).values(more))
    return fresh


def add_strays(connection: Connection, strays: Sequence[Stray]) -> list[Stray]:
    """Writes down what is not there yet, of no send and nobody; the new ones, in order."""
    unique = {one.identity: one for one in strays}
    nobody = {"send_id": None, "subscriber_id": None, "by": None}
    written = _written(connection, [_what(one) | nobody for one in unique.values()])
    return [one for one in unique.values() if one.identity in written]


def _written(connection: Connection, rows: Sequence[Mapping[str, object]]) -> set[str]:
    """The identities of those rows that were not there."""
    if not rows:
        return set()
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    new = dialect.insert(events).on_conflict_do_nothing().returning(events.c.identity)
    return set(connection.execute(new, rows).scalars())


def _known_clicks(connection: Connection, reported: Sequence[Reported]) -> set[tuple[str, str]]:
    """Clicks that were written down before their links were part of their identity, with the link.

    Of two in one second only the first was; the other one is new.
    """
    clicks = sorted({one.event.identity_without_link for one in reported if one.event.kind == "clicked"})
    rows = select(events.c.identity, events.c.detail).where(
        is_one_of(connection, events.c.identity, clicks), events.c.kind == "clicked"
    )
    return {(identity, detail) for identity, detail in connection.execute(rows)} if clicks else set()


def _happened(connection: Connection, reported: Sequence[Reported]) -> set[tuple[int, int, EventKind]]:
    """What is known already to have happened to the copies, of the kinds that are counted."""
    asked = [one.copy for one in reported if one.event.kind in _COUNTED]
    whom = sorted({copy.subscriber_id for copy in asked})
    rows = select(events.c.send_id, events.c.subscriber_id, events.c.kind).where(
        is_one_of(connection, events.c.subscriber_id, whom),
        is_one_of(connection, events.c.send_id + 0, sorted({copy.send_id for copy in asked})),
        events.c.kind.in_(_COUNTED),
    )
    return set(connection.execute(rows.distinct())) if whom else set()


def _row(one: Reported) -> dict[str, object]:
    whose = {"send_id": one.copy.send_id, "subscriber_id": one.copy.subscriber_id, "by": one.by}
    return _what(one) | whose


def _what(one: Reported | Stray) -> dict[str, object]:
    return {
        "identity": one.identity,
        "kind": one.event.kind,
        "at": one.at,
        "provider": one.event.provider,
        "permanent": None if one.event.permanent is None else int(one.event.permanent),
        "detail": one.detail,
    }


def seen(connection: Connection, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], list[Seen]]:
    """Deliveries, opens and clicks by send and person, of those copies that were opened or clicked."""
    whom = sorted({person for _, person in wanted})
    which = sorted({send for send, _ in wanted})
    mine = (
        is_one_of(connection, events.c.subscriber_id, whom),
        is_one_of(connection, events.c.send_id + 0, which),
    )
    columns = [events.c[name] for name in ("send_id", "subscriber_id", *Seen._fields)]
    rows = select(*columns).where(*mine, events.c.kind.in_(("delivered", "opened", "clicked")))
    found: dict[tuple[int, int], list[Seen]] = {}
    for send, person, *rest in connection.execute(rows):
        if (send, person) in wanted:
            found.setdefault((send, person), []).append(Seen(*rest))
    return {copy: some for copy, some in found.items() if any(one.kind != "delivered" for one in some)}


def mark(connection: Connection, identities: Sequence[str], by: By) -> None:
    """Says of opens and clicks whose they are."""
    theirs = is_one_of(connection, events.c.identity, identities)
    connection.execute(update(events).where(theirs).values(by=by))


def soft_bounces(connection: Connection, people: Collection[int]) -> list[SoftBounce]:
    """All of these people, in order of time."""
    soft = func.coalesce(events.c.permanent, 0) == 0
    rows = select(events.c.subscriber_id, events.c.send_id, events.c.at).where(
        is_one_of(connection, events.c.subscriber_id, sorted(people)), events.c.kind == "bounced", soft
    )
    return [SoftBounce(*row) for row in connection.execute(rows.order_by(events.c.at))]


def doubted_sends(connection: Connection) -> tuple[int, ...]:
    """Those with a batch in doubt, and with an event of some person."""
    heard = select(events.c.identity).where(events.c.send_id == batches.c.send_id).exists()
    doubted = select(batches.c.send_id).where(batches.c.state == "in_doubt", heard)
    return tuple(connection.execute(doubted.distinct().order_by(batches.c.send_id)).scalars())


def proofs(connection: Connection, batch: BatchRow, people: Sequence[int]) -> list[Differing]:
    """What events say of some people of a batch: every kind but one shows that the provider took the copy."""
    taken = func.max(case((events.c.kind == "refused", 0), else_=1))
    told: Select[int, int, str] = (
        select(events.c.subscriber_id, taken, func.max(events.c.detail))
        .where(
            is_one_of(connection, events.c.subscriber_id, people),
            events.c.send_id + 0 == batch.send_id,
        )
        .group_by(events.c.subscriber_id)
        .order_by(events.c.subscriber_id)
    )
    return [
        Differing(number, "accepted", "") if was_taken else Differing(number, "refused", words)
        for number, was_taken, words in connection.execute(told)
    ]
