"""The preview's page in a real browser. Without one these tests fail and say how to get it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from tests.newsroom import KEY, Newsroom, issue
from tests.preview.page.browsing import OTHER, PATIENCE, SECTIONS, Open, served

from lpdownload.check.browser.chromium import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One for a module and no longer: while it is open, its thread has a running event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def newsroom(newsroom: Newsroom) -> Newsroom:
    """With a long issue in which two words are doubled, an older one, and one of another newsletter."""
    newsroom.write_issue(SECTIONS)
    newsroom.write("newsletters/town/2024-08.yaml", issue(OTHER, "period: 2024-08\npreheader: August.\n"))
    newsroom.change("newsletters/network.yaml", "personas:\n", "seed_list: [seed@example.org]\npersonas:\n")
    newsroom.change(
        "newsletters/network.yaml", "  sam: {role", "  tess: {office: school_board}\n  sam: {role"
    )
    newsroom.write(".env", "LPDOWNLOAD_EDITOR_URL=vscode://file/{file}:{line}:{column}\n")
    return newsroom


@pytest.fixture
def address(newsroom: Newsroom) -> Iterator[str]:
    with served(newsroom.root) as address:
        yield address


@pytest.fixture
def visit(browser: "Browser", address: str) -> Iterator[Open]:
    """Opens a path; at the end no script may have failed and no policy been broken."""
    contexts = []
    faults: list[str] = []

    def note(said: "ConsoleMessage") -> None:
        """The page's own policy; the mail's may be broken, for that is what it is for."""
        if "Content Security" in said.text and "'self'" in said.text:
            faults.append(said.text)

    def visit(
        path: str = f"/{KEY}", *, width: int = 1280, height: int = 800, dark: bool = False, still: bool = True
    ) -> "Page":
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce" if still else "no-preference",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", note)
        page.goto(address + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []
