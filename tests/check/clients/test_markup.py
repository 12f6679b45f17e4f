"""Cutting HTML into tokens."""

import pytest
from html5lib._tokenizer import HTMLTokenizer
from html5lib.constants import tokenTypes
from hypothesis import example, given
from hypothesis import strategies as st

from lpdownload.check.clients.markup import attributes, joined, tokens, with_attributes

START_TAG = tokenTypes["StartTag"]
_BITS = st.sampled_from(
    [
        "<p",
        "<",
        ">",
        "/",
        "</p>",
        "<!--",
        "-->",
        "--!>",
        "<![endif]",
        "<style>",
        "</style>",
        "<title>",
        "</title",
        "=",
        '"',
        "'",
        " ",
        "a",
        "b=c",
        'style="x',
        "\n",
        "&amp;",
        "<!DOCTYPE html>",
        "<?x",
        "é",
        "<b title='>'>",
    ]
)


@given(st.lists(_BITS, max_size=30).map("".join))
@example("<!-->x<!--->y<!--a--!>z")
@example('<a title="')
def test_the_tokens_of_a_text_joined_are_the_text(html: str) -> None:
    assert joined(tokens(html)) == html


def _of_a_browser(html: str) -> list[tuple[object, object]]:
    tokenizer = HTMLTokenizer(html)
    found: list[tuple[object, object]] = []
    for token in tokenizer:
        if token["type"] == START_TAG:
            found.append((token["name"], token["data"]))
            if token["name"] in {"style", "title"}:  # what a parser tells its tokenizer
                tokenizer.state = (
                    tokenizer.rawtextState if token["name"] == "style" else tokenizer.rcdataState
                )
    return found


@given(st.lists(_BITS, max_size=30).map("".join))
@example("<p b='x'y>")
@example('<p a=1 a=2 B="&amp;"><b title=a"b>')
def test_start_tags_and_their_attributes_are_those_a_browser_finds(html: str) -> None:
    found = [
        (piece.name, {one.name: one.value for one in attributes(piece.source).values()})
        for piece in tokens(html)
        if piece.kind == "start"
    ]
    assert found == _of_a_browser(html)


@pytest.mark.parametrize(
    ("tag", "changes", "expected"),
    [
        ("<p>", {"style": "a:b"}, '<p style="a:b">'),
        ("<img src=x/>", {"alt": 'say "a" & <b>'}, '<img alt="say &quot;a&quot; &amp; <b>" src=x/>'),
        ("<td STYLE='x' style=y>", {"style": "z"}, '<td style="z" style=y>'),
        ("<td bgcolor=red width=1>", {"bgcolor": None}, "<td width=1>"),
        ('<a title=">" href="b">', {"href": None}, '<a title=">">'),
    ],
)
def test_attributes_change_and_all_else_of_the_tag_stays(
    tag: str, changes: dict[str, str | None], expected: str
) -> None:
    assert with_attributes(tag, changes) == expected


@given(st.text(max_size=40))
def test_a_value_comes_back_as_it_was_set(value: str) -> None:
    assert attributes(with_attributes("<p class=a>", {"style": value}))["style"].value == value
