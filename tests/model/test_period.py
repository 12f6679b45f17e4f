"""Periods: what may be written, how they are ordered."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lpdownload.model.period import Period, PeriodField

ADAPTER: TypeAdapter[Period] = TypeAdapter(PeriodField)


@pytest.mark.parametrize(
    ("written", "start"),
    [
        ("2024-09", date(2024, 9, 1)),
        (" 2024-12 ", date(2024, 12, 1)),
        ("fall 2024", date(2024, 9, 1)),
        ("Fall 2024", date(2024, 9, 1)),
        ("autumn-2024", date(2024, 9, 1)),
        ("2024-spring", date(2024, 3, 1)),
        ("2024 SUMMER", date(2024, 6, 1)),
        ("winter 2024", date(2024, 12, 1)),
        ({"year": "2024", "month": "9"}, date(2024, 9, 1)),
        ({"year": "2024", "season": "fall"}, date(2024, 9, 1)),
        ({"text": "Convening special", "sort": "2024-07-04"}, date(2024, 7, 4)),
    ],
)
def test_a_period_starts_on_the_first_day_of_its_month_season_or_sort_date(
    written: object, start: date
) -> None:
    assert ADAPTER.validate_python(written).start == start


def test_autumn_is_another_word_for_fall() -> None:
    assert ADAPTER.validate_python("Autumn 2024") == ADAPTER.validate_python("2024-fall")


def test_periods_of_every_kind_sort_by_their_start() -> None:
    written = ["winter 2024", "2024-10", {"text": "Special", "sort": "2024-09-15"}, "2023-12", "spring 2024"]
    periods = sorted((ADAPTER.validate_python(one) for one in written), key=lambda period: period.start)
    assert [period.text or period.season or period.month for period in periods] == [
        12,
        "spring",
        "Special",
        10,
        "winter",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2024-13", "there is no month 13"),
        ("2024-00", "there is no month 00"),
        ("September 2024", "not a period: September 2024"),
        ("2024", "not a period: 2024"),
        ("2024-9", "not a period: 2024-9"),
        ("", "not a period: "),
        ({"year": "2024"}, "a period is a month, a season or words"),
        ({"month": "9"}, "the period has no year"),
        ({"year": "2024", "month": "9", "season": "fall"}, "a period is a month, a season or words"),
        ({"text": "Special"}, "a period of words needs a date to sort it by"),
        ({"year": "1066", "month": "9"}, "greater than or equal to 1990"),
        ({"year": "2024", "month": "13"}, "less than or equal to 12"),
        ({"year": "2024", "season": "monsoon"}, "'spring', 'summer', 'fall' or 'winter'"),
    ],
)
def test_what_is_no_period_is_refused_with_its_reason(written: object, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ADAPTER.validate_python(written)


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = ADAPTER.validate_python(text)
    except ValidationError:
        return
    assert period.start.year >= 1990
