"""Marks lead from a mail to its sections, and what is sent never carries one."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.render.marks import Marks
from lpdownload.render.mjml import compile_mjml
from lpdownload.render.render import render_issue

ROOT = Path(__file__).parent.parent.parent
LIBRARY = Library(ROOT)
SECTION = "<mj-section{}><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"


def _mail(*sections: str) -> str:
    return f"<mjml><mj-head></mj-head><mj-body>{''.join(sections)}</mj-body></mjml>"


@given(
    st.lists(
        st.sampled_from(
            [
                "",
                ' css-class="sec"',
                " css-class='a b'",
                ' padding="0px" css-class="sec"',
                ' full-width="full-width" background-color="#ffffff"',
                ' css-class=""',
            ]
        ),
        min_size=1,
        max_size=5,
    )
)
def test_a_mail_with_its_marks_taken_off_is_the_mail_without_marks(attributes: list[str]) -> None:
    plain = [SECTION.format(written, "words") for written in attributes]
    marks = Marks("mf01234567n")
    marked = [marks.marked(section, ("sections", index)) for index, section in enumerate(plain)]
    html = compile_mjml(_mail(*marked))
    assert marks.removed(_mail(*marked)) == _mail(*plain)
    assert marks.removed(html) == compile_mjml(_mail(*plain))


def test_spans_follow_each_other_and_hold_their_section_s_words() -> None:
    marks = Marks("mf01234567n")
    words = ["first words", "second words", "third words"]
    sections = [marks.marked(SECTION.format("", text), ("sections", n)) for n, text in enumerate(words)]
    marked = compile_mjml(_mail(*sections))
    html, spans = marks.removed(marked), marks.spans(marked)
    assert [span.loc for span in spans] == [("sections", 0), ("sections", 1), ("sections", 2)]
    assert [words[n] in html[span.start : span.end] for n, span in enumerate(spans)] == [True] * 3
    assert [span.end for span in spans[:-1]] == [span.start for span in spans[1:]]
    assert spans[-1].end == len(html)


@pytest.mark.parametrize("key", list(LIBRARY.issue_keys()))
def test_no_mark_is_left_in_a_sample(key: str) -> None:
    issue = load_issue(LIBRARY, key).issue
    rendering = render_issue(issue, newsroom=ROOT, templates=LIBRARY.templates)
    prefix = rendering.draft.fields.prefix
    assert prefix in rendering.marked
    content = rendering.content
    for pieces in (content.html, content.text, content.subject, *(value for _, value in content.headers)):
        assert prefix not in "".join(pieces.literals)
    assert f"{prefix}s" not in rendering.mjml


def test_the_sections_of_a_mail_have_their_spans_in_order(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- {type: text, body: First of all.}\n- {type: divider}\n- {type: text, body: Last of all.}\n"
    )
    rendering = newsroom.render()
    assert [span.loc for span in rendering.spans] == [
        ("sections", 0),
        ("sections", 1),
        ("sections", 2),
        ("footer",),
    ]
    html = rendering.draft.marks.removed(rendering.marked)
    first, _, last, footer = (html[span.start : span.end] for span in rendering.spans)
    assert "First of all" in first
    assert "Last of all" in last
    assert re.search("1 Sample Street", footer)
