"""What of a text is prose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.check.inspection import Inspection
from lpdownload.check.prose import HOLE, blocks, prose


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A river\nand a road.\n\nA vote.", ("A river and a road.", "A vote.")),
        ("- A **river**\n- a [road](https://example.org)", ("A river", "a road")),
        ("| A | B |\n| - | - |\n| c | d |", ("A", "B", "c", "d")),
        ("Dear {{ first_name | default('x y') }}, hi", (f"Dear {HOLE}, hi",)),
        ("See `code` or www.example.org/a now", (f"See {HOLE} or {HOLE} now",)),
        ("Write to a@example.org #news", (f"Write to {HOLE} {HOLE}",)),
        ("", ()),
    ],
)
def test_a_text_is_cut_into_blocks_without_what_is_no_prose(text: str, expected: tuple[str, ...]) -> None:
    assert blocks(text) == expected


def test_of_html_the_words_are_left_each_element_by_itself() -> None:
    html = "<p>A <b>ri</b>ver &amp; a road<br/>here</p><td title='x y'>c</td>"
    assert [block.strip() for block in blocks(html, True)] == ["A river & a road", "here", "c"]


@given(st.text())
def test_any_text_can_be_cut(text: str) -> None:
    assert all("\n" not in block for block in (*blocks(text), *blocks(text, True)))


def test_keys_that_hold_no_prose_are_left_out_and_languages_are_those_declared(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: text, id: a-river, lang: es-MX, heading: Un río, body: Está limpio., topics: [rivers]}\n"
        "- {type: job, title: Keeper, org: Lab, url: https://example.org/job}\n"
    )
    found = prose(Inspection(newsroom.library, newsroom.load(), newsroom.render()))
    assert [(one.loc, one.language) for one in found] == [
        (("preheader",), "en"),
        (("sections", 0, "heading"), "es"),
        (("sections", 0, "body"), "es"),
        (("sections", 1, "title"), "en"),
        (("sections", 1, "org"), "en"),
    ]
