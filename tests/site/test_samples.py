"""The samples' hub: all that the network's own news page shows, every link alive, every page light."""

import json
from datetime import date
from pathlib import Path

from tests.site.hub import Hub, dead_links

from lpdownload.site.search import FOLDER

ROOT = Path(__file__).parents[2]
HOME = "https://news.example.org/"
BLOG = (
    "LPCO Collective Bargaining Workshop",
    "LP Network Download",
    "Federal Advocacy Roundup",
    "LPNY State Download",
    "LP School Board Download",
    "When States and Localities Disagree On Worker Protections",
    "LPPA State Download",
    "LPMN State Download",
    "LPTX State Download",
    "LPNC State Download",
    "We Can Create Real Safety One Step At a Time",
    "States are pushing back with anti-labor laws",
)
IN_THE_NEWS = (
    "Cities lead bans on algorithmic rent hikes as states lag behind",
    "Portland City Council weighs ban on using algorithms to set rents",
    "Hundreds of State Officials Oppose Anti-Sanctuary City Act",
    "Social Housing Emerging in Cities Needs Local Govt Support",
)
PRESS = (
    "Road To Good Cause Campaign Scores 11 Victories Across Upstate New York",
    "NEW REPORT: How Local Government Can Stand Up for Workers",
    "How Localities Use Community Responder Programs to Keep People Safe",
    "After Grants Pass: organizing to house all our neighbors",
    "Local Progress Condemns Cruel Supreme Court Decision in Grants Pass v. Johnson",
)


def test_the_front_page_shows_all_that_the_network_s_own_shows(samples: Hub) -> None:
    front = samples.tree("index.html")
    for feed, titles in (("blog", BLOG), ("in-the-news", IN_THE_NEWS), ("press-releases", PRESS)):
        (section,) = front.xpath(f'//section[@aria-labelledby="{feed}"]')
        cards = [card.text_content() for card in section.xpath(".//h3")]
        assert [title for title in titles if not any(title in card for card in cards)] == []
    words = samples.words("index.html")
    assert "Have a Media Inquiry?" in words
    assert "press@localprogress.org" in words
    assert front.xpath("string(//h1)") == "Our Blog + Latest News"


def test_every_link_and_every_picture_of_it_leads_somewhere(samples: Hub) -> None:
    dead = {link for _, link in dead_links(samples.out, HOME)}
    served = {link for link in dead if link.startswith(f"{HOME}join/")}
    assert dead - served <= {f"{HOME}help"}


def test_each_page_weighs_less_than_100_kb_with_its_style(samples: Hub) -> None:
    (style,) = (samples.out / "assets").glob("hub-*.css")
    heaviest = max(path.stat().st_size for path in samples.out.rglob("*.html"))
    assert heaviest + style.stat().st_size < 100_000


def test_each_page_says_what_it_is_to_other_programs(samples: Hub) -> None:
    for page in samples.out.rglob("*.html"):
        path = page.relative_to(samples.out).as_posix()
        found = samples.tree(path)
        for text in found.xpath('//script[@type="application/ld+json"]/text()'):
            assert json.loads(text)["@context"] == "https://schema.org"
        if path == "404.html" or found.xpath('//meta[@http-equiv="refresh"]'):
            assert found.xpath('//meta[@name="robots"]/@content') == ["noindex"]
            continue
        (canonical,) = found.xpath('//link[@rel="canonical"]/@href')
        assert canonical == HOME + path.removesuffix("index.html")
        assert found.xpath('//meta[@property="og:url"]/@content') == [canonical]
        for name in ("og:title", "og:description", "og:type", "og:site_name"):
            (said,) = found.xpath(f'//meta[@property="{name}"]/@content')
            assert said, (path, name)


def test_what_readers_search_leads_to_files_that_are_there(samples: Hub) -> None:
    names = {path.name for path in (samples.out / FOLDER).iterdir()}
    assert {"pagefind.js", "pagefind-ui.js", "pagefind-ui.css", "pagefind-entry.json"} <= names
    found = json.loads(samples.text(f"{FOLDER}pagefind-entry.json"))["languages"]
    shown = [path for path in samples.out.rglob("*.html") if b"data-pagefind-body" in path.read_bytes()]
    assert sum(one["page_count"] for one in found.values()) == len(shown) > 10


def test_building_them_leaves_the_record_of_what_was_published_as_it_is(samples: Hub) -> None:
    built = samples.newsroom.root / "newsletters" / "published.yaml"
    kept = ROOT / "newsletters" / "published.yaml"
    assert built.read_text("utf-8") == kept.read_text("utf-8"), "lpdownload site build, and commit it"


def test_built_again_nothing_is_written_and_what_programs_read_stays_as_it_was(samples: Hub) -> None:
    assert samples.build(date.today(), search=True).written == ()  # noqa: DTZ011
    events = (samples.out / "events.ics").read_bytes()
    assert events.count(b"\r\nBEGIN:VEVENT\r\n") == events.count(b"\r\nEND:VEVENT\r\n") > 1
