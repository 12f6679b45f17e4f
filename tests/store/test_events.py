"""Events written down once each, and the people they are counted for."""

from datetime import timedelta

from sqlalchemy import select
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, HOUR, Mailed, handed_over, in_doubt, mailed

from lpdownload.model.event import Event
from lpdownload.store import events, settle
from lpdownload.store.database import Database
from lpdownload.store.events import Reported, Stray
from lpdownload.store.tables import events as table


def reported(sent: Mailed, event: Event, email: str = ANA) -> Reported:
    key = (sent.send.id, sent.person(email))
    return Reported(event, event.identity, event.at, event.detail, events.copies(sent.connection, {key})[key])


def test_a_copy_is_found_by_send_and_person_or_address(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        ana = sent.person(ANA)
        known, unknown = (sent.send.id, ana), (sent.send.id + 1, ana)
        [(key, copy)] = events.copies(connection, {known, unknown, (sent.send.id, 99)}).items()
        assert key == known
        assert (copy.subscriber_id, copy.email, copy.key, copy.newsletter) == (ana, ANA, ANA, "town")
        assert copy.made_at == NOW
        assert "ana" not in repr(copy)
        by_address = events.copies_to(connection, {(sent.send.id, ANA), (sent.send.id, "no@example.org")})
        assert by_address == {(sent.send.id, ANA): copy}


def test_a_send_is_found_by_the_providers_name_for_a_batch(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, people=1, provider_id="m-1")
        mailed(connection, issue="town/2024-10", provider_id="m-3")
        assert events.sends_named(connection, "sendgrid", {"m-1", "m-2"}) == {"m-1": {sent.send.id}}
        assert events.sends_named(connection, "mailgun", {"m-1"}) == {}


def test_events_are_written_once_and_the_new_ones_told(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        first = reported(sent, sent.event("delivered"))
        second = reported(sent, sent.event("delivered", BO), BO)
        assert events.add(connection, [first]) == [first]
        assert events.add(connection, [first, second, second]) == [second]
        assert events.add(connection, [first, second]) == []
        assert events.add(connection, []) == []
        rows = connection.execute(select(table).order_by(table.c.subscriber_id)).all()
    assert [row.identity for row in rows] == [first.identity, second.identity]
    assert [(row.kind, row.at, row.provider, row.permanent) for row in rows] == [
        ("delivered", NOW + HOUR, "sendgrid", None)
    ] * 2


def test_what_is_about_no_copy_is_written_once_and_of_nobody(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        said = sent.event("complained")
        one = Stray(said, said.identity, said.at, "spam", ANA)
        assert events.add_strays(connection, []) == []
        assert events.add_strays(connection, [one, one]) == [one]
        assert events.add_strays(connection, [one]) == []
        row = connection.execute(select(table)).one()
    assert (row.kind, row.at, row.detail) == ("complained", NOW + HOUR, "spam")
    assert (row.send_id, row.subscriber_id) == (None, None)


def test_a_person_counts_once_for_a_kind(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        bounces = [
            reported(sent, sent.event("bounced", at=NOW + timedelta(hours=hour), permanent=hour > 1))
            for hour in range(4)
        ]
        events.add(connection, bounces[:2])
        events.add(connection, bounces[1:])
        events.add(connection, [reported(sent, sent.event("bounced", BO), BO)])
        events.add(connection, [reported(sent, sent.event(kind)) for kind in ("delivered", "complained")])
        events.add(connection, [reported(sent, sent.event(kind)) for kind in ("opened", "clicked")])
        counts = sent.counts
        assert (counts.delivered, counts.bounced, counts.complained) == (1, 2, 1)
        permanent = connection.execute(select(table.c.permanent).where(table.c.kind == "bounced"))
        assert sorted(map(str, permanent.scalars())) == ["0", "0", "1", "1", "None"]


def test_the_same_person_counts_in_each_send(database: Database) -> None:
    with database.writing() as connection:
        first = mailed(connection, ANA)
        second = mailed(connection, issue="town/2024-10")
        events.add(connection, [reported(sent, sent.event("delivered")) for sent in (first, second)])
        assert (first.counts.delivered, second.counts.delivered) == (1, 1)


def test_every_kind_but_refused_shows_that_a_copy_was_taken(database: Database) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO, "cy@example.org")
        row = in_doubt(connection, sent.send)
        people = settle.open_people(connection, row)
        assert events.proofs(connection, row, people) == []
        assert events.doubted_sends(connection) == ()
        events.add(connection, [reported(sent, sent.event("refused", detail="on its list"))])
        events.add(connection, [reported(sent, sent.event("refused", BO), BO)])
        events.add(connection, [reported(sent, sent.event("opened", BO), BO)])
        found = events.proofs(connection, row, people)
        assert [(one.subscriber_id, one.outcome, one.reason) for one in found] == [
            (sent.person(ANA), "refused", "on its list"),
            (sent.person(BO), "accepted", ""),
        ]
        assert events.doubted_sends(connection) == (sent.send.id,)
