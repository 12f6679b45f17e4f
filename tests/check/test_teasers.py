"""Preheaders that tell nothing, or what another issue tells."""

import os

import pytest
from tests.newsroom import KEY, Newsroom, issue, spot

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

DATED = "date: 2024-09-18\npreheader: A river, a road and a vote.\n"


def found(newsroom: Newsroom, rule: str, key: str = KEY) -> list[Finding]:
    return [finding for finding in check_variants(newsroom.library, key).findings if finding.rule == rule]


@pytest.mark.parametrize(
    "teaser",
    [
        "In this issue",
        "Newsletter",
        "The latest news and updates from Town, September 2024",
        "Read more inside!",
        "🎉🎉",
        "Novedades de nuestro boletín de septiembre",
        "Hello {{ first_name | default('friend') }}, here is our newsletter",
    ],
)
def test_a_teaser_that_fits_every_issue_is_found(newsroom: Newsroom, teaser: str) -> None:
    newsroom.write_issue(head=f'period: 2024-09\npreheader: "{teaser}"\n')
    assert len(found(newsroom, "preheader-generic")) == 1


@pytest.mark.parametrize(
    "teaser", ["A river, a road and a vote.", "News from the river", "Un río y un camino"]
)
def test_a_teaser_with_a_word_of_its_own_is_none_of_them(newsroom: Newsroom, teaser: str) -> None:
    newsroom.write_issue(head=f"period: 2024-09\npreheader: {teaser}\n")
    assert found(newsroom, "preheader-generic") == []


def test_of_two_issues_with_one_teaser_the_later_is_found(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-10.yaml", issue(head=DATED.replace("09-18", "10-18")))
    assert found(newsroom, "preheader-duplicate") == []
    (finding,) = found(newsroom, "preheader-duplicate", "town/2024-10")
    assert KEY in finding.message
    assert spot(finding) == ("2024-10.yaml", 2, 12)


def test_a_teaser_that_was_changed_in_the_other_issue_is_no_duplicate_any_more(newsroom: Newsroom) -> None:
    other = newsroom.write("newsletters/town/2024-08.yaml", issue(head=DATED.replace("09-18", "08-18")))
    assert len(found(newsroom, "preheader-duplicate")) == 1
    other.write_text(other.read_text("utf-8").replace("a road", "a bridge"), "utf-8")
    os.utime(other, (0, 0))
    assert found(newsroom, "preheader-duplicate") == []


def test_a_translation_may_have_its_original_s_teaser(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-09.es.yaml", issue())
    assert found(newsroom, "preheader-duplicate") == []


def test_the_broken_issue_of_another_newsletter_stops_nothing(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-08.yaml", "preheader: A river, a road and a vote.\nsections: [\n")
    newsroom.write("newsletters/town/2024-07.yaml", b"\xff\xfe\x00")
    assert newsroom.check().findings == ()
