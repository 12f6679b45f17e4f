"""Themes: a colour that cannot be read is refused, and the dark colours always can be."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpdownload.model.theme import DARK_CARD, DARK_PAGE, MUTED, WHITE, Theme, contrast, mix, readable

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
LIGHT = st.tuples(*[st.integers(0xE0, 0xFF)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))
DARK = st.tuples(*[st.integers(0, 0x70)] * 3).map(lambda parts: "#{:02x}{:02x}{:02x}".format(*parts))


def theme(**colors: str) -> Theme:
    return Theme.model_validate({"accent": "#1f4e9c", "deep": "#12294f", "paper": "#eef2f8"} | colors)


def refused(**colors: str) -> tuple[str, str]:
    """What is wrong and the hint."""
    with pytest.raises(ValidationError) as caught:
        theme(**colors)
    (error,) = caught.value.errors()
    return error["msg"], error["ctx"]["hint"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag_whichever_comes_first(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(one, other) == contrast(other, one)


def test_a_theme_that_can_be_read_is_taken() -> None:
    assert theme().accent == "#1f4e9c"


def test_an_accent_too_light_for_the_card_is_refused_and_a_better_one_is_named() -> None:
    message, hint = refused(accent="#e8a33d")
    assert "accent #e8a33d on the white card #ffffff has contrast 2.1" in message
    (better,) = re.findall("#[0-9a-f]{6}", hint)
    assert contrast(better, WHITE) >= 4.5


def test_the_better_colour_that_is_named_would_be_taken() -> None:
    _, hint = refused(accent="#3f8fd0", paper="#dde4ea")
    (better,) = re.findall("#[0-9a-f]{6}", hint)
    assert theme(accent=better, paper="#dde4ea").accent == better


def test_paper_too_dark_for_the_footer_asks_for_a_lighter_one() -> None:
    message, hint = refused(paper="#909090", accent="#000000", deep="#000000")
    assert "the footer's grey" in message
    assert hint == "a lighter paper"


def test_a_dark_colour_of_the_theme_s_own_must_be_readable_too() -> None:
    message, hint = refused(accent_dark="#203040")
    assert message.startswith("accent_dark #203040 on the dark card")
    assert contrast(hint.split()[0], DARK_CARD) >= 4.5


@pytest.mark.parametrize("color", ["#eee", "red", "1f4e9c", "#1f4e9g", "#1f4e9c80", ""])
def test_a_colour_has_six_hexadecimal_digits(color: str) -> None:
    with pytest.raises(ValidationError, match="not a colour"):
        theme(accent=color)


def test_capital_digits_are_made_small() -> None:
    assert theme(accent="#1F4E9C").accent == "#1f4e9c"


def assert_readable(made: Theme) -> None:
    for color, grounds in [
        (made.accent, (WHITE, made.paper)),
        (made.deep, (WHITE, made.paper)),
        (MUTED, (WHITE, made.paper)),
        (made.dark_accent, (DARK_CARD, DARK_PAGE)),
        (made.dark_deep, (DARK_CARD, DARK_PAGE)),
    ]:
        for ground in grounds:
            assert contrast(color, ground) >= 4.5, (color, ground)


@given(accent=COLORS, deep=COLORS, paper=LIGHT)
def test_any_three_colours_are_refused_or_every_pair_can_be_read(accent: str, deep: str, paper: str) -> None:
    try:
        made = theme(accent=accent, deep=deep, paper=paper)
    except ValidationError:
        return
    assert_readable(made)


@given(accent=DARK, deep=DARK, paper=LIGHT)
def test_dark_colours_on_light_paper_mostly_make_a_theme_and_it_can_be_read(
    accent: str, deep: str, paper: str
) -> None:
    assume(min(contrast(color, paper) for color in (accent, deep, MUTED)) >= 4.5)
    assert_readable(theme(accent=accent, deep=deep, paper=paper))


@given(color=COLORS, ground=COLORS)
def test_a_readable_shade_is_readable_wherever_one_exists(color: str, ground: str) -> None:
    assert contrast(readable(color, ground), ground) >= 4.5


@given(color=COLORS, other=COLORS)
def test_mixing_goes_from_one_colour_to_the_other(color: str, other: str) -> None:
    assert (mix(color, other, 0), mix(color, other, 1)) == (color, other)
