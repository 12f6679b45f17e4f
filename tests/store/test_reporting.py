"""The numbers of reports, added up by both databases alike."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, update
from tests.ledger import new_send
from tests.people import NOW, put, put_all
from tests.tracking.mailed import ANA, BO, CY, HOUR, Mailed, mailed

from lpdownload.model.event import Event
from lpdownload.model.subscription import Evidence
from lpdownload.store import reporting, sends, subscriptions
from lpdownload.store.database import Database
from lpdownload.store.tables import consent, recipients
from lpdownload.store.tables import sends as table

DAY = timedelta(days=1)
LATER = NOW + 40 * DAY


def begun(sent: Mailed, at: datetime) -> None:
    sends.change(sent.connection, sent.send.id, started_at=at, starts_at=at)


def test_sends_come_with_what_became_of_their_people(database: Database) -> None:
    with database.writing() as connection:
        first = mailed(connection, ANA, BO, people=1)
        sends.change(connection, first.send.id, excluded={"unsubscribed": 3})
        first.apply(first.event("bounced", BO, permanent=True), first.event("delivered"))
        second = mailed(connection, CY, issue="lab/2024-09", provider="resend")
        begun(second, NOW + DAY)
        sends.add(connection, new_send("town/2024-10"), NOW)  # its audience is not frozen
        found = reporting.sent(connection)
        assert [(one.issue, one.newsletter, one.provider) for one in found] == [
            ("lab/2024-09", "lab", "resend"),
            ("town/2024-09", "town", "sendgrid"),
        ]
        numbers = found[1].numbers
        assert (numbers.planned, numbers.accepted, numbers.pending) == (2, 2, 0)
        assert (numbers.delivered, numbers.bounced, numbers.candidates) == (1, 1, 5)
        assert [one.issue for one in reporting.sent(connection, newsletter="lab")] == ["lab/2024-09"]
        assert [one.issue for one in reporting.sent(connection, issue="town/2024-09")] == ["town/2024-09"]
        assert [one.issue for one in reporting.sent(connection, since=NOW + HOUR)] == ["lab/2024-09"]


def test_readers_count_once_and_as_persons_if_anything_was_theirs(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, CY)
        program = {"useragent": "curl/8"}
        some = [sent.event("clicked", ANA, NOW + turn * HOUR, detail="a") for turn in range(1, 4)]
        some += [replaced(sent, BO, program), replaced(sent, ANA, program)]
        sent.apply(*some, sent.event("opened", CY))
        assert reporting.readers(connection, [sent.send.id]) == {
            (sent.send.id, "clicked", False): 1,
            (sent.send.id, "clicked", True): 1,
            (sent.send.id, "opened", False): 1,
        }
        assert reporting.readers(connection, []) == {}
        found = reporting.clicks(connection, [sent.send.id])
        assert [tuple(one) for one in found] == [("a", False, 1, 3), ("b", True, 2, 2)]


def replaced(sent: Mailed, email: str, raw: Mapping[str, object]) -> Event:
    return replace(sent.event("clicked", email, NOW + 9 * HOUR, detail="b"), raw=raw)


def test_who_leaves_does_so_after_the_last_issue_they_got(database: Database) -> None:
    with database.writing() as connection:
        first = mailed(connection, ANA, BO, CY)
        other = mailed(connection, issue="lab/2024-09")
        put(connection, "di@example.org", states={"town": "active"})
        second = mailed(connection, issue="town/2024-10")
        begun(first, NOW)
        begun(second, NOW + 7 * DAY)
        for email, at in ((ANA, NOW + DAY), (BO, NOW + 8 * DAY), ("di@example.org", NOW + 50 * DAY)):
            leave(first, email, at)
        names = {one.send_id: (one.newsletter, one.at) for one in reporting.sent(connection)}
        assert reporting.left(connection, names) == {first.send.id: 1, second.send.id: 1}
        assert other.send.id in names
        assert reporting.left(connection, {}) == {}


def leave(sent: Mailed, email: str, at: datetime) -> None:
    said = Evidence(at, "one click")
    subscriptions.change(sent.connection, sent.person(email), "town", "unsubscribed", said)


def test_domains_come_with_people_and_with_what_became_of_their_copies(database: Database) -> None:
    with database.writing() as connection:
        people = [f"p{number}@one.example.org" for number in range(3)]
        first = mailed(connection, *people, "X@Two.example.org")
        second = mailed(connection, issue="town/2024-10")
        first.apply(
            first.event("bounced", people[0]),
            first.event("delivered", people[1]),
            first.event("clicked", people[1], detail="a"),
            first.event("clicked", people[1], NOW + 3 * HOUR, detail="b"),
        )
        connection.execute(
            update(recipients).where(recipients.c.subscriber_id == first.person(people[2])).values(email="")
        )
        found = reporting.domains(connection, [first.send.id, second.send.id])
        assert {name: people for name, (people, _) in found.items()} == {
            "one.example.org": 2,
            "two.example.org": 1,
        }
        numbers = found["one.example.org"][1]
        assert (numbers.planned, numbers.accepted, numbers.bounced) == (4, 4, 1)
        assert (numbers.delivered, numbers.clicked) == (1, 1)
        assert reporting.domains(connection, []) == {}


def test_lists_grow_by_who_becomes_active_and_shrink_by_who_ceases_to_be(database: Database) -> None:
    with database.writing() as connection:
        numbers = put_all(connection, [f"p{number}@example.org" for number in range(4)])
        said = [
            (0, "subscribed", 0),
            (0, "unsubscribed", 1),
            (0, "unsubscribed", 2),  # again: nothing changes
            (1, "asked", 0),
            (1, "confirmed", 1),
            (1, "bounced", 3),
            (1, "unsubscribed", 4),
            (2, "subscribed", 1),
            (2, "undone", 1),
            (3, "asked", 1),
        ]
        for person, what, day in said:
            row = {"subscriber_id": numbers[person], "newsletter": "town", "what": what, "source": "x"}
            connection.execute(insert(consent).values(row | {"at": NOW + day * DAY}))
        row = {"subscriber_id": numbers[3], "newsletter": None, "what": "lifted", "at": NOW, "source": "x"}
        connection.execute(insert(consent).values(row))
        found = [(one.day, one.what, one.people) for one in reporting.changes(connection, "town")]
        assert found == [
            (date(2024, 9, 1), "joined", 1),
            (date(2024, 9, 2), "joined", 2),
            (date(2024, 9, 2), "left", 1),
            (date(2024, 9, 2), "undone", 1),
            (date(2024, 9, 4), "lost", 1),
        ]
        assert len(reporting.changes(connection)) == 5
        assert reporting.changes(connection, "lab") == ()


def test_a_send_without_a_beginning_is_dated_by_when_it_is_to_begin(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        connection.execute(update(table).values(started_at=None, starts_at=LATER))
        assert reporting.sent(connection)[0].at == LATER
        assert sent.send.id == reporting.sent(connection)[0].send_id
        assert LATER.tzinfo is UTC
