"""How tall a button is, worked out from styles."""

import pytest
from lxml import html

from lpdownload.check.tap_targets import height, is_button


@pytest.mark.parametrize(
    ("around", "style", "expected"),
    [
        ("", "font-size:17px;line-height:1.2;padding:14px 24px", 48.4),
        ("font-size:17px;line-height:1.55", "padding:9px 20px 9px 0", 44.35),
        ("font-size:17px;line-height:1.55", "padding:3px 0 15px", 44.35),
        ("font-size:10px", "line-height:20px", 20),
        ("font-size:10px", "line-height:150%", 15),
        ("font-size:20px", "font-size:50%;padding-top:4px", 16),
        ("", "font-size:10px;border:2px solid #000000", 16),
        ("", "font-size:10px;min-height:44px", 44),
        ("", "", 19.2),
    ],
)
def test_a_button_is_as_tall_as_its_line_padding_and_border(around: str, style: str, expected: float) -> None:
    page = html.fromstring(f'<div style="{around}"><a href="#" style="{style}">Go</a></div>')
    assert height(page.find(".//a")) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('<a href="#" style="display:inline-block">Go</a>', True),
        ('<a href="#" style="display: block">Go</a>', True),
        ('<a href="#">Go</a>', False),
        ('<a href="#" style="display:block"><img src="a.png"></a>', False),
    ],
)
def test_a_link_in_a_block_of_its_own_is_a_button(written: str, expected: bool) -> None:
    assert is_button(html.fromstring(f"<div>{written}</div>").find(".//a")) is expected
