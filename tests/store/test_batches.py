"""Batches claimed, loaded and begun: by one worker each, and only while their send goes on."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import update
from tests.ledger import batch, begun, check, plan
from tests.people import NOW, SAID, put, put_all
from tests.store.waiting import wait_for_blocked

from lpdownload.model.ledger import BatchRow, SendState
from lpdownload.store import batches, sends
from lpdownload.store.batches import Person
from lpdownload.store.database import Database
from lpdownload.store.doubt import into_doubt
from lpdownload.store.settle import Settlement, settle
from lpdownload.store.subscribers import erase
from lpdownload.store.subscriptions import change
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import batches as table
from lpdownload.store.tables import subscribers

LATER = NOW + timedelta(hours=1)


def emails(count: int) -> list[str]:
    return [f"p{number}@example.org" for number in range(count)]


def test_batches_are_claimed_in_order_and_only_once(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, emails(7))
        send = plan(connection)
        first = batches.claim(connection, 1, 3, NOW, [send.id])
        second = batches.claim(connection, 2, 3, NOW, [send.id])
        assert [row.number for row in first] == [1, 2, 3]
        assert [(row.number, row.owner, row.people) for row in second] == [(4, 2, 1)]
        assert batches.claim(connection, 3, 3, NOW, [send.id]) == ()
        assert batches.owners(connection) in {(1, 2), (2, 1)}
        batches.release(connection, 1)
        assert batches.owners(connection) == (2,)
        assert batches.claim(connection, 3, 1, NOW, [send.id]) == (replace(first[0], owner=3),)
        check(connection)


def test_only_batches_of_these_sends_are_claimed(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, emails(2))
        one, other = plan(connection), plan(connection, issue="town/2024-10")
        assert batches.claim(connection, 1, 9, NOW, []) == ()
        (row,) = batches.claim(connection, 1, 9, NOW, [other.id])
        assert row.send_id == other.id
        assert len(batches.claim(connection, 1, 9, NOW, [one.id, other.id])) == 1


def test_a_batch_does_not_leave_before_its_time(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, emails(4))
        send = plan(connection)
        assert batches.next_due(connection, [send.id], NOW) is None
        connection.execute(update(table).where(table.c.number == 1).values(not_before=LATER))
        assert batches.next_due(connection, [send.id], NOW) == LATER
        assert batches.next_due(connection, [send.id], LATER) is None  # it is its turn, or another worker's
        assert [row.number for row in batches.claim(connection, 1, 9, NOW, [send.id])] == [2]
        assert [row.number for row in batches.claim(connection, 1, 9, LATER, [send.id])] == [1]


def test_its_people_are_loaded_as_the_database_knows_them_now(database: Database) -> None:
    with database.writing() as connection:
        stays = put(
            connection, "a@example.org", {"first_name": "Ana", "interests": ("a", "b")}, {"town": "active"}
        )
        _, left, stopped, erased = put_all(connection, emails(4))
        send = plan(connection, 5)
        change(connection, left, "town", "unsubscribed", SAID)
        suppress(connection, "p2@example.org", "complained", at=NOW, source="a report")
        erase(connection, "p3@example.org", at=NOW, source="asked")
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        loaded = batches.load(connection, row, "town", ["first_name", "interests"], NOW)
        known = {person.subscriber_id: person for person in loaded}
        assert known[stays] == Person(stays, "a@example.org", "", ("Ana", "\na\nb\n"))
        assert [person.subscriber_id for person in loaded] == sorted(known)
        assert known[left].left == "unsubscribed since it was planned"
        assert known[stopped].left == "suppressed since it was planned: complained"
        assert known[erased].left == "erased since it was planned"
        assert Counter(bool(person.left) for person in loaded) == {False: 2, True: 3}


def test_what_is_begun_is_written_down_before_the_call(database: Database) -> None:
    with database.writing() as connection:
        first, *_ = put_all(connection, emails(3))
        send = plan(connection, 3)
        (row,) = batches.claim(connection, 7, 1, NOW, [send.id])
        found = batches.begin(connection, row, "digest", [(first, "left")], LATER, owner=7)
    with database.reading() as connection:
        assert found == batch(connection, send.id, 1)
        assert (found.state, found.attempts, found.owner) == ("submitting", 1, 7)
        assert (found.digest, found.submitted_at) == ("digest", LATER)
        assert first not in [
            person.subscriber_id for person in batches.load(connection, found, "town", [], NOW)
        ]
        assert sends.counts(connection, send.id).failed == 1
        assert batches.is_open(connection, send.id)
        check(connection)


@pytest.mark.parametrize("state", ["paused", "done", "cancelled"])
def test_nothing_begins_while_its_send_does_not_go_on(database: Database, state: SendState) -> None:
    with database.writing() as connection:
        put_all(connection, emails(2))
        send = plan(connection)
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        if state == "cancelled":
            sends.cancel(connection, send.id, by="bo", why="", now=NOW)
        else:
            sends.move(connection, send.id, state, by="bo", why="", now=NOW)
        assert batches.begin(connection, row, "d", [], NOW, owner=1) is None
        check(connection)
        if state == "paused":
            sends.move(connection, send.id, "sending", by="bo", why="", now=NOW)
            assert batches.begin(connection, row, "d", [], NOW, owner=1) is not None


def test_only_its_owner_begins_a_batch_and_only_once(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, emails(2))
        send = plan(connection)
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        assert batches.begin(connection, row, "d", [], NOW, owner=2) is None
        first = batches.begin(connection, row, "d", [], NOW, owner=1)
        assert first is not None
        assert batches.begin(connection, row, "d", [], NOW, owner=1) is None
        people = [person.subscriber_id for person in batches.load(connection, first, "town", [], NOW)]
        settle(connection, first, Settlement(later=people), NOW, owner=1)
        batches.claim(connection, 1, 1, NOW, [send.id])
        assert batches.begin(connection, row, "d", [], NOW, owner=1) is None
        assert batch(connection, send.id, 1).attempts == 1


def test_a_batch_in_doubt_is_begun_again_by_one_alone(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, emails(2))
        send = plan(connection)
        into_doubt(connection, begun(connection, send), "died", LATER)
        row = batch(connection, send.id, 1)
        again = batches.begin(connection, row, row.digest or "", [], LATER, owner=2)
        assert again is not None
        assert (again.attempts, again.owner, again.submitted_at, again.settled_at) == (2, 2, NOW, None)
        assert batches.begin(connection, row, row.digest or "", [], LATER, owner=3) is None
        check(connection)


def test_workers_at_once_never_claim_the_same_batch(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        put_all(connection, emails(60))
        send = plan(connection, 1)
    workers, found = 4, list[BatchRow]()
    ready = Barrier(workers)

    def work(owner: int) -> None:
        ready.wait()
        while True:
            with postgres_database.writing() as connection:
                rows = batches.claim(connection, owner, 3, NOW, [send.id])
                is_left = batches.of_send(connection, send.id, "planned")
            found.extend(rows)
            if not rows and all(row.owner is not None for row in is_left):
                return

    threads = [Thread(target=work, args=[owner]) for owner in range(1, workers + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(row.number for row in found) == list(range(1, 61))


def test_a_batch_that_would_begin_during_a_cancellation_does_not(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        put_all(connection, emails(2))
        send = plan(connection)
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
    result: list[BatchRow | None] = []

    def begin() -> None:
        with postgres_database.writing() as connection:
            result.append(batches.begin(connection, row, "d", [], NOW, owner=1))

    with postgres_database.writing() as connection:
        sends.cancel(connection, send.id, by="bo", why="", now=NOW)
        thread = Thread(target=begin)
        thread.start()
        wait_for_blocked(postgres_database)
    thread.join()
    assert result == [None]
    with postgres_database.reading() as connection:
        check(connection)


def test_whoever_has_another_address_since_the_plan_is_not_mailed_to_the_old_one(database: Database) -> None:
    with database.writing() as connection:
        first, _ = put_all(connection, emails(2))
        row = begun(connection, plan(connection))
        elsewhere = update(subscribers).where(subscribers.c.id == first)
        connection.execute(elsewhere.values(email="new@example.org"))
        found = batches.load(connection, row, "town", ["first_name"], NOW)
    assert [person.left for person in found] == ["another address since it was planned", ""]
