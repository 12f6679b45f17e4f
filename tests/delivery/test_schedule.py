"""When a send begins: times given, quiet hours, lateness, and each reader's own time, on every night."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from tests.newsroom import HEAD, Newsroom

from lpdownload.delivery.schedule import lateness, local_moments, moment_given, moment_written, quiet_until
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.contact import QuietHours

NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
APIA = "Pacific/Apia"
KATHMANDU = "Asia/Kathmandu"

ZONES = st.sampled_from([NEW_YORK, "Europe/London", LORD_HOWE, APIA, KATHMANDU, "America/Phoenix"])
CLOCKS = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
CHANGES = [
    datetime(2011, 12, 30, 10, tzinfo=UTC),  # Apia goes over to the other side of the date line
    datetime(2030, 3, 10, 7, tzinfo=UTC),  # New York
    datetime(2030, 11, 3, 6, tzinfo=UTC),
    datetime(2030, 3, 31, 1, tzinfo=UTC),  # London
    datetime(2030, 10, 27, 1, tzinfo=UTC),
    datetime(2030, 4, 6, 15, tzinfo=UTC),  # Lord Howe, by half an hour
    datetime(2030, 10, 5, 15, 30, tzinfo=UTC),
]
"""Moments at which clocks change, and around which half of the examples are."""
MOMENTS = st.one_of(
    st.integers(0, 109_000_000).map(
        lambda minutes: datetime(1991, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes),
        st.sampled_from(CHANGES),
        st.integers(-2000, 2000),
    ),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def refused(text: str, zone: str = NEW_YORK) -> Finding:
    with pytest.raises(InvalidInput) as error:
        moment_given(text, zone)
    (finding,) = error.value.findings
    return finding


def shown(moment: datetime, zone: str) -> datetime:
    """What the clocks show, without a zone."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)


# Times given


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2030-09-30 09:00", "2030-09-30 13:00"),
        ("2030-01-30 9:00", "2030-01-30 14:00"),
        ("2030-09-30T09:00", "2030-09-30 13:00"),
        (" 2030-09-30  09:00:30 ", "2030-09-30 13:00:30"),
        ("2030-09-30T09:00Z", "2030-09-30 09:00"),
        ("2030-09-30t09:00z", "2030-09-30 09:00"),
        ("2030-09-30 09:00 +05:45", "2030-09-30 03:15"),
        ("2030-09-30T09:00:00-0700", "2030-09-30 16:00"),
        ("2030-11-03T01:30-05:00", "2030-11-03 06:30"),
    ],
)
def test_a_time_is_of_the_newsletters_zone_unless_it_says_its_offset(text: str, moment: str) -> None:
    assert moment_given(text, NEW_YORK) == utc(moment)
    assert moment_given(text, NEW_YORK).tzinfo is UTC


def test_now_is_a_time() -> None:
    before = datetime.now(UTC)
    assert before <= moment_given(" Now ", NEW_YORK) <= datetime.now(UTC)


@pytest.mark.parametrize(
    "text",
    [
        *("", "tomorrow", "09:00", "2030-09-30-09:00", "30.9.2030 09:00", "2030-09-30 ٠٩:٠٠"),
        *("2030-09-30 24:00", "2030-09-30 09:60", "2030-02-30 09:00", "1989-09-30 09:00", "2201-01-01 09:00"),
        *("2030-09-30 09:00 EST", "2030-09-30 09:00+99:00", "2030-09-30 09:00\n2030-09-30 10:00"),
    ],
)
def test_what_cannot_be_read_is_met_with_examples(text: str) -> None:
    finding = refused(text)
    assert (finding.rule, finding.message) == ("bad-time", f"not a date and time: {text}")
    assert finding.hint == '"2030-09-30 09:00" in America/New_York, 2030-09-30T09:00-04:00, or now'


def test_a_day_alone_lacks_a_time() -> None:
    finding = refused("2030-09-30")
    assert (finding.rule, finding.message) == ("bad-time", "a day without a time: 2030-09-30")
    assert finding.hint == 'add the time, as in "2030-09-30 09:00"'


@pytest.mark.parametrize(
    ("text", "zone", "before", "after"),
    [
        ("2030-03-10 02:30", NEW_YORK, "2030-03-10 01:30", "2030-03-10 03:30"),
        ("2030-03-31 01:00", "Europe/London", "2030-03-31 00:00", "2030-03-31 02:00"),
        ("2030-10-06 02:15", LORD_HOWE, "2030-10-06 01:45", "2030-10-06 02:45"),
        ("2011-12-30 09:00", APIA, "2011-12-29 09:00", "2011-12-31 09:00"),
    ],
)
def test_a_time_that_the_clocks_skip_is_refused_with_those_around_it(
    text: str, zone: str, before: str, after: str
) -> None:
    finding = refused(text, zone)
    assert (finding.rule, finding.hint) == ("no-such-time", f'"{before}" (before) or "{after}" (after)')
    assert finding.message == f"{zone} skips {text}: its clocks go forward"


@pytest.mark.parametrize(
    ("text", "zone", "first", "second"),
    [
        ("2030-11-03 01:30", NEW_YORK, "2030-11-03T01:30-04:00", "2030-11-03T01:30-05:00"),
        ("2030-10-27 01:00", "Europe/London", "2030-10-27T01:00+01:00", "2030-10-27T01:00+00:00"),
        ("2030-04-07 01:45", LORD_HOWE, "2030-04-07T01:45+11:00", "2030-04-07T01:45+10:30"),
    ],
)
def test_a_time_that_the_clocks_show_twice_is_refused_with_both_moments(
    text: str, zone: str, first: str, second: str
) -> None:
    finding = refused(text, zone)
    assert (finding.rule, finding.hint) == ("two-times", f"{first} (first) or {second} (second)")
    assert moment_given(first, zone) < moment_given(second, zone)


@given(MOMENTS, ZONES)
def test_every_moment_can_be_given_by_its_zones_clocks_or_by_what_the_hint_says(
    moment: datetime, zone: str
) -> None:
    moment = moment.replace(second=0, microsecond=0)
    text = f"{shown(moment, zone):%Y-%m-%d %H:%M}"
    try:
        assert moment_given(text, zone) == moment
    except InvalidInput as error:
        (finding,) = error.findings
        assert finding.rule == "two-times"
        assert moment in {moment_given(said, zone) for said in re.findall(r"\S+T\S+", finding.hint)}


@given(MOMENTS, ZONES)
def test_a_time_given_is_shown_by_the_clocks_or_refused_with_times_that_are(
    moment: datetime, zone: str
) -> None:
    wall = moment.replace(tzinfo=None, second=0, microsecond=0)
    try:
        assert shown(moment_given(f"{wall:%Y-%m-%dT%H:%M}", zone), zone) == wall
    except InvalidInput as error:
        (finding,) = error.findings
        choices = re.findall(r"\d{4}-\S+[ T]\d\d:\d\d(?:[+-]\d\d:\d\d)?", finding.hint)
        first, second = (moment_given(said, zone) for said in choices)
        assert first < second


@pytest.mark.parametrize(
    ("send_at", "moment"),
    [("2030-06-08 09:00", "2030-06-08 13:00"), ("2030-12-08 09:00", "2030-12-08 14:00"), (None, None)],
)
def test_an_issues_time_is_of_its_newsletters_zone(
    newsroom: Newsroom, send_at: str | None, moment: str | None
) -> None:
    newsroom.write_issue(head=f"{HEAD}send_at: {send_at}\n" if send_at else HEAD)
    assert moment_written(newsroom.load().issue) == (utc(moment) if moment else None)


# Quiet hours


def hours(begin: str, end: str) -> QuietHours:
    return QuietHours(begin=time.fromisoformat(begin), end=time.fromisoformat(end))


@pytest.mark.parametrize(
    ("moment", "begin", "end", "until"),
    [
        ("2030-06-08 03:00:10", "21:00", "08:00", "2030-06-08 12:00"),
        ("2030-06-08 01:00", "21:00", "08:00", "2030-06-08 12:00"),
        ("2030-06-08 00:59:59", "21:00", "08:00", None),
        ("2030-06-08 12:00", "21:00", "08:00", None),
        ("2030-06-08 16:30", "12:00", "14:00", "2030-06-08 18:00"),
        ("2030-03-10 04:00", "21:00", "08:00", "2030-03-10 12:00"),  # the night is an hour shorter
        ("2030-11-03 04:00", "21:00", "08:00", "2030-11-03 13:00"),  # and an hour longer
        ("2030-03-10 04:00", "21:00", "02:30", "2030-03-10 07:00"),  # from 02:00 to 03:00 in no time
        ("2030-11-03 04:10", "21:00", "01:30", "2030-11-03 05:30"),
        ("2030-11-03 06:10", "21:00", "01:30", "2030-11-03 06:30"),  # 01:10 once more
    ],
)
def test_quiet_hours_end_when_the_clocks_say_so(moment: str, begin: str, end: str, until: str | None) -> None:
    found = quiet_until(utc(moment), hours(begin, end), NEW_YORK)
    assert found == (utc(until) if until else None)


def test_without_quiet_hours_it_is_never_quiet() -> None:
    assert quiet_until(utc("2030-06-08 03:00"), None, NEW_YORK) is None


@given(MOMENTS, ZONES, CLOCKS, CLOCKS, st.floats(0, 1, exclude_max=True))
@example(CHANGES[0] - timedelta(hours=3), APIA, time(20), time(19, 59), 0.5)
def test_it_is_quiet_all_the_time_until_it_is_no_longer(
    moment: datetime, zone: str, begin: time, end: time, part: float
) -> None:
    assume(begin != end)
    quiet = QuietHours(begin=begin, end=end)
    until = quiet_until(moment, quiet, zone)
    assert (until is not None) == quiet.holds(shown(moment, zone).time())
    if until is not None:
        between = moment + (until - moment) * part
        assert until > moment
        assert quiet.holds(shown(min(between, until - timedelta(microseconds=1)), zone).time())
        assert not quiet.holds(shown(until, zone).time())


# Lateness


@pytest.mark.parametrize(
    ("late", "seconds", "what"),
    [
        ("ask", -60, "go"),
        ("ask", 3600, "go"),
        ("ask", 3601, "ask"),
        ("skip", 0, "go"),
        ("skip", 300, "go"),
        ("skip", 301, "skip"),
        ("7200", 7200, "go"),
        ("7200", 7201, "skip"),
        ("60", 86400, "skip"),
    ],
)
def test_a_late_send_goes_out_is_asked_about_or_skipped(
    late: str, seconds: int, what: Literal["go", "ask", "skip"]
) -> None:
    begins = utc("2030-06-08 09:00")
    assert lateness(late, begins, begins + timedelta(seconds=seconds)) == what


# Each reader's own time


def test_each_zone_gets_the_moment_at_which_it_is_that_time_there() -> None:
    wall = datetime.fromisoformat("2030-01-08 09:00")
    assert local_moments(wall, [None, KATHMANDU, APIA, "America/Phoenix"], NEW_YORK) == {
        None: utc("2030-01-08 14:00"),
        KATHMANDU: utc("2030-01-08 03:15"),
        APIA: utc("2030-01-07 20:00"),
        "America/Phoenix": utc("2030-01-08 16:00"),
    }


@pytest.mark.parametrize(
    ("wall", "zone", "moment", "clocks"),
    [
        ("2030-03-10 02:30", NEW_YORK, "2030-03-10 07:30", "2030-03-10 03:30"),
        ("2030-10-06 02:15", LORD_HOWE, "2030-10-05 15:45", "2030-10-06 02:45"),
        ("2011-12-30 09:00", APIA, "2011-12-30 19:00", "2011-12-31 09:00"),
        ("2030-11-03 01:30", NEW_YORK, "2030-11-03 05:30", "2030-11-03 01:30"),
        ("2030-04-07 01:45", LORD_HOWE, "2030-04-06 14:45", "2030-04-07 01:45"),
    ],
)
def test_where_clocks_skip_the_time_it_is_later_by_as_much_and_where_they_show_it_twice_the_first(
    wall: str, zone: str, moment: str, clocks: str
) -> None:
    found = local_moments(datetime.fromisoformat(wall), [zone], "UTC")[zone]
    assert found == utc(moment)
    assert shown(found, zone) == datetime.fromisoformat(clocks)


@pytest.mark.parametrize(
    "zone", [None, "", "Mars/Olympus", "America", "../../etc/passwd", "a\0b", "\ud800", "x" * 5000]
)
def test_who_has_no_zone_that_is_known_gets_it_at_the_newsletters_time(zone: str | None) -> None:
    wall = datetime.fromisoformat("2030-06-08 09:00")
    assert local_moments(wall, [zone], NEW_YORK) == {zone: utc("2030-06-08 13:00")}


@given(MOMENTS, st.lists(ZONES | st.none()), ZONES)
def test_nobody_is_left_out_and_everybody_gets_it_within_a_day_of_the_others(
    moment: datetime, zones: list[str | None], default: str
) -> None:
    wall = moment.replace(tzinfo=None)
    found = local_moments(wall, zones, default)
    assert found.keys() == set(zones)
    for zone, at in found.items():
        assert at.tzinfo is UTC
        assert abs(at - moment) <= timedelta(hours=14)
        skipped = shown(at, zone or default) - wall
        assert skipped in {timedelta(0), timedelta(minutes=30), timedelta(hours=1), timedelta(days=1)}
        assert skipped != timedelta(days=1) or wall.date() == date(2011, 12, 30)
