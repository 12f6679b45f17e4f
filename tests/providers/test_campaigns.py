"""Whether a segment of theirs is the one of ours."""

import pytest

from lpdownload.providers.campaigns import matches


@pytest.mark.parametrize(
    ("ours", "theirs", "state"),
    [
        (100, 100, "ok"),
        (0, 0, "ok"),
        (100, 102, "warning"),
        (100, 98, "warning"),
        (10, 11, "warning"),
        (100, 103, "error"),
        (100, 0, "error"),
        (0, 100, "error"),
        (0, 1, "error"),
        (100, None, "unknown"),
    ],
)
def test_counts_that_are_far_apart_are_not_the_same_people(ours: int, theirs: int | None, state: str) -> None:
    found = matches(ours, theirs)
    assert found.state == state
    assert bool(found.remedy) == (state != "ok")
