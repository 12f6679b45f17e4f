"""Who may talk to the preview, and what its pages may do."""

import pytest
from tests.newsroom import KEY
from tests.preview.conftest import Client

from lpdownload.preview.safety import Hosts, is_loopback, is_wildcard, mail_policy


@pytest.mark.parametrize("host", ["localhost:8425", "127.0.0.1:8425", "[::1]:8425", "LOCALHOST:8425"])
def test_its_own_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example:8425",
        "localhost",
        "localhost:80",
        "localhost.evil.example:8425",
        "127.0.0.1.evil.example:8425",
        "192.168.1.5:8425",
        "localhost:8425@evil.example:8425",
        "localhost:٨٤٢٥",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/", "/api/library", f"/mail/{KEY}", "/static/main.js"])
def test_a_strange_host_is_refused_everywhere(client: Client, host: str, path: str) -> None:
    """A site whose name suddenly leads to this machine sends its own name."""
    answer = client.get(path, headers={"host": host.encode()})
    assert answer.status_code == 421
    assert KEY not in answer.text


def test_on_every_address_of_the_machine_a_number_is_no_strange_name() -> None:
    hosts = Hosts("0.0.0.0", 8425)
    assert hosts.knows("192.168.1.5:8425")
    assert not hosts.knows("evil.example:8425")


def test_the_address_that_was_asked_for_is_known() -> None:
    assert Hosts("preview.internal", 80).knows("preview.internal:80")
    assert not Hosts("127.0.0.1", 80).knows("preview.internal:80")


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_sites_page_asks_for_is_refused(client: Client, site: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
    assert client.get("/api/library", headers=headers).status_code == 403
    framed = {"sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
    assert client.get("/", headers=framed).status_code == 403


def test_a_link_on_another_site_may_lead_here(client: Client) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert client.get(f"/{KEY}", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-lpdownload": "preview", "origin": "https://evil.example"},
        {"x-lpdownload": "preview", "origin": "null"},
        {"x-lpdownload": "preview", "origin": "http://localhost:9999"},
        {"x-lpdownload": "preview", "sec-fetch-site": "cross-site"},
    ],
)
def test_a_post_that_is_not_our_pages_own_is_refused(client: Client, headers: dict[str, str]) -> None:
    assert client.post(f"/api/test-send/{KEY}", json={"to": []}, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_there_is_nothing_to_change_or_to_ask_leave_for(client: Client, method: str) -> None:
    assert client.request(method, "/api/library").status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/api/library", f"/mail/{KEY}", "/nothing/at/all/here", "/static/x.js"]
)
def test_every_answer_is_private_and_is_what_it_says(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in headers
    assert "default-src 'none'" in headers["content-security-policy"]


def test_a_refusal_has_the_same_headers(client: Client) -> None:
    assert client.get("/", headers={"host": "evil.example:8425"}).headers["cache-control"] == "no-store"


def test_the_page_runs_its_own_scripts_only(client: Client) -> None:
    policy = client.get("/").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_the_mail_runs_nothing_and_fetches_nothing_from_elsewhere(client: Client) -> None:
    policy = client.get(f"/mail/{KEY}").headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "img-src 'self' data:;" in policy
    assert "sandbox allow-same-origin" in policy
    assert "allow-scripts" not in policy
    assert "https:" not in policy


def test_pictures_from_elsewhere_are_loaded_if_asked_for(client: Client) -> None:
    policy = client.get(f"/mail/{KEY}?remote=1").headers["content-security-policy"]
    assert policy == mail_policy(remote=True)
    assert "img-src 'self' data: https:;" in policy


def test_what_only_this_machine_reaches() -> None:
    assert all(map(is_loopback, ("127.0.0.1", "::1", "localhost", "127.1.2.3")))
    assert not any(map(is_loopback, ("0.0.0.0", "::", "192.168.1.5", "example.org")))
    assert all(map(is_wildcard, ("0.0.0.0", "::")))
    assert not any(map(is_wildcard, ("127.0.0.1", "localhost")))
