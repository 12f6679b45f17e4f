"""Every public page in a real browser: axe, no overflow, and the keyboard."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.web.joining import Joining
from tests.web.site import ONE_CLICK

from lpdownload.check.browser.axe import OF_COLOURS, run_axe
from lpdownload.check.browser.chromium import chromium

if TYPE_CHECKING:
    import httpx
    from playwright.sync_api import Browser

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    with chromium() as browser:
        yield browser


@pytest.fixture
def shown(joining: Joining) -> "dict[str, httpx.Response]":
    """A page of each kind."""
    site = joining.site
    number = site.put(states={"town": "active"}, attributes={"interests": ("housing",)})
    leave, choose = f"/u/{site.token(number)}", f"/preferences/{site.token(number, 'preferences')}"
    found = {"leave": site.get(leave), "preferences": site.get(choose)}
    found["paused"] = site.post(choose, {"do": "pause"})
    site.post(leave, ONE_CLICK)
    found["left"] = site.get(leave)
    found["gone"] = site.post(choose, {"do": "everything"})
    found["refused"] = site.get("/u/none")
    found["missing"] = site.get("/nowhere")
    found |= {"form": site.get("/join/town"), "framed": site.get("/join/town/form")}
    found["wrong"] = joining.ask("no address", consent="")
    found["asked"] = joining.ask()
    found["question"] = site.get(joining.link())
    found["done"] = site.post(joining.link())
    found["over"] = site.get("/confirm/none")
    return found


def test_axe_and_the_widths_of_a_phone_and_a_desk_find_nothing(
    shown: "dict[str, httpx.Response]", browser: "Browser"
) -> None:
    for dark in (False, True):
        context = browser.new_context(color_scheme="dark" if dark else "light")
        page = context.new_page()
        for name, answer in shown.items():
            page.set_viewport_size({"width": 375, "height": 800})
            page.set_content(answer.text)
            for width in (375, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                only = OF_COLOURS if dark else ()  # the rest is the same in both
                assert run_axe(page, "data-lp", only) == (), (name, dark, width)
                across = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                assert across <= 0, (name, width)
        context.close()


@pytest.mark.parametrize("name", ["leave", "preferences", "paused", "form"])
def test_every_control_is_reached_by_tab_in_order_and_its_focus_is_seen(
    shown: "dict[str, httpx.Response]", browser: "Browser", name: str
) -> None:
    page = browser.new_page()
    page.set_content(shown[name].text)
    controls = page.evaluate(
        """(() => {
            const first = which => document.querySelector(which);
            const stops = one => one.type !== "radio"
                || one === (first(`[name=${one.name}]:checked`) ?? first(`[name=${one.name}]`));
            return [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select")]
                .filter(one => one.tabIndex >= 0 && one.offsetParent && stops(one)).map(one => one.outerHTML);
        })()"""
    )
    assert controls
    for control in controls:
        page.keyboard.press("Tab")
        here, seen = page.evaluate(
            """[document.activeElement.outerHTML,
                getComputedStyle(document.activeElement).outlineStyle !== "none"]"""
        )
        assert (here, seen) == (control, True)
    page.close()
