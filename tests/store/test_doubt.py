"""What nobody can know: found, asked about, decided, and never simply sent again."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from tests.ledger import batch, begun, check, plan, stands
from tests.people import NOW, put_all

from lpdownload.model.ledger import BatchRow, IllegalMove, Send
from lpdownload.store import batches, sends
from lpdownload.store.batches import Differing
from lpdownload.store.database import Database
from lpdownload.store.doubt import assume, begun_by, in_doubt, into_doubt, resolve
from lpdownload.store.settle import Settlement, open_people, settle, told

LATER = NOW + timedelta(minutes=5)


def died(connection: Connection, said: int = 0) -> tuple[Send, BatchRow, list[int]]:
    """A send of three whose worker died over its one batch, ``said`` outcomes told; its row from then."""
    put_all(connection, [f"p{number}@example.org" for number in range(3)])
    send = plan(connection, 3)
    row = begun(connection, send)
    people = open_people(connection, row)
    told(connection, row, [Differing(number, "accepted", "") for number in people[:said]])
    into_doubt(connection, row, "its process died", LATER)
    return send, row, people


def accepted(*people: int) -> list[Differing]:
    return [Differing(number, "accepted", "") for number in people]


def test_only_what_dead_workers_had_begun_is_found(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, [f"p{number}@example.org" for number in range(4)])
        send = plan(connection, 1)
        mine, _, theirs = begun(connection, send, 1), begun(connection, send, 2), begun(connection, send, 3)
        batches.claim(connection, 1, 1, NOW, [send.id])
        assert sorted(begun_by(connection, [1, 3]), key=lambda row: row.number) == [mine, theirs]
        assert begun_by(connection, [4]) == ()


def test_a_batch_whose_worker_died_is_in_doubt_as_a_whole(database: Database) -> None:
    with database.writing() as connection:
        send, begun_row, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        assert (row.number, row.people, row.reason) == (1, 3, "its process died")
        assert (row.submitted_at, row.settled_at, row.owner) == (NOW, LATER, None)
        assert (row.digest, row.attempts) == (begun_row.digest, 1)
        assert stands(connection, send.id) == dict.fromkeys(people, "in_doubt")
        assert batches.claim(connection, 2, 9, LATER, [send.id]) == ()
        check(connection)


def test_who_was_told_of_before_is_not_in_doubt(database: Database) -> None:
    with database.writing() as connection:
        send, _, people = died(connection, said=2)
        (row,) = in_doubt(connection, [send.id])
        assert (row.number, row.digest, open_people(connection, row)) == (2, None, people[2:])
        assert batch(connection, send.id, 1).state == "accepted"
        check(connection)


def test_a_batch_of_which_everybody_was_told_is_in_no_doubt(database: Database) -> None:
    with database.writing() as connection:
        send, _, _ = died(connection, said=3)
        assert in_doubt(connection, [send.id]) == ()
        assert sends.batch_states(connection, send.id) == {"accepted": 1}
        check(connection)


def test_the_provider_s_word_settles_a_batch_bit_by_bit(database: Database) -> None:
    with database.writing() as connection:
        send, _, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        assert resolve(connection, row, accepted(people[0]), LATER) is None
        check(connection)
        assert sends.counts(connection, send.id).in_doubt == 2
        assert resolve(connection, row, accepted(people[0]), LATER) is None
        assert resolve(connection, row, [], LATER) is None
        rest = [Differing(people[1], "refused", "no such mailbox"), *accepted(people[2], 999)]
        assert resolve(connection, row, rest, LATER) == "partly"
        check(connection)
        assert [stands(connection, send.id)[number] for number in people] == [
            "accepted",
            "refused",
            "accepted",
        ]


def test_the_provider_s_word_comes_too_late_for_what_was_decided(database: Database) -> None:
    with database.writing() as connection:
        send, _, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        assume(connection, row, True, LATER, why="seen on its site")
        assert resolve(connection, row, accepted(*people[:2]), LATER) is None
        check(connection)
        assert sends.counts(connection, send.id).accepted == 3


def test_an_answer_after_the_provider_s_word_counts_nobody_twice(database: Database) -> None:
    with database.writing() as connection:
        send, begun_row, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        resolve(connection, row, accepted(people[0]), LATER)
        assert settle(connection, begun_row, Settlement(3), LATER, owner=1) == "accepted"
        check(connection)
        assert sends.counts(connection, send.id).accepted == 3


def test_somebody_says_that_it_was_taken(database: Database) -> None:
    with database.writing() as connection:
        send, _, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        assert assume(connection, row, True, LATER, why="seen on its site") == "accepted"
        assert batch(connection, send.id, 1).reason == "seen on its site"
        assert stands(connection, send.id) == dict.fromkeys(people, "accepted")
        check(connection)


def test_what_was_not_sent_waits_again(database: Database) -> None:
    with database.writing() as connection:
        send, begun_row, people = died(connection)
        (row,) = in_doubt(connection, [send.id])
        assert assume(connection, row, False, LATER, why="not in its log") == "planned"
        assert stands(connection, send.id) == dict.fromkeys(people, "pending")
        assert settle(connection, begun_row, Settlement(3), LATER, owner=1) is None
        again = begun(connection, send, 2)
        assert again.attempts == 2
        assert settle(connection, again, Settlement(3), LATER, owner=2) == "accepted"
        check(connection)


def test_of_a_cancelled_send_what_was_not_sent_is_spared(database: Database) -> None:
    with database.writing() as connection:
        send, _, people = died(connection)
        sends.cancel(connection, send.id, by="bo", why="", now=NOW)
        (row,) = in_doubt(connection, [send.id])
        assume(connection, row, False, LATER, why="not in its log")
        assert sends.spare(connection, send.id) == 3
        check(connection)
        assert stands(connection, send.id) == dict.fromkeys(people, "spared")


@pytest.mark.parametrize("taken", [True, False])
def test_only_a_batch_in_doubt_is_decided_about(database: Database, taken: bool) -> None:
    with database.writing() as connection:
        put_all(connection, ["ana@example.org"])
        row = begun(connection, plan(connection))
        with pytest.raises(IllegalMove):
            assume(connection, row, taken, NOW, why="")
