"""The network's rules of contact."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpdownload.model.contact import Contact, QuietHours


def hours(begin: object, end: object) -> QuietHours:
    return QuietHours.model_validate({"begin": begin, "end": end})


@pytest.mark.parametrize(
    ("begin", "end", "quiet", "loud"),
    [
        ("21:00", "8:00", ["21:00", "23:59", "0:00", "7:59"], ["8:00", "12:00", "20:59"]),
        ("12:00", "14:30", ["12:00", "14:29"], ["11:59", "14:30", "0:00"]),
        ("0:00", "6:00", ["0:00", "5:59"], ["6:00", "23:59"]),
    ],
)
def test_it_is_quiet_from_the_begin_up_to_the_end(
    begin: str, end: str, quiet: list[str], loud: list[str]
) -> None:
    found = hours(begin, end)
    assert [clock for clock in quiet if not found.holds(at(clock))] == []
    assert [clock for clock in loud if found.holds(at(clock))] == []


def at(clock: str) -> time:
    hour, minute = clock.split(":")
    return time(int(hour), int(minute))


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))


@given(begin=clocks, end=clocks, clock=clocks)
def test_the_hours_that_are_not_quiet_are_those_from_end_to_begin(
    begin: time, end: time, clock: time
) -> None:
    if begin == end:
        with pytest.raises(ValidationError, match="quiet hours end when they begin"):
            hours(f"{begin:%H:%M}", f"{end:%H:%M}")
        return
    there = hours(f"{begin:%H:%M}", f"{end:%H:%M}")
    assert there.holds(clock) is not hours(end, begin).holds(clock)


@pytest.mark.parametrize("clock", ["", "21", "24:00", "21:60", "9pm", "21:00:00", "-1:00", "noon"])
def test_what_is_no_time_of_day_is_refused(clock: str) -> None:
    with pytest.raises(ValidationError, match="not a time of day"):
        hours(clock, "8:00")


@pytest.mark.parametrize(
    "said",
    [
        {"cap": {"mails": 0, "days": 7}},
        {"cap": {"mails": 1, "days": 0}},
        {"cap": {"mails": 1}},
        {"cap": {"mails": 1, "days": 367}},
        {"priority_days": -1},
        {"priority_days": 93},
        {"priority": ["a b"]},
        {"quiet": {}},
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(said: object) -> None:
    with pytest.raises(ValidationError):
        Contact.model_validate(said)


def test_a_newsletter_has_one_place_in_the_order() -> None:
    assert Contact.model_validate({"priority": ["lpny", "town"]}).priority == ("lpny", "town")
    with pytest.raises(ValidationError, match="priority names town twice"):
        Contact.model_validate({"priority": ["town", "lpny", "town"]})


def test_without_rules_nobody_is_kept_from_anything() -> None:
    contact = Contact()
    assert (contact.cap, contact.quiet_hours, contact.priority) == (None, None, ())
