"""Who gets an issue, as one statement: each candidate, included or with the reason that keeps them out.

Candidates are the people with a subscription of any state to the issue's newsletter. Each has exactly one
outcome, the first of EXCLUSIONS that holds: so candidates = included + excluded, always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
)

from lpdownload.model.audience import EXCLUSIONS, INCLUDED
from lpdownload.store.tables import issues, recipients, sends, subscribers, subscriptions, suppressions

theirs: Final = subscriptions.alias("theirs")


@dataclass(frozen=True)
class Rival:
    """Another issue with the same story, from a newsletter that comes first or that was mailed already."""

    newsletter: str
    issue: str
    within: ColumnElement[bool] | None
    """Its own segment; None where only those count who have received it."""


@dataclass(frozen=True)
class Question:
    """What decides who gets an issue; conditions are about ``tables.subscribers``."""

    newsletter: str
    issue: str
    segment: ColumnElement[bool] | None = None
    exclude: ColumnElement[bool] | None = None
    languages: Sequence[str] = ("en",)
    """Of the issue and its translations, the original's first: who reads none of the others gets that."""
    flags: Mapping[str, ColumnElement[bool]] | None = None
    """The segments that some section is only for, by name."""
    cap: int | None = None
    """How many mails are the most between the next two."""
    cap_from: datetime | None = None
    cap_to: datetime | None = None
    rivals: Sequence[Rival] = ()
    last_issue: str | None = None
    """To say who is new and who dropped out."""
    moment: datetime | None = None
    """When it goes out: who wants nothing before some later time is left out."""
    among: ColumnElement[bool] | None = None
    """Others are no candidates at all: of a further send, those whom the first was for."""


def candidates(connection: Connection, question: Question) -> Subquery:
    """Each candidate: subscriber_id, email, outcome, language, in_last, since_last, and a flag a segment."""
    rows = _candidates(connection, question).subquery()
    if not connection.execute(select(exists().where(subscribers.c.mailbox_key.is_not(None)))).scalar():
        return rows
    twin = rows.c.subscriber_id.in_(_twins(connection, question))
    outcome = case((and_(rows.c.outcome == INCLUDED, twin), "duplicate"), else_=rows.c.outcome)
    others = [column for column in rows.c if column.name != "outcome"]
    return select(outcome.label("outcome"), *others).subquery()


def _candidates(
    connection: Connection, question: Question, among: ColumnElement[bool] | None = None
) -> Select[*tuple[object, ...]]:
    """As ``candidates``, but each on his own: without regard to another spelling of the address."""
    tests = {
        "not_in_segment": None if question.segment is None else not_(question.segment),
        "in_excluded_segment": question.exclude,
        "suppressed": suppressions.c.id.is_not(None),
        **{
            state: subscriptions.c.state == state
            for state in ("unsubscribed", "pending", "bounced", "complained")
        },
        "paused": None if question.moment is None else subscriptions.c.paused_until > question.moment,
        "invalid": or_(not_(subscribers.c.email.like("_%@_%")), subscribers.c.email.like("% %")),
        "already_received": _received(issue_id_of(connection, question.issue)),
        "held": _held(connection, question),
        "over_cap": _over_cap(connection, question),
    }
    reasons = [(test, reason) for reason in EXCLUSIONS if (test := tests.get(reason)) is not None]
    last = last_sent(connection, question.last_issue)
    in_last = _received(issue_id_of(connection, question.last_issue))
    rows = (
        select(
            subscribers.c.id.label("subscriber_id"),
            subscribers.c.email,
            case(*reasons, else_=INCLUDED).label("outcome"),
            _language(question.languages).label("language"),
            (false() if in_last is None else in_last).label("in_last"),
            (false() if last is None else subscriptions.c.since > last).label("since_last"),
            *(flag.label(f"flag{index}") for index, flag in enumerate((question.flags or {}).values())),
        )
        .select_from(
            subscriptions.join(subscribers, subscribers.c.id == subscriptions.c.subscriber_id).outerjoin(
                suppressions, suppressions.c.address_key == subscribers.c.address_key
            )
        )
        .where(subscriptions.c.newsletter == question.newsletter)
    )
    return rows.where(*(test for test in (among, question.among) if test is not None))


def _twins(connection: Connection, question: Question) -> Select[*tuple[object, ...]]:
    """Of people whose addresses lead to one mailbox, all that would get the issue but the first; all of
    them, if it got the issue already.
    """
    other = subscribers.alias("other")
    spelled = select(other.c.mailbox_key).where(other.c.mailbox_key.is_not(None))
    members = union_all(
        select(other.c.id, other.c.mailbox_key.label("mailbox")).where(other.c.mailbox_key.is_not(None)),
        select(other.c.id, other.c.address_key.label("mailbox")).where(other.c.address_key.in_(spelled)),
    ).subquery("members")
    mine = _candidates(connection, question, subscribers.c.id.in_(select(members.c.id))).subquery("mine")
    first = case((mine.c.outcome == INCLUDED, 1), else_=0), members.c.id
    place = func.row_number().over(partition_by=members.c.mailbox, order_by=first).label("place")
    ranked = (
        select(members.c.id, place)
        .select_from(members.join(mine, mine.c.subscriber_id == members.c.id))
        .where(mine.c.outcome.in_((INCLUDED, "already_received")))
        .subquery("ranked")
    )
    return select(ranked.c.id).where(ranked.c.place > 1)


def _received(issue_id: int | None) -> ColumnElement[bool] | None:
    if issue_id is None:
        return None
    return exists().where(
        recipients.c.issue_id == issue_id,
        recipients.c.subscriber_id == subscribers.c.id,
        recipients.c.edition >= 0,
    )


def issue_id_of(connection: Connection, key: str | None) -> int | None:
    """The number of an issue that was ever planned to be mailed."""
    return (
        None if key is None else connection.execute(select(issues.c.id).where(issues.c.key == key)).scalar()
    )


def _held(connection: Connection, question: Question) -> ColumnElement[bool] | None:
    """Whether the person gets the same story by another issue."""
    tests: list[ColumnElement[bool]] = []
    for rival in question.rivals:
        received = _received(issue_id_of(connection, rival.issue))
        if received is not None:
            tests.append(received)
        if rival.within is not None:
            active = exists().where(
                theirs.c.newsletter == rival.newsletter,
                theirs.c.subscriber_id == subscribers.c.id,
                theirs.c.state == "active",
            )
            tests.append(and_(active, rival.within))
    return or_(*tests) if tests else None


def _over_cap(connection: Connection, question: Question) -> ColumnElement[bool] | None:
    if question.cap is None or question.cap_from is None or question.cap_to is None:
        return None
    in_time = and_(sends.c.starts_at > question.cap_from, sends.c.starts_at <= question.cap_to, was_planned())
    mailed = connection.execute(select(sends.c.issue_id).where(in_time).distinct()).scalars().all()
    if len(mailed) < question.cap:  # nobody can have got as many
        return None
    got = select(func.count()).where(
        recipients.c.issue_id.in_(mailed),
        recipients.c.subscriber_id == subscribers.c.id,
        recipients.c.edition >= 0,
    )
    return got.correlate(subscribers).scalar_subquery() >= question.cap


def was_planned() -> ColumnElement[bool]:
    """Of a send: its audience was frozen, so that it has been mailed, or is just being."""
    return sends.c.planned > 0


def _language(languages: Sequence[str]) -> ColumnElement[str]:
    """The translation that is in the person's language, es for es-MX too; else the original."""
    original, *others = languages
    exact = [(subscribers.c.language == language, language) for language in languages]
    alike = [(_same_base(language), language) for language in languages]
    return case(*exact, *alike, else_=original) if others else literal(original)


def _same_base(language: str) -> ColumnElement[bool]:
    base = language.partition("-")[0]
    return func.substr(subscribers.c.language, 1, len(base) + 1).in_((base, f"{base}-"))


def last_sent(connection: Connection, issue: str | None) -> datetime | None:
    """When an issue was mailed last."""
    mailed = select(func.max(sends.c.starts_at)).join(issues, sends.c.issue_id == issues.c.id)
    found: datetime | None = connection.execute(mailed.where(issues.c.key == issue, was_planned())).scalar()
    return found
