"""The subject line: emoji, name, highlights, period."""

import pytest
from tests.newsroom import Newsroom

NEWSLETTER = "newsletters/town/newsletter.yaml"


def subject(newsroom: Newsroom, head: str = "") -> str:
    newsroom.write_issue(head=f"preheader: A teaser.\n{head}")
    return newsroom.render().subject


def place_emoji(newsroom: Newsroom, place: str) -> None:
    newsroom.change(NEWSLETTER, "emoji: 📣\n", f"emoji: 📣\nemoji_place: {place}\n")


def test_name_and_period_make_a_subject(newsroom: Newsroom) -> None:
    assert subject(newsroom, "period: 2024-09\n") == "📣 Town Download | September 2024"


def test_highlights_are_joined_by_commas(newsroom: Newsroom) -> None:
    head = "period: 2024-09\nhighlights: [Transit, Votes / Rights, 'Hi!']\n"
    assert subject(newsroom, head) == "📣 Town Download | Transit, Votes / Rights, Hi! | September 2024"


def test_more_follows_the_highlights_if_there_are_any(newsroom: Newsroom) -> None:
    head = "period: 2024-09\nmore: true\n"
    assert subject(newsroom, head) == "📣 Town Download | September 2024"
    assert (
        subject(newsroom, f"{head}highlights: [A, B]\n") == "📣 Town Download | A, B & more! | September 2024"
    )


def test_one_sentence_stands_as_it_is(newsroom: Newsroom) -> None:
    head = "period: 2024-09\nhighlights: “Look, a sentence,” she said\n"
    assert subject(newsroom, head) == "📣 Town Download | “Look, a sentence,” she said | September 2024"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("lead", "📣 Town Download | A | Sept 2024"),
        ("trail", "Town Download 📣 | A | Sept 2024"),
        ("trail_tight", "Town Download 📣| A | Sept 2024"),
    ],
)
def test_the_emoji_has_its_place(newsroom: Newsroom, place: str, expected: str) -> None:
    place_emoji(newsroom, place)
    newsroom.add(NEWSLETTER, "period_style: short_month\n")
    assert subject(newsroom, "period: 2024-09\nhighlights: A\n") == expected


def test_a_tight_emoji_at_the_end_of_the_line_has_no_bar(newsroom: Newsroom) -> None:
    place_emoji(newsroom, "trail_tight")
    assert subject(newsroom, "date: 2024-09-05\n") == "Town Download 📣"


def test_an_issue_s_own_emoji_stands_where_the_newsletter_s_would(newsroom: Newsroom) -> None:
    place_emoji(newsroom, "trail")
    assert subject(newsroom, "period: 2024-09\nemoji: 🌲\n") == "Town Download 🌲 | September 2024"


def test_without_an_emoji_there_is_no_gap(newsroom: Newsroom) -> None:
    newsroom.change(NEWSLETTER, "emoji: 📣\n", "")
    assert subject(newsroom, "period: 2024-09\n") == "Town Download | September 2024"


def test_without_a_period_the_line_ends_with_the_highlights(newsroom: Newsroom) -> None:
    assert subject(newsroom, "date: 2024-09-05\nhighlights: A\n") == "📣 Town Download | A"


def test_a_subject_of_its_own_is_the_whole_line(newsroom: Newsroom) -> None:
    head = "period: 2024-09\nhighlights: A\nmore: true\nsubject: Something else | entirely\n"
    assert subject(newsroom, head) == "Something else | entirely"


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("fall 2024", "Fall 2024"),
        ("winter 2024", "Winter 2024"),
        ("{text: Convening special, sort: 2024-07-04}", "Convening special"),
    ],
)
def test_seasons_and_words_are_periods_too(newsroom: Newsroom, period: str, expected: str) -> None:
    assert subject(newsroom, f"period: {period}\n") == f"📣 Town Download | {expected}"


def test_a_merge_field_in_the_subject_is_filled_for_each_reader(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        head='period: 2024-09\npreheader: A.\nsubject: Hi {{ first_name | default("friend") }}!\n'
    )
    content = newsroom.render().content
    assert content.subject.fill({"first_name": "Ana"}) == "Hi Ana!"
    assert content.subject.fill({}) == "Hi friend!"


def test_a_name_that_holds_a_bar_keeps_it_when_the_emoji_is_tight(newsroom: Newsroom) -> None:
    place_emoji(newsroom, "trail_tight")
    newsroom.change(NEWSLETTER, "name: Town Download\n", "name: Town | Country\n")
    assert subject(newsroom, "period: 2024-09\n") == "Town | Country 📣| September 2024"
