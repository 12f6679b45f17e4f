"""What an issue and a stranger cannot do to the page."""

import httpx
from tests.newsroom import KEY, Newsroom, issue
from tests.preview.page.browsing import Open, mail, shows, until

HOSTILE = """\
- type: text
  heading: "<script>window.hacked = 1</script>"
  body: |
    Before <script>window.parent.hacked = 1</script> <img src=x onerror="parent.hacked = 1"> after.
    [Run](javascript:parent.hacked=1) and [this](java&#115;cript:parent.hacked=1).
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


def test_what_an_issue_says_never_runs(visit: Open, newsroom: Newsroom) -> None:
    page = visit("/town/2024-08")
    shows(page, "A story for everybody")
    for _ in range(2):
        newsroom.write(
            "newsletters/town/2024-08.yaml", issue(HOSTILE, "period: 2024-08\npreheader: <b>x</b>\n")
        )
        until(
            page,
            """document.querySelector("iframe.mail")?.contentDocument?.body.textContent.includes("Own HTML")
            || document.querySelector(".overlay:not([hidden])")""",
        )
        for link in mail(page).locator("a").all()[:6]:
            link.dispatch_event("click")
        page.reload()
    for tab in ("inbox", "text", "mjml", "html", "headers", "matrix", "compare"):
        page.evaluate(f"document.querySelector('#tab-{tab}')?.click()")
        page.wait_for_timeout(150)
    assert page.evaluate("window.hacked") is None
    assert page.url.split("?")[0].endswith("/town/2024-08")


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
