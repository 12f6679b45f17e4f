"""The plain-text part reads like a letter of 72 columns and loses nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from lpdownload.render.markdown import clean, problems
from lpdownload.render.plain_text import TextPart, heading, link, rows, rule, wrap

TOKEN = "mf3fa9c1d20n07z"
FAMILY = "👩‍👩‍👧"
LOREM = (
    "The council voted on Tuesday to close the street to cars for the whole of the summer, "
    "and on Sundays for good."
)

WORDS = st.lists(
    st.sampled_from(
        ["a", "vote", "street’s", "—", "東京", FAMILY, "❤️", "é", "e\u0301", "שלום", "\xa0", "\u2028"]
    )
    | st.sampled_from(
        [TOKEN, "https://example.org/" + "x" * 70, "10\xa0am", " ", "\n", "\t", "- ", "> ", "{{ x }}"]
    )
    | st.text(max_size=12),
    max_size=60,
).map(" ".join)


def text(source: str) -> str:
    return TextPart().markdown(source)


def squeezed(value: str) -> str:
    return re.sub(r"\s", "", value)


def test_a_paragraph_is_wrapped_at_72_columns() -> None:
    assert text(LOREM) == (
        "The council voted on Tuesday to close the street to cars for the whole\n"
        "of the summer, and on Sundays for good."
    )


def test_soft_breaks_are_blanks_and_hard_breaks_are_kept() -> None:
    assert text("one\ntwo\\\nthree  \nfour") == "one two\nthree\nfour"


def test_emphasis_loses_its_marks_and_struck_out_text_keeps_them() -> None:
    assert text("*one* **two** ~~10 am~~ `four`") == "one two ~~10 am~~ four"


def test_headings_are_underlined_to_their_width() -> None:
    assert text("# Straße 東京") == "Straße 東京\n-----------"


def test_lists_hang_and_nest() -> None:
    assert text(f"- {LOREM}\n  - two\n    1. three\n    1. four\n- five\n\n\n9. nine\n9. ten") == (
        "- The council voted on Tuesday to close the street to cars for the whole\n"
        "  of the summer, and on Sundays for good.\n"
        "  - two\n"
        "    1. three\n"
        "    2. four\n"
        "- five\n"
        "\n"
        "9. nine\n"
        "10. ten"
    )


def test_a_loose_list_has_blank_lines() -> None:
    assert text("1) one\n\n   more\n\n2) two") == "1) one\n\n   more\n\n2) two"


@pytest.mark.parametrize(
    ("source", "shown"), [("", ""), (">", ""), ("-", "-"), ("#", ""), ("![](x)", ""), ("- >\n- b", "-\n- b")]
)
def test_an_empty_block_leaves_its_mark_at_most(source: str, shown: str) -> None:
    assert text(source) == shown


def test_quotes_code_and_rules_have_their_own_form() -> None:
    assert text("> one\n> > two\n>\n> three\n\n```\na  b\n\n c\n```\n---") == (
        "> one\n>\n> > two\n>\n> three\n\n    a  b\n\n     c\n\n* * *"
    )


def test_a_narrow_table_is_aligned() -> None:
    assert text("| Name | Votes |\n|---|--:|\n| Ana | 12 |\n| 東京 | 1000 |") == (
        "Name  Votes\n----  -----\nAna      12\n東京   1000"
    )


def test_a_wide_table_becomes_rows() -> None:
    assert text(f"| Who | What |\n|---|---|\n| Ana | {LOREM} |\n| Bo | |") == (
        "Who: Ana\n"
        "What: The council voted on Tuesday to close the street to cars for the\n"
        "  whole of the summer, and on Sundays for good.\n"
        "\n"
        "Who: Bo\n"
        "What:"
    )


def test_links_are_numbered_once_for_each_address_and_noted() -> None:
    part = TextPart(lambda href: href + "?utm_source=x")
    assert (
        part.markdown("[a](https://a.org/) [b](https://b.org/) [again](https://a.org/)")
        == "a [1] b [2] again [1]"
    )
    assert part.inline("and [b](https://b.org/)") == "and b [2]"
    assert part.notes() == "[1] https://a.org/?utm_source=x\n[2] https://b.org/?utm_source=x"


def test_numbers_begin_again_after_the_notes() -> None:
    part = TextPart()
    part.markdown("[a](https://a.org/)")
    part.notes()
    assert part.notes() == ""
    assert part.markdown("[b](https://b.org/)") == "b [1]"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<https://a.org/b>", "https://a.org/b"),
        ("[https://a.org/é](https://a.org/é)", "https://a.org/%C3%A9"),
        ("<a@b.org>", "a@b.org"),
        ("[a@b.org](mailto:a@b.org?subject=Hi)", "a@b.org"),
        ("[Write to us](mailto:a%2Bb@c.org?subject=Hi)", "Write to us (a+b@c.org)"),
        ("[call](tel:+1-212-555-0100)", "call (+1-212-555-0100)"),
        ("[above](#top)", "above"),
        ("[evil](javascript:x)", "evil"),
    ],
)
def test_an_address_that_can_stand_in_the_line_gets_no_number(source: str, shown: str) -> None:
    part = TextPart()
    assert part.markdown(source) == shown
    assert part.notes() == ""


def test_a_merge_token_as_an_address_is_noted_unchanged() -> None:
    part = TextPart()
    assert part.markdown(f"Hi {TOKEN}, [leave]({TOKEN})") == f"Hi {TOKEN}, leave [1]"
    assert part.notes() == f"[1] {TOKEN}"


def test_an_address_is_never_broken() -> None:
    url = "https://example.org/" + "very-long-path/" * 8
    assert url in wrap(f"See {url} and more").split("\n")
    assert text(f"See <{url}> and more").split("\n")[1] == url
    assert link("See the page", url) == f"See the page:\n  {url}"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("Register now!", "Register now!\n  https://a.org"),
        ("", "  https://a.org"),
        ("https://a.org", "  https://a.org"),
    ],
)
def test_a_link_line_needs_no_colon_after_other_punctuation(label: str, shown: str) -> None:
    assert link(label, "https://a.org") == shown


def test_wrapping_hangs_by_the_width_of_its_indent_unless_told() -> None:
    first, second = wrap(LOREM, "東 ").split("\n")
    assert first.startswith("東 The")
    assert second.startswith("   whole")
    assert wrap("a\n\nb", "> ", "> ") == "> a\n>\n> b"


def test_wide_characters_count_twice() -> None:
    assert wrap("東京 " * 20) == "\n".join([" ".join(["東京"] * 14), " ".join(["東京"] * 6)])
    assert wrap(f"{FAMILY} " * 30) == "\n".join([" ".join([FAMILY] * 24), " ".join([FAMILY] * 6)])


def test_no_break_spaces_hold_their_words_together() -> None:
    assert wrap("x" * 68 + " 10\xa0am") == "x" * 68 + "\n10\xa0am"


def test_the_first_heading_is_underlined_double() -> None:
    assert heading("LPNY September", 1) == "LPNY September\n=============="
    assert heading("News", 2) == "News\n----"
    assert heading(LOREM, 2).split("\n")[-1] == "-" * 70


def test_a_rule_is_as_wide_as_the_page() -> None:
    assert rule() == "-" * 72


def test_rows_align_their_texts_and_leave_out_what_is_empty() -> None:
    assert rows(
        [("When", "Thursday"), ("Why", " "), ("Where", LOREM), ("A label as long as a sentence", "x")]
    ) == (
        "When:   Thursday\n"
        "Where:  The council voted on Tuesday to close the street to cars for the\n"
        "        whole of the summer, and on Sundays for good.\n"
        "A label as long as a sentence:\n"
        "        x"
    )
    assert rows([]) == ""


@given(WORDS)
def test_wrapping_keeps_every_character_and_72_columns_where_words_allow(source: str) -> None:
    wrapped = wrap(source, "- ")
    assert squeezed(wrapped) == "-" + squeezed(clean(source))
    for line in wrapped.split("\n"):
        assert cell_len(line) <= 72 or " " not in line[2:].strip(" ")


@given(WORDS)
def test_wrapping_never_cuts_a_word(source: str) -> None:
    assert re.split(r"[ \t\n]+", wrap(source).strip(" \n")) == re.split(
        r"[ \t\n]+", clean(source).strip(" \t\n")
    )


@given(WORDS)
def test_any_escaped_text_keeps_every_character(source: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", source)
    assert squeezed(TextPart().inline(escaped)) == squeezed(clean(source))


@given(st.text("aé*_>#-+=.!&<|[]()\\:\n\t\"'{} 👧\xa0", max_size=60))
def test_any_markdown_keeps_its_letters_or_is_found(source: str) -> None:
    letters = [character for character in source if character in "aé👧"]
    assert problems(source, ()) or [character for character in text(source) if character in "aé👧"] == letters


@given(st.text(max_size=200))
def test_any_text_has_a_plain_form(source: str) -> None:
    part = TextPart()
    assert part.markdown(source) == TextPart().markdown(source)
    part.notes()
    rows([(source, source)])
    heading(source)
    link(source, source)
