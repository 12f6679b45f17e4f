"""What is kept of readers' opens and clicks."""

from lpdownload.model.tracking import Tracking


def test_clicks_are_kept_and_opens_are_not_unless_it_says_so() -> None:
    assert Tracking().untracked == {"opened"}
    assert Tracking(opens=True, clicks=False).untracked == {"clicked"}
    assert Tracking(opens=True).untracked == frozenset()
