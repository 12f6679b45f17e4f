"""Views are described as people speak of them."""

from lpdownload.check.browser.views import VIEWS, View, described


def test_widths_of_a_mode_are_told_together() -> None:
    views = (View("dark", 700), View("light", 375), View("dark", 375))
    assert described(views) == "in light at 375 px, in dark at 375 and 700 px"


def test_all_views_are_told_in_two_words() -> None:
    assert described(VIEWS) == "in every view"


def test_light_dark_and_forced_are_looked_at_and_both_widths_in_light_and_dark() -> None:
    assert len(VIEWS) == 5
    assert {(view.mode, view.width) for view in VIEWS} >= {
        (mode, width) for mode in ("light", "dark") for width in (375, 700)
    }
    assert any(view.mode == "forced" for view in VIEWS)
