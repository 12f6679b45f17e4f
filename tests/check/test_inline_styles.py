"""What style attributes say of an element."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from lpdownload.check.inline_styles import declared, font_size, pixels, why_unseen, written_nodes


def seen(written: str) -> str:
    return why_unseen(html.fromstring(f"<div>{written}</div>").find(".//a"))


@pytest.mark.parametrize(
    "written",
    [
        '<a href="#" style="color:#fff">A</a>',
        '<div style="background:#545d67"><a href="#" style="color:#545D68">A</a></div>',
        '<table bgcolor="#000"><tr><td><a href="#"><font color="black">A</font></a></td></tr></table>',
        '<div style="background:rgb(9, 9, 9)"><a href="#" style="color:rgb(8,9,9)">A</a></div>',
        '<div style="display:none"><a href="#">A</a></div>',
        '<div style="height:0;overflow:hidden"><a href="#">A</a></div>',
        "<div hidden><a href='#'>A</a></div>",
        '<div style="font-size:0px"><a href="#">A</a></div>',
        '<a href="#"><span style="font-size:4px">A</span></a>',
    ],
)
def test_words_that_nobody_sees(written: str) -> None:
    assert seen(written)


@pytest.mark.parametrize(
    "written",
    [
        '<a href="#">A</a>',
        '<a href="#" style="color:#767676">A</a>',
        '<div style="background:url(https://a.org/b.png)"><a href="#" style="color:#ffffff">A</a></div>',
        '<div style="background:linear-gradient(#000,#111)"><a href="#" style="color:#ffffff">A</a></div>',
        '<div style="background:#1f4e9c"><a href="#" style="color:#ffffff">A</a></div>',
        '<a href="#" style="color:papayawhip">A</a>',
        '<div style="font-size:0"><a href="#" style="font-size:14px">A</a></div>',
        '<div style="color:#ffffff"><a href="#">A</a></div>',
    ],
)
def test_words_that_are_seen_or_may_be(written: str) -> None:
    assert seen(written) == ""


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("<p>A</p>", 16),
        ('<p style="font-size:14px">A</p>', 14),
        ('<div style="font-size:20px"><p style="font-size:80%">A</p></div>', 16),
        ('<div style="font-size:20px"><p style="font-size:.5em">A</p></div>', 10),
        ('<div style="font-size:10px"><div style="font-size:2em"><p>A</p></div></div>', 20),
    ],
)
def test_sizes_are_worked_out_from_what_is_around(written: str, size: float) -> None:
    assert font_size(html.fromstring(f"<div>{written}</div>").find(".//p")) == pytest.approx(size)


@pytest.mark.parametrize(
    ("length", "expected"),
    [("14px", 14), ("0", 0), ("1.5px", 1.5), ("1em", None), ("auto", None), (None, None), ("12", None)],
)
def test_a_length_is_pixels_or_unknown(length: str | None, expected: float | None) -> None:
    assert pixels(length) == expected


def test_every_piece_of_text_is_found_with_the_element_it_stands_in() -> None:
    page = html.fromstring("<div>A<b>B</b>C<!-- D --><style>E</style>F</div>")
    assert [(element.tag, text) for element, text in written_nodes(page)] == [
        ("div", "A"),
        ("b", "B"),
        ("div", "C"),
        ("div", "F"),
    ]


@given(st.text(max_size=60))
def test_any_style_can_be_read(style: str) -> None:
    assert all(name == name.lower() for name in declared(style))
