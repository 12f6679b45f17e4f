"""Keyboard, phone, dark mode, and axe on the page itself."""

from typing import TYPE_CHECKING

import pytest
from tests.newsroom import ISSUE, KEY, Newsroom
from tests.preview.page.browsing import Open, mail, query_is, shows, until

from lpdownload.check.browser.axe import OF_COLOURS

if TYPE_CHECKING:
    from playwright.sync_api import Page


def test_everything_is_done_by_keyboard(visit: Open) -> None:
    page = visit("/")
    page.get_by_role("heading", name="Newest issues").wait_for()
    page.keyboard.press("/")
    page.keyboard.type("2024-09 d 1")
    assert page.locator("#search").input_value() == "2024-09 d 1"
    page.locator("#search").fill("2024-09")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    shows(page, "Story number 1")
    page.keyboard.press("1")
    page.keyboard.press("d")
    page.keyboard.press("i")
    query_is(page, width="320", mode="dark", images="off")
    page.get_by_role("button", name="in in").wait_for()
    page.keyboard.press("j")
    page.get_by_role("region", name="Where this comes from").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("region", name="Where this comes from").wait_for(state="detached")
    page.keyboard.press("n")
    page.get_by_role("region", name="Where this comes from").wait_for()
    page.keyboard.press("/")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("]")
    until(page, "location.pathname === '/town/2024-08'")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for(state="hidden")
    page.get_by_role("tab", name="Mail").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("tab", name="Inbox", selected=True).wait_for()


def test_every_control_is_reached_by_tab_and_its_focus_seen(visit: Open) -> None:
    page = visit()
    shows(page, "Story number 1")
    page.get_by_role("button", name="in in").wait_for()
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """(() => {
                const one = document.activeElement;
                if (one === document.body) return "end";
                // The ring of a radio button is drawn on what stands for it.
                const ringed = one.type === "radio" ? one.nextSibling : one;
                const seen = one.tagName === "IFRAME" || getComputedStyle(ringed).outlineStyle !== "none";
                const label = one.labels?.[0]?.textContent || one.getAttribute("aria-label");
                const name = label || one.id || one.tagName;
                return name + (seen ? "" : " unseen");
            })()"""
        )
        reached.add(here)
        if here == "end":
            break
    assert not {name for name in reached if name.endswith(" unseen")}
    expected = {"Search issues", "Download .eml", "Mail program", "600", "Light", "Images", "Reader"}
    expected |= {"Width of the mail", "test-send", "Keyboard shortcuts", "IFRAME"}
    assert expected <= reached


def test_shortcuts_work_inside_the_mail_and_can_be_turned_off(visit: Open) -> None:
    page = visit()
    mail(page).get_by_text("Story number 2").click()
    page.keyboard.press("d")
    query_is(page, mode="dark")
    page.keyboard.press("?")
    page.get_by_label("Use single-key shortcuts").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("?")
    page.get_by_role("dialog", name="Keyboard shortcuts").wait_for()
    query_is(page, mode="dark")


SCROLLED_BY_THEMSELVES = (
    ".unseen, .skip, [role=tablist], pre, .lines, .scrolling, iframe, .glass, .pane-of-glass, dialog"
)

WAYS = {
    "home": "/",
    "mail": f"/{KEY}",
    "narrow": f"/{KEY}?width=800&client=outlook-word",
    "inbox": f"/{KEY}?tab=inbox",
    "text": f"/{KEY}?tab=text",
    "html": f"/{KEY}?tab=html",
    "headers": f"/{KEY}?tab=headers",
    "matrix": f"/{KEY}?tab=matrix",
    "compare": f"/{KEY}?tab=compare&against=previous",
}


NARROW_SAYS_IT = {"narrow", "inbox", "text", "headers"}
"""Tabs that are the same on a wide screen."""


@pytest.mark.parametrize("way", WAYS)
def test_a_phone_shows_one_part_at_a_time_and_nothing_sticks_out(visit: Open, way: str) -> None:
    page = visit(WAYS[way], width=375, height=700)
    page.get_by_text("Live", exact=False).first.wait_for()
    for part in ("Issues", "Mail", "Findings"):
        page.get_by_role("navigation", name="Parts of the page").get_by_role("button", name=part).click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        wide = page.evaluate(
            """within => [...document.querySelectorAll("body *")].filter(one => one.checkVisibility()
                && !one.closest(within) && one.getBoundingClientRect().right > innerWidth + 1
            ).map(one => one.outerHTML.slice(0, 120))""",
            SCROLLED_BY_THEMSELVES,
        )
        assert wide == []


@pytest.mark.parametrize(("width", "dark"), [(375, False), (1280, False), (1280, True)])
def test_axe_finds_nothing_in_the_page_itself(
    visit: Open, newsroom: Newsroom, width: int, dark: bool
) -> None:
    only = OF_COLOURS if dark else ()  # the rest is the same in both, and the colours at every width
    for way, path in WAYS.items():
        if way in NARROW_SAYS_IT and width > 1000 and not dark:
            continue
        page = visit(path, width=width, dark=dark)
        page.get_by_text("Live", exact=False).first.wait_for()
        if way == "home":
            page.locator("#list li").first.wait_for()
        else:
            page.locator("#size button").first.wait_for(state="attached")
        assert violations(page, only) == [], way
        if way == "mail":
            page.locator("#findings button").first.wait_for(state="attached")
            page.keyboard.press("j")
            page.get_by_role("region", name="Where this comes from").wait_for()
            assert violations(page, only) == [], "card"
            if width < 1000:
                page.get_by_role("button", name="Findings").click()
                assert violations(page, only) == [], "findings"
                page.get_by_role("button", name="Mail", exact=True).click()
                page.locator("#options > summary").click()
                assert violations(page, only) == [], "options"
            page.keyboard.press("?")
            assert violations(page, only) == [], "shortcuts"
            page.keyboard.press("Escape")
            newsroom.change(ISSUE, "period:", "perid:")
            page.get_by_role("region", name="What is wrong").get_by_text("perid").first.wait_for()
            page.wait_for_timeout(200)
            assert violations(page, only) == [], "overlay"
            newsroom.change(ISSUE, "perid:", "period:")
            page.get_by_role("region", name="What is wrong").wait_for(state="hidden")
        page.context.close()


def violations(page: "Page", only: tuple[str, ...] = ()) -> list[str]:
    """What axe says of the page, without the mails in it; by all rules, or these."""
    from lpdownload.check.browser.axe import axe_script

    page.evaluate(axe_script())
    found: list[str] = page.evaluate(
        """only => axe.run({exclude: [["iframe"]]}, {
                iframes: false, preload: false, resultTypes: ["violations"],
                ...(only.length ? {runOnly: {type: "rule", values: only}} : {}),
            }).then(results => results.violations.flatMap(one => one.nodes.map(
                node => `${one.id}: ${node.target.join(" ")} ${node.any[0]?.message ?? ""}`)))""",
        only,
    )
    return found
