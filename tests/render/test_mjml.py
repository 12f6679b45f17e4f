"""Compiling MJML: what must come through, and errors that say where."""

import html
from contextlib import suppress
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lpdownload.model.text import FORBIDDEN
from lpdownload.render.inline import inline
from lpdownload.render.mjml import MAX_DEPTH, MjmlError, compile_mjml

DOCUMENT = """<mjml lang="en" dir="ltr"><mj-head><mj-title>{title}</mj-title></mj-head><mj-body>
<mj-section><mj-column>{column}</mj-column></mj-section></mj-body></mjml>"""


def document(column: str, title: str = "Title") -> str:
    return DOCUMENT.format(column=column, title=title)


def text(body: str) -> str:
    return document(f'<mj-text css-class="t">é {body}</mj-text>')


def found(page: str, path: str) -> Element:
    element = html5lib.parse(page, namespaceHTMLElements=False).find(path)
    assert element is not None
    return element


sendable = st.text(st.characters(exclude_characters="\r")).filter(lambda text: not FORBIDDEN.search(text))


@given(sendable)
@example("❤️ 👩‍💻 e\u0301 \\ \u200d\u00ad\u2028\u00a0 \"'&amp;&lt;{{ }}{% %}")
def test_text_survives_compiling_and_inlining(words: str) -> None:
    done = inline(
        compile_mjml(document(f"<mj-text><p>{html.escape(words)}</p></mj-text>")), "p { margin: 0 }"
    )
    assert (found(done, ".//td//p").text or "") == words


@given(sendable)
@example("❤️ 👩‍💻 e\u0301 \\ \u200d\u00ad\u2028\u00a0 \t\n\"'&amp;&lt;>")
def test_attribute_values_survive_compiling_and_inlining(words: str) -> None:
    column = f'<mj-image src="a.png" alt="{html.escape(words)}" width="100px" />'
    done = inline(compile_mjml(document(column)), "p { margin: 0 }")
    assert found(done, ".//img").get("alt") == words


@given(sendable.filter(str.strip))
@example("¿Qué cambió? ❤️ \\n")
def test_the_title_survives_as_title_and_as_label(words: str) -> None:
    done = inline(compile_mjml(document("", title=html.escape(words))), "p { margin: 0 }")
    assert found(done, ".//title").text == words
    assert found(done, ".//*[@role='article']").get("aria-label") == words


def test_a_quotation_mark_in_a_single_quoted_value_survives() -> None:
    assert 'title="say &quot;é&quot;"' in compile_mjml(text("""<i title='say "é"'>x</i>""")).replace(
        "&#233;", "é"
    )


def test_a_line_break_between_two_inline_elements_keeps_the_words_apart() -> None:
    done = inline(compile_mjml(text("<b>a</b>\n<i>b</i>")), "p { margin: 0 }")
    assert "<b>a</b>\n<i>b</i>" in done


def test_no_font_is_fetched_from_anybody() -> None:
    assert "fonts.googleapis.com" not in compile_mjml(document('<mj-text font-family="Roboto">x</mj-text>'))


@pytest.mark.parametrize(
    ("bad", "at"),
    [
        ("a < b", "< b"),
        ("<p class=x>y</p>", "<p class"),
        ("<p>y</b", "</b"),
        ("<![CDATA[x]]>", "<![CD"),
        ("<?php x ?>", "<?php"),
        ("<!-- a -- b -->", "<!--"),
    ],
)
def test_a_mistake_is_placed_in_characters(bad: str, at: str) -> None:
    source = text("ñ – " + bad)
    with pytest.raises(MjmlError) as caught:
        compile_mjml(source)
    assert caught.value.offset == source.index(at)


def test_an_offset_counts_in_the_source_although_references_stand_before_it() -> None:
    source = document('<mj-image src="a" alt="éé\\\\" />\n<mj-text><b>é</b>\n<i>x</i> a < b</mj-text>')
    with pytest.raises(MjmlError) as caught:
        compile_mjml(source)
    assert caught.value.offset == source.index("< b")


@pytest.mark.parametrize(
    "character", ["\0", "\x0b", "\x1b", "\x7f", "\x85", "\ufdd0", "\ufffe", "\U0001ffff", "\ud800"]
)
def test_a_character_no_mail_can_carry_is_named_with_its_place(character: str) -> None:
    source = text(f"x{character}y")
    with pytest.raises(MjmlError, match=rf"U\+{ord(character):04X}") as caught:
        compile_mjml(source)
    assert caught.value.offset == source.index(character)


def test_an_element_left_open_is_an_error_without_place() -> None:
    with pytest.raises(MjmlError, match="not closed") as caught:
        compile_mjml(text("<p>x"))
    assert caught.value.offset is None


@pytest.mark.parametrize("depth", [MAX_DEPTH, 20_000])
def test_nesting_that_would_crash_is_refused(depth: int) -> None:
    with pytest.raises(MjmlError, match="deep"):
        compile_mjml(text("<b>" * depth + "x" + "</b>" * depth))


def test_many_elements_side_by_side_are_not_nested() -> None:
    assert compile_mjml(text("<br>" * 300 + "<b>x</b><hr />" * 300)).count("<b>") == 300


@pytest.mark.parametrize("source", ["", "x", "<html></html>", "<mjml>", "<?xml version='1.0'?><mjml></mjml>"])
def test_what_is_no_mjml_is_an_error(source: str) -> None:
    with pytest.raises(MjmlError):
        compile_mjml(source)


@pytest.mark.parametrize("kind", ["html", "css", "mjml"])
def test_an_include_in_the_head_is_an_error_and_no_panic(kind: str) -> None:
    head = f'<mjml><mj-head><mj-include path="x" type="{kind}" /></mj-head><mj-body></mj-body></mjml>'
    with pytest.raises(MjmlError):
        compile_mjml(head)


@given(st.text(alphabet="<>/=\"' amj-textbp\n&é\\"))
def test_any_input_compiles_or_is_an_mjml_error(soup: str) -> None:
    with suppress(MjmlError):
        assert compile_mjml(text(soup)).startswith("<!doctype html>")
