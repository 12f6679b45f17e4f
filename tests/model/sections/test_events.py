"""Events: times that do not exist or happen twice, and what contradicts itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpdownload.model.sections.events import Event
from lpdownload.model.text import exists_in, is_ambiguous

WORKSHOP = {
    "type": "event",
    "title": "Workshop",
    "start": "2024-10-10 12:00",
    "timezone": "America/Denver",
    "to_be_announced": True,
}


def event(**fields: object) -> Event:
    return Event.model_validate(WORKSHOP | fields)


def refused(**fields: object) -> tuple[str, str]:
    with pytest.raises(ValidationError) as caught:
        event(**fields)
    (error,) = caught.value.errors()
    return error["msg"], error["ctx"]["hint"]


def test_an_event_needs_a_title_a_start_a_zone_and_a_place() -> None:
    assert event().title == "Workshop"


@pytest.mark.parametrize("moment", ["2024-03-10 02:00", "2024-03-10 02:30", "2024-03-10 02:59"])
def test_a_time_that_the_clocks_skip_is_refused_with_what_to_do(moment: str) -> None:
    message, hint = refused(start=moment)
    assert message == f"start {moment} does not exist in America/Denver: clocks go forward"
    assert hint == "an hour later or earlier"


@pytest.mark.parametrize("moment", ["2024-11-03 01:00", "2024-11-03 01:59"])
def test_a_time_that_happens_twice_is_refused_with_what_to_do(moment: str) -> None:
    message, hint = refused(start=moment)
    assert message == f"start {moment} happens twice in America/Denver: clocks go back"
    assert "UTC" in hint


@pytest.mark.parametrize(
    ("moment", "zone"),
    [
        ("2024-03-10 01:59", "America/Denver"),
        ("2024-03-10 03:00", "America/Denver"),
        ("2024-11-03 00:59", "America/Denver"),
        ("2024-11-03 02:00", "America/Denver"),
        ("2024-03-10 02:30", "America/Phoenix"),
        ("2024-11-03 01:30", "UTC"),
    ],
)
def test_the_minutes_around_a_change_and_zones_without_one_are_taken(moment: str, zone: str) -> None:
    assert event(start=moment, timezone=zone).timezone == zone


def test_the_end_must_exist_as_well() -> None:
    message, _ = refused(start="2024-03-10 01:00", end="2024-03-10 02:30")
    assert message.startswith("end 2024-03-10 02:30 does not exist")


@pytest.mark.parametrize("end", ["2024-10-10 11:00", "2024-10-10 12:00", "2024-10-09 13:00"])
def test_an_end_that_is_not_after_the_start_is_refused(end: str) -> None:
    assert refused(end=end)[0] == "the event ends before it starts"


def test_a_deadline_after_the_event_is_refused_and_one_on_its_day_is_not() -> None:
    assert refused(deadline="2024-10-11")[0] == "the deadline is after the event"
    assert event(deadline="2024-10-10").deadline is not None


@pytest.mark.parametrize("start", ["0001-01-01 00:00", "1066-10-14 09:00", "9999-12-31 23:00"])
def test_a_year_that_clocks_cannot_reckon_with_is_refused(start: str) -> None:
    assert refused(start=start, timezone="Asia/Tokyo")[1] == "a year from 1990 to 2200"


@pytest.mark.parametrize(
    "places",
    [
        {"to_be_announced": False},
        {"venue": {"name": "Hall"}},
        {"virtual": {"platform": "Zoom"}},
        {"to_be_announced": False, "venue": {"name": "Hall"}, "virtual": {"platform": "Zoom"}},
    ],
)
def test_an_event_says_where_it_is_exactly_once(places: dict[str, object]) -> None:
    assert refused(**places) == (
        "an event says where it is exactly once",
        "venue, virtual or to_be_announced: true",
    )


@given(
    st.datetimes(),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Africa/Casablanca"]),
)
def test_no_time_is_both_skipped_and_repeated(moment: object, zone: str) -> None:
    from datetime import datetime, timedelta

    assert isinstance(moment, datetime)
    moment = moment.replace(year=min(9990, max(2, moment.year)))
    assert exists_in(moment, zone) or not is_ambiguous(moment, zone)
    assert exists_in(moment, zone) or exists_in(moment + timedelta(hours=1), zone)
