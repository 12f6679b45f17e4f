"""Whatever anybody writes into any text of a newsroom: on the hub it is words, never markup."""

import copy
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import cast

import html5lib
import pytest
import yaml
from lxml import etree
from tests.newsroom import drawing, make_newsroom
from tests.render.test_any_text import SECTIONS
from tests.site.hub import Hub

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.content.news import load_news
from lpdownload.errors import InvalidInput, Loc
from lpdownload.model.sections import NewsUnion
from lpdownload.render.web import AROUND, NOTES

PAYLOAD = (
    f"\"'><script>alert(1)</script><img src=x onerror=alert(1)> {NOTES}{AROUND} "
    "</title></style><svg onload=alert(1)> ]]> --> end"
)
KINDS = {str(kind.model_fields["type"].annotation).split("'")[1] for kind in NewsUnion.__args__}
LEAST = 120
"""So many texts, at least, must have taken the payload: otherwise nothing is tested."""


def texts(tree: object, way: Loc = ()) -> Iterator[Loc]:
    """The way to each text, but to what says how the rest is read."""
    if isinstance(tree, dict):
        for key, part in tree.items():
            if key not in {"type", "slug", "src", "language", "lang"}:
                yield from texts(part, (*way, key))
    elif isinstance(tree, list):
        for index, part in enumerate(tree):
            yield from texts(part, (*way, index))
    elif isinstance(tree, str):
        yield way


def put(tree: object, way: Loc, text: object) -> object:
    """Returns what stood there."""
    for step in way[:-1]:
        tree = tree[step]  # type: ignore[index]
    old = tree[way[-1]]  # type: ignore[index]
    tree[way[-1]] = text  # type: ignore[index]
    return old


def poisoned(tree: dict[str, object], path: Path, load: Callable[[], object]) -> int:
    """Writes the file with the payload in every text that takes it; how many do."""
    old = {way: put(tree, way, PAYLOAD) for way in list(texts(tree))}
    for _ in range(40):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), "utf-8")
        try:
            load()
        except InvalidInput as error:
            refused = [finding.loc for finding in error.findings if finding.severity == "error"]
            back = [way for way in old if any(way[: len(loc)] == loc[: len(way)] for loc in refused)]
            if not back:
                raise
            for way in back:
                put(tree, way, old.pop(way))
        else:
            return len(old)
    raise AssertionError(f"{path} is still refused")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """An issue of all sections and news of all kinds, full of it, as are network and newsletter."""
    root = tmp_path_factory.mktemp("hostile")
    newsroom = make_newsroom(root / "newsroom")
    letters = newsroom.root / "newsletters"
    sections = copy.deepcopy(SECTIONS)
    for way in list(ways_of_pictures(sections)):
        source = str(put(sections, way, "images/a.png"))
        if source.startswith("https://"):
            put(sections, way, source)
    newsroom.write("newsletters/town/images/a.png", drawing())
    newsroom.write("newsletters/news/images/a.png", drawing())
    newsroom.change(
        "newsletters/network.yaml", "  lab:\n", "  local-progress: {name: LP, postal_address: [A]}\n  lab:\n"
    )
    taken = 0
    network = cast(dict[str, object], yaml.safe_load((letters / "network.yaml").read_text("utf-8")))
    words = ("title", "in_the_news", "press_releases", "media_inquiry")
    network |= {"about": "a", "press_email": "press@example.org", "hub": dict.fromkeys(words, "b")}
    network.pop("personas")
    network.pop("attributes")
    taken += poisoned(network, letters / "network.yaml", lambda: Library(newsroom.root).network)
    newsletter = cast(dict[str, object], yaml.safe_load((letters / "town/newsletter.yaml").read_text()))
    newsletter |= {"subtitle": "a"}
    taken += poisoned(
        newsletter, letters / "town/newsletter.yaml", lambda: Library(newsroom.root).newsletter("town")
    )
    issue: dict[str, object] = {
        "period": "2024-09",
        "highlights": ["a", "b"],
        "preheader": "a",
        "topics": ["a"],
        "chapters": ["b"],
        "image": {"src": "images/a.png", "alt": "a", "credit": "b", "caption": "c"},
        "corrections": [{"date": "2024-10-01", "note": "a"}],
        "sections": sections,
    }
    taken += poisoned(
        issue, letters / "town/2024-09.yaml", lambda: load_issue(Library(newsroom.root), "town/2024-09")
    )
    for section in sections:
        kind = str(section["type"])
        if kind in KINDS:
            items = section.get("items")
            alone = {"items": items[:1]} if isinstance(items, list) and kind == "in_the_news" else {}
            news: dict[str, object] = {
                "sort": "2024-09-20",
                "teaser": "a",
                "topics": ["a"],
                "section": {**section, **alone},
            }
            name = kind.replace("_", "-")
            read = partial(load_news, name=name)
            taken += poisoned(
                news,
                letters / f"news/{name}.yaml",
                lambda read=read: read(Library(newsroom.root)),  # type: ignore[misc]
            )
    assert taken > LEAST
    made = Hub(newsroom, root / "out")
    made.build()
    return made


def ways_of_pictures(tree: object, way: Loc = ()) -> Iterator[Loc]:
    if isinstance(tree, dict):
        for key, part in tree.items():
            if key == "src" and isinstance(part, str):
                yield (*way, key)
            yield from ways_of_pictures(part, (*way, key))
    elif isinstance(tree, list):
        for index, part in enumerate(tree):
            yield from ways_of_pictures(part, (*way, index))


def test_no_text_becomes_markup_on_any_page(hostile: Hub) -> None:
    pages = sorted(hostile.out.rglob("*.html"))
    assert len(pages) > 15
    for page in pages:
        tree = html5lib.parse(page.read_text("utf-8"), treebuilder="lxml", namespaceHTMLElements=False)
        for tag in tree.getroot().iter():
            if not isinstance(tag.tag, str):
                assert "hub:" not in (tag.text or ""), f"{page}: a place that was not filled"
                continue
            assert tag.tag != "svg" or not tag.get("onload"), page
            for name, value in tag.items():
                assert not name.startswith("on"), (page, tag.tag, name)
                if name in {"href", "src", "action", "content"}:
                    assert not value.strip().lower().startswith(("javascript:", "0; url=javascript")), page
                if not tag.xpath("ancestor::section[contains(@class, 'is-html')]"):  # where HTML is written
                    assert (tag.tag, name, value) != ("img", "src", "x"), page
            if tag.tag == "script":
                assert tag.get("type") == "application/ld+json", page
                json.loads(tag.text or "")


def test_the_words_are_shown_as_they_were_written(hostile: Hub) -> None:
    card = hostile.tree("press-releases/index.html").xpath("string(//h3)")
    assert "<script>alert(1)</script>" in card
    assert "<script>alert(1)</script>" in hostile.words("news/press-release/index.html")
    assert "<script>alert(1)</script>" in hostile.words("town/2024-09/index.html")


def test_the_feeds_hold_them_as_words_too(hostile: Hub) -> None:
    for path in ("feed.xml", "atom.xml", "sitemap.xml", "town/feed.xml"):
        assert etree.fromstring((hostile.out / path).read_bytes()) is not None
    titles = [item["title"] for item in json.loads(hostile.text("feed.json"))["items"]]
    assert any("<script>alert(1)</script>" in title for title in titles)
