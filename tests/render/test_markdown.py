"""Markdown becomes XHTML a mail can carry, and what it cannot carry is found."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mjml import mjml2html

from lpdownload.render.markdown import Markdown, clean, inline_problems, problems

MARKDOWN = Markdown()
TOKEN = "mf3fa9c1d20n07z"

# What breaks Markdown, XML, MJML, Jinja or a terminal, more often than chance would bring it up.
MARKS = ["*", "**", "_", "~~", "`", "```", "~~~", "# ", "> ", "- ", "1. ", "    ", "|", "|\n|-|-|\n|", "\\"]
LINKS = [
    "[",
    "](",
    ")",
    "![",
    "https://a.org/?b=c&d",
    "javascript:x",
    "data:image/png;base64,AA",
    "<a@b.org>",
]
BREAKS = ["\n", "\n\n", "\r\n", "  \n", "\t", "\xa0", "\x85", "\u2028", "&#x2028;", "\x0c", "&#12;"]
MARKUP = ["<", ">", "<b>", "</td>", "<!--", "]]>", "&", "&amp;", '"', "'", "{{", "}}", "{% raw %}", TOKEN]
LETTERS = [
    "a",
    "B",
    "שלום",
    "\u202e",
    "\u200f",
    "👩‍👩‍👧",
    "✊🏽",
    "❤️",
    "東京",
    "\x00",
    "\x9d",
    "\ud800",
    "\ufffe",
]
PIECES = st.sampled_from([*MARKS, *LINKS, *BREAKS, *MARKUP, *LETTERS])
HOSTILE = st.lists(PIECES | st.characters(), max_size=30).map("".join)


def block(source: str) -> str:
    return MARKDOWN.block(source, str)


def words(html: str) -> str:
    """The text of ``html``, which must be well-formed XML."""
    return "".join(ElementTree.fromstring(f"<root>{html}</root>").itertext())


def found(source: str) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.message, finding.hint) for finding in problems(source, ("text",))]


def test_a_body_becomes_paragraphs_lists_tables_and_quotes_of_plain_tags() -> None:
    source = (
        "One *two* **three** ~~four~~ `five`\n\n> six\n\n- seven\n\n---\n\n| a |\n|---|\n| b |\n\n    code"
    )
    assert set(re.findall(r"<(\w+)", block(source))) == {
        *("p", "em", "strong", "del", "code", "blockquote", "ul", "li", "hr"),
        *("table", "thead", "tbody", "tr", "th", "td", "pre"),
    }


def test_a_title_gets_no_paragraph() -> None:
    assert MARKDOWN.inline("1. A *great* day", str) == "1. A <em>great</em> day"


def test_headings_are_no_larger_than_h3_and_no_smaller_than_h4() -> None:
    html = block("# 1\n\n## 2\n\n### 3\n\n#### 4\n\n##### 5\n\n###### 6\n\nSetext\n===")
    assert re.findall(r"<(h\d)>(\w+)", html) == [
        *(("h3", "1"), ("h3", "2"), ("h3", "3"), ("h4", "4"), ("h4", "5"), ("h4", "6"), ("h3", "Setext")),
    ]


def test_a_table_heading_names_its_column() -> None:
    assert '<th scope="col">a</th>' in block("| a |\n|---|\n| b |")


def test_a_language_of_a_code_block_leaves_no_class() -> None:
    assert block("```python x\na < b\n```") == "<pre><code>a &lt; b\n</code></pre>\n"


def test_html_is_text() -> None:
    assert (
        block("<b>a</b> < b & c <!-- d ]]>")
        == "<p>&lt;b&gt;a&lt;/b&gt; &lt; b &amp; c &lt;!-- d ]]&gt;</p>\n"
    )


def test_quotes_dashes_and_dots_stay_as_they_were_typed() -> None:
    assert words(block('"It\'s" -- (c) ... www.a.org')) == '"It\'s" -- (c) ... www.a.org\n'


def test_every_address_is_rewritten_and_quoted() -> None:
    html = MARKDOWN.block('[a](https://a.org/?x=1 "t&\\"") <b@c.org>', lambda href: f'{href}&"<')
    assert html == (
        '<p><a href="https://a.org/?x=1&amp;&quot;&lt;" title="t&amp;&quot;">a</a> '
        '<a href="mailto:b@c.org&amp;&quot;&lt;">b@c.org</a></p>\n'
    )


def test_two_rewritings_of_one_text_do_not_meet() -> None:
    source = "[a](https://a.org/)"
    assert "?one" in MARKDOWN.block(source, lambda href: href + "?one")
    assert MARKDOWN.block(source, lambda href: href + "?two") == '<p><a href="https://a.org/?two">a</a></p>\n'


def test_merge_tokens_survive_in_text_and_in_addresses() -> None:
    source = f"*{TOKEN}* [go](https://a.org/{TOKEN}?n={TOKEN}#{TOKEN}) [{TOKEN}]({TOKEN}) <{TOKEN}@a.org>"
    assert block(source).count(TOKEN) == source.count(TOKEN) + 1  # an autolink shows its address
    assert problems(source, ()) == ()


def test_a_paragraph_that_looks_like_a_reference_definition_stays() -> None:
    assert block("[Update]: moved") == "<p>[Update]: moved</p>\n"


def test_an_unsafe_address_or_image_is_not_written_even_unchecked() -> None:
    html = block("[a](javascript:x) ![*b*](data:image/png;base64,AA) [c](/d)")
    assert html == "<p><a>a</a> b <a>c</a></p>\n"


def test_controls_are_gone_even_those_spelt_as_entities() -> None:
    assert block("a\x00b&#12;c\u2028d\x85e\ud800\x9d") == "<p>ab c\nd\ne\ufffd</p>\n"


def test_an_image_is_found() -> None:
    assert found("A ![skyline](https://a.org/x.png)") == [
        (
            "markdown-image",
            "the picture “skyline” stands inside the text",
            "a picture goes into an `image:` of its own, with `alt:`",
        )
    ]
    assert [finding.rule for finding in problems("![](data:image/gif;base64,R0)", ())] == ["markdown-image"]


WORKING = [
    "https://a.org",
    "HTTP://a.org:80/ü",
    "http://[::1]/",
    "mailto:a@b.org?subject=x",
    "tel:+1-212",
    "#top",
]
WITH_FIELDS = [TOKEN, f"{TOKEN}/path?x=1", f"mailto:{TOKEN}", "{{field}}", "https://a.org/?n={{field}}"]
UNSAFE = [
    "javascript:alert(1)",
    "JaVaScRiPt:x",
    "&#106;avascript:x",
    "data:text/html,x",
    "data:image/png;base64,AA",
]
ELSEWHERE = ["file:///etc/passwd", "vbscript:x", "ftp://a.org", "page.html", "/page", "//a.org"]
INCOMPLETE = ["#", "https:", "https:///x", "http://[::1", "http://a.org:port/", "mailto:", ""]


@pytest.mark.parametrize("href", [*WORKING, *WITH_FIELDS])
def test_an_address_a_mail_can_carry_is_no_finding(href: str) -> None:
    assert problems(f"[a]({href})", ()) == ()


@pytest.mark.parametrize("href", [*UNSAFE, *ELSEWHERE, *INCOMPLETE])
def test_any_other_address_is_found(href: str) -> None:
    assert [finding.rule for finding in problems(f"[a]({href})", ())] == ["markdown-link"]
    assert [finding.rule for finding in inline_problems(f"[a]({href})", ())] == ["markdown-link"]


@pytest.mark.parametrize(
    ("source", "hint"),
    [
        ("[a](www.a.org/b)", "write https://www.a.org/b"),
        ("[a](b@c.org)", "write mailto:b@c.org"),
        ("[a](b)", "begin it with https://, http://, mailto:, tel: or #"),
        ("[a]: https://b.org", "put the address behind its words: [words](https://b.org)"),
    ],
)
def test_a_finding_says_what_to_write_instead(source: str, hint: str) -> None:
    assert [finding[2] for finding in found(source)] == [hint]


def test_all_findings_come_at_once_with_their_place_in_the_document() -> None:
    findings = problems("[a](b) [c](d)\n\n- ![e](f)", ("sections", 1, "text"))
    assert [finding.path for finding in findings] == ["sections[1].text"] * 3
    assert [finding.severity for finding in findings] == ["error"] * 3


def test_an_inline_field_is_not_code_however_it_is_indented() -> None:
    assert problems("    [a](b)", ()) == ()
    assert [finding.rule for finding in inline_problems("    [a](b)", ())] == ["markdown-link"]


@pytest.mark.parametrize("prefix", ["", "> ", "> > "])
def test_a_table_row_with_cells_that_would_be_dropped_is_found(prefix: str) -> None:
    table = "".join(
        f"{prefix}{line}\n" for line in ["| a | b |", "|---|---|", "| 1 | 2 |", "| 3 | 4 | lost |", "5"]
    )
    assert found(table) == [
        (
            "markdown-table",
            "the table row “3” has 3 cells under 2 headings",
            "add a heading, or write a | that is text as \\|",
        )
    ]


@pytest.mark.parametrize("source", ["> " * 30 + "lost", "*a **b " * 20 + "c** d*" * 20])
def test_nesting_deeper_than_the_parser_goes_is_found(source: str) -> None:
    assert [finding.rule for finding in problems(source, ())] == ["markdown-nesting"]


@given(HOSTILE)
def test_any_text_becomes_well_formed_xml(source: str) -> None:
    words(MARKDOWN.block(source, lambda href: f"{href}?a&'\""))
    words(MARKDOWN.inline(source, str))
    problems(source, ())
    inline_problems(source, ())


@given(HOSTILE)
def test_any_text_passes_through_mjml(source: str) -> None:
    body = f"<mj-text>{block(source)}END</mj-text>"
    html = mjml2html(
        f"<mjml><mj-body><mj-section><mj-column>{body}</mj-column></mj-section></mj-body></mjml>"
    )
    assert "END" in html


@given(HOSTILE)
def test_escaped_text_keeps_every_character(source: str) -> None:
    escaped = re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", source)
    assert re.sub(r"\s", "", words(MARKDOWN.inline(escaped, str))) == re.sub(r"\s", "", clean(source))


@given(st.text("aé*_>#-+=.!&<|[]()\\:\n\t\"'{} 👧\xa0", max_size=60))
def test_unescaped_text_keeps_its_letters_or_is_found(source: str) -> None:
    letters = [character for character in source if character in "aé👧"]
    assert problems(source, ()) or [x for x in words(block(source)) if x in "aé👧"] == letters
