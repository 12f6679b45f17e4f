"""What an issue and a stranger cannot do to the page."""

from typing import TYPE_CHECKING

import httpx
import pytest
from tests.newsroom import ISSUE, KEY, Newsroom, issue
from tests.preview.page.browsing import Open, mail, shows

if TYPE_CHECKING:
    from playwright.sync_api import Page

HOSTILE = """\
- type: text
  heading: "<script>window.hacked = 1</script>"
  body: |
    Before <script>window.parent.hacked = 1</script> <img src=x onerror="parent.hacked = 1"> after.
- type: html
  html: |
    <p onclick="parent.hacked = 1" style="position:fixed">Own HTML</p></div></td></table></body></html>
    </iframe><script>parent.hacked = 1</script><svg onload="parent.hacked = 1"></svg>
    <a href="javascript:parent.hacked=1" target="_top">Away</a>
    <a href="https://elsewhere.example.org" target="_top">Elsewhere</a>
    <meta http-equiv="refresh" content="0;url=https://elsewhere.example.org"><base href="https://elsewhere.example.org/">
    <form action="/api/test-send/town/2024-09"><button>Send</button></form>
  text: Own HTML
"""


UNCLEAN = """\
<!doctype html><title>Unclean</title><body onload="parent.hacked = 1"><p data-lp="sections.0">Own HTML</p>
<script>parent.hacked = 1; top.location = "https://elsewhere.example.org"</script>
<img src="x" onerror="parent.hacked = 1"><a href="javascript:parent.hacked=1">Run</a>
<a href="https://elsewhere.example.org" target="_top">Elsewhere</a><a href="/" target="_parent">Home</a>
<iframe srcdoc="<script>top.hacked = 1</script>"></iframe>
<meta http-equiv="refresh" content="0;url=https://elsewhere.example.org">
<form action="/api/test-send/town/2024-09" method="post"><button>Send</button></form>"""


def nothing_ran(page: "Page") -> None:
    """Every link and button of the mail clicked, and every tab looked at."""
    address = page.url
    for one in mail(page).locator("a, button").all():
        one.dispatch_event("click")
    for tab in ("inbox", "text", "mjml", "html", "headers", "matrix", "compare", "mail"):
        page.locator(f"#tab-{tab}").click()
        page.wait_for_timeout(100)
    assert page.evaluate("window.hacked") is None
    assert page.url.split("?")[0] == address
    assert "/mail/" in page.evaluate("document.querySelector('iframe.mail').contentWindow.location.href")


def test_what_an_issue_says_never_runs(visit: Open, newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/2024-08.yaml", issue(HOSTILE, "period: 2024-08\npreheader: <b>x</b>\n"))
    page = visit("/town/2024-08")
    shows(page, "Own HTML")
    nothing_ran(page)
    newsroom.change("newsletters/town/2024-08.yaml", "Before", "Changed before")
    shows(page, "Changed before")
    nothing_ran(page)


def test_an_address_that_runs_is_refused_at_its_line(visit: Open, newsroom: Newsroom) -> None:
    page = visit()
    shows(page, "Story number 1")
    newsroom.change(ISSUE, "in in week 5", "[in](javascript:parent.hacked=1) week 5")
    wrong = page.get_by_role("region", name="What is wrong")
    wrong.get_by_text("javascript:").first.wait_for()
    assert "town/2024-09.yaml:" in wrong.inner_text()
    shows(page, "Story number 1")


@pytest.mark.parametrize("policy", ["", "script-src 'none'"], ids=["sandbox alone", "with its policy"])
def test_the_frame_holds_even_what_should_never_come_there(visit: Open, policy: str) -> None:
    page = visit("/")
    headers = {"Content-Type": "text/html"} | ({"Content-Security-Policy": policy} if policy else {})
    page.route("**/mail/**", lambda route: route.fulfill(body=UNCLEAN, headers=headers))
    page.locator("#list").get_by_role("link", name="2024-08").click()
    shows(page, "Own HTML")
    page.wait_for_timeout(300)
    nothing_ran(page)


def test_a_page_of_another_name_gets_nothing(address: str) -> None:
    for path in ("/", f"/{KEY}", f"/mail/{KEY}", "/static/main.js", "/api/library"):
        answer = httpx.get(address + path, headers={"Host": "evil.example.org"})
        assert answer.status_code in {400, 403, 421}
        assert "Story" not in answer.text


def test_the_page_brings_no_script_or_style_of_its_own_and_asks_no_other_site(
    visit: Open, address: str
) -> None:
    text = httpx.get(address + "/").text
    assert "style=" not in text
    assert " on" not in "".join(part for part in text.split("<") if "=" in part and part.startswith("script"))
    assert "<style" not in text
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    shows(page, "Story number 1")
    page.get_by_role("tab", name="Side by side").click()
    page.frame_locator(".matrix iframe >> nth=0").get_by_text("Story number 1").wait_for()
    assert asked
    assert all(url.startswith(address) for url in asked)
