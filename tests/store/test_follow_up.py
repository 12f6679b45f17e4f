"""Whom a further send of an issue goes to."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from tests.ledger import ISSUE, audience, begun, check, plan, stands
from tests.people import NOW, SAID, put_all

from lpdownload.model.audience import INCLUDED
from lpdownload.model.ledger import FollowUp
from lpdownload.store import batches, sends
from lpdownload.store.candidates import Question, candidates
from lpdownload.store.database import Database
from lpdownload.store.follow_up import follow_up
from lpdownload.store.settle import Settlement, open_people, settle
from lpdownload.store.subscriptions import change
from lpdownload.store.tables import events, subscribers

KINDS = ("accepted", "refused", "failed", "in_doubt", "bounced", "refused and bounced")
QUESTION = Question("town", ISSUE)


def sent(connection: Connection, people: Sequence[int], kinds: Sequence[str]) -> int:
    """A send that is over, in which each came to that."""
    send = plan(connection, len(people) or 1)
    if people:
        by = {
            kind: [number for number, each in zip(people, kinds, strict=True) if each == kind]
            for kind in KINDS
        }
        (row,) = batches.claim(connection, 1, 1, NOW, [send.id])
        failed = [(number, "left") for number in by["failed"]]
        found = batches.begin(connection, row, "d", failed, NOW, owner=1)
        assert found is not None
        settlement = Settlement(
            accepted=len(by["accepted"]) + len(by["bounced"]),
            refused=[(number, "no") for kind in ("refused", "refused and bounced") for number in by[kind]],
            doubtful=by["in_doubt"],
        )
        settle(connection, found, settlement, NOW, owner=1)
        for number in (*by["bounced"], *by["refused and bounced"]):
            report = {"identity": f"{send.id} {number}", "kind": "bounced", "at": NOW, "provider": "outbox"}
            mine = {"send_id": send.id, "subscriber_id": number, "detail": ""}
            connection.execute(insert(events).values(report | mine))
    sends.move(connection, send.id, "done", by="bo", why="", now=NOW)
    return send.id


def included(connection: Connection, only_to: FollowUp, question: Question = QUESTION) -> set[int]:
    table = candidates(connection, follow_up(connection, question, only_to))
    rows = select(table.c.subscriber_id).where(table.c.outcome == INCLUDED)
    return set(connection.execute(rows).scalars())


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(KINDS), max_size=8))
def test_each_is_in_the_follow_up_that_what_became_of_the_copy_calls_for(
    database: Database, kinds: list[str]
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        people = put_all(connection, [f"p{number}@example.org" for number in range(len(kinds))])
        sent(connection, people, kinds)
        put_all(connection, ["new@example.org"])
        got = dict(zip(people, kinds, strict=True))
        lost = {"refused", "failed", "refused and bounced"}
        assert included(connection, "failed") == {number for number in got if got[number] in lost}
        assert included(connection, "not-reached") == {
            number for number in got if got[number] in lost | {"bounced"}
        }
        assert included(connection, "accepted") == {
            number for number in got if got[number] in {"accepted", "bounced"}
        }
        check(connection)
        transaction.rollback()


@pytest.mark.parametrize(
    ("second", "failed", "not_reached", "accepted"),
    [
        ("refused", True, True, False),
        ("accepted", False, False, True),
        ("in_doubt", False, False, False),
        ("bounced", False, True, True),
    ],
)
def test_a_second_copy_counts_as_well(
    database: Database, second: str, failed: bool, not_reached: bool, accepted: bool
) -> None:
    with database.writing() as connection:
        (ana,) = put_all(connection, ["ana@example.org"])
        sent(connection, [ana], ["refused and bounced"])
        send = plan(connection, only_to="failed")
        row = begun(connection, send)
        settle(
            connection,
            row,
            {
                "refused": Settlement(refused=[(ana, "no")]),
                "in_doubt": Settlement(doubtful=[ana]),
            }.get(second, Settlement(1)),
            NOW,
            owner=1,
        )
        if second == "bounced":
            report = {"identity": "x", "kind": "bounced", "at": NOW, "provider": "outbox", "detail": ""}
            connection.execute(insert(events).values(report | {"send_id": send.id, "subscriber_id": ana}))
        sends.move(connection, send.id, "done", by="bo", why="", now=NOW)
        check(connection)
        assert (ana in included(connection, "failed")) == failed
        assert (ana in included(connection, "not-reached")) == not_reached
        assert (ana in included(connection, "accepted")) == accepted


def test_a_correction_goes_to_those_of_the_ledger_alone_and_once(database: Database) -> None:
    with database.writing() as connection:
        ana, bo = put_all(connection, ["ana@example.org", "bo@example.org"])
        sent(connection, [ana, bo], ["accepted", "refused"])
        put_all(connection, ["new@example.org"])
        correction = plan(connection, only_to="accepted")
        assert (correction.edition, set(stands(connection, correction.id))) == (1, {ana})
        settle(connection, begun(connection, correction), Settlement(1), NOW, owner=1)
        check(connection)


def test_who_waits_or_was_spared_is_in_no_follow_up(database: Database) -> None:
    with database.writing() as connection:
        people = put_all(connection, ["ana@example.org", "bo@example.org"])
        send = plan(connection, 1)
        row = begun(connection, send)
        (first,) = open_people(connection, row)
        settle(connection, row, Settlement(refused=[(first, "no")]), NOW, owner=1)
        assert included(connection, "failed") == {first}
        sends.cancel(connection, send.id, by="bo", why="", now=NOW)
        for only_to, whom in (("failed", {first}), ("not-reached", {first}), ("accepted", set[int]())):
            assert included(connection, only_to) == whom  # type: ignore[arg-type]
        assert first in people


def test_neither_segment_nor_cap_keeps_a_further_copy_back_but_who_left_gets_none(database: Database) -> None:
    with database.writing() as connection:
        ana, bo = put_all(connection, ["ana@example.org", "bo@example.org"])
        sent(connection, [ana, bo], ["refused", "refused"])
        change(connection, bo, "town", "unsubscribed", SAID)
        narrow = Question("town", ISSUE, segment=subscribers.c.state == "NY", cap=1, cap_from=NOW, cap_to=NOW)
        assert included(connection, "failed", narrow) == {ana}
        found = audience(connection, follow_up(connection, narrow, "failed"))
        assert found == {INCLUDED: 1, "unsubscribed": 1}


def test_of_an_issue_that_was_never_planned_there_is_nobody(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, ["ana@example.org"])
        assert included(connection, "accepted") == set()
        assert included(connection, "failed") == set()
