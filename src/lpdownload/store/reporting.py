"""The numbers of reports, added up by the database: sends, fates, clicks, domains, growth.

Everything is about sends that are named, and of people only their number leaves this module.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple, cast

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    or_,
    select,
    type_coerce,
)

from lpdownload.model.event import EventKind
from lpdownload.model.report import Numbers
from lpdownload.store.bulk import is_one_of
from lpdownload.store.tables import batches, consent, events, issues, recipients, sends

LEFT_WITHIN: Final = timedelta(days=30)
"""Who leaves later than so long after an issue does not leave because of it."""
_ACTIVE: Final = ("subscribed", "confirmed")
_MOVES: Final = (*_ACTIVE, "asked", "unsubscribed", "bounced", "complained", "undone")
_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class Sent:
    """A send whose audience was frozen, with what its own rows say."""

    send_id: int
    issue: str
    newsletter: str
    edition: int
    account: str
    provider: str
    at: datetime
    """When it began, or is to begin."""
    numbers: Numbers


class Clicks(NamedTuple):
    """On one address as the provider reported it."""

    address: str
    is_machine: bool
    people: int
    clicks: int


class Change(NamedTuple):
    """How many subscriptions of a newsletter changed on a day."""

    newsletter: str
    day: date
    what: str
    """joined, left, lost or undone."""
    people: int


def sent(
    connection: Connection,
    *,
    issue: str | None = None,
    newsletter: str | None = None,
    since: datetime | None = None,
) -> tuple[Sent, ...]:
    """The latest first. Of one issue, or of one newsletter, or all; none that began before ``since``."""
    begun = func.coalesce(sends.c.started_at, sends.c.starts_at)
    conditions: list[ColumnElement[bool]] = [sends.c.planned.is_not(None)]
    if issue is not None:
        conditions.append(issues.c.key == issue)
    if newsletter is not None:
        conditions.append(issues.c.newsletter == newsletter)
    if since is not None:
        conditions.append(begun >= since)
    counted = ("accepted", "refused", "failed", "in_doubt")
    told = ("delivered", "bounced", "complained")
    sums = (
        select(batches.c.send_id, *(func.sum(batches.c[name]).label(name) for name in counted))
        .group_by(batches.c.send_id)
        .subquery("sums")
    )
    rows = (
        select(
            *(
                sends.c[name]
                for name in ("id", "edition", "account", "provider", "planned", "excluded", *told)
            ),
            issues.c.key,
            issues.c.newsletter,
            begun.label("begun"),
            *(func.coalesce(sums.c[name], 0).label(name) for name in counted),
        )
        .join(issues, issues.c.id == sends.c.issue_id)
        .outerjoin(sums, sums.c.send_id == sends.c.id)
        .where(*conditions)
        .order_by(begun.desc(), sends.c.id.desc())
    )
    found = []
    for row in connection.execute(rows).mappings():
        numbers = {name: int(row[name]) for name in (*counted, *told)}
        pending = row["planned"] - sum(numbers[name] for name in counted)
        excluded = cast(Mapping[str, int], row["excluded"] or {})
        whole = Numbers(planned=row["planned"], pending=pending, excluded=excluded, **numbers)
        named = (row["id"], row["key"], row["newsletter"], row["edition"])
        found.append(Sent(*named, row["account"], row["provider"], row["begun"], whole))
    return tuple(found)


def readers(connection: Connection, which: Collection[int]) -> dict[tuple[int, EventKind, bool], int]:
    """People by send, by opened or clicked, and by whether all of it was programs'."""
    by_person = func.max(case((_is_machine(), 0), else_=1))
    each = (
        select(events.c.send_id, events.c.kind, by_person.label("person"))
        .where(_of(connection, which), events.c.kind.in_(("opened", "clicked")))
        .group_by(events.c.send_id, events.c.subscriber_id, events.c.kind)
        .subquery("each")
    )
    rows = select(each.c.send_id, each.c.kind, each.c.person, func.count()).group_by(*each.c)
    return {(send, kind, not person): people for send, kind, person, people in connection.execute(rows)}


def left(connection: Connection, begun: Mapping[int, tuple[str, datetime]]) -> dict[int, int]:
    """How many left the newsletter after which send: the last that they got before, if it was lately.

    ``begun``: newsletter and beginning of the sends to choose from.
    """
    if not begun:
        return {}
    rows = (
        select(consent.c.newsletter, consent.c.subscriber_id, consent.c.at, recipients.c.send_id)
        .join(recipients, recipients.c.subscriber_id == consent.c.subscriber_id)
        .where(
            consent.c.what == "unsubscribed",
            consent.c.newsletter.in_({newsletter for newsletter, _ in begun.values()}),
            consent.c.at >= min(at for _, at in begun.values()),
            recipients.c.edition >= 0,
            is_one_of(connection, recipients.c.send_id + 0, sorted(begun)),
        )
    )
    last: dict[tuple[str, int, datetime], int] = {}
    for newsletter, person, at, send in connection.execute(rows):
        its, start = begun[send]
        if its != newsletter or not start <= at <= start + LEFT_WITHIN:
            continue
        before = last.get((newsletter, person, at))
        if before is None or begun[before][1] <= start:
            last[newsletter, person, at] = send
    people = {(person, send) for (_, person, _), send in last.items()}
    return Counter(send for _, send in people)


def clicks(connection: Connection, which: Collection[int]) -> tuple[Clicks, ...]:
    """By the address that was clicked, as the provider wrote it."""
    machine = case((_is_machine(), 1), else_=0)
    people = func.count(events.c.subscriber_id.distinct())
    rows = (
        select(events.c.detail, machine, people, func.count())
        .where(_of(connection, which), events.c.kind == "clicked")
        .group_by(events.c.detail, machine)
        .order_by(events.c.detail)
    )
    return tuple(
        Clicks(address, bool(is_machine), people, count)
        for address, is_machine, people, count in connection.execute(rows)
    )


def domains(connection: Connection, which: Collection[int]) -> dict[str, tuple[int, Numbers]]:
    """By the part of the address behind the @: how many different people, and what became of their copies.

    Whoever was erased since is nowhere.
    """
    if not which:
        return {}
    domain = _domain(connection)
    mine = is_one_of(connection, recipients.c.send_id, sorted(which))
    taken = or_(
        recipients.c.outcome == "accepted",
        and_(recipients.c.outcome.is_(None), batches.c.state.in_(("accepted", "partly"))),
    )
    rows = (
        select(
            domain,
            func.count(recipients.c.subscriber_id.distinct()),
            func.count(),
            func.sum(case((taken, 1), else_=0)),
        )
        .join(
            batches, and_(batches.c.send_id == recipients.c.send_id, batches.c.number == recipients.c.batch)
        )
        .where(mine, recipients.c.edition >= 0, recipients.c.email != "")
        .group_by(domain)
    )
    found = {
        name: (people, {"planned": planned, "accepted": accepted})
        for name, people, planned, accepted in connection.execute(rows)
    }
    for name, kind, people in _fates(connection, which, domain):
        if name in found:
            found[name][1][kind] = people
    return {name: (people, Numbers(**numbers)) for name, (people, numbers) in found.items()}


def _fates(
    connection: Connection, which: Collection[int], domain: ColumnElement[str]
) -> Iterator[tuple[str, str, int]]:
    """Domain, what happened, people. A click counts if it is a person's."""
    counts = events.c.kind.in_(("delivered", "bounced", "complained"))
    person = and_(events.c.kind == "clicked", ~_is_machine())
    each = (
        select(events.c.send_id, events.c.subscriber_id, events.c.kind)
        .where(_of(connection, which), or_(counts, person))
        .distinct()
        .subquery("each")
    )
    rows = (
        select(domain, each.c.kind, func.count())
        .select_from(each)
        .join(
            recipients,
            and_(
                recipients.c.subscriber_id == each.c.subscriber_id,
                recipients.c.send_id + 0 == each.c.send_id,
            ),
        )
        .where(recipients.c.email != "")
        .group_by(domain, each.c.kind)
    )
    found: Iterator[tuple[str, str, int]] = (
        (name, kind, people) for name, kind, people in connection.execute(rows)
    )
    return found


def changes(connection: Connection, newsletter: str | None = None) -> tuple[Change, ...]:
    """Of every subscription that became active or ceased to be, of one newsletter or all, by day (UTC)."""
    mine: list[ColumnElement[bool]] = [consent.c.what.in_(_MOVES), consent.c.newsletter.is_not(None)]
    if newsletter is not None:
        mine.append(consent.c.newsletter == newsletter)
    before = func.lag(consent.c.what).over(
        partition_by=(consent.c.newsletter, consent.c.subscriber_id), order_by=consent.c.id
    )
    day = (type_coerce(consent.c.at, BigInteger) // _DAY).label("day")
    moves = (
        select(consent.c.newsletter, consent.c.what, day, before.label("before"))
        .where(*mine)
        .subquery("moves")
    )
    was = func.coalesce(moves.c.before, "").in_(_ACTIVE)
    became = moves.c.what.in_(_ACTIVE)
    what = case(
        (and_(became, ~was), "joined"),
        (and_(was, moves.c.what == "unsubscribed"), "left"),
        (and_(was, moves.c.what == "undone"), "undone"),
        (and_(was, ~became), "lost"),
        else_="",
    ).label("change")
    named = select(moves.c.newsletter, moves.c.day, what).subquery("named")
    rows = (
        select(named.c.newsletter, named.c.day, named.c.change, func.count())
        .where(named.c.change != "")
        .group_by(*named.c)
        .order_by(named.c.newsletter, named.c.day, named.c.change)
    )
    return tuple(
        Change(name, datetime.fromtimestamp(number * _DAY, UTC).date(), change, people)
        for name, number, change, people in connection.execute(rows)
    )


def _of(connection: Connection, which: Collection[int]) -> ColumnElement[bool]:
    return is_one_of(connection, events.c.send_id, sorted(which))


def _is_machine() -> ColumnElement[bool]:
    return func.coalesce(events.c.by, "person") == "machine"


def _domain(connection: Connection) -> ColumnElement[str]:
    email = recipients.c.email
    if connection.dialect.name == "sqlite":
        return func.lower(func.substr(email, func.instr(email, "@") + 1))
    return func.lower(func.split_part(email, "@", 2))
