"""Mistakes of every kind are told at once, whatever else is broken in the file."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom, make_newsroom

BROKEN = """\
- type: story
  titel: A
  body: B
- type: text
  body: Hi {{ nope }} [x](javascript:alert)
  visible_to: nobody
  image: {src: none.png, alt: x}
- type: shared
  ref: who
- type: story
  title: A
  body: B
  entity: nobody
"""


def test_shape_names_pictures_merge_fields_and_links_are_told_in_one_run(newsroom: Newsroom) -> None:
    newsroom.write_issue(BROKEN, head="period: 2024-99\npreheader: A\nsubject: Hi {{ nope }}\n")
    found = {(finding.rule, finding.path) for finding in newsroom.check().findings}
    assert found == {
        ("bad-period", "period"),
        ("merge-field", "subject"),
        ("unknown-key", "sections[0].titel"),
        ("merge-field", "sections[1].body"),
        ("markdown-link", "sections[1].body"),
        ("unknown-segment", "sections[1].visible_to"),
        ("unknown-picture", "sections[1].image.src"),
        ("unknown-shared-block", "sections[2].ref"),
        ("unknown-entity", "sections[3].entity"),
    }
    assert newsroom.check().rendering is None


def test_a_syntax_error_leaves_nothing_to_look_through(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: story\n  title: 'A\n")
    assert {finding.rule for finding in newsroom.check().findings} == {"yaml-syntax"}


@given(st.permutations(BROKEN.splitlines()), st.integers(0, 12))
def test_no_order_of_broken_lines_is_a_bug_of_ours(lines: list[str], kept: int) -> None:
    with TemporaryDirectory() as folder:
        newsroom = make_newsroom(Path(folder))
        newsroom.write_issue("\n".join(lines[:kept]) + "\n- type: divider\n")
        checked = newsroom.check()
        assert checked.findings or checked.rendering
