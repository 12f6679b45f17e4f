"""Search without a server: an index of what is published, if Pagefind is there, and only when it changed."""

import json

import pagefind_bin
import pytest
from tests.site.hub import PRESS, Hub

from lpdownload.site import search
from lpdownload.site.search import FOLDER

ENTRY = f"{FOLDER}pagefind-entry.json"


def indexed(hub: Hub) -> int:
    return sum(one["page_count"] for one in json.loads(hub.text(ENTRY))["languages"].values())


def test_issues_and_news_are_found_and_lists_of_them_are_not(hub: Hub) -> None:
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    assert hub.build(search=True).search
    assert indexed(hub) == 2
    page = hub.tree("search/index.html")
    for address in page.xpath("//script[@src]/@src | //link[@rel='stylesheet']/@href"):
        assert (hub.out / "search" / address).is_file()
    scripts = page.xpath('//meta[@http-equiv="Content-Security-Policy"]/@content')[0]
    assert "script-src 'self'" in scripts
    assert page.xpath("//main//a/@href") == ["../newsletters/"]


def test_nothing_that_the_search_page_does_not_use_is_published(hub: Hub) -> None:
    hub.build(search=True)
    names = [path.name for path in (hub.out / FOLDER).iterdir()]
    assert not [name for name in names if name.startswith(("pagefind-component", "pagefind-modular"))]


def test_the_index_is_made_again_only_when_something_is_new(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.build(search=True)
    before, calls, index = hub.files(), [0], search._index

    def counted(*arguments: object) -> None:
        calls[0] += 1
        index(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(search, "_index", counted)
    assert hub.build(search=True).written == ()
    assert calls == [0]
    assert hub.build(search=True, dry=True).removed == ()
    assert hub.files() == before
    hub.newsroom.change("newsletters/town/2024-09.yaml", "thirty years", "31 years")
    assert ENTRY in hub.build(search=True).written
    assert calls == [1]


def test_if_it_fails_the_hub_stays_as_it_was(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.build(search=True)
    before = hub.files()
    hub.newsroom.change("newsletters/town/2024-09.yaml", "thirty years", "31 years")
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: "/bin/false")
    (finding,) = hub.refused(search=True)
    assert (finding.rule, finding.hint) == ("search", "--no-search")
    assert hub.files() == before


def test_without_pagefind_no_page_leads_to_a_search(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.newsroom.write("newsletters/news/river.yaml", PRESS)
    hub.build(search=True)
    assert "search/" in hub.text("news/river/index.html")
    monkeypatch.setattr("lpdownload.site.build.is_there", lambda: False)
    built = hub.build(search=True)
    assert not built.search
    assert ENTRY in built.removed
    assert not (hub.out / "search").exists()
    for page in hub.out.rglob("*.html"):
        assert b'search/"' not in page.read_bytes(), page
