"""What is asked about an issue's audience: how many of each kind, who is new, who dropped out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    and_,
    case,
    cast,
    func,
    not_,
    or_,
    select,
    union_all,
)

from lpdownload.model.audience import EXCLUSIONS, INCLUDED
from lpdownload.store.candidates import Question, candidates, issue_id_of, was_planned
from lpdownload.store.tables import issues, recipients, sends


@dataclass(frozen=True)
class Group:
    """Candidates that are alike."""

    outcome: str
    language: str
    flags: frozenset[str]
    in_last: bool
    since_last: bool
    """Whether the subscription is younger than the last issue."""
    people: int


def groups(connection: Connection, question: Question) -> tuple[Group, ...]:
    """How many candidates there are of each kind.

    SQLite sorts what it groups, and numbers in half the time of five columns: so a kind is one number, its
    digits the outcome, the language and a bit for each yes or no.
    """
    found = candidates(connection, question)
    outcomes, languages, flags = (
        (INCLUDED, *EXCLUSIONS),
        tuple(question.languages),
        tuple(question.flags or ()),
    )
    bits = [found.c.in_last, found.c.since_last, *(found.c[f"flag{index}"] for index in range(len(flags)))]
    place_of_outcome = case(
        *((found.c.outcome == outcome, place) for place, outcome in enumerate(outcomes)), else_=None
    )
    kind: ColumnElement[int] = cast(place_of_outcome, BigInteger) * len(languages) + case(
        *((found.c.language == language, place) for place, language in enumerate(languages)), else_=None
    )
    for bit in bits:
        kind = kind * 2 + cast(bit, Integer)
    kinds = select(kind.label("kind")).select_from(found).subquery("kinds")
    return tuple(
        _group(number, people, outcomes, languages, flags)
        for number, people in connection.execute(select(kinds.c.kind, func.count()).group_by(kinds.c.kind))
    )


def _group(
    number: int, people: int, outcomes: Sequence[str], languages: Sequence[str], flags: Sequence[str]
) -> Group:
    """What ``groups`` wrote as one number."""
    number, bits = divmod(number, 2 ** (2 + len(flags)))
    outcome, language = divmod(number, len(languages))
    in_last, since_last, *are_in = (bool(bits >> place & 1) for place in reversed(range(2 + len(flags))))
    members = frozenset(flag for flag, is_in in zip(flags, are_in, strict=True) if is_in)
    return Group(outcomes[outcome], languages[language], members, in_last, since_last, people)


def received_last(connection: Connection, question: Question) -> int:
    """How many people got the newsletter's last issue."""
    issue_id = issue_id_of(connection, question.last_issue)
    got = recipients.c.issue_id == issue_id, recipients.c.edition == 0
    return connection.execute(select(func.count()).where(*got)).scalar_one()


def new_people(connection: Connection, question: Question) -> Iterator[tuple[str, bool]]:
    """Addresses of the included who did not get the last issue, and whether they subscribed since."""
    found = candidates(connection, question)
    rows = select(found.c.email, found.c.since_last).where(found.c.outcome == INCLUDED, not_(found.c.in_last))
    for email, since_last in connection.execute(rows.order_by(found.c.email)):
        yield email, bool(since_last)


def first_people(connection: Connection, question: Question, most: int) -> tuple[str, ...]:
    """Addresses of a few of the included."""
    found = candidates(connection, question)
    rows = select(found.c.email).where(found.c.outcome == INCLUDED).limit(most)
    return tuple(connection.execute(rows).scalars())


def dropped_people(connection: Connection, question: Question) -> Iterator[tuple[str, str]]:
    """Addresses of those who got the last issue and do not get this one, and why; ``gone``: not subscribed
    at all any more. The address of somebody erased is empty.
    """
    found = candidates(connection, question)
    last = issue_id_of(connection, question.last_issue)
    got = and_(recipients.c.issue_id == last, recipients.c.edition == 0)
    why = func.coalesce(found.c.outcome, "gone")
    rows = (
        select(recipients.c.email, why)
        .select_from(recipients.outerjoin(found, found.c.subscriber_id == recipients.c.subscriber_id))
        .where(got, or_(found.c.outcome.is_(None), found.c.outcome != INCLUDED))
    )
    for row in connection.execute(rows.order_by(recipients.c.email)):
        yield row[0], row[1]


def overlap(connection: Connection, one: Question, other: Question) -> int:
    """How many people would get both issues."""
    mine, theirs = candidates(connection, one), candidates(connection, other)
    both = mine.c.subscriber_id == theirs.c.subscriber_id
    rows = select(func.count()).select_from(mine.join(theirs, both))
    return connection.execute(
        rows.where(mine.c.outcome == INCLUDED, theirs.c.outcome == INCLUDED)
    ).scalar_one()


def over(connection: Connection, one: Question, earlier: Sequence[Question], mails: int) -> int:
    """How many people would get an issue after so many of the earlier ones, or more."""
    got = union_all(
        *(
            select(theirs.c.subscriber_id).where(theirs.c.outcome == INCLUDED)
            for theirs in (candidates(connection, question) for question in earlier)
        )
    ).subquery()
    often = select(got.c.subscriber_id).group_by(got.c.subscriber_id).having(func.count() >= mails)
    mine = candidates(connection, one)
    rows = select(func.count()).select_from(mine).where(mine.c.outcome == INCLUDED)
    return connection.execute(rows.where(mine.c.subscriber_id.in_(often))).scalar_one()


def last_issue_of(connection: Connection, newsletter: str, but: str) -> tuple[str, datetime] | None:
    """The issue of a newsletter that was mailed last, other than ``but``, and when."""
    row = connection.execute(
        select(issues.c.key, sends.c.starts_at)
        .join(sends, sends.c.issue_id == issues.c.id)
        .where(issues.c.newsletter == newsletter, issues.c.key != but, was_planned())
        .order_by(sends.c.starts_at.desc(), sends.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.key, row.starts_at)
