"""A send that went out, and events about its copies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select
from tests.ledger import ISSUE, begun, check, plan
from tests.people import NOW, put

from lpdownload.model.event import Event, EventKind
from lpdownload.model.ledger import BatchRow, Counts, Send
from lpdownload.store import sends, settle, subscribers, suppressions
from lpdownload.store.facts import ledger_name
from lpdownload.store.settle import Settlement
from lpdownload.store.tables import events
from lpdownload.tracking.apply import Applied, apply_events

ANA, BO, CY = "ana@example.org", "bo@example.org", "cy@example.org"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Mailed:
    """A send in the ledger of a connection."""

    connection: Connection
    send: Send

    @property
    def name(self) -> str:
        """Ours for it towards the provider."""
        return f"{ledger_name(self.connection)}-{self.send.id}"

    def reference(self, email: str) -> str:
        return f"{self.name}-{self.person(email)}"

    def person(self, email: str) -> int:
        found = subscribers.find(self.connection, email)
        assert found is not None
        return found.id

    def event(
        self,
        kind: EventKind,
        email: str = ANA,
        at: datetime = NOW + HOUR,
        *,
        permanent: bool | None = None,
        detail: str = "",
    ) -> Event:
        """As a provider reports it that gives our reference back."""
        return Event(
            kind=kind,
            recipient=email,
            reference=self.reference(email),
            send=self.name,
            at=at,
            provider="sendgrid",
            permanent=permanent,
            detail=detail,
        )

    def apply(self, *reported: Event, now: datetime = NOW + DAY) -> Applied:
        """What it comes to; the ledger's account stays right."""
        applied = apply_events(self.connection, reported, now)
        check(self.connection)
        return applied

    @property
    def counts(self) -> Counts:
        return sends.counts(self.connection, self.send.id)

    def state(self, email: str = ANA) -> str | None:
        """Of the subscription to the send's newsletter."""
        found = subscribers.find(self.connection, email)
        assert found is not None
        return found.subscriptions[self.send.newsletter][0]

    def suppressed(self, email: str = ANA) -> str | None:
        return suppressions.reason_of(self.connection, email)


def mailed(
    connection: Connection,
    *emails: str,
    issue: str = ISSUE,
    provider: str = "sendgrid",
    people: int = 10,
    provider_id: str | None = None,
) -> Mailed:
    """A send to these people and all who get the newsletter; its batches, of so many people, were taken."""
    found = handed_over(connection, *emails, issue=issue, provider=provider, people=people)
    while rows := _planned(connection, found.send):
        for _ in rows:
            row = begun(connection, found.send)
            taken = Settlement(accepted=row.people, provider_id=provider_id)
            settle.settle(connection, row, taken, NOW, owner=1)
    return found


def handed_over(
    connection: Connection, *emails: str, issue: str = ISSUE, provider: str = "sendgrid", people: int = 10
) -> Mailed:
    """The same, before any batch was begun."""
    newsletter = issue.partition("/")[0]
    for email in emails:
        put(connection, email, states={newsletter: "active"})
    send = plan(connection, people, issue)
    sends.change(connection, send.id, provider=provider)
    return Mailed(connection, sends.find(connection, send.id))


def in_doubt(connection: Connection, send: Send) -> BatchRow:
    """The next batch of a send, of which nobody knows if it was taken."""
    row = begun(connection, send)
    unknown = Settlement(doubtful=settle.open_people(connection, row), doubt="no answer")
    settle.settle(connection, row, unknown, NOW, owner=1)
    return row


def kinds(connection: Connection) -> list[str]:
    """Of the events that are written down."""
    return sorted(connection.execute(select(events.c.kind)).scalars())


def _planned(connection: Connection, send: Send) -> Iterable[str]:
    states = sends.batch_states(connection, send.id)
    return ["planned"] * states.get("planned", 0)
