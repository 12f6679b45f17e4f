"""A page shows the mail and its own pictures, and nothing else gets in or out."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from tests.check.browser.mails import mail
from tests.newsroom import drawing

from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.views import View


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """A web server of this machine, with the paths that it was asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_its_own_pictures_are_shown_by_name_wherever_they_are_said_to_be(page: MailPage) -> None:
    page.show(
        mail('<img id="one" alt="" src="https://news.example.org/a/one.png">'), {"one.png": drawing(40, 20)}
    )
    assert page.page.evaluate("document.getElementById('one').naturalWidth") == 40


def test_scripts_of_the_mail_do_not_run(page: MailPage) -> None:
    page.show(
        mail(
            "<script>document.title = 'ran'</script>"
            '<img alt="" src="data:image/png;base64,x" onerror="document.title = \'ran\'">'
            "<svg onload=\"document.title = 'ran'\"></svg>"
        ),
        {},
    )
    assert page.page.title() == "A mail"


def test_nothing_is_asked_of_the_network(page: MailPage, elsewhere: tuple[str, list[str]]) -> None:
    address, asked = elsewhere
    page.show(
        mail(
            f'<img alt="" src="{address}/image"><iframe src="{address}/frame"></iframe>'
            f'<link rel="stylesheet" href="{address}/sheet"><object data="{address}/object"></object>'
            f'<link rel="prefetch" href="{address}/prefetch"><video poster="{address}/poster"></video>'
            f'<meta http-equiv="refresh" content="0;url={address}/refresh">',
            f"div {{ background: url({address}/background) }} "
            f"@font-face {{ font-family: F; src: url({address}/font) }} p {{ font-family: F }}",
        ),
        {},
    )
    page.page.wait_for_timeout(200)
    assert asked == []


def test_a_mail_leaves_nothing_to_the_next_one(page: MailPage) -> None:
    page.show(mail('<p id="first">one</p>'), {"one.png": drawing()})
    page.show(mail('<img alt="" src="https://news.example.org/one.png">'), {})
    assert page.page.query_selector("#first") is None
    assert page.page.evaluate("document.images[0].naturalWidth") == 0


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_view_sets_width_and_colour_scheme(page: MailPage, mode: str) -> None:
    page.show(mail("<p>words</p>"), {})
    page.turn_to(View("dark" if mode == "dark" else "light", 375))
    assert page.page.evaluate("innerWidth") == 375
    assert page.page.evaluate(f"matchMedia('(prefers-color-scheme: {mode})').matches")
