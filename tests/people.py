"""People, their subscriptions, and what was mailed to them, in a test's database."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select

from lpdownload.model.address import address_of
from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers
from lpdownload.store.tables import issues, recipients, sends, subscriptions

NOW = datetime(2024, 9, 1, 12, tzinfo=UTC)
SAID = Evidence(NOW, "a form", "192.0.2.1")

Attributes = Mapping[str, str | tuple[str, ...]]


def put(
    connection: Connection,
    email: str,
    attributes: Attributes | None = None,
    states: Mapping[str, str] | None = None,
    since: datetime = NOW,
) -> int:
    """A person with subscriptions by newsletter; the person's number."""
    number = subscribers.add(connection, address_of(email), attributes or {}, NOW)
    for newsletter, state in (states or {}).items():
        row = {"newsletter": newsletter, "subscriber_id": number, "state": state, "since": since}
        connection.execute(insert(subscriptions).values(row))
    return number


def put_all(connection: Connection, emails: Iterable[str], newsletter: str = "town") -> list[int]:
    """People who get a newsletter."""
    return [put(connection, email, states={newsletter: "active"}) for email in emails]


def mail(
    connection: Connection, issue: str, people: Sequence[int], at: datetime = NOW, state: str = "done"
) -> int:
    """An issue mailed to people, in a send of its own; its number. A cancelled one had mailed nobody yet."""
    known = connection.execute(select(issues.c.id).where(issues.c.key == issue)).scalar()
    if known is None:
        new = {"key": issue, "newsletter": issue.partition("/")[0]}
        known = connection.execute(insert(issues).values(new).returning(issues.c.id)).scalar_one()
    cancelled = state == "cancelled"
    row = send_row(known, at) | {"state": state, "planned": 0 if cancelled else len(people)}
    send_id = int(connection.execute(insert(sends).values(row).returning(sends.c.id)).scalar_one())
    for number in people:
        row = {"issue_id": known, "subscriber_id": number, "send_id": send_id, "batch": 1}
        edition = -send_id if cancelled else 0
        connection.execute(
            insert(recipients).values(row | {"email": f"p{number}@example.org", "edition": edition})
        )
    return send_id


def send_row(issue_id: int, at: datetime = NOW) -> dict[str, object]:
    """What every send has."""
    words = dict.fromkeys(
        ("account", "provider", "by", "reason", "instance", "content_digest", "audience_digest", "campaign"),
        "",
    )
    numbers = dict.fromkeys(("edition", "local", "delivered", "bounced", "complained"), 0)
    moments = {"starts_at": at, "created_at": at}
    return {**words, **numbers, **moments, "issue_id": issue_id, "state": "done", "late": "ask", "planned": 1}
