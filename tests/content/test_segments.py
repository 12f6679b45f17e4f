"""newsletters/segments.yaml: names that lead nowhere, and circles."""

import pytest
from tests.newsroom import Newsroom, spot

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
    rungs = "".join(f"s{n}: [s{n + 1}, s{n + 1}]\n" for n in range(200))
    newsroom.write(FILE, rungs + "s200: {state: NY}\n")
    assert len(newsroom.library.segments.root) == 201


@pytest.mark.parametrize(
    "text", ["a: {}\n", "a:\n", "a: []\n", "- a\n", "a: {all: {}}\n", "a: {state: {like: N}}\n"]
)
def test_a_rule_that_says_nothing_is_a_finding(newsroom: Newsroom, text: str) -> None:
    assert all(finding.place for finding in refused(newsroom, text))


def test_a_broken_segments_file_stops_only_issues_and_says_where(newsroom: Newsroom) -> None:
    newsroom.write(FILE, "a: {ofice: mayor}\n")
    (finding,) = newsroom.refused()
    assert spot(finding) == ("segments.yaml", 1, 5)
