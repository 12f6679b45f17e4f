"""What the addresses of the preview answer, whatever stands in the newsroom."""

import email
import email.policy
from pathlib import Path

import pytest
from tests.newsroom import HEAD, ISSUE, KEY, STORY, Newsroom, drawing
from tests.preview.conftest import Client

from lpdownload.preview.session import Session
from lpdownload.store.database import FILE

SECTIONS = """\
- {type: story, title: For all, body: 'Hello {{ first_name | default("friend") }}.'}
- {type: story, title: For teachers, body: Two., visible_to: teachers}
"""
HOSTILE = """\
- type: story
  title: <script>alert(1)</script></title></iframe>
  body: |
    <script>alert(1)</script> <img src=x onerror=alert(1)> [go](javascript:alert(1))
    </body></html><iframe src="/"></iframe>
"""


@pytest.mark.parametrize("path", ["/", "/town", f"/{KEY}", f"/{KEY}?client=x&tab=y&finding=z"])
def test_every_page_of_the_newsroom_is_there(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("path", ["/nowhere", "/town/2099-01", "/nowhere/2024-09"])
def test_the_page_of_an_issue_that_is_not_there_says_so(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<html" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static/%2fetc%2fpasswd",
        "/mail/town/..%2f..%2f..%2fetc%2fpasswd",
        "/mail/town/newsletter",
        "/mail/../network",
        "/mail/%2e%2e/network",
        "/mail/shared/block",
        "/api/view/town/..%2fnetwork",
        "/api/tab/text/town/%2e%2e%2fnetwork",
        f"/assets/{KEY}/..%2f..%2fnetwork.yaml",
        f"/assets/{KEY}/%2e%2e/newsletter.yaml",
        f"/assets/{KEY}/x.png",
        "/download/town/..%2fnetwork.eml",
        "/newsletters/network.yaml/x",
    ],
)
def test_no_address_leads_out_of_what_is_rendered(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "Example Network" not in answer.text
    assert "root:" not in answer.text


def test_an_issue_that_is_a_link_out_of_the_newsroom_is_not_shown(
    client: Client, newsroom: Newsroom, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text((newsroom.root / ISSUE).read_text("utf-8"), "utf-8")
    (newsroom.root / "newsletters/town/2024-10.yaml").symlink_to(outside)
    client.scanned()
    said = client.get("/api/view/town/2024-10?html=1").json()
    assert said["state"] == "broken"
    assert said["html"] == ""


def test_the_library_lists_newsletters_and_issues(client: Client, newsroom: Newsroom) -> None:
    said = client.get("/api/library").json()
    assert said["newsroom"] == newsroom.root.name
    assert [(one["name"], one["title"]) for one in said["newsletters"]] == [("town", "Town Download")]
    assert [issue["key"] for issue in said["newsletters"][0]["issues"]] == [KEY]
    assert said["segments"] == ["new-york", "teachers"]
    assert {"ana", "sam"} <= {persona["name"] for persona in said["personas"]}
    assert {client["name"] for client in said["clients"]}
    assert not any("seed" in str(value) for value in said["personas"])


def test_a_view_tells_all_that_the_page_shows(client: Client) -> None:
    said = client.get(f"/api/view/{KEY}?html=1").json()
    assert (said["state"], said["stale"], said["language"], said["date"]) == (
        "ready",
        False,
        "en",
        "2024-09-01",
    )
    assert 'data-lp="sections.0.title"' in said["html"]
    place = said["places"]["sections.0.title"]
    assert (place["file"], place["line"]) == (ISSUE, 5)
    assert said["places"][""]["line"] == 1
    assert said["inbox"]["sender"] == "Town Download"
    assert said["inbox"]["phone"]["preheader"] == "A river, a road and a vote."
    assert sum(part["bytes"] for part in said["size"]["sections"]) == said["size"]["bytes"]
    assert said["errors"] == []


def test_the_findings_come_with_their_places_after_a_moment(client: Client, newsroom: Newsroom) -> None:
    newsroom.write_issue(head=HEAD + "language: nv\n")
    client.saved(newsroom.root / ISSUE)
    client.get(f"/api/view/{KEY}")
    client.checked(KEY)
    found = {one["rule"]: one for one in client.get(f"/api/view/{KEY}").json()["findings"]}
    one = found["no-labels"]
    assert (one["loc"], one["place"]["file"], one["place"]["line"]) == ("language", ISSUE, 3)
    again = client.get(f"/api/lines/{KEY}?finding={one['id']}").json()
    assert again["place"] == one["place"]


def test_a_persona_sees_the_sections_of_its_segments_and_its_name(client: Client, newsroom: Newsroom) -> None:
    newsroom.write_issue(SECTIONS)
    newsroom.change("newsletters/network.yaml", "{role: press}", "{role: press, office: school_board}")
    client.saved(newsroom.root / ISSUE, newsroom.root / "newsletters/network.yaml")
    ana, sam = client.get(f"/mail/{KEY}?persona=ana").text, client.get(f"/mail/{KEY}?persona=sam").text
    assert "Hello Ana" in ana
    assert "For teachers" not in ana
    assert "Hello friend" in sam
    assert "For teachers" in sam


@pytest.mark.parametrize(
    ("variant", "shown"),
    [("", False), ("none", False), ("teachers", True), ("all", True), ("new-york", False)],
)
def test_a_variant_is_chosen_by_segments(
    client: Client, newsroom: Newsroom, variant: str, shown: bool
) -> None:
    newsroom.write_issue(SECTIONS)
    client.saved(newsroom.root / ISSUE)
    assert ("For teachers" in client.get(f"/mail/{KEY}?variant={variant}").text) == shown


@pytest.mark.parametrize(
    "query",
    ["client=nobody", "mode=purple", "images=some", "persona=zoe", "variant=nobodies", "remote=2"],
)
@pytest.mark.parametrize("path", [f"/api/view/{KEY}", f"/mail/{KEY}", f"/api/tab/text/{KEY}"])
def test_a_view_that_means_nothing_is_answered_with_what_there_is(
    client: Client, query: str, path: str
) -> None:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_pictures_come_from_memory_and_only_those_of_the_mail(client: Client, newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", drawing(40, 20))
    newsroom.write("newsletters/town/images/secret.png", drawing(60, 20))
    newsroom.write_issue(STORY + "    image: {src: images/river.png, alt: A river between two banks}\n")
    client.saved(newsroom.root / ISSUE)
    html = client.get(f"/mail/{KEY}").text
    start = html.index(f"/assets/{KEY}/")
    address = html[start : html.index('"', start)]
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert client.get(f"/assets/{KEY}/secret.png").status_code == 404
    assert client.get(f"/assets/{KEY}/images/secret.png").status_code == 404


def test_what_an_issue_says_cannot_become_a_script(client: Client, newsroom: Newsroom) -> None:
    """Escaped already when it is rendered; the frame's policy would stop it if it were not."""
    newsroom.write_issue(HOSTILE)
    client.saved(newsroom.root / ISSUE)
    answer = client.get(f"/mail/{KEY}")
    assert "<script" not in answer.text
    assert "javascript:" not in answer.text.replace("[go](javascript:alert(1))", "")
    assert "<iframe" not in answer.text
    assert "script-src 'none'" in answer.headers["content-security-policy"]


def test_the_tabs_show_what_is_sent(client: Client, newsroom: Newsroom) -> None:
    html = client.get(f"/api/tab/html/{KEY}?persona=ana").json()
    assert html["text"] == newsroom.html(first_name="Ana", state="NY")
    assert html["bytes"] == len(html["text"].encode())
    assert client.get(f"/api/tab/text/{KEY}?persona=ana").json()["text"] == newsroom.text(first_name="Ana")
    assert client.get(f"/api/tab/mjml/{KEY}").json()["text"].startswith("<mjml")
    headers = dict(client.get(f"/api/tab/headers/{KEY}").json()["headers"])
    assert headers["From"] == "Town Download <town@example.org>"
    assert "List-Unsubscribe" in headers
    assert client.get(f"/api/tab/nothing/{KEY}").status_code == 404


def test_nothing_that_is_sent_carries_marks(client: Client) -> None:
    for path in (f"/api/tab/html/{KEY}", f"/download/{KEY}.eml", f"/mail/{KEY}?plain=1"):
        assert "data-lp" not in client.get(path).text
    assert "data-lp" in client.get(f"/mail/{KEY}").text


def test_the_message_is_a_file_to_keep(client: Client) -> None:
    answer = client.get(f"/download/{KEY}.eml?persona=ana")
    assert answer.headers["content-disposition"] == 'attachment; filename="town-2024-09.eml"'
    message = email.message_from_bytes(answer.content, policy=email.policy.default)
    assert message["Subject"].startswith("📣 Town Download")


def test_the_matrix_lists_a_frame_for_each_client_mode_and_width(client: Client) -> None:
    first = client.get("/api/library").json()["clients"][0]["name"]
    cells = client.get(f"/api/tab/matrix/{KEY}?clients={first}&modes=light,dark&widths=375,600").json()[
        "cells"
    ]
    assert [(cell["mode"], cell["width"]) for cell in cells] == [
        ("light", 375),
        ("light", 600),
        ("dark", 375),
        ("dark", 600),
    ]
    for cell in cells:
        assert client.get(cell["url"]).status_code == 200
    assert client.get(f"/api/tab/matrix/{KEY}?clients=nobody").status_code == 400


def test_the_lines_around_a_text_are_told(client: Client) -> None:
    said = client.get(f"/api/lines/{KEY}?loc=sections.0.title").json()
    assert said["place"]["line"] == 5
    assert said["start"] == 3
    assert said["lines"][2].strip().startswith("title:")
    assert len(said["lines"]) <= 6
    assert client.get(f"/api/lines/{KEY}?finding=nothing").json()["lines"] == []


def test_a_test_mail_goes_to_the_seed_list_as_a_file(client: Client, newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "seed_list: [seed@example.org]\n")
    client.saved(newsroom.root / "newsletters/network.yaml")
    headers = {"x-lpdownload": "preview"}
    sent = client.post(f"/api/test-send/{KEY}?persona=ana", {"to": ["seed@example.org"]}, headers).json()[
        "sent"
    ]
    assert [(one["address"], one["outcome"]) for one in sent] == [("seed@example.org", "accepted")]
    file = Path(sent[0]["file"])
    assert file.parent == (newsroom.root / "outbox").resolve()
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"].startswith("[TEST] ")
    assert message["To"].endswith("<seed@example.org>")
    assert len(client.post(f"/api/test-send/{KEY}", {}, headers).json()["sent"]) == 1
    assert not (newsroom.root / FILE).exists()


@pytest.mark.parametrize("to", [["stranger@example.org"], ["not an address"], [3], "seed@example.org"])
def test_a_test_mail_goes_to_nobody_else(client: Client, newsroom: Newsroom, to: object) -> None:
    newsroom.add("newsletters/network.yaml", "seed_list: [seed@example.org]\n")
    client.saved(newsroom.root / "newsletters/network.yaml")
    answer = client.post(f"/api/test-send/{KEY}", {"to": to}, {"x-lpdownload": "preview"})
    assert answer.status_code == 400
    assert not (newsroom.root / "outbox").exists()


def test_looking_writes_nothing(client: Client, newsroom: Newsroom) -> None:
    before = sorted(newsroom.root.rglob("*"))
    for path in ("/", "/api/library", f"/api/view/{KEY}?html=1", f"/mail/{KEY}", f"/download/{KEY}.eml"):
        client.get(path)
    assert sorted(newsroom.root.rglob("*")) == before


def test_the_editor_is_opened_at_the_line_if_settings_say_how(newsroom: Newsroom) -> None:
    from lpdownload.content.library import Library
    from lpdownload.preview.report import Report
    from lpdownload.preview.view import view_of
    from lpdownload.settings import load_settings

    settings = load_settings(newsroom.root, {"LPDOWNLOAD_EDITOR_URL": "vscode://file/{file}:{line}:{column}"})
    session = Session(Library(newsroom.root, settings))
    session.scan()
    said = Report(session).view(session.show(view_of(KEY, {})), html=False)
    places = said["places"]
    assert isinstance(places, dict)
    title = places["sections.0.title"]
    assert isinstance(title, dict)
    assert title["editor"] == f"vscode://file{newsroom.root / ISSUE}:5:12"
