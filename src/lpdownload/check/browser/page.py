"""A page that shows mails as a mail program does: no scripts, no network, the issue's own pictures."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from lpdownload.check.browser.views import DESK, View

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

ADDRESS: Final = "https://mail.invalid/"
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src https: http: data:",
        "font-src data:",
        "form-action 'none'",
        "base-uri 'none'",
    )
)
"""As a header it holds before the first byte of the mail is read, whatever the mail says."""

_TYPES: Final = {"jpg": "image/jpeg", "png": "image/png", "gif": "image/gif"}
_HEIGHT: Final = 800
_REFRESH: Final = re.compile(r"<meta\b(?=[^>]*\brefresh\b)[^>]*?(?=http-equiv)", re.IGNORECASE)
"""What no policy stops, as it stops no script and loads nothing: a page that goes elsewhere by itself."""
_LOAD_ALL: Final = """
() => Promise.all([...document.querySelectorAll("img[loading=lazy]")].map(image => {
  image.loading = "eager";
  return image.complete || new Promise(done => { image.onload = image.onerror = done; });
}))
"""
"""The page on the web loads a picture when it is scrolled to; nobody scrolls here."""


class MailPage:
    """One page of a browser, for one mail after the other."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self._html = ""
        self._assets: Mapping[str, bytes] = {}
        page.context.route("**/*", self._answer)

    def show(self, html: str, assets: Mapping[str, bytes]) -> None:
        """Loads a mail and waits for its pictures; ``assets`` are files by the last part of their address."""
        self._html, self._assets = _REFRESH.sub("<meta data-", html), assets
        self.page.goto(ADDRESS, wait_until="load")
        self.page.evaluate(_LOAD_ALL)

    def turn_to(self, view: View) -> None:
        """The width and the colour scheme of a view; a forced inversion is of the mail that is shown."""
        self.page.emulate_media(color_scheme="dark" if view.mode == "dark" else "light")
        self.page.set_viewport_size({"width": view.width, "height": _HEIGHT})

    def _answer(self, route: "Route") -> None:
        request = route.request
        if request.url == ADDRESS and request.is_navigation_request():
            headers = {"Content-Security-Policy": POLICY}
            route.fulfill(body=self._html, content_type="text/html; charset=utf-8", headers=headers)
            return
        name = urlsplit(request.url).path.rpartition("/")[2]
        if request.resource_type == "image" and name in self._assets:
            kind = _TYPES.get(name.rpartition(".")[2], "application/octet-stream")
            route.fulfill(body=self._assets[name], content_type=kind)
            return
        route.abort()


@contextmanager
def mail_page(browser: "Browser") -> Iterator[MailPage]:
    """A page of its own, without anything a former one left."""
    context = browser.new_context(
        viewport={"width": DESK, "height": _HEIGHT}, service_workers="block", accept_downloads=False
    )
    try:
        yield MailPage(context.new_page())
    finally:
        context.close()
