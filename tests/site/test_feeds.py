"""What programs read, by programs that read it."""

import json
from datetime import date

import feedparser  # type: ignore[import-untyped]
import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from lxml import etree
from tests.newsroom import make_newsroom
from tests.site.hub import ENTRY, PRESS, Hub

from lpdownload.model.text import FORBIDDEN
from lpdownload.site import feeds
from lpdownload.site.frame import Frame, make_frame

HOME = "https://news.example.org/"
EVENT = """\
  - type: event
    title: "A river walk; with friends, rain\\\\shine"
    start: 2024-10-12T10:00
    end: 2024-10-12T12:00
    timezone: America/New_York
    venue: {name: The bridge}
"""
JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "home_page_url": {"type": "string", "format": "uri"},
        "feed_url": {"type": "string", "format": "uri"},
        "authors": {"type": "array", "items": {"type": "object", "required": ["name"]}},
        "language": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "content_text"],
                "properties": {
                    "id": {"type": "string"},
                    "url": {"type": "string", "format": "uri"},
                    "external_url": {"type": "string", "format": "uri"},
                    "image": {"type": "string", "format": "uri"},
                    "date_published": {"type": "string", "format": "date-time"},
                    "tags": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
    },
}
"""What version 1.1 asks for (https://www.jsonfeed.org/version/1.1/)."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """With two issues of which the newer one is edited, an event, a piece of news here and one elsewhere."""
    root = tmp_path_factory.mktemp("feeds")
    made = Hub(make_newsroom(root / "newsroom"), root / "out")
    made.write_issue("2024-08", "August")
    made.newsroom.add("newsletters/town/2024-09.yaml", EVENT + "topics: [rivers]\n")
    made.newsroom.write("newsletters/news/river.yaml", PRESS)
    made.newsroom.write(
        "newsletters/news/far.yaml",
        "sort: 2024-09-21\nsection: {type: in_the_news, items: [{outlet: The Paper, headline: Far & wide, "
        "url: 'https://example.org/far?a=1&b=2'}]}\n",
    )
    made.build(date(2024, 10, 1))
    made.newsroom.change("newsletters/town/2024-09.yaml", "thirty years", "31 years")
    made.build(date(2024, 10, 5))
    return made


@pytest.mark.parametrize("path", ["feed.xml", "atom.xml"])
def test_a_feed_reader_finds_all_that_is_published_the_newest_first(hub: Hub, path: str) -> None:
    found = feedparser.parse((hub.out / path).read_bytes())
    assert not found.bozo
    assert [entry.title for entry in found.entries] == [
        "Far & wide",
        "The river is clean",
        "📣 Town Download | September 2024",
        "📣 Town Download | August 2024",
    ]
    assert [entry.link for entry in found.entries] == [
        "https://example.org/far?a=1&b=2",
        f"{HOME}news/river/",
        f"{HOME}town/2024-09/",
        f"{HOME}town/2024-08/",
    ]
    assert len({entry.id for entry in found.entries}) == 4
    assert found.feed.language == "en" or path == "atom.xml"
    assert "published_parsed" not in found.entries[0], "its day is not known"
    assert found.entries[1].published_parsed[:3] == (2024, 9, 20)
    own = [link.href for link in found.feed.links if link.rel == "self"]
    assert own == [HOME + path]


def test_atom_tells_when_something_was_edited(hub: Hub) -> None:
    found = feedparser.parse((hub.out / "atom.xml").read_bytes())
    by_link = {entry.link: entry for entry in found.entries}
    assert by_link[f"{HOME}town/2024-09/"].updated_parsed[:3] == (2024, 10, 5)
    assert by_link[f"{HOME}town/2024-08/"].updated_parsed[:3] == (2024, 8, 1)
    assert found.feed.updated_parsed[:3] == (2024, 10, 5)


def test_each_feed_newsletter_chapter_and_topic_has_its_own(hub: Hub) -> None:
    for path in ("blog", "in-the-news", "press-releases", "town", "chapters/ny", "topics/rivers"):
        found = feedparser.parse((hub.out / path / "feed.xml").read_bytes())
        assert not found.bozo
        assert found.entries, path
        links = hub.tree(f"{path}/index.html").xpath('//link[@type="application/rss+xml"]/@href')
        assert any(link.endswith(f"/{path}/feed.xml") for link in links)


def test_the_json_feed_is_as_its_specification_says(hub: Hub) -> None:
    found = json.loads(hub.text("feed.json"))
    Draft202012Validator(JSON_FEED, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(found)
    assert found["items"][0]["external_url"] == "https://example.org/far?a=1&b=2"
    assert found["items"][2]["tags"] == ["rivers"]


def test_a_calendar_program_reads_all_events(hub: Hub) -> None:
    found = icalendar.Calendar.from_ical((hub.out / "events.ics").read_bytes())
    assert isinstance(found, icalendar.Calendar)
    (event,) = found.events
    assert str(event["SUMMARY"]) == "A river walk; with friends, rain\\shine"
    assert event.start.isoformat() == "2024-10-12T14:00:00+00:00"
    assert hub.tree("index.html").xpath('//a[@href="events.ics"]')


def test_the_sitemap_names_every_page_that_is_no_other_s_address(hub: Hub) -> None:
    data = (hub.out / "sitemap.xml").read_bytes()
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = etree.fromstring(data).xpath("//s:loc/text()", namespaces=space)
    pages = {
        HOME + path.relative_to(hub.out).as_posix().removesuffix("index.html")
        for path in hub.out.rglob("index.html")
        if b"noindex" not in path.read_bytes()
    }
    assert set(found) == pages
    assert len(found) == len(pages) < 50_000
    assert len(data) < 50 * 2**20
    assert f"Sitemap: {HOME}sitemap.xml\n" in hub.text("robots.txt")


TEXT = st.text(max_size=40).filter(lambda text: not FORBIDDEN.search(text))


@pytest.fixture(scope="module")
def frame(hub: Hub) -> Frame:
    return make_frame(hub.newsroom.library)


@settings(max_examples=60)
@given(title=TEXT, teaser=TEXT, topic=TEXT)
def test_whatever_is_written_the_feeds_stay_readable(
    frame: Frame, title: str, teaser: str, topic: str
) -> None:
    changed = {"newsletter": "", "title": title, "teaser": teaser, "topics": (topic,)}
    entry = ENTRY.model_copy(update=changed)
    days = feeds.Days({}, {})
    rss = etree.fromstring(feeds.rss(frame, "", title, [entry]))
    atom = etree.fromstring(feeds.atom(frame, title, [entry], days))
    assert len(rss.findall(".//item")) == len(atom.findall("{*}entry")) == 1
    if not any(mark in title for mark in "\r\n\t"):
        assert (rss.findtext(".//item/title") or "") == title
    assert json.loads(feeds.json_feed(frame, title, [entry], days))["items"][0]["title"] == title
