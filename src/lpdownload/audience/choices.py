"""What a reader chooses on the public pages, carried out; every change with its consent record.

A reader's own click lifts no suppression but their own, from everything: an address whose mail came back, or
whose owner complained, comes back by the newsroom alone.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.model.subscriber import Subscriber
from lpdownload.model.subscription import Evidence
from lpdownload.store import consent_texts, subscribers, subscriptions, suppressions

PAUSE: Final = timedelta(days=91)
"""Three months."""
SOURCE: Final = "web"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The words beside what was chosen, as they were shown."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What was ticked on the page, and what could have been."""

    newsletters: frozenset[str]
    offered: Collection[str]
    interests: frozenset[str] | None
    """None: the page had none to choose."""
    language: str | None
    """None: it stays."""


def may_come_back(person: Subscriber) -> bool:
    """Whether the person's own word is enough for mail to the address."""
    return person.suppressed in {None, "unsubscribed"}


def choose(
    connection: Connection, person: Subscriber, choices: Choices, at: Evidence, said: Agreement
) -> None:
    """Newsletters, topics and language as they were ticked."""
    for name in sorted(set(choices.offered)):
        state = person.subscriptions[name][0] if name in person.subscriptions else None
        wanted = name in choices.newsletters
        if not wanted and state in {"active", "pending"}:
            subscriptions.change(connection, person.id, name, "unsubscribed", at)
        elif wanted and (state != "active" or person.suppressed):
            subscribe(connection, person, name, at, said)
    changed: dict[str, str | tuple[str, ...]] = {}
    if choices.interests is not None and choices.interests != set(interests_of(person)):
        changed["interests"] = tuple(sorted(choices.interests))
    if choices.language is not None and choices.language != person.attributes.get("language"):
        changed["language"] = choices.language
    if changed:
        subscribers.set_attributes(connection, person.id, changed)
        for name in changed:
            subscriptions.record(connection, person.id, None, f"{name} chosen", at)


def subscribe(
    connection: Connection, person: Subscriber, newsletter: str, at: Evidence, said: Agreement
) -> bool:
    """A newsletter that the person wants; False if the address may not be mailed."""
    if not may_come_back(person):
        return False
    proved = Evidence(at.at, at.source, consent_texts.keep(connection, said.language, said.text))
    if suppressions.reason_of(connection, person.key) == "unsubscribed":
        suppressions.lift(connection, person.key)
        subscriptions.record(connection, person.id, None, "chosen", proved)
    subscriptions.change(connection, person.id, newsletter, "chosen", proved)
    return True


def leave_everything(connection: Connection, person: Subscriber, at: Evidence) -> None:
    """All newsletters at once, and none by a later import either."""
    for name in person.subscriptions:
        subscriptions.change(connection, person.id, name, "unsubscribed", at)
    if suppressions.suppress(connection, person.key, "unsubscribed", at=at.at, source=at.source):
        subscriptions.record(connection, person.id, None, "unsubscribed", at)


def pause(connection: Connection, person: Subscriber, at: Evidence) -> None:
    """Nothing for three months from now."""
    subscriptions.pause(connection, person.id, at.at + PAUSE, at)


def go_on(connection: Connection, person: Subscriber, at: Evidence) -> None:
    """The pause is over."""
    subscriptions.pause(connection, person.id, None, at)


def interests_of(person: Subscriber) -> tuple[str, ...]:
    found = person.attributes.get("interests", ())
    return (found,) if isinstance(found, str) else found
