"""Dark by force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.check.clients.mails import mail, plain, words

from lpdownload.check.clients.colours import dark_ground, light_text
from lpdownload.check.clients.see import see


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


_COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "ground", "text"),
    [
        ("#ffffff", "#333333", "#ffffff"),
        ("#000000", "#000000", "#ffffff"),
        ("white", "#333333", "white"),
        ("hsl(0, 0%, 100%)", "#333333", "hsl(0, 0%, 100%)"),
        ("rgba(255, 255, 255, .5)", "rgba(51, 51, 51, 0.5)", "rgba(255, 255, 255, .5)"),
        ("transparent", "transparent", "transparent"),
        ("inherit", "inherit", "inherit"),
        ("currentColor", "currentColor", "currentColor"),
        ("#fff url(white.png)", "#333333 url(white.png)", "#fff url(white.png)"),
        ("linear-gradient(white, red)", "linear-gradient(white, red)", "linear-gradient(white, red)"),
    ],
)
def test_light_grounds_become_dark_and_dark_texts_light(colour: str, ground: str, text: str) -> None:
    assert dark_ground(colour) == ground
    assert light_text(colour) == text


@given(_COLOURS)
def test_no_ground_becomes_lighter_and_no_text_darker(colour: str) -> None:
    assert _luminance(dark_ground(colour)) <= _luminance(colour) + 1e-3
    assert _luminance(light_text(colour)) >= _luminance(colour) - 1e-3


@given(st.integers(0, 255))
def test_every_grey_text_can_be_read_on_what_white_becomes(grey: int) -> None:
    text = light_text(f"#{grey:02x}{grey:02x}{grey:02x}")
    assert (_luminance(text) + 0.05) / (_luminance("#333333") + 0.05) >= 4.48


def test_style_attributes_style_elements_and_attributes_of_old_are_turned() -> None:
    body = (
        '<table bgcolor="FFFFFF"><tr>'
        '<td BGCOLOR=white style="background:#fff;border:1px solid #fff;color:#000">'
        '<font color="#000000">x</font></td></tr></table>'
    )
    seen = see(mail(body, "p { color: black; background-color: #fff !important }"), mode="forced")
    assert '<table bgcolor="#333333">' in seen.html
    assert (
        '<td bgcolor="#333333" style="background:#333333;border:1px solid #fff;color:#ffffff">' in seen.html
    )
    assert '<font color="#ffffff">' in seen.html
    assert "p { color:#ffffff; background-color:#333333 !important }" in seen.html
    assert words(seen.taken) == ["4 elements and style blocks in other colours"]


def test_the_mails_own_dark_rules_do_not_apply() -> None:
    seen = see(mail(css="@media (prefers-color-scheme:dark) { p { color: #abcdef } }"), mode="forced")
    assert "@media (min-width:9999999px) { p { color: #abcdef } }" in seen.html
    assert "color-scheme:dark!important" in seen.html
    assert words(seen.taken) == ["the mail's own dark design"]


def test_a_mail_without_colours_is_left_alone_but_for_the_canvas() -> None:
    seen = see(mail(), mode="forced")
    assert plain(seen.html) == mail()
    assert seen.taken == ()


@pytest.mark.parametrize("mode", ["dark", "forced"])
def test_outlook_marks_what_it_changes_and_applies_the_mails_rules_for_that(mode: str) -> None:
    css = "[data-ogsc] p { color: #010203 } p { color: #000 }"
    seen = see(mail('<p style="color:#000">x</p><p>y</p>', css), client="outlook-app", mode=mode)  # type: ignore[arg-type]
    assert '<body data-ogsc="" data-ogsb="">' in seen.html
    assert '<p data-ogsc="" data-ogsb="" style="color:#ffffff">x</p><p>y</p>' in seen.html
    assert "[data-ogsc] p { color: #010203 }" in seen.html
    assert "\np { color:#ffffff }" in seen.html
    assert "data-ogsb=" not in see(mail(css=css), client="outlook-app").html
