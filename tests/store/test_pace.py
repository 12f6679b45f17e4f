"""The pace of an account, shared by all who send."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from lpdownload.model.pace import Pace, WarmUp
from lpdownload.store.database import Database
from lpdownload.store.pace import Wait, give_back, hold, reserve, used_on
from lpdownload.store.tables import paces, quotas

NOW = datetime(2024, 9, 18, 9, tzinfo=UTC)


def ask(database: Database, pace: Pace, recipients: int, now: datetime, account: str = "main") -> Wait | None:
    with database.writing() as connection:
        return reserve(connection, account, pace, recipients, now)


def test_without_limits_everything_may_begin_at_once(database: Database) -> None:
    assert [ask(database, Pace(), 1000, NOW) for _ in range(20)] == [None] * 20


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(st.tuples(st.integers(1, 400), st.floats(0, 3)), min_size=1, max_size=12),
    rate=st.floats(0.5, 500),
)
def test_no_more_goes_out_than_the_rate_and_one_burst_allow(
    database: Database, calls: list[tuple[int, float]], rate: float
) -> None:
    with database.writing() as connection:
        connection.execute(delete(paces))
    pace = Pace(recipients_per_second=rate)
    now, sent, last = NOW, 0, 0
    for recipients, pause in calls:
        now += timedelta(seconds=pause)
        waited = ask(database, pace, recipients, now)
        if waited is not None:
            assert waited.until > now
            now = waited.until + timedelta(milliseconds=1)
            assert ask(database, pace, recipients, now) is None
        sent += recipients
        last = recipients
        seconds = (now - NOW).total_seconds()
        assert sent - last <= rate * (seconds + 1.1) + 1


def test_calls_and_recipients_are_both_limits(database: Database) -> None:
    pace = Pace(calls_per_second=1, recipients_per_second=1000)
    assert ask(database, pace, 10, NOW) is None
    assert ask(database, pace, 10, NOW) is None
    waited = ask(database, pace, 10, NOW)
    assert waited is not None
    assert (waited.until, waited.reason) == (NOW + timedelta(seconds=1), "the account's pace")


def test_a_refused_reservation_takes_nothing(database: Database) -> None:
    pace = Pace(recipients_per_second=10)
    assert ask(database, pace, 100, NOW) is None
    first = ask(database, pace, 100, NOW)
    assert first == ask(database, pace, 100, NOW)
    with database.reading() as connection:
        assert used_on(connection, "main", NOW) == 100


def test_accounts_do_not_share_a_pace(database: Database) -> None:
    pace = Pace(calls_per_second=0.1)
    assert ask(database, pace, 1, NOW, "one") is None
    assert ask(database, pace, 1, NOW, "other") is None


def test_the_day_s_quota_holds_until_midnight_utc(database: Database) -> None:
    pace = Pace(recipients_per_day=150)
    assert ask(database, pace, 100, NOW) is None
    waited = ask(database, pace, 100, NOW)
    reason = "100 of today's 150 recipients are used; this is 100"
    assert waited == Wait(datetime(2024, 9, 19, tzinfo=UTC), reason)
    assert ask(database, pace, 50, NOW) is None
    assert ask(database, pace, 100, waited.until) is None


def test_what_was_not_taken_is_given_back_but_never_more(database: Database) -> None:
    pace = Pace(recipients_per_day=100)
    assert ask(database, pace, 60, NOW) is None
    with database.writing() as connection:
        give_back(connection, "main", 1000, NOW)
        assert used_on(connection, "main", NOW) == 0


def test_a_pause_the_provider_asked_for_holds_for_all_and_only_grows(database: Database) -> None:
    until = NOW + timedelta(seconds=600, milliseconds=1)
    with database.writing() as connection:
        hold(connection, "main", until)
        hold(connection, "main", NOW + timedelta(seconds=5))
    waited = ask(database, Pace(), 1, NOW + timedelta(seconds=599))
    assert waited == Wait(NOW + timedelta(seconds=601), "the provider asked for a pause")
    assert ask(database, Pace(), 1, waited.until) is None


def test_a_warm_up_rises_day_by_day_and_ends(database: Database) -> None:
    pace = Pace(recipients_per_day=5000, warm_up=WarmUp(begins=date(2024, 9, 18), ceilings=(100, 1000)))
    assert pace.quota(date(2024, 9, 17)) == 0
    assert [pace.quota(date(2024, 9, day)) for day in (18, 19, 20)] == [100, 1000, 5000]
    assert ask(database, pace, 101, NOW) is not None
    assert ask(database, pace, 100, NOW) is None


@pytest.fixture(autouse=True)
def _empty_at_the_end(database: Database) -> None:
    with database.writing() as connection:
        connection.execute(delete(paces))
        connection.execute(delete(quotas))
