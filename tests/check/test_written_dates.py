"""Dates within sentences."""

from datetime import date

import pytest
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.check.written_dates import written_dates

MONDAY, TUESDAY, WEDNESDAY, SUNDAY = 0, 1, 2, 6


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("on Tuesday, October 22", "en", (TUESDAY, 10, 22, None)),
        ("on Tues., Oct. 22, 2024, at 6", "en", (TUESDAY, 10, 22, 2024)),
        ("Tuesday evening (October 22nd)", "en", (TUESDAY, 10, 22, None)),
        ("Tuesday, the 22nd of October 2024", "en", (TUESDAY, 10, 22, 2024)),
        ("by October 22, 10:00", "en", (None, 10, 22, None)),
        ("Thursday, May 5, 2022: a vote", "en", (3, 5, 5, 2022)),
        ("The Baltimore Sun, October 5", "en", (None, 10, 5, None)),
        ("join us Sun, October 6", "en", (SUNDAY, 10, 6, None)),
        ("Saturday and Sunday, October 5", "en", (None, 10, 5, None)),
        ("Monday through Friday, October 7", "en", (None, 10, 7, None)),
        ("El martes, 22 de octubre de 2024", "es", (TUESDAY, 10, 22, 2024)),
        ("miércoles 1º de mayo", "es", (WEDNESDAY, 5, 1, None)),
        ("de lunes a viernes, 7 de octubre", "es", (None, 10, 7, None)),
    ],
)
def test_a_date_is_read_with_its_weekday(
    text: str, language: str, expected: tuple[int | None, int, int, int | None]
) -> None:
    (one,) = written_dates(text, language)
    assert (one.weekday, one.month, one.day, one.year) == expected
    assert one.words in text


@pytest.mark.parametrize(
    "text", ["October 4–6", "Friday–Sunday, October 4–6", "May 2024", "march 5 miles", "10/22"]
)
def test_spans_and_what_is_no_day_are_not_read(text: str) -> None:
    assert written_dates(text, "en") == ()


def test_a_date_without_a_year_is_that_next_to_the_issue_or_open() -> None:
    (one,) = written_dates("January 14", "en")
    assert one.days(date(2024, 12, 1)) == (date(2025, 1, 14),)
    assert len(one.days(date(2024, 7, 15))) == 3


def test_a_day_that_does_not_exist_is_no_day() -> None:
    (one,) = written_dates("Monday, February 30", "en")
    assert one.days(date(2024, 9, 1)) == ()


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.sampled_from(["en", "es"]))
def test_the_dates_that_we_print_ourselves_are_read(day: date, language: str) -> None:
    (one,) = written_dates(f"({format_date(day, 'full', language)})", language)
    assert one.days(date(2024, 9, 1)) == (day,)
    assert one.weekday == day.weekday()


@given(st.text(alphabet="ABCMTWOctober mayunes,.0123456789–-()", max_size=60))
def test_any_text_can_be_read(text: str) -> None:
    for language in ("en", "es", "xx"):
        assert all(1 <= one.month <= 12 for one in written_dates(text, language))
