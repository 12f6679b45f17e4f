"""Sends in the ledger: one at a time for an issue, moved by the table, accounted for, cancelled."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from tests.ledger import ISSUE, begun, check, new_send, plan, stands
from tests.people import NOW, put_all

from lpdownload.errors import InvalidInput
from lpdownload.model.ledger import SEND_MOVES, IllegalMove, SendState
from lpdownload.store import sends
from lpdownload.store.database import Database
from lpdownload.store.settle import Settlement, settle
from lpdownload.store.tables import events
from lpdownload.store.tables import sends as send_table

LATER = NOW + timedelta(hours=1)
EMAILS = [f"p{number}@example.org" for number in range(5)]


def test_a_new_send_is_scheduled_and_says_what_it_was_given(database: Database) -> None:
    with database.writing() as connection:
        send = sends.add(connection, new_send(), NOW)
        assert (send.state, send.issue, send.newsletter, send.edition) == ("scheduled", ISSUE, "town", 0)
        assert (send.account, send.provider, send.by, send.late) == ("main", "outbox", "ana", "ask")
        assert (send.starts_at, send.created_at, send.local, send.planned) == (NOW, NOW, False, None)
        assert sends.find(connection, send.id) == send
        (made,) = sends.decisions(connection, send.id)
        assert (made.at, made.by, made.what, made.batch) == (NOW, "ana", "made", None)


def test_an_issue_has_one_live_send_at_a_time(database: Database) -> None:
    with database.writing() as connection:
        first = sends.add(connection, new_send(), NOW)
        with pytest.raises(InvalidInput) as refused:
            sends.add(connection, new_send(), NOW)
        (finding,) = refused.value.findings
        assert (finding.rule, finding.message) == ("send-exists", f"send {first.id} of {ISSUE} is scheduled")
        other = sends.add(connection, new_send("lpny/2024-09"), NOW)
        sends.cancel(connection, first.id, by="ana", why="a typo", now=NOW)
        second = sends.add(connection, new_send(), NOW)
        assert sends.live_of(connection, ISSUE) == second
        assert [send.id for send in sends.live(connection)] == [other.id, second.id]
        assert [send.id for send in sends.of_issue(connection, ISSUE)] == [second.id, first.id]
        assert [send.id for send in sends.listed(connection, limit=2)] == [second.id, other.id]


def test_a_send_that_is_not_there_is_said_so(database: Database) -> None:
    with database.reading() as connection, pytest.raises(InvalidInput) as refused:
        sends.find(connection, 7)
    assert [finding.rule for finding in refused.value.findings] == ["unknown-send"]


@pytest.mark.parametrize("state", list(SEND_MOVES))
@pytest.mark.parametrize("to", list(SEND_MOVES))
def test_only_the_table_s_moves_are_made(database: Database, state: SendState, to: SendState) -> None:
    with database.writing() as connection:
        number = sends.add(connection, new_send(), NOW).id
        sends.change(connection, number, state=state)
        if to in SEND_MOVES[state]:
            moved = sends.move(connection, number, to, by="bo", why="so", now=LATER)
            assert (moved.state, moved.reason) == (to, "so")
            last = sends.decisions(connection, number)[-1]
            assert (last.by, last.what, last.why, last.at) == ("bo", to, "so", LATER)
        else:
            with pytest.raises(IllegalMove) as refused:
                sends.move(connection, number, to, by="bo", why="so", now=LATER)
            assert (refused.value.found, refused.value.wanted) == (state, to)
            assert sends.find(connection, number).state == state
            assert len(sends.decisions(connection, number)) == 1


def test_its_first_start_stays_and_its_end_is_the_last(database: Database) -> None:
    with database.writing() as connection:
        number = sends.add(connection, new_send(), NOW).id
        moves: list[SendState] = ["sending", "paused", "sending", "done", "sending", "cancelled"]
        for hours, to in enumerate(moves):
            found = sends.move(connection, number, to, by="bo", why="", now=NOW + timedelta(hours=hours))
            assert found.started_at == NOW
            is_over = to in {"done", "cancelled"}
            assert found.finished_at == (NOW + timedelta(hours=hours) if is_over else None)


def test_a_cancelled_send_excludes_whoever_was_not_handed_over(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, EMAILS)
        send = plan(connection)
        flying = begun(connection, send)
        assert sends.cancel(connection, send.id, by="bo", why="a typo", now=NOW) == 3
        check(connection)
        counts = sends.counts(connection, send.id)
        assert (counts.candidates, counts.planned, counts.pending) == (5, 2, 2)
        assert counts.excluded == {"cancelled": 3}
        assert sends.batch_states(connection, send.id) == {"cancelled": 2, "submitting": 1}
        settle(connection, flying, Settlement(2), NOW, owner=1)
        check(connection)
        assert sends.counts(connection, send.id).accepted == 2


def test_who_was_spared_can_be_planned_again_and_nobody_else(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, EMAILS)
        first = plan(connection)
        settle(connection, begun(connection, first), Settlement(2), NOW, owner=1)
        sends.cancel(connection, first.id, by="bo", why="", now=NOW)
        second = plan(connection)
        check(connection)
        assert second.edition == 0
        got = {number for number, stand in stands(connection, first.id).items() if stand == "accepted"}
        assert len(got) == 2
        assert set(stands(connection, second.id)) == set(stands(connection, first.id)) - got
        assert sends.counts(connection, second.id).excluded == {"already_received": 2}


def test_the_same_people_can_be_spared_again_and_again(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, EMAILS)
        for _ in range(3):
            send = plan(connection)
            assert sends.cancel(connection, send.id, by="bo", why="", now=NOW) == 5
        check(connection)


def test_a_send_that_was_never_planned_spares_nobody(database: Database) -> None:
    with database.writing() as connection:
        number = sends.add(connection, new_send(), NOW).id
        assert sends.cancel(connection, number, by="bo", why="", now=NOW) == 0
        assert sends.counts(connection, number).candidates == 0
        with pytest.raises(IllegalMove):
            sends.cancel(connection, number, by="bo", why="", now=NOW)


def test_each_further_send_of_an_issue_has_the_next_number(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, EMAILS[:1])
        editions = []
        for only_to in (None, "accepted", "accepted"):
            send = plan(connection, only_to=only_to)
            editions.append(send.edition)
            settle(connection, begun(connection, send), Settlement(1), NOW, owner=1)
            sends.move(connection, send.id, "done", by="bo", why="", now=NOW)
        assert editions == [0, 1, 2]
        check(connection)


def test_a_person_s_copies_and_what_was_heard_of_them(database: Database) -> None:
    with database.writing() as connection:
        ana, _ = put_all(connection, EMAILS[:2])
        first = plan(connection)
        row = begun(connection, first)
        settle(connection, row, Settlement(1, refused=[(ana, "mailbox full")]), NOW, owner=1)
        sends.move(connection, first.id, "done", by="bo", why="", now=NOW)
        plan(connection, only_to="failed")
        heard = {"identity": "x", "kind": "bounced", "at": NOW, "provider": "outbox", "detail": "5.1.1"}
        connection.execute(insert(events).values(heard | {"send_id": first.id, "subscriber_id": ana}))
        again, once = sends.copies_of(connection, ana)
        assert (once.key, once.edition, once.outcome, once.reason) == (ISSUE, 0, "refused", "mailbox full")
        assert (once.batch_state, once.settled_at, once.account) == ("partly", NOW, "main")
        assert (again.edition, again.outcome, again.batch_state) == (1, None, "planned")
        (event,) = sends.events_of(connection, ana)
        assert (event.send_id, event.kind, event.detail) == (first.id, "bounced", "5.1.1")


def test_the_account_of_a_send_adds_what_was_reported(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, EMAILS)
        send = plan(connection)
        sends.change(connection, send.id, delivered=3, bounced=2, complained=1)
        counts = sends.counts(connection, send.id)
        assert (counts.delivered, counts.bounced, counts.complained) == (3, 2, 1)
        states = connection.execute(select(send_table.c.state)).scalars().all()
        assert Counter(states) == {"sending": 1}
