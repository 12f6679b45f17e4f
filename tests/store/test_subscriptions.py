"""Subscriptions, moved by model/subscription's table alone, and what is recorded of each move."""

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select, text, update
from tests.people import NOW, SAID, put
from tests.store.waiting import wait_for_blocked

from lpdownload.errors import InvalidInput
from lpdownload.model.subscription import MOVES, STATES, Change, Evidence, SubscriptionState
from lpdownload.store import subscriptions
from lpdownload.store.database import Database
from lpdownload.store.subscribers import consent_of
from lpdownload.store.subscriptions import CONFIRM_WITHIN, ask, change, confirm, subscriptions_of
from lpdownload.store.tables import confirmations, consent
from lpdownload.store.tables import subscriptions as table

CHANGES: tuple[Change, ...] = get_args(Change)


def later(days: float = 0, **parts: float) -> Evidence:
    return Evidence(NOW + timedelta(days=days, **parts), "later")


def state_of(connection: Connection, number: int, newsletter: str = "town") -> str | None:
    found: Mapping[str, tuple[SubscriptionState, datetime]] = subscriptions_of(connection, number)
    return found[newsletter][0] if newsletter in found else None


def test_every_move_is_the_table_s_and_only_what_moves_is_recorded(database: Database) -> None:
    with database.writing() as connection:
        for place, before in enumerate((None, *STATES)):
            for what in CHANGES:
                states = {} if before is None else {"town": before}
                number = put(connection, f"{what}{place}@example.org", states=states)
                after = MOVES.get((before, what))
                moved = after is not None and after != before
                said = later(1)
                assert change(connection, number, "town", what, said) == (after if moved else None)
                expected = {} if before is None else {"town": (before, NOW)}
                if moved:
                    expected = {"town": (after, said.at)}  # type: ignore[dict-item]  # after is a state
                assert subscriptions_of(connection, number) == expected
                recorded = [(entry.newsletter, entry.what) for entry in consent_of(connection, number)]
                assert recorded == ([("town", what)] if moved else [])


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.tuples(st.sampled_from(["town", "lpny"]), st.sampled_from(CHANGES)), max_size=12))
def test_newsletters_move_each_on_its_own_way(database: Database, said: list[tuple[str, Change]]) -> None:
    expected: dict[str, SubscriptionState] = {}
    record = []
    with database.engine.connect() as connection, connection.begin() as transaction:
        number = put(connection, "ana@example.org")
        for newsletter, what in said:
            before = expected.get(newsletter)
            after = MOVES.get((before, what))
            change(connection, number, newsletter, what, SAID)
            if after is not None and after != before:
                expected[newsletter] = after
                record.append((newsletter, what, SAID))
        found = {name: state for name, (state, _) in subscriptions_of(connection, number).items()}
        assert found == expected
        entries = consent_of(connection, number)
        assert [(entry.newsletter, entry.what, entry.evidence) for entry in entries] == record
        transaction.rollback()


@pytest.mark.parametrize("stopped", ["unsubscribed", "bounced", "complained"])
def test_nobody_who_left_comes_back_by_what_somebody_else_says(
    database: Database, stopped: SubscriptionState
) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org", states={"town": stopped})
        for what in CHANGES:
            if what not in {"asked", "chosen"}:
                change(connection, number, "town", what, SAID)
                assert state_of(connection, number) not in {"active", "pending"}


def test_what_an_import_brought_is_nobody_s_but_the_person_s_once_said_again(database: Database) -> None:
    with database.writing() as connection:
        for place, state in enumerate(("active", "unsubscribed", "complained")):
            number = put(connection, f"p{place}@example.org", states={"town": state})
            connection.execute(update(table).values(import_id=7))
            what: Change = "subscribed" if state == "active" else "unsubscribed"
            assert change(connection, number, "town", what, SAID) is None
            mine = table.c.subscriber_id == number
            assert connection.execute(select(table.c.import_id).where(mine)).scalar() is None


def test_a_question_makes_the_subscription_wait_and_the_answer_makes_it_active(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        token = ask(connection, number, "town", SAID)
        assert token
        assert state_of(connection, number) == "pending"
        assert confirm(connection, token, later(1)) == (number, "town")
        assert state_of(connection, number) == "active"
        assert [entry.what for entry in consent_of(connection, number)] == ["asked", "confirmed"]


def test_a_second_answer_is_answered_alike_and_changes_nothing(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        token = ask(connection, number, "town", SAID)
        assert token
        first = confirm(connection, token, later(1))
        assert confirm(connection, token, later(2)) == first
        assert subscriptions_of(connection, number)["town"] == ("active", later(1).at)
        assert len(consent_of(connection, number)) == 2


def test_an_answer_is_taken_until_the_last_second(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        token = ask(connection, number, "town", SAID)
        assert token
        end = SAID.at + CONFIRM_WITHIN
        assert confirm(connection, token, Evidence(end + timedelta(seconds=1), "late")) is None
        assert state_of(connection, number) == "pending"
        assert confirm(connection, token, Evidence(end, "in time")) == (number, "town")


@pytest.mark.parametrize("token", ["", "unknown", "' OR 1=1 --", "ä", "\0", "x" * 10_000])
def test_an_unknown_token_confirms_nothing(database: Database, token: str) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        ask(connection, number, "town", SAID)
        assert confirm(connection, token, later(1)) is None
        assert state_of(connection, number) == "pending"


def test_asking_again_makes_the_earlier_token_void_for_that_newsletter_alone(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        first = ask(connection, number, "town", SAID)
        other = ask(connection, number, "lpny", SAID)
        second = ask(connection, number, "town", later(1))
        assert first
        assert second
        assert other
        assert confirm(connection, first, later(1)) is None
        assert confirm(connection, other, later(1)) == (number, "lpny")
        assert confirm(connection, second, later(1)) == (number, "town")


def test_who_is_subscribed_is_asked_nothing(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org", states={"town": "active"})
        assert ask(connection, number, "town", SAID) is None
        assert connection.execute(select(func.count()).select_from(confirmations)).scalar() == 0


@pytest.mark.parametrize("stopped", ["unsubscribed", "bounced", "complained"])
def test_who_left_comes_back_by_asking_and_confirming(database: Database, stopped: str) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org", states={"town": stopped})
        token = ask(connection, number, "town", later(1))
        assert token
        assert confirm(connection, token, later(2)) == (number, "town")
        assert state_of(connection, number) == "active"


@pytest.mark.parametrize("answered", [True, False])
def test_an_old_answer_does_not_bring_back_who_has_left_since(database: Database, answered: bool) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        token = ask(connection, number, "town", SAID)
        assert token
        if answered:
            confirm(connection, token, later(1))
        change(connection, number, "town", "unsubscribed", later(2))
        assert confirm(connection, token, later(3)) is None
        assert state_of(connection, number) == "unsubscribed"


def test_only_the_token_s_hash_is_stored(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        tokens = [ask(connection, number, name, SAID) for name in ("town", "lpny")]
        assert len(set(tokens)) == 2
        for token in tokens:
            assert token
            assert len(token) >= 32
            for each in (confirmations, consent, table):
                assert token not in str(connection.execute(select(each)).all())
        hashes = connection.execute(select(confirmations.c.token_hash)).scalars()
        assert all(re.fullmatch("[0-9a-f]{64}", hashed) for hashed in hashes)


def test_consent_cannot_be_rewritten(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org")
        change(connection, number, "town", "subscribed", SAID)
    for rewriting in ("UPDATE consent SET what = 'x'", "UPDATE consent SET proof = proof"):
        with pytest.raises(InvalidInput), database.writing() as connection:
            connection.execute(text(rewriting))
    with database.reading() as connection:
        assert [(entry.what, entry.evidence) for entry in consent_of(connection, number)] == [
            ("subscribed", SAID)
        ]


def test_subscriptions_are_counted_by_newsletter_and_state(database: Database) -> None:
    with database.writing() as connection:
        assert subscriptions.counts(connection) == {}
        put(connection, "a@example.org", states={"town": "active", "lpny": "pending"})
        put(connection, "b@example.org", states={"town": "active"})
        put(connection, "c@example.org", states={"town": "bounced"})
        assert subscriptions.counts(connection) == {
            "lpny": {"pending": 1},
            "town": {"active": 2, "bounced": 1},
        }


def test_a_state_that_does_not_exist_is_refused_by_the_database(database: Database) -> None:
    with pytest.raises(InvalidInput), database.writing() as connection:
        put(connection, "ana@example.org", states={"town": "dormant"})


def test_two_who_subscribe_one_person_at_once_make_one_subscription(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        number = put(connection, "ana@example.org")

    def subscribe() -> SubscriptionState | None:
        with postgres_database.writing() as connection:
            return change(connection, number, "town", "subscribed", SAID)

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            assert change(connection, number, "town", "asked", SAID) == "pending"
            other = threads.submit(subscribe)
            wait_for_blocked(postgres_database)
        assert other.result() is None
    with postgres_database.reading() as connection:
        assert state_of(connection, number) == "pending"
        assert [entry.what for entry in consent_of(connection, number)] == ["asked"]
