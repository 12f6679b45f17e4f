"""The pipeline: what templates leave behind is found, and what authors and MJML write is let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import KEY, Newsroom

from lpdownload.check import conditional_comments
from lpdownload.check.registry import rules
from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

STORY = "templates/sections/story.mjml.j2"


def found(newsroom: Newsroom) -> list[Finding]:
    ours = {rule.id for rule in rules() if rule.family == "pipeline"}
    return [one for one in check_variants(newsroom.library, KEY).findings if one.rule in ours]


def rules_of(newsroom: Newsroom) -> set[str]:
    return {finding.rule for finding in found(newsroom)}


def write_story(newsroom: Newsroom, inside: str, around: str = "mj-text") -> None:
    newsroom.write(
        STORY, f"<mj-section>\n<mj-column>\n<{around}>{inside}</{around}>\n</mj-column>\n</mj-section>\n"
    )


def test_the_packaged_templates_leave_nothing_behind(newsroom: Newsroom) -> None:
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("inside", "rule"),
    [
        ("<p>{{ section.emoji }}</p>", "printed-value"),
        ("<p>Late: {{ section.emoji }}.</p>", "printed-value"),
        ("<p>{{ issue.entity }}</p>", "printed-value"),
        ("<p>{{ issue.entity.postal_address }}</p>", "printed-value"),
        ("<p>{{ md }}</p>", "printed-value"),
        ('<p title="{{ section.emoji }}">A</p>', "printed-value"),
        ("<p></p>", "empty-element"),
        ("<h2> </h2>", "empty-element"),
        ('<a href="https://example.org/"></a>', "empty-element"),
        ("<p>{{ '<br>' }}</p>", "markup-shown"),
        ("<p>{{ 'A &amp; B' }}</p>", "markup-shown"),
        ("<!--[if mso]><p>A</p>-->", "conditional-comment"),
        ("<!--<![endif]--><p>A</p>", "conditional-comment"),
        ('<p css-class="small">A</p>', "mjml-left"),
        ('<img src="https://example.org/a.png" alt="A river" />', "image-width"),
        ('<p><a href="https://example.org/%7B%7Bemail%7D%7D">Read it</a></p>', "encoded-merge-field"),
    ],
)
def test_what_a_template_leaves_behind_is_found(newsroom: Newsroom, inside: str, rule: str) -> None:
    write_story(newsroom, inside)
    assert rules_of(newsroom) == {rule}


@pytest.mark.parametrize(
    "inside",
    [
        "<p>{{ section.title }}<br /></p>",
        '<p style="border-top:1px solid #000000;"></p>',
        '<p style="height:6px;"></p>',
        '<p><img src="https://example.org/a.png" alt="" width="20" /></p>',
        "<!--[if mso]><p>A</p><![endif]--><!--[if !mso]><!--><p>B</p><!--<![endif]-->",
        "<!-- a comment --><p>A</p>",
    ],
)
def test_what_is_meant_is_let_be(newsroom: Newsroom, inside: str) -> None:
    write_story(newsroom, inside)
    assert rules_of(newsroom) == set()


@pytest.mark.parametrize(
    "words",
    [
        "None",
        "None of them, undefined or null",
        "'A', she said, and 'B'",
        "R&D; AT&T and Q&amp;A",
        "`<br>` and `**bold**` in code",
        "5 * 3 ** 2 and a < b",
        "('quoted', he said)",
    ],
)
def test_authors_may_write_such_words(newsroom: Newsroom, words: str) -> None:
    newsroom.write_issue(f"- type: text\n  heading: Words\n  body: |\n    {words}\n")
    assert rules_of(newsroom) == set()


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("title", "A &nbsp; B"),
        ("title", "See [it](https://example.org/a)"),
        ("title", "**Now**"),
        ("body", "A<br/>B"),
        ("body", "<b>A</b>"),
    ],
)
def test_marks_that_do_not_work_where_they_stand_are_found_there(
    newsroom: Newsroom, field: str, words: str
) -> None:
    texts = {"title": "A river", "body": "It is clean."} | {field: words}
    newsroom.write_issue(f'- type: story\n  title: "{texts["title"]}"\n  body: "{texts["body"]}"\n')
    findings = found(newsroom)
    assert {(one.rule, one.path) for one in findings} == {("markup-shown", f"sections[0].{field}")}


def test_marks_in_the_subject_are_found_there(newsroom: Newsroom) -> None:
    newsroom.write_issue(head="period: 2024-09\nsubject: Q &amp; A\npreheader: A river.\n")
    (finding,) = found(newsroom)
    assert (finding.rule, finding.path) == ("markup-shown", "subject")


def test_a_picture_s_alt_shows_no_marks_either(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- type: story\n  title: A\n  body: B\n  image:\n    src: https://example.org/a.png\n"
        "    alt: A &amp; B\n    width: 400\n    height: 300\n"
    )
    (finding,) = found(newsroom)
    assert (finding.rule, finding.path) == ("markup-shown", "sections[0].image.alt")


def test_an_address_copied_with_its_braces_encoded_is_found_in_the_issue(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        "- type: story\n  title: A\n  body: '[Sign](https://example.org/?n=%7B%7Bfirst_name%7D%7D&a=b) it.'\n"
    )
    (finding,) = found(newsroom)
    assert (finding.rule, finding.path) == ("encoded-merge-field", "sections[0].body")


def test_every_beginning_of_a_comment_has_its_own_kind_of_end() -> None:
    whole = "<!--[if mso]>a<![endif]--><!--[if !mso]><!-->b<!--<![endif]--><!--[if !mso]>-->c<!--<![endif]-->"
    assert list(conditional_comments.faults(whole)) == []
    assert list(conditional_comments.branches(whole)) == ["a"]
    for broken in (whole.replace("<![endif]-->", "", 1), whole.replace("<!--[if !mso]><!-->", "")):
        assert len(list(conditional_comments.faults(broken))) == 1


@given(
    st.lists(
        st.sampled_from(
            ["<!--[if mso]>", "<!--[if !mso]><!-->", "<![endif]-->", "<!--<![endif]-->", "a-->", "a"]
        )
    )
)
def test_comments_without_a_fault_are_pairs(pieces: list[str]) -> None:
    faults = list(conditional_comments.faults("".join(pieces)))
    marks = [piece for piece in pieces if "if" in piece]
    pairs = [("<!--[if mso]>", "<![endif]-->"), ("<!--[if !mso]><!-->", "<!--<![endif]-->")]
    paired = len(marks) % 2 == 0 and all(pair in pairs for pair in zip(marks[::2], marks[1::2], strict=True))
    assert (not faults) == paired
