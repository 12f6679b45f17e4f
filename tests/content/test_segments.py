"""newsletters/segments.yaml: names that lead nowhere, and circles."""

import pytest
from tests.newsroom import HEAD, STORY, Newsroom, spot

from lpdownload.content.segment_uses import uses_of
from lpdownload.content.segments import rule_findings
from lpdownload.errors import Finding, InvalidInput

FILE = "newsletters/segments.yaml"


def refused(newsroom: Newsroom, text: str) -> tuple[Finding, ...]:
    newsroom.write(FILE, text)
    with pytest.raises(InvalidInput) as caught:
        _ = newsroom.library.segments
    return caught.value.findings


def test_a_newsroom_may_have_no_segments(newsroom: Newsroom) -> None:
    (newsroom.root / FILE).unlink()
    assert newsroom.library.segments.root == {}


def test_an_unknown_attribute_is_named_at_its_key(newsroom: Newsroom) -> None:
    (finding,) = refused(newsroom, "a:\n  all:\n    - ofice: mayor\n")
    assert finding.message == "there is no attribute ofice"
    assert finding.hint.startswith("did you mean office? There are: ")
    assert spot(finding) == ("segments.yaml", 3, 7)


def test_a_value_that_is_none_of_an_attribute_s_choices_is_named(newsroom: Newsroom) -> None:
    (finding,) = refused(newsroom, "a:\n  office: [mayor, majordomo]\n")
    assert "majordomo" in finding.message
    assert "city_council" in finding.hint


def test_a_newsroom_s_own_attribute_may_be_asked_for(newsroom: Newsroom) -> None:
    newsroom.write(FILE, "a: {ward: '7'}\n")
    assert list(newsroom.library.segments.root) == ["a"]


def test_an_unknown_segment_and_an_unknown_newsletter_are_named(newsroom: Newsroom) -> None:
    segment, newsletter = refused(
        newsroom, "teachers: {office: school_board}\na: teacher\nb: {subscribed: twon}\n"
    )
    assert segment.hint.startswith("did you mean teachers?")
    assert spot(segment) == ("segments.yaml", 2, 4)
    assert (newsletter.rule, newsletter.hint) == ("unknown-newsletter", "did you mean town? There are: town")
    assert spot(newsletter) == ("segments.yaml", 3, 17)


@pytest.mark.parametrize(
    ("text", "circles"),
    [
        ("a: a\n", ["a → a"]),
        ("a: b\nb: a\n", ["a → b → a", "b → a → b"]),
        ("a: {not: b}\nb: {any: [c]}\nc: [a]\n", ["a → b → c → a", "b → c → a → b", "c → a → b → c"]),
    ],
)
def test_a_circle_is_drawn(newsroom: Newsroom, text: str, circles: list[str]) -> None:
    found = refused(newsroom, text)
    assert [finding.message.partition(": ")[2] for finding in found] == circles


def test_one_that_leads_into_a_circle_is_not_in_it(newsroom: Newsroom) -> None:
    found = refused(newsroom, "a: b\nb: c\nc: b\n")
    assert [finding.path for finding in found] == ["b", "c"]


def test_many_segments_that_name_each_other_are_no_circle(newsroom: Newsroom) -> None:
    text = "".join(f"s{n}: {{any: [base, {{ward: '{n}'}}]}}\n" for n in range(200))
    newsroom.write(FILE, text + "base: {state: NY}\n")
    assert len(newsroom.library.segments.root) == 201


def test_segments_that_double_each_other_are_refused_where_they_grow_too_large(newsroom: Newsroom) -> None:
    rungs = "".join(f"s{n}: {{any: [s{n + 1}, s{n + 1}]}}\n" for n in range(200))
    (finding,) = refused(newsroom, rungs + "s200: {state: NY}\n")
    assert (finding.rule, finding.path) == ("segment-size", "s191")
    assert finding.message.startswith("the rule comes to more than 300 comparisons")
    assert spot(finding) == ("segments.yaml", 192, 1)


def test_a_long_chain_of_names_is_refused(newsroom: Newsroom) -> None:
    chain = "".join(f"s{n}: s{n + 1}\n" for n in range(3000))
    (finding,) = refused(newsroom, chain + "s3000: {state: NY}\n")
    assert (finding.rule, finding.path) == ("segment-size", "s2980")
    assert finding.message.startswith("the rule is nested more than 20 deep")


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: {interests: {before: m}}\n", "has: a word"),
        ("a: {office: {after: mayor}}\n", "in: [the choices that count]"),
    ],
)
def test_what_has_no_order_stands_before_and_after_nothing(newsroom: Newsroom, text: str, hint: str) -> None:
    (finding,) = refused(newsroom, text)
    assert (finding.rule, finding.hint) == ("no-order", hint)
    assert spot(finding)[:2] == ("segments.yaml", 1)


def test_text_and_dates_have_an_order(newsroom: Newsroom) -> None:
    newsroom.write(FILE, "a: {ward: {after: '5'}, last_name: {before: M}, term_end: {before: 2025-01-01}}\n")
    assert list(newsroom.library.segments.root) == ["a"]


@pytest.mark.parametrize("operator", ["before", "after", "equals", "not", "has", "in"])
@pytest.mark.parametrize("word", ["2024-02-30", "2024", "2024-09", "20240901", "yesterday"])
def test_a_date_that_is_none_is_a_finding(newsroom: Newsroom, operator: str, word: str) -> None:
    written = f"['{word}']" if operator == "in" else f"'{word}'"
    (finding,) = refused(newsroom, f"a: {{term_end: {{{operator}: {written}}}}}\n")
    assert (finding.rule, finding.hint) == ("bad-date", "year-month-day, as in 2024-10-10")


def test_a_received_issue_must_be_one_of_the_library(newsroom: Newsroom) -> None:
    near, far = refused(newsroom, "a: {received: town/2024-08}\nb: {received: elsewhere}\n")
    assert (near.message, near.hint) == ("there is no issue town/2024-08", "did you mean town/2024-09?")
    assert spot(near) == ("segments.yaml", 1, 15)
    assert far.hint == "lpdownload list shows those there are"


def test_a_received_issue_may_be_a_translation(newsroom: Newsroom) -> None:
    newsroom.write_issue(path="newsletters/town/2024-09.es.yaml")
    newsroom.write(FILE, "a: {received: town/2024-09.es}\n")
    assert list(newsroom.library.segments.root) == ["a"]


def test_a_translation_of_another_name_is_asked_for_by_its_original(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        head="language: es\ntranslation_of: 2024-09\n" + HEAD, path="newsletters/town/hola.yaml"
    )
    (finding,) = refused(newsroom, "a: {received: town/hola}\n")
    assert (finding.rule, finding.hint) == ("translation", "received: town/2024-09")


def test_an_issue_that_cannot_be_read_may_have_been_received(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/broken.yaml", "period: [\n")
    newsroom.write(FILE, "a: {received: town/broken}\n")
    assert list(newsroom.library.segments.root) == ["a"]


def findings_in_issue(newsroom: Newsroom, written: str) -> list[Finding]:
    """Of a rule at audience.segment of an issue."""
    newsroom.write_issue(head=f"audience: {{segment: {written}}}\n" + HEAD)
    library = newsroom.library
    document, issue = library.issue_file("town", "2024-09")
    assert issue.audience is not None
    assert issue.audience.segment is not None
    return rule_findings(library, document, issue.audience.segment, ("audience", "segment"))


def test_a_rule_in_an_issue_is_checked_at_its_place(newsroom: Newsroom) -> None:
    assert findings_in_issue(newsroom, "[teachers, {state: NY}]") == []
    name, attribute = findings_in_issue(newsroom, "[teacher, {not: {ofice: mayor}}]")
    assert (name.rule, attribute.rule) == ("unknown-segment", "unknown-attribute")
    assert spot(name) == ("2024-09.yaml", 1, 22)
    assert spot(attribute) == ("2024-09.yaml", 1, 38)


def test_a_rule_in_an_issue_may_not_grow_too_large_by_the_segments_it_names(newsroom: Newsroom) -> None:
    words = ", ".join(f"'{n}'" for n in range(200))
    newsroom.write(FILE, f"many: {{ward: [{words}]}}\n")
    assert findings_in_issue(newsroom, "many") == []
    (finding,) = findings_in_issue(newsroom, "[many, many]")
    assert (finding.rule, finding.path) == ("segment-size", "audience.segment")


def test_a_rule_in_an_issue_is_checked_though_the_segments_are_broken(newsroom: Newsroom) -> None:
    newsroom.write(FILE, "a: {ofice: mayor}\n")
    (finding,) = findings_in_issue(newsroom, "[unheard-of, {stat: NY}]")
    assert finding.message == "there is no attribute stat"


def test_where_a_segment_is_used_is_known(newsroom: Newsroom) -> None:
    newsroom.write(
        FILE, "teachers: {office: school_board}\nlocal: [teachers, {state: NY}]\nunused: {tag: vip}\n"
    )
    newsroom.add("newsletters/town/newsletter.yaml", "segment: local\n")
    newsroom.write_issue(STORY + "    visible_to: teachers\n", "audience: {exclude: [local]}\n" + HEAD)
    newsroom.write("newsletters/town/broken.yaml", "period: [\n")
    block = "owner: Ana\nsection: {type: text, body: Hello, visible_to: teachers}\n"
    newsroom.write("newsletters/shared/hello.yaml", block)
    assert uses_of(newsroom.library) == {
        "teachers": ("town/2024-09", "shared/hello", "segments/local"),
        "local": ("town", "town/2024-09"),
        "unused": (),
    }


@pytest.mark.parametrize(
    "text", ["a: {}\n", "a:\n", "a: []\n", "- a\n", "a: {all: {}}\n", "a: {state: {like: N}}\n"]
)
def test_a_rule_that_says_nothing_is_a_finding(newsroom: Newsroom, text: str) -> None:
    assert all(finding.place for finding in refused(newsroom, text))


def test_a_broken_segments_file_stops_only_issues_and_says_where(newsroom: Newsroom) -> None:
    newsroom.write(FILE, "a: {ofice: mayor}\n")
    (finding,) = newsroom.refused()
    assert spot(finding) == ("segments.yaml", 1, 5)
