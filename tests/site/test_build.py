"""What stands on the hub, from which day on, and what surrounds it."""

from datetime import date
from pathlib import Path

from tests.newsroom import HEAD, drawing
from tests.site.hub import DAY, PRESS, Hub, dead_links

from lpdownload.check.run import check_files

NEWS = "newsletters/news"
HOME = "https://news.example.org/"


def test_a_newsroom_without_news_has_a_hub(hub: Hub) -> None:
    built = hub.build()
    assert hub.cards("index.html") == ["📣 Town Download | September 2024"]
    assert built.new == ("town/2024-09",)
    assert not built.search
    assert check_files(hub.newsroom.library, hub.newsroom.root / "newsletters") == (), "nothing astray"
    assert dead_links(hub.out, HOME) == {("town/index.html", f"{HOME}join/town")} | {
        ("town/2024-09/index.html", f"{HOME}join/town")
    }


def test_a_newsroom_with_nothing_to_show_has_one_too(hub: Hub) -> None:
    hub.newsroom.add("newsletters/town/2024-09.yaml", "published: false\n")
    built = hub.build()
    assert built.hidden == (("town/2024-09", "kept-off"),)
    assert "There is nothing here yet." in hub.words("index.html")


def test_news_stands_in_the_feed_of_its_kind(hub: Hub) -> None:
    hub.newsroom.write(f"{NEWS}/river.yaml", PRESS)
    hub.newsroom.write(
        f"{NEWS}/abroad.yaml",
        "date: 2024-09-21\nsection: {type: in_the_news, items: [{outlet: The Paper, headline: Far rivers, "
        "url: https://example.org/far}]}\n",
    )
    hub.build()
    assert hub.cards("press-releases/index.html") == ["The river is clean"]
    (link,) = hub.tree("in-the-news/index.html").xpath("//h3/a")
    assert link.get("href") == "https://example.org/far"
    assert not (hub.out / "news/abroad").exists()
    assert "Children swim in it." in hub.words("news/river/index.html")


def test_each_feed_is_in_reverse_order(hub: Hub) -> None:
    for name in ("2024-05", "2024-11", "2024-07"):
        hub.write_issue(name, f"Of {name}")
    hub.build()
    shown = [card.rpartition(" | ")[2] for card in hub.cards("blog/index.html")]
    assert shown == ["November 2024", "September 2024", "July 2024", "May 2024"]
    assert hub.cards("town/index.html") == hub.cards("index.html") == hub.cards("blog/index.html")


def test_chapters_and_topics_have_pages_by_tag(hub: Hub) -> None:
    hub.newsroom.write(f"{NEWS}/river.yaml", PRESS)
    hub.newsroom.add("newsletters/town/2024-09.yaml", "topics: [rivers, Public safety]\n")
    hub.build()
    assert hub.cards("topics/rivers/index.html")[0] == "The river is clean"
    assert len(hub.cards("topics/rivers/index.html")) == 2, "one topic, however it is written"
    assert len(hub.cards("topics/public-safety/index.html")) == 1
    assert len(hub.cards("chapters/ny/index.html")) == 1, "the newsletter's own chapter"
    browse = hub.tree("newsletters/index.html").xpath("//main//a/@href")
    assert {"../topics/rivers/", "../topics/public-safety/", "../chapters/ny/", "../town/"} <= set(browse)


def test_what_has_a_later_day_is_shown_from_that_day_on(hub: Hub) -> None:
    hub.write_issue("2025-02", "A secret of next year")
    hub.newsroom.write(f"{NEWS}/river.yaml", PRESS.replace("2024-09-20", "2025-02-03"))
    built = hub.build()
    assert set(built.hidden) == {("news/river", "not-yet"), ("town/2025-02", "not-yet")}
    assert not any(b"secret" in data or b"Children" in data for data in hub.files().values())
    later = hub.build(date(2025, 2, 3))
    assert later.hidden == ()
    assert set(later.new) == {"news/river", "town/2025-02"}
    assert "A secret of next year" in hub.words("town/2025-02/index.html")
    assert hub.build(date(2025, 1, 31)).hidden, "as of an earlier day"
    assert not (hub.out / "town/2025-02").exists()


def test_what_is_still_to_be_written_is_not_shown(hub: Hub) -> None:
    hub.newsroom.change("newsletters/town/2024-09.yaml", "A river is clean again", "Replace this title")
    built = hub.build()
    assert dict(built.hidden)["town/2024-09"] == "unwritten"


def test_an_issue_leads_to_the_one_before_and_the_one_after_it(hub: Hub) -> None:
    hub.write_issue("2024-08", "August")
    hub.write_issue("2024-10", "October")
    hub.build()

    def turns(path: str) -> dict[str, str]:
        links = hub.tree(path).xpath('//nav[@class="turn"]/a')
        return {link.get("rel"): link.get("href") for link in links}

    assert turns("town/2024-09/index.html") == {
        "next": "../../town/2024-10/",
        "prev": "../../town/2024-08/",
    }
    assert turns("town/2024-10/index.html") == {"prev": "../../town/2024-09/"}
    assert turns("town/2024-08/index.html") == {"next": "../../town/2024-09/"}


def test_translations_name_each_other_and_stand_once_in_a_feed(hub: Hub) -> None:
    hub.newsroom.write("newsletters/town/2024-09.es.yaml", "language: es\n" + hub_issue("Un río limpio"))
    hub.build()
    for path, other in (("town/2024-09", "es"), ("town/2024-09-es", "en")):
        links = hub.tree(f"{path}/index.html").xpath(f'//link[@rel="alternate"][@hreflang="{other}"]/@href')
        assert len(links) == 1, path
    assert len(hub.cards("town/index.html")) == 1
    assert hub.tree("town/index.html").xpath('//article//a[@hreflang="es"]/@href') == ["../town/2024-09-es/"]
    assert hub.tree("town/2024-09-es/index.html").get("lang") == "es"


def test_a_translation_that_is_not_shown_is_not_named(hub: Hub) -> None:
    path = "newsletters/town/2024-09.es.yaml"
    written = f"language: es\n{hub_issue('Un río limpio')}"
    for head, day in (("published: false\n", DAY), ("date: 2025-05-05\n", date(2025, 5, 4))):
        hub.newsroom.write(path, head + written)
        hub.build(day)
        assert not any(b"2024-09-es" in data for data in hub.files().values())
    hub.build(date(2025, 5, 5))
    assert hub.tree("index.html").xpath('//article//a[@hreflang="es"]/@href') == ["town/2024-09-es/"]
    assert hub.tree("town/2024-09/index.html").xpath('//a[@hreflang="es"]/@href') == ["../2024-09-es/"]
    hub.build(date(2025, 5, 4))
    assert "2024-09-es" not in hub.text("town/2024-09/index.html")


def hub_issue(title: str) -> str:
    return f"{HEAD}sections:\n  - {{type: story, title: {title}, body: Of it.}}\n"


def test_an_issue_may_hold_a_piece_of_news_by_reference(hub: Hub) -> None:
    hub.newsroom.write(f"{NEWS}/river.yaml", PRESS)
    hub.newsroom.write_issue("- {type: shared, ref: news/river, heading: From the press office}\n")
    hub.build()
    words = hub.words("town/2024-09/index.html")
    assert "From the press office" in words
    assert "Children swim in it." in words
    hub.newsroom.change(f"{NEWS}/river.yaml", "Children swim", "Everybody swims")
    assert set(hub.build(date(2024, 12, 2)).edited) == {"news/river", "town/2024-09"}
    assert "Everybody swims in it." in hub.words("town/2024-09/index.html")


def test_an_edit_after_the_day_of_publication_shows_a_dated_note(hub: Hub) -> None:
    hub.build(date(2024, 10, 1))
    hub.newsroom.change("newsletters/town/2024-09.yaml", "thirty years", "31 years")
    hub.build(date(2024, 10, 1))
    assert "Updated" not in hub.words("town/2024-09/index.html"), "still on the day it came out"
    hub.newsroom.change("newsletters/town/2024-09.yaml", "31 years", "32 years")
    assert hub.build(date(2024, 10, 3)).edited == ("town/2024-09",)
    assert "Updated October 3, 2024" in hub.words("town/2024-09/index.html")
    hub.build(date(2024, 10, 9))
    assert "Updated October 3, 2024" in hub.words("town/2024-09/index.html"), "for good"


def test_a_correction_says_what_was_wrong_in_place_of_the_note(hub: Hub) -> None:
    hub.build(date(2024, 10, 1))
    hub.newsroom.change("newsletters/town/2024-09.yaml", "thirty years", "31 years")
    hub.newsroom.add(
        "newsletters/town/2024-09.yaml",
        "corrections:\n  - {date: 2024-10-03, note: It took *31* years.}\n",
    )
    hub.build(date(2024, 10, 3))
    words = hub.words("town/2024-09/index.html")
    assert "Correction, October 3, 2024 It took 31 years." in words
    assert "Updated" not in words


def test_what_stands_around_an_issue_is_no_edit_of_it(hub: Hub) -> None:
    """Words of the network, layout of the YAML, another newsletter's text."""
    hub.newsroom.change(
        "newsletters/town/2024-09.yaml", "The town took", "Dear {{first_name}}, the town took"
    )
    hub.build(date(2024, 10, 1))
    hub.newsroom.change("newsletters/network.yaml", "Example Action\n", "Example Action Fund\n")
    hub.newsroom.change("newsletters/town/newsletter.yaml", "Town Download\nkind", "Town Letter\nkind")
    hub.newsroom.add("newsletters/town/2024-09.yaml", "# a remark\n")
    built = hub.build(date(2024, 10, 3))
    assert built.edited == ()
    assert "Example Action Fund" in hub.text("town/2024-09/index.html")


def test_an_address_that_changes_leads_on_to_the_new_one(hub: Hub) -> None:
    hub.build()
    for slug in ("river", "river-again"):
        path = hub.newsroom.root / "newsletters/town/2024-09.yaml"
        text = "".join(
            line for line in path.read_text("utf-8").splitlines(True) if not line.startswith("slug:")
        )
        path.write_text(f"slug: {slug}\n{text}", "utf-8")
        hub.build()
    for old in ("2024-09", "river"):
        moved = hub.tree(f"town/{old}/index.html")
        assert moved.xpath('//meta[@http-equiv="refresh"]/@content') == ["0; url=../../town/river-again/"]
        assert moved.xpath('//link[@rel="canonical"]/@href') == [f"{HOME}town/river-again/"]
    assert "A river is clean again" in hub.words("town/river-again/index.html")
    assert "town/river/" not in hub.text("sitemap.xml")


def test_two_pages_of_one_address_are_refused(hub: Hub) -> None:
    hub.write_issue("2024-08", "August")
    hub.build()
    before = hub.files()
    hub.newsroom.write("newsletters/town/2024-08.yaml", f"slug: 2024-09\n{hub_issue('August')}")
    (finding, *_) = hub.refused()
    assert finding.rule == "duplicate-address"
    assert "/town/2024-09/" in finding.message
    assert hub.files() == before


def test_a_hub_may_stand_in_a_folder_of_its_host(hub: Hub) -> None:
    hub.newsroom.change("newsletters/network.yaml", "news.example.org", "example.org/news-hub")
    hub.build()
    links = hub.tree("404.html").xpath("//a/@href | //link[@rel='stylesheet']/@href")
    assert [link for link in links if not link.startswith(("/news-hub/", "#"))] == []
    dead = dead_links(hub.out, "https://example.org/news-hub/")
    assert {link for _, link in dead} == {"https://example.org/news-hub/join/town"}


def test_an_issue_that_is_taken_away_leaves_no_page(hub: Hub) -> None:
    hub.write_issue("2024-08", "August")
    hub.build()
    (hub.newsroom.root / "newsletters/town/2024-08.yaml").unlink()
    built = hub.build()
    assert built.gone == ("town/2024-08",)
    assert "town/2024-08/index.html" in built.removed
    assert not (hub.out / "town/2024-08").exists()


def test_pictures_stand_on_the_hub_itself(hub: Hub) -> None:
    hub.newsroom.write("newsletters/town/images/river.png", drawing())
    hub.newsroom.add("newsletters/town/2024-09.yaml", "image: {src: images/river.png, alt: A river}\n")
    hub.build()
    (shown,) = hub.tree("index.html").xpath("//article//img/@src")
    assert (hub.out / shown).is_file()
    assert hub.tree("town/2024-09/index.html").xpath('//meta[@property="og:image"]/@content') == [
        HOME + shown
    ]


def test_many_issues_are_the_same_on_two_cores_as_on_one(hub: Hub) -> None:
    for number in range(50):
        hub.write_issue(f"{2000 + number // 12}-{number % 12 + 1:02}", f"Of {number}")
    hub.build(DAY, processes=2)
    on_two = hub.files()
    hub.build(DAY)
    assert hub.files() == on_two
    hub.newsroom.write("newsletters/town/2000-01.yaml", "period: 2000-01\nsections: 1\n")
    hub.newsroom.write("newsletters/town/2004-01.yaml", "period: 2004-01\nsections: 1\n")
    files = {Path(finding.place.file).name for finding in hub.refused() if finding.place}
    assert files == {"2000-01.yaml", "2004-01.yaml"}
