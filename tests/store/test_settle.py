"""What became of a batch, written down by the one who may, once."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection
from tests.ledger import batch, begun, check, plan, stands
from tests.people import NOW, put_all

from lpdownload.model.ledger import BatchRow, IllegalMove, Send
from lpdownload.store import batches, sends
from lpdownload.store.batches import Differing
from lpdownload.store.database import Database
from lpdownload.store.doubt import into_doubt
from lpdownload.store.settle import Settlement, close, open_people, settle, split, told

LATER = NOW + timedelta(minutes=5)


def in_flight(connection: Connection, people: int = 4, size: int = 4) -> tuple[Send, BatchRow, list[int]]:
    """A send, its batch that is being handed over, and the people in that."""
    put_all(connection, [f"p{number}@example.org" for number in range(people)])
    send = plan(connection, size)
    row = begun(connection, send)
    return send, row, open_people(connection, row)


OUTCOMES = ("accepted", "refused", "later", "in_doubt", "told accepted", "told refused")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outcomes=st.lists(st.sampled_from(OUTCOMES), min_size=1, max_size=6))
def test_each_of_a_batch_ends_where_the_provider_left_them(
    database: Database, outcomes: Sequence[str]
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        send, row, people = in_flight(connection, len(outcomes), len(outcomes))
        by = {
            name: [number for number, outcome in zip(people, outcomes, strict=True) if outcome == name]
            for name in OUTCOMES
        }
        said = [Differing(number, "accepted", "") for number in by["told accepted"]]
        said += [Differing(number, "refused", "no") for number in by["told refused"]]
        assert told(connection, row, said)
        check(connection)
        found = Settlement(
            accepted=len(by["accepted"]),
            refused=[(number, "no") for number in by["refused"]],
            later=by["later"],
            later_reason="busy",
            not_before=LATER,
            doubtful=by["in_doubt"],
            doubt="cut off",
        )
        state = settle(connection, row, found, NOW, owner=1)
        check(connection)
        expected = {
            number: {"later": "pending"}.get(outcome, outcome.removeprefix("told "))
            for number, outcome in zip(people, outcomes, strict=True)
        }
        assert stands(connection, send.id) == expected
        kinds = Counter(outcome.removeprefix("told ") for outcome in outcomes)
        if set(kinds) in ({"later"}, {"in_doubt"}):
            assert state == ("planned" if kinds["later"] else "in_doubt")
        else:
            assert state == (
                "refused" if not kinds["accepted"] else "partly" if kinds["refused"] else "accepted"
            )
        for each in batches.of_send(connection, send.id, "planned"):
            assert (each.reason, each.not_before, each.owner, each.people) == (
                "busy",
                LATER,
                None,
                kinds["later"],
            )
        for each in batches.of_send(connection, send.id, "in_doubt"):
            assert (each.reason, each.submitted_at, each.people) == ("cut off", NOW, kinds["in_doubt"])
        transaction.rollback()


def test_a_batch_refused_as_a_whole_is_tried_again_in_halves(database: Database) -> None:
    with database.writing() as connection:
        send, row, people = in_flight(connection, 5, 5)
        found = Settlement(later=people, later_reason="bad request", in_halves=True)
        assert settle(connection, row, found, NOW, owner=1) == "planned"
        check(connection)
        first, second = batches.of_send(connection, send.id)
        assert open_people(connection, first) == people[:2]
        assert open_people(connection, second) == people[2:]
        assert {first.state, second.state} == {"planned"}


def test_what_was_settled_is_not_settled_again(database: Database) -> None:
    with database.writing() as connection:
        send, row, people = in_flight(connection)
        assert settle(connection, row, Settlement(4), NOW, owner=1) == "accepted"
        again = Settlement(refused=[(number, "no") for number in people])
        assert settle(connection, row, again, NOW, owner=1) is None
        assert not told(connection, row, [Differing(people[0], "refused", "no")])
        assert set(stands(connection, send.id).values()) == {"accepted"}
        check(connection)


def test_nobody_settles_another_worker_s_batch(database: Database) -> None:
    with database.writing() as connection:
        _, row, _ = in_flight(connection)
        assert settle(connection, row, Settlement(4), NOW, owner=2) is None
        assert batch(connection, row.send_id, row.number).state == "submitting"


def test_an_answer_to_an_earlier_attempt_says_nothing_of_this_one(database: Database) -> None:
    with database.writing() as connection:
        send, first, people = in_flight(connection)
        settle(connection, first, Settlement(later=people), NOW, owner=1)
        second = begun(connection, send)
        assert (first.attempts, second.attempts) == (1, 2)
        assert settle(connection, first, Settlement(4), NOW, owner=1) is None
        assert not told(connection, first, [Differing(people[0], "accepted", "")])
        check(connection)
        assert settle(connection, second, Settlement(4), NOW, owner=1) == "accepted"


def test_the_late_answer_of_a_worker_taken_for_dead_ends_the_doubt(database: Database) -> None:
    with database.writing() as connection:
        send, row, people = in_flight(connection)
        into_doubt(connection, row, "died", NOW)
        assert not told(connection, row, [Differing(people[0], "accepted", "")])
        found = Settlement(accepted=2, refused=[(people[0], "no")], later=[people[1]])
        assert settle(connection, row, found, NOW, owner=1) == "partly"
        check(connection)
        now_stands = stands(connection, send.id)
        assert [now_stands[number] for number in people] == ["refused", "pending", "accepted", "accepted"]


def test_a_late_answer_that_knows_nothing_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        _, row, people = in_flight(connection)
        into_doubt(connection, row, "died", NOW)
        before = batch(connection, row.send_id, row.number)
        assert settle(connection, row, Settlement(doubtful=people), LATER, owner=1) == "in_doubt"
        assert batch(connection, row.send_id, row.number) == before


def test_a_batch_too_large_for_a_call_is_split(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, [f"p{number}@example.org" for number in range(4)])
        send = plan(connection, 4)
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        people = open_people(connection, row)
        assert split(connection, row, people[:3], NOW)
        check(connection)
        first, second = batches.of_send(connection, send.id)
        assert (first.owner, second.owner, second.state) == (1, None, "planned")
        assert (open_people(connection, first), open_people(connection, second)) == (people[:3], people[3:])
        assert batches.begin(connection, row, "d", [], NOW, owner=1) is not None


@pytest.mark.parametrize("event", ["released", "begun", "cancelled"])
def test_a_batch_that_is_no_longer_its_worker_s_is_not_split(database: Database, event: str) -> None:
    with database.writing() as connection:
        put_all(connection, [f"p{number}@example.org" for number in range(4)])
        send = plan(connection, 4)
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        people = open_people(connection, row)
        if event == "cancelled":
            sends.cancel(connection, send.id, by="bo", why="", now=NOW)
        else:
            batches.release(connection, 1)
        if event == "begun":
            begun(connection, send, 2)
        assert not split(connection, row, people[:3], NOW)
        assert len(batches.of_send(connection, send.id)) == 1
        check(connection)


def test_a_batch_does_not_move_against_the_table(database: Database) -> None:
    with database.writing() as connection:
        _, row, _ = in_flight(connection)
        settle(connection, row, Settlement(4), NOW, owner=1)
        with pytest.raises(IllegalMove):
            close(connection, row, "planned", NOW)


def test_workers_that_move_people_apart_at_once_do_not_get_into_each_other_s_way(
    postgres_database: Database,
) -> None:
    count = 6
    with postgres_database.writing() as connection:
        put_all(connection, [f"p{number}@example.org" for number in range(3 * count)])
        send = plan(connection, 3)
        rows = [begun(connection, send) for _ in range(count)]
        people = {row.number: open_people(connection, row) for row in rows}
    ready, done = Barrier(count), []

    def work(row: BatchRow) -> None:
        first, second, _ = people[row.number]
        ready.wait()
        with postgres_database.writing() as connection:
            found = Settlement(1, later=[first], doubtful=[second])
            done.append(settle(connection, row, found, NOW, owner=1))

    threads = [Thread(target=work, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == ["accepted"] * count
    with postgres_database.reading() as connection:
        check(connection)
        states = sends.batch_states(connection, send.id)
        assert states == {"accepted": count, "in_doubt": count, "planned": count}
