"""A piece of news: what its card says, where it leads, in which feed and on which day it stands."""

from collections.abc import Mapping
from datetime import date

import pytest
from pydantic import ValidationError

from lpdownload.model.news import News, NewsFile

IMAGE = {"src": "a.png", "alt": "A river"}
BLOG = {"type": "blog_post", "title": "A post", "teaser": "Of it.", "url": "https://example.org/post"}
RECAP = {"type": "event_recap", "title": "A walk", "date": "2024-09-01", "body": "We *walked*."}
PRESS = {"type": "press_release", "headline": "Clean", "body": "It is.", "url": "https://example.org/p"}
ARTICLE = {"outlet": "The Paper", "headline": "Rivers", "url": "https://example.org/a"}
NEWS = {"type": "in_the_news", "items": [ARTICLE]}
REPORT = {"type": "resource", "kind": "report", "title": "On rivers", "url": "https://example.org/r"}
STORY = {"type": "story", "title": "A story", "body": "Of it."}


def news(section: Mapping[str, object], **written: object) -> News:
    return News("a-name", NewsFile.model_validate({"sort": "2024-09-20", **written, "section": section}))


def refused(section: Mapping[str, object], **written: object) -> str:
    with pytest.raises(ValidationError) as caught:
        NewsFile.model_validate({**written, "section": section})
    return str(caught.value)


@pytest.mark.parametrize(
    ("section", "feed", "title", "teaser", "outside"),
    [
        (BLOG, "blog", "A post", "Of it.", "https://example.org/post"),
        (RECAP, "blog", "A walk", "We *walked*.", None),
        (PRESS, "press-releases", "Clean", "It is.", None),
        (NEWS, "in-the-news", "Rivers", "", "https://example.org/a"),
        (REPORT, "blog", "On rivers", "", "https://example.org/r"),
        ({**REPORT, "body": "Read it here."}, "blog", "On rivers", "Read it here.", None),
        (STORY, "blog", "A story", "Of it.", None),
    ],
)
def test_each_kind_has_its_feed_and_its_card(
    section: Mapping[str, object], feed: str, title: str, teaser: str, outside: str | None
) -> None:
    found = news(section)
    assert (found.feed, found.title, found.teaser, found.outside) == (feed, title, teaser, outside)


def test_a_teaser_and_a_picture_of_its_own_come_first() -> None:
    found = news({**STORY, "image": {"src": "b.png", "alt": "B"}}, teaser="Read!", image=IMAGE)
    assert found.teaser == "Read!"
    assert found.image is not None
    assert found.image.src == "a.png"
    assert news({**STORY, "image": IMAGE}).image is not None
    assert news(STORY).image is None


def test_the_day_of_an_article_is_its_own() -> None:
    found = News(
        "a", NewsFile.model_validate({"section": {**NEWS, "items": [{**ARTICLE, "date": "2024-09-03"}]}})
    )
    assert found.date == found.written.shown_date == date(2024, 9, 3)


def test_a_place_without_a_day_is_not_shown_as_one() -> None:
    found = news(PRESS)
    assert (found.date, found.written.shown_date) == (date(2024, 9, 20), None)


def test_its_name_in_addresses_is_its_file_s_unless_it_says_another() -> None:
    assert (news(STORY).key, news(STORY).slug) == ("news/a-name", "a-name")
    assert news(STORY, slug="rivers").slug == "rivers"


def test_what_cannot_be_ordered_or_shown_is_refused() -> None:
    assert "neither date nor sort" in refused(PRESS)
    assert "date and sort both" in refused(PRESS, date="2024-09-01", sort="2024-09-02")
    assert "2 articles are in one file" in refused({**NEWS, "items": [ARTICLE, ARTICLE]}, sort="2024-09-01")
    assert "no heading" in refused({"type": "text", "body": "Of it."}, sort="2024-09-01")


def test_a_section_that_is_nothing_by_itself_is_refused() -> None:
    assert "divider" in refused({"type": "divider"}, sort="2024-09-01")
