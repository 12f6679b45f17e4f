"""Names of time zones that say whether it is summer."""

from datetime import date

import pytest

from lpdownload.check.clock_words import clocks, is_without_summer, right_name

JULY, JANUARY = date(2024, 7, 1), date(2024, 1, 15)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("12pm PST / 2pm CST / 3pm EST", ["PST", "CST", "EST"]),
        ("at 9:00 a.m. EDT, noon AKDT, 18:30 MST", ["EDT", "AKDT", "MST"]),
        ("a las 12 p. m. CST", ["CST"]),
        ("5pm EST/EDT, 5pm ET, 7am HST, est. 5 pst, EST is best", []),
    ],
)
def test_only_a_time_with_such_a_name_counts(text: str, names: list[str]) -> None:
    assert [clock.name for clock in clocks(text)] == names


@pytest.mark.parametrize(
    ("name", "day", "right"),
    [
        ("CST", JULY, "CDT"),
        ("CDT", JANUARY, "CST"),
        ("CST", JANUARY, None),
        ("AKST", JULY, "AKDT"),
        ("PDT", JULY, None),
    ],
)
def test_the_day_says_which_name_is_right(name: str, day: date, right: str | None) -> None:
    assert right_name(name, [day], None) == right


def test_if_one_of_the_days_makes_it_right_it_is_right() -> None:
    assert right_name("CST", [JULY, JANUARY], None) is None


def test_in_a_zone_that_shows_it_the_name_is_right() -> None:
    assert right_name("MST", [JULY], "America/Phoenix") is None


def test_a_place_without_summer_time_is_known_by_its_name() -> None:
    assert is_without_summer("MST", "Meet in Phoenix")
    assert not is_without_summer("CST", "Meet in Phoenix")
