"""A preview's server on a port of its own, in this process; and how its page is asked what it shows."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import uvicorn

from lpdownload.content.library import Library
from lpdownload.preview.app import make_app
from lpdownload.preview.safety import Hosts
from lpdownload.preview.serve import listening, port_of
from lpdownload.preview.session import Session
from lpdownload.settings import load_settings

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Page

HOST = "127.0.0.1"
PATIENCE = 30.0
"""Seconds."""

SECTIONS = "".join(
    f"""\
- type: story
  title: Story number {number}
  body: |
    This is what happened in week {number}, told at some length so that the mail is longer than a screen.
    {" ".join(["The council met again and went home."] * 12)}
"""
    for number in range(1, 7)
).replace("in week 5", "in in week 5")
"""Of a mail that is longer than a screen, with one finding: two words are doubled."""

OTHER = """\
- type: story
  title: A story for everybody
  body: A story for all.
- type: story
  title: A story for teachers
  visible_to: teachers
  body: Schools alone.
"""

Open: TypeAlias = "Callable[..., Page]"
"""Opens a path of the preview: ``visit(path, width=1280, height=800, dark=False)``."""


def mail(page: "Page") -> "FrameLocator":
    return page.frame_locator("iframe.mail")


def shows(page: "Page", words: str) -> None:
    """Waits for the words to stand in the mail."""
    mail(page).get_by_text(words).first.wait_for()


def in_mail(page: "Page", script: str) -> object:
    """The value of an expression about ``mail``, the document in the frame."""
    return page.evaluate(f"(mail => {script})(document.querySelector('iframe.mail').contentDocument)")


def scrolled(page: "Page") -> float:
    top = in_mail(page, "mail.scrollingElement.scrollTop")
    assert isinstance(top, int | float)
    return top


def until(page: "Page", script: str) -> None:
    """Waits for an expression of the page to be true."""
    page.wait_for_function(f"() => {script}")


def query_is(page: "Page", **expected: str) -> None:
    for name, value in expected.items():
        until(page, f"new URLSearchParams(location.search).get('{name}') === '{value}'")


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address of the newsroom's preview, without a slash at its end."""
    session = Session(Library(root, load_settings(root, {})))
    ready = threading.Event()
    with listening(HOST, 0) as made:
        app = make_app(session, Hosts(HOST, port_of(made)), started=ready.set)
        config = uvicorn.Config(app, lifespan="on", ws="none", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([made],))
        thread.start()
        try:
            assert ready.wait(PATIENCE)
            yield f"http://{HOST}:{port_of(made)}"
        finally:
            app.state.live.end_streams()
            server.should_exit = True
            thread.join(PATIENCE)
