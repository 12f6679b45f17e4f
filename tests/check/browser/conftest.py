"""The real browser, as `make test` sets it up. Without one these tests fail and say how to get it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from lpdownload.check.browser.chromium import chromium
from lpdownload.check.browser.page import MailPage, mail_page

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    """One for a module and no longer: while it is open, its thread has a running event loop."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: "Browser") -> Iterator[MailPage]:
    with mail_page(browser) as page:
        yield page
