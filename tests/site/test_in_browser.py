"""The samples' hub in a real browser: axe, every width, the keyboard, the search, and no needless script."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from urllib.parse import unquote, urlsplit

import pytest
from tests.site.hub import Hub

from lpdownload.check.browser.axe import OF_COLOURS, axe_script
from lpdownload.check.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

HOME: Final = "https://news.example.org/"
KINDS: Final = {
    "front": "",
    "feed": "blog/",
    "feed with an introduction": "in-the-news/",
    "press releases": "press-releases/",
    "newsletter": "lpny/",
    "chapter": "chapters/mn/",
    "topic": "topics/housing/",
    "everything": "newsletters/",
    "issue": "lpny/2024-09/",
    "translation": "lpny/2024-09-es/",
    "blog post": "news/create-real-safety/",
    "event recap": "news/lpco-collective-bargaining-workshop/",
    "press release": "news/eleven-victories/",
    "no such page": "404.html",
    "search": "search/",
}
"""A page of each kind, by its path from the hub's root."""

WIDTHS: Final = (320, 375, 671, 672, 1023, 1024, 1280)
"""Of the narrowest phone, and around the places where the style changes."""
Scheme: TypeAlias = Literal["light", "dark"]
SCHEMES: Final[tuple[Scheme, ...]] = ("light", "dark")

_AXE: Final = """
only => axe.run(document, {
  resultTypes: ["violations"], preload: false, ...(only.length ? {runOnly: {type: "rule", values: only}} : {})
}).then(results =>
  results.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target.flat().join(" ")}`)))
"""
"""With the rules about a page of a site, which the checks of a mail leave out."""
_HEADINGS: Final = """
() => [...document.querySelectorAll("h1, h2, h3, h4")].map(one => Number(one.tagName[1]))
"""
_OVERFLOW: Final = "() => document.documentElement.scrollWidth - innerWidth"
_IMAGES: Final = """
() => [...document.images].map(one => one.outerHTML)
  .filter(tag => !["alt=", "width=", "height="].every(name => tag.includes(` ${name}`)))
"""
_SHIFTS: Final = """
() => new Promise(done => new PerformanceObserver(
  list => done(list.getEntries().reduce((sum, one) => sum + one.value, 0))
).observe({type: "layout-shift", buffered: true}) ?? setTimeout(() => done(0), 50))
"""
_FOCUS: Final = """
() => {
  const shown = one => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  return {
    name: `${at.tagName} ${at.innerText.trim()}`,
    seen: shown(at) || shown(at.closest("article.card, .search form") ?? at),
    inside: box.width > 0 && box.left >= 0 && box.right <= innerWidth && box.bottom > 0,
    index: [...document.querySelectorAll("a[href], input, button, [tabindex='0']")]
      .filter(one => one.checkVisibility()).indexOf(at),
  };
}
"""


@dataclass
class Site:
    """A browser and the hub, which answers to the address where it will be public."""

    browser: "Browser"
    hub: Path
    missing: list[str] = field(default_factory=list)
    """What pages asked for that is not there, or is not ours."""
    withheld: str = ""
    """A folder whose files do not arrive."""

    @contextmanager
    def page(self, *, scripts: bool = False, width: int = 1280, scheme: Scheme = "light") -> "Iterator[Page]":
        context = self.browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
        )
        context.route("**/*", self._answer)
        try:
            yield context.new_page()
        finally:
            context.close()

    def _answer(self, route: "Route") -> None:
        address = urlsplit(route.request.url)
        if address.scheme in {"blob", "data"}:
            route.continue_()
            return
        path = unquote(address.path[1:])
        if self.withheld and path.startswith(self.withheld):
            route.abort()
            return
        file = self.hub / (f"{path}index.html" if path.endswith("/") or not path else path)
        if f"{address.scheme}://{address.netloc}/" != HOME or not file.is_file():
            self.missing.append(route.request.url)
            route.fulfill(status=404, body="")
            return
        kind = "application/wasm" if file.suffix == ".pagefind" else mimetypes.guess_type(file.name)[0]
        route.fulfill(body=file.read_bytes(), content_type=kind or "application/octet-stream")


@pytest.fixture(scope="module")
def site(samples: Hub) -> Iterator[Site]:
    with chromium() as browser:
        yield Site(browser, samples.out)


@pytest.fixture(scope="module")
def shown(site: Site) -> "Iterator[Page]":
    """One page for the module, with scripts: axe is one."""
    with site.page(scripts=True) as page:
        yield page


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_in_light_and_dark_on_a_phone_and_a_desk(shown: "Page", kind: str) -> None:
    shown.goto(HOME + KINDS[kind])
    _look_with_axe(shown)


def _look_with_axe(page: "Page") -> None:
    page.evaluate(axe_script())
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            only = [] if scheme == "light" else list(OF_COLOURS)
            assert page.evaluate(_AXE, only) == [], (scheme, width)


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_fits_every_width_and_its_headings_and_pictures_are_in_order(shown: "Page", kind: str) -> None:
    shown.goto(HOME + KINDS[kind])
    for width in WIDTHS:
        shown.set_viewport_size({"width": width, "height": 800})
        assert shown.evaluate(_OVERFLOW) <= 0, width
    levels = shown.evaluate(_HEADINGS)
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert shown.evaluate(_IMAGES) == []


@pytest.mark.parametrize("kind", ["front", "issue", "event recap"])
def test_every_stop_of_the_tab_key_is_seen_and_comes_in_the_order_of_the_page(site: Site, kind: str) -> None:
    with site.page(width=375) as page:
        page.goto(HOME + KINDS[kind])
        before = -1
        while True:
            page.keyboard.press("Tab")
            focus = page.evaluate(_FOCUS)
            if focus["index"] < 0:
                break
            assert focus["index"] == before + 1, focus
            assert focus["seen"], focus
            assert focus["inside"], focus
            before = focus["index"]
        assert before + 1 == page.locator("a[href]:visible").count() > 8


def test_the_first_stop_leads_past_the_bar(site: Site) -> None:
    with site.page() as page:
        for path, target in (("", "page"), ("lpny/2024-09/", "issue")):
            page.goto(HOME + path)
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.className") == "skip"
            page.keyboard.press("Enter")
            assert page.evaluate("document.activeElement.id") == target


def test_a_reader_without_scripts_goes_everywhere(site: Site) -> None:
    with site.page(width=375) as page:
        page.goto(HOME)
        page.get_by_role("link", name="LPNY State Download").click()
        page.wait_for_url(f"{HOME}lpny/2024-09/")
        page.get_by_role("link", name="Local Progress", exact=True).click()
        page.wait_for_url(HOME)
        page.get_by_role("link", name="Newsletters").click()
        page.get_by_role("link", name="Housing").click()
        page.wait_for_url(f"{HOME}topics/housing/")
        assert page.get_by_role("article").count() > 5
        page.goto(f"{HOME}news/")
        page.wait_for_url(f"{HOME}blog/")


def test_a_picture_arrives_without_moving_anything(site: Site) -> None:
    with site.page(scripts=True, width=375) as page:
        page.goto(HOME, wait_until="load")
        assert page.evaluate(_SHIFTS) < 0.01


def test_the_search_finds_an_issue_by_a_word_of_it(site: Site) -> None:
    with site.page(scripts=True, width=375) as page:
        page.goto(f"{HOME}search/")
        page.get_by_role("textbox", name="Search").fill("gentrification")
        found = page.get_by_role("link", name="Anti-gentrification ordinance").first
        found.wait_for()
        assert not page.get_by_text("needs JavaScript").is_visible()
        _look_with_axe(page)
        found.click()
        page.wait_for_url(f"{HOME}lp-network/2024-09/")


@pytest.mark.parametrize("scripts", [False, True], ids=["without scripts", "without the search's files"])
def test_the_search_page_says_what_to_do_instead(site: Site, scripts: bool) -> None:
    site.withheld = "pagefind/" if scripts else ""
    try:
        with site.page(scripts=scripts) as page:
            page.goto(f"{HOME}search/")
            assert page.get_by_text("needs JavaScript").is_visible()
            page.get_by_role("link", name="Newsletters and topics").click()
            page.wait_for_url(f"{HOME}newsletters/")
    finally:
        site.withheld = ""


def test_no_page_asked_for_what_is_not_there(site: Site) -> None:
    """The last test of the module: all the others have looked at their pages by now."""
    assert site.missing == []
