"""Dates, times and periods in words."""

from datetime import date

import pytest

from lpdownload.model.period import Period, PeriodStyle
from lpdownload.model.sections.events import Event
from lpdownload.render import dates

SEASONS = {"spring": "Primavera", "summer": "Verano", "fall": "Otoño", "winter": "Invierno"}


def event(
    start: str, zone: str = "America/Denver", end: str | None = None, show: tuple[str, ...] = ()
) -> Event:
    return Event.model_validate(
        {
            "type": "event",
            "title": "Workshop",
            "start": start,
            "end": end,
            "timezone": zone,
            "display_zones": show,
            "to_be_announced": True,
        }
    )


@pytest.mark.parametrize(
    ("written", "style", "language", "expected"),
    [
        ("2024-09", "month", "en", "September 2024"),
        ("2024-09", "short_month", "en", "Sept 2024"),
        ("2024-05", "short_month", "en", "May 2024"),
        ("2024-06", "short_month", "en-US", "June 2024"),
        ("2024-09", "month", "es", "septiembre de 2024"),
        ("2024-09", "short_month", "es", "sept 2024"),
        ("fall 2024", "month", "es", "Otoño 2024"),
        ("2024-09", "month", "de", "September 2024"),
        ("2024-09", "month", "xx", "September 2024"),
    ],
)
def test_a_period_is_said_in_its_language(
    written: str, style: PeriodStyle, language: str, expected: str
) -> None:
    assert dates.period(Period.parse(written), style, language, SEASONS) == expected


def test_a_period_of_words_is_said_in_those_words() -> None:
    special = Period(text="Convening special", sort=date(2024, 7, 4))
    assert dates.period(special, "month", "es", SEASONS) == "Convening special"


@pytest.mark.parametrize(
    ("month", "short"),
    [(1, "Jan"), (2, "Feb"), (3, "March"), (7, "July"), (8, "Aug"), (9, "Sept"), (12, "Dec")],
)
def test_english_months_are_shortened_as_newsrooms_do(month: int, short: str) -> None:
    assert dates.period(Period(year=2024, month=month), "short_month", "en", SEASONS) == f"{short} 2024"


def test_a_day_is_said_in_its_language() -> None:
    assert dates.day(date(2024, 10, 10), "en") == "October 10, 2024"
    assert dates.day(date(2024, 10, 10), "es") == "10 de octubre de 2024"


def test_writing_goes_from_right_to_left_in_arabic_and_hebrew_only() -> None:
    assert [dates.direction(language) for language in ("en", "es", "ar", "he", "xx")] == [
        "ltr",
        "ltr",
        "rtl",
        "rtl",
        "ltr",
    ]


def test_a_time_is_said_in_three_zones() -> None:
    noon = event(
        "2024-10-10 12:00",
        "America/Los_Angeles",
        show=("America/Los_Angeles", "America/Chicago", "America/New_York"),
    )
    assert dates.event_time(noon, "en") == "Thursday, October 10, 2024, 12pm PT / 2pm CT / 3pm ET"


def test_an_event_without_zones_to_show_is_said_in_its_own() -> None:
    assert dates.event_time(event("2024-10-10 18:30"), "en") == "Thursday, October 10, 2024, 6:30pm MT"


def test_an_end_follows_in_each_zone() -> None:
    lunch = event("2024-10-10 12:00", end="2024-10-10 13:00", show=("America/Denver", "America/New_York"))
    assert dates.event_time(lunch, "en") == "Thursday, October 10, 2024, 12pm–1pm MT / 2pm–3pm ET"


def test_an_end_on_another_day_says_which() -> None:
    convening = event("2024-10-10 12:00", end="2024-10-12 13:00")
    assert dates.event_time(convening, "en") == (
        "Thursday, October 10, 2024, 12pm – Saturday, October 12, 2024, 1pm MT"
    )


def test_a_zone_in_which_it_is_another_day_says_so() -> None:
    late = event("2024-10-10 22:00", "America/Los_Angeles", show=("America/Los_Angeles", "America/New_York"))
    assert dates.event_time(late, "en") == "Thursday, October 10, 2024, 10pm PT / 1am ET (Fri)"


@pytest.mark.parametrize(
    ("hour", "said"), [("00:00", "12am"), ("00:05", "12:05am"), ("12:00", "12pm"), ("23:59", "11:59pm")]
)
def test_midnight_is_12am_and_noon_is_12pm(hour: str, said: str) -> None:
    assert f", {said} MT" in dates.event_time(event(f"2024-10-10 {hour}"), "en")


def test_a_time_in_spanish_is_said_as_spanish_says_it() -> None:
    assert dates.event_time(event("2024-10-10 18:00"), "es").startswith(
        "jueves, 10 de octubre de 2024, 18:00 "
    )


@pytest.mark.parametrize(
    "zone", ["Europe/Berlin", "Asia/Kolkata", "UTC", "Pacific/Honolulu", "America/Phoenix", "Etc/GMT+5"]
)
def test_every_zone_has_a_name_of_some_kind(zone: str) -> None:
    said = dates.event_time(event("2024-10-10 12:00", zone), "en")
    assert said.startswith("Thursday, October 10, 2024, 12pm ")
    assert said.removeprefix("Thursday, October 10, 2024, 12pm ").strip()
