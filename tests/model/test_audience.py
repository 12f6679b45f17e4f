"""An issue's audience as its file says it."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpdownload.model.audience import EXCLUSIONS, INCLUDED, IssueAudience, People
from lpdownload.model.segment import Attribute, Named
from lpdownload.model.subscription import SubscriptionState


def audience(**said: object) -> IssueAudience:
    return IssueAudience.model_validate(said)


@pytest.mark.parametrize(
    ("written", "expected", "shown"),
    [
        ("300..500", (300, 500), "300..500"),
        (" 300 .. 500 ", (300, 500), "300..500"),
        ("1,200..12_000", (1200, 12000), "1,200..12,000"),
        ("300..", (300, None), "300.."),
        ("..500", (None, 500), "..500"),
        ("42", (42, 42), "42"),
        (42, (42, 42), "42"),
        ("0", (0, 0), "0"),
        ("7..7", (7, 7), "7"),
    ],
)
def test_a_number_of_people_is_a_range_or_one_number(
    written: object, expected: tuple[int | None, int | None], shown: str
) -> None:
    found = audience(expect=written).expect
    assert found == expected
    assert str(found) == shown


@pytest.mark.parametrize(
    "written", ["", "..", "a few", "500..300", "3-5", "-3", "1.5", "3...5", "1" * 12, [3]]
)
def test_what_is_no_number_of_people_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        audience(expect=written)


numbers = st.none() | st.integers(0, 999_999_999)


@given(least=numbers, most=numbers, count=st.integers(0, 10**9))
def test_a_range_holds_what_is_between_its_ends_and_is_read_as_it_is_shown(
    least: int | None, most: int | None, count: int
) -> None:
    people = People(least, most)
    between = (least is None or least <= count) and (most is None or count <= most)
    assert (count in people) is between
    if (least, most) != (None, None) and (least is None or most is None or least <= most):
        assert audience(expect=str(people)).expect == people


def test_only_numbers_are_in_a_range() -> None:
    strange: tuple[object, ...] = ("3", None, 3.0)
    assert not any(what in People(None, None) for what in strange)


def test_more_cannot_be_expected_than_may_be_mailed() -> None:
    audience(expect="300..500", max=300)
    with pytest.raises(ValidationError, match="expect begins above max, 299"):
        audience(expect="300..500", max=299)


@pytest.mark.parametrize("most", [0, -1, "many"])
def test_the_most_is_at_least_one(most: object) -> None:
    with pytest.raises(ValidationError):
        audience(max=most)


def test_a_segment_is_named_or_written_out() -> None:
    found = audience(segment="teachers", exclude={"role": "press"})
    assert isinstance(found.segment, Named)
    assert isinstance(found.exclude, Attribute)
    assert audience() == IssueAudience()


def test_a_word_that_is_not_known_is_refused() -> None:
    with pytest.raises(ValidationError):
        audience(segments="teachers")


def test_every_state_but_active_is_a_reason_to_be_left_out() -> None:
    assert set(get_args(SubscriptionState)) - set(EXCLUSIONS) == {"active"}
    assert INCLUDED not in EXCLUSIONS
