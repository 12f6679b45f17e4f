"""Pieces, slots and what they refuse."""

from html import unescape
from typing import get_args
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.errors import LpdownloadError
from lpdownload.model.content import Content, Context, MissingValue, Pieces, PlainUrl, Slot, UnsafeValue

CONTEXTS: tuple[Context, ...] = ("html", "text", "url_part", "url_rest")
slots = st.builds(Slot, st.sampled_from("abc"), st.text(min_size=1), st.sampled_from(CONTEXTS))
some_values = st.dictionaries(st.sampled_from("abc"), st.text(st.characters(exclude_characters="\r\n\0")))


@st.composite
def some_pieces(draw: st.DrawFn) -> Pieces:
    chosen = draw(
        st.lists(slots.filter(lambda slot: not set("\r\n\0") & set(slot.default or "")), max_size=5)
    )
    return Pieces(tuple(draw(st.text()) for _ in range(len(chosen) + 1)), tuple(chosen))


def one(context: Context, value: str) -> str:
    return Pieces(("", ""), (Slot("x", None, context),)).fill({"x": value})


def test_pieces_need_one_literal_more_than_slots() -> None:
    with pytest.raises(ValueError, match="1 slots need 2 literals"):
        Pieces(("a",), (Slot("x", None, "text"),))


def test_filling_joins_literals_and_values_in_order() -> None:
    pieces = Pieces(("Dear ", ", or ", "."), (Slot("a", None, "text"), Slot("b", None, "text")))
    assert pieces.fill({"a": "Ana", "b": "Bo"}) == "Dear Ana, or Bo."
    assert pieces.fields == {"a", "b"}


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": " \t\n"}])
def test_a_missing_or_blank_value_gives_way_to_the_default(values: dict[str, str]) -> None:
    assert Pieces(("Hi ", "!"), (Slot("name", "friend", "text"),)).fill(values) == "Hi friend!"


def test_an_empty_default_is_a_default() -> None:
    assert Pieces(("Hi", "!"), (Slot("name", "", "text"),)).fill({}) == "Hi!"


def test_a_missing_value_without_default_is_named() -> None:
    with pytest.raises(MissingValue, match="first_name") as caught:
        Pieces(("", ""), (Slot("first_name", None, "html"),)).fill({"last_name": "Ruiz"})
    assert caught.value.field == "first_name"
    assert isinstance(caught.value, LpdownloadError)


def test_a_default_is_escaped_like_a_value() -> None:
    assert Pieces(("", ""), (Slot("x", "R&D", "html"),)).fill({}) == "R&amp;D"


@pytest.mark.parametrize(
    ("context", "value", "filled"),
    [
        ("html", "<b a='1' c=\"2\">&", "&lt;b a=&#x27;1&#x27; c=&quot;2&quot;&gt;&amp;"),
        ("html", "a\x00b", "a b"),
        ("text", "a\r\n\tb & <c>", "a b & <c>"),
        ("text", "👩\u200d🌾 José", "👩\u200d🌾 José"),
        ("text", "a\ud800b", "a\ufffdb"),
        ("url", "https://x.org/?a=1&b='2'", "https://x.org/?a=1&b='2'"),
        ("url", "HTTPS://x.org/é <b>", "HTTPS://x.org/%C3%A9%20%3Cb%3E"),
        ("html_url", "https://x.org/?a=1&b='2'", "https://x.org/?a=1&amp;b=&#x27;2&#x27;"),
        ("html_url", "mailto:a@b.org", "mailto:a@b.org"),
        ("url", "tel:+1-555-0100", "tel:+1-555-0100"),
        ("url_part", "a b/c?d=é&#", "a%20b%2Fc%3Fd%3D%C3%A9%26%23"),
        ("url_rest", "u@x.org?subject=T.1", "u@x.org?subject=T.1"),
        ("url_rest", "a>, <b \"&'", "a%3E,%20%3Cb%20%22%26%27"),
        ("header", "a\tb\x1bc é", "a b c é"),
    ],
)
def test_a_value_is_escaped_for_its_context(context: Context, value: str, filled: str) -> None:
    assert one(context, value) == filled


@pytest.mark.parametrize(
    "value",
    ["javascript:alert(1)", " javascript:x", "data:text/html,x", "/path", "x.org", "https://", "https:///p",
     "http:x", "mailto:", "https://x.org/\r\nBcc: a@b.org", "https://x.org/\x00", "friend", "ht\ntps://x.org"],
)  # fmt: skip
@pytest.mark.parametrize("context", ["url", "html_url"])
def test_what_is_no_web_mail_or_phone_address_is_refused_as_a_url(context: Context, value: str) -> None:
    with pytest.raises(UnsafeValue, match=r"merge field x: .* is not a URL"):
        one(context, value)


@pytest.mark.parametrize("value", ["a\rb", "a\nb", "a\r\nBcc: x@y.org", "a\x00b"])
@pytest.mark.parametrize("context", ["header", "url_rest"])
def test_a_line_break_is_refused_in_a_header(context: Context, value: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        one(context, value)


@given(st.text())
def test_html_values_come_back_from_html_and_hold_no_markup(value: str) -> None:
    filled = Pieces(("", ""), (Slot("x", "d", "html"),)).fill({"x": value})
    assert not set("<>\"'") & set(filled)
    assert unescape(filled) == one("text", value if value.strip() else "d")


@given(st.text(min_size=1))
def test_url_parts_are_unreserved_ascii_and_come_back(value: str) -> None:
    filled = Pieces(("", ""), (Slot("x", "d", "url_part"),)).fill({"x": value})
    assert filled.isascii()
    assert not set(filled) & set("/?#&=:@<>\"' ")
    assert unquote(filled) == one("text", value if value.strip() else "d")


@given(some_pieces(), some_values, st.sets(st.sampled_from("abc")))
def test_binding_some_fields_and_filling_the_rest_is_filling_all(
    pieces: Pieces, values: dict[str, str], early: set[str]
) -> None:
    bound = pieces.bind({field: value for field, value in values.items() if field in early})
    assert bound.fields == pieces.fields - (early & values.keys())
    assert bound.fill(values) == pieces.fill(values)


def test_tags_take_the_slots_and_literal_text_is_escaped() -> None:
    pieces = Pieces(("100 %x% ", " %"), (Slot("name", None, "html"),))
    assert pieces.with_tags(lambda slot: f"%{slot.field}%", lambda text: text.replace("%", "%%")) == (
        "100 %%x%% %name% %%"
    )


def content(html: Pieces, variant: str = "", **headers: str) -> Content:
    return Content(
        subject=Pieces(("Hi ", ""), (Slot("name", "you", "header"),)),
        preheader=Pieces.of("Teaser"),
        html=html,
        text=Pieces.of("Text"),
        headers=tuple((name, Pieces.of(value)) for name, value in headers.items()),
        variant=variant,
    )


def test_the_digest_changes_with_every_part_and_nothing_else() -> None:
    url = Pieces(("<a href='", "'>"), (Slot("web_url", None, "html_url"),))
    others = [
        content(Pieces.of("<a href=''>")),
        content(Pieces(("<a href='", "'>"), (Slot("web_url", "", "html_url"),))),
        content(Pieces(("<a href='", "'>"), (Slot("web_url", None, "html"),))),
        content(url, variant="board"),
        content(url, From="a@b.org"),
    ]
    assert content(url).digest == content(url).digest
    assert len({content(url).digest, *(other.digest for other in others)}) == 6
    assert len(content(url).digest) == 64


def test_binding_content_fills_every_part() -> None:
    bound = content(Pieces(("<p>", "</p>"), (Slot("name", None, "html"),))).bind(name="R&D", unknown="x")
    assert bound.fields == frozenset()
    assert (bound.subject.fill({}), bound.html.fill({})) == ("Hi R&D", "<p>R&amp;D</p>")


def test_the_fields_of_content_are_those_of_all_its_parts() -> None:
    assert content(Pieces(("", ""), (Slot("web_url", None, "html_url"),))).fields == {"name", "web_url"}


def test_a_plain_address_comes_out_as_the_same_text_would() -> None:
    url = "https://news.example.org/u/AbC-_1"
    for context in get_args(Context):
        slot = Slot("link", None, context)
        assert slot.value({"link": PlainUrl(url)}) == slot.value({"link": url})
