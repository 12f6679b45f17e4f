"""When an answer says to come back."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.providers.retry_after import LONGEST, seconds_until_retry


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("1.5", 1.5),
        (" 7 ", 7.0),
        (".", None),
        ("1.2.3", None),
        ("\u0663", None),
        ("0", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("nan", None),
        ("1e3", None),
        ("9" * 400, LONGEST),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST),
    ],
)
def test_retry_after_is_a_number_a_date_or_nothing(text: str, seconds: float | None) -> None:
    assert seconds_until_retry(503, {"retry-after": text}) == seconds


def test_retry_after_as_a_date_is_counted_from_now() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    found = seconds_until_retry(503, {"retry-after": date})
    assert found is not None
    assert 0 < found <= 3600


@given(st.text())
def test_any_retry_after_is_seconds_within_a_day_or_nothing(text: str) -> None:
    found = seconds_until_retry(503, {"retry-after": text})
    assert found is None or 0 <= found <= LONGEST


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (429, {"ratelimit-reset": "30"}, 30.0),
        (429, {"ratelimit-reset": "30", "x-ratelimit-reset": "1"}, 30.0),
        (429, {"retry-after": "5", "ratelimit-reset": "30"}, 5.0),
        (429, {"x-ratelimit-reset": "1392815263"}, 0.0),
        (429, {"x-ratelimit-reset": "9" * 12}, LONGEST),
        (429, {"x-ratelimit-reset": "soon"}, None),
        (503, {"ratelimit-reset": "30"}, None),
        (200, {"x-ratelimit-reset": "1392815263"}, None),
    ],
)
def test_the_end_of_a_window_counts_where_it_was_the_cause_and_nothing_better_is_said(
    status: int, headers: dict[str, str], seconds: float | None
) -> None:
    assert seconds_until_retry(status, headers) == seconds


def test_the_end_of_a_window_as_unix_time_is_counted_from_now() -> None:
    reset = str(int((datetime.now(UTC) + timedelta(hours=1)).timestamp()))
    found = seconds_until_retry(429, {"x-ratelimit-reset": reset})
    assert found is not None
    assert 0 < found <= 3600
