"""What goes out when, across newsletters, and where sends are in each other's way."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lpdownload.audience.audience import Audience, ask, audience_of
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.model.contact import Contact
from lpdownload.model.issue import Issue
from lpdownload.store.audience import over, overlap
from lpdownload.store.candidates import last_sent


@dataclass(frozen=True)
class Planned:
    """An issue and the day it goes out."""

    issue: Issue
    audience: Audience
    send_at: datetime | None
    """With its zone; None if the file gives no time."""
    mailed_at: datetime | None
    clashes: tuple[str, ...] = ()
    """Each in a sentence."""


def calendar(
    library: Library, connection: Connection, first: date, last: date
) -> tuple[tuple[Planned, ...], tuple[str, ...]]:
    """The issues of these days, in order, each with what stands in its way; and those that cannot be read."""
    planned: list[Planned] = []
    unread: list[str] = []
    for key in library.issue_keys():
        if "." in key.partition("/")[2]:  # a translation goes out with its original
            continue
        try:
            issue = load_issue(library, key).issue
            if first <= issue.date <= last:
                planned.append(_planned(library, connection, issue))
        except InvalidInput:
            unread.append(key)
    planned.sort(key=lambda one: (one.issue.date, one.send_at is None, str(one.send_at), one.issue.key))
    contact = library.network.contact
    clashes = {one.issue.key: list(_alone(contact, one)) for one in planned}
    questions = {one.issue.key: ask(library, connection, one.issue.key).question for one in planned}
    for one, other in combinations(planned, 2):
        if one.issue.date != other.issue.date:
            continue
        people = overlap(connection, questions[one.issue.key], questions[other.issue.key])
        if people:
            clashes[one.issue.key].append(f"{people:,} people get {other.issue.key} on the same day")
            clashes[other.issue.key].append(f"{people:,} people get {one.issue.key} on the same day")
    for one in planned if contact.cap else ():
        assert contact.cap is not None
        earlier = [other for other in planned if _counts_towards(contact.cap.days, one, other)]
        if len(earlier) < contact.cap.mails:
            continue
        people = over(
            connection,
            questions[one.issue.key],
            [questions[other.issue.key] for other in earlier],
            contact.cap.mails,
        )
        if people:
            message = (
                f"{people:,} people would get more than {contact.cap.mails} mails in {contact.cap.days} days"
            )
            clashes[one.issue.key].append(message)
    return tuple(replace(one, clashes=tuple(clashes[one.issue.key])) for one in planned), tuple(unread)


def _planned(library: Library, connection: Connection, issue: Issue) -> Planned:
    moment = issue.written.send_at
    return Planned(
        issue,
        audience_of(library, connection, issue.key),
        moment.replace(tzinfo=ZoneInfo(issue.newsletter.timezone)) if moment else None,
        last_sent(connection, issue.key),
    )


def _counts_towards(days: int, one: Planned, other: Planned) -> bool:
    """Whether the other goes out before this one, and its mail counts for this one's cap."""
    since = one.issue.date - timedelta(days=days)
    mine, theirs = (one.issue.date, one.issue.key), (other.issue.date, other.issue.key)
    return other.mailed_at is None and since < other.issue.date and theirs < mine


def _alone(contact: Contact, one: Planned) -> Iterator[str]:
    quiet = contact.quiet_hours
    if quiet and one.send_at and quiet.holds(one.send_at.time()):
        yield f"{one.send_at:%H:%M} is in the quiet hours, {quiet.begin:%H:%M} to {quiet.end:%H:%M}"
    for reason, words in (
        ("held", "get the story from another newsletter"),
        ("over_cap", "are over the contact cap"),
    ):
        if people := one.audience.excluded.get(reason):
            yield f"{people:,} people {words}"
    for finding in one.audience.findings:
        yield finding.message
