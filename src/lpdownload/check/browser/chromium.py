"""Finds a Chromium and starts it without a window, cut off from every network but this machine's own.

Tried in this order, and the first that really starts is taken: the one that `make` put into the virtual
environment, those on PATH, Chrome where macOS keeps it, and the one that Playwright downloaded.
"""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
OF_MACOS: Final = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
PRIVATE: Final = Path("chromium") / "start"
"""Below the virtual environment: what tools/set_up_browser.py leaves where it may not install packages."""

FLAGS: Final = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    # A picture of the same mail is the same on every machine, as far as the fonts are.
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    "--disable-lcd-text",
    # Whatever else asks for an address gets none, and a proxy of the environment is not asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--no-proxy-server",
)

HINT: Final = (
    "in a checkout of lpdownload: make browser; Debian, Ubuntu: apt-get install chromium; "
    "elsewhere: python -m playwright install chromium"
)


@contextmanager
def chromium() -> "Iterator[Browser]":
    """A browser to open contexts in, for the thread that asked for it. InvalidInput if there is none."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise _no_browser("Playwright is not installed", "pip install 'lpdownload[browser]'") from None
    with sync_playwright() as playwright:
        browser = launch(playwright)
        try:
            yield browser
        finally:
            browser.close()


def launch(playwright: "Playwright") -> "Browser":
    """The first Chromium that starts. InvalidInput says of each why it did not."""
    from playwright.sync_api import Error

    tried: list[str] = []
    for path in (*executables(), None):
        for sandbox in _sandboxes():
            try:
                return playwright.chromium.launch(
                    executable_path=path, args=[*FLAGS], chromium_sandbox=sandbox
                )
            except Error as error:
                reason = _reason(error.message)
        tried.append(f"{path or 'the one of Playwright'}: {reason}")
    raise _no_browser(f"no Chromium starts ({'; '.join(tried)})", HINT)


def _sandboxes() -> tuple[bool, ...]:
    """Whether Chromium is to lock its own processes up: first yes, then no.

    Root has no sandbox at all, and a container or Ubuntu refuses others the namespaces that it is made of.
    What is looked at without it are pages of this newsroom, without scripts and without a network.
    """
    return (False,) if hasattr(os, "geteuid") and os.geteuid() == 0 else (True, False)


def executables() -> list[Path]:
    """Every Chromium and Chrome that is there, whether it starts or not."""
    found = [Path(sys.prefix) / PRIVATE]
    found += [Path(path) for name in NAMES if (path := shutil.which(name))]
    found.append(Path(OF_MACOS))
    return [path for path in found if os.access(path, os.X_OK)]


def _reason(message: str) -> str:
    """The telling line of Playwright's report, which is a page long."""
    lines = [line.strip(" ║╔╚═╗╝") for line in message.splitlines()]
    telling = [
        line.partition("[err]")[2].strip() or line
        for line in lines
        if "error while loading" in line or "cannot" in line or "doesn't exist" in line or "FATAL" in line
    ]
    return (telling or lines or [""])[0][:200]


def _no_browser(message: str, hint: str) -> InvalidInput:
    return InvalidInput([Finding("no-browser", message, hint)])
