"""The way to a host: whose certificates count, and which proxy of the environment is used."""

import ssl
import sys
from pathlib import Path

import pytest
import trustme
from tests.providers.loopback import BODY, Answer, Loopback

from lpdownload.providers.http import ATTEMPTS, Caller, Exchange
from lpdownload.providers.proxy import Way


def test_a_server_that_never_speaks_tls_is_not_connected() -> None:
    with Loopback() as plain:
        plain.script.extend([Answer(raw=b"HTTP/1.1 400 Bad Request\r\n\r\n")] * ATTEMPTS)
        url = plain.url.replace("http:", "https:")
        caller = Caller(url, headers={}, connect_seconds=0.1, total_seconds=0.3, sleep=lambda _: None)
        found = caller.call("POST", "/", body=BODY)
        caller.close()
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")


def _post(url: str) -> Exchange:
    """BODY, with repeats that do not wait."""
    caller = Caller(url, headers={"X-Key": "secret"}, sleep=lambda _: None)
    found = caller.call("POST", "/", body=BODY)
    caller.close()
    return found


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_of_nobody_we_know_is_refused_before_anything_leaves(authority: trustme.CA) -> None:
    with Loopback(tls=_tls(authority, "127.0.0.1")) as server:
        found = _post(server.url)
        assert server.asked == []
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")
    assert "certificate is not trusted" in found.reason


@pytest.mark.parametrize(("name", "status"), [("127.0.0.1", 200), ("other.example.org", None)])
def test_a_certificate_counts_for_its_own_name_only(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, name: str, status: int | None
) -> None:
    with authority.cert_pem.tempfile() as file, Loopback(tls=_tls(authority, name)) as server:
        monkeypatch.setenv("SSL_CERT_FILE", file)
        found = _post(server.url)
        assert len(server.asked) == (status == 200)
    assert found.status == status


def test_the_environments_proxy_is_used_and_knows_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(lambda _: Answer(200, b"by proxy")) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("//", "//user:p%40ss@"))
        caller = Caller("http://api.example.org", headers={})
        found = caller.call("POST", "/send", body=b"x")
        caller.close()
        assert found.body == b"by proxy"
        assert proxy.asked[0].path == "http://api.example.org/send"
        assert proxy.asked[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"


@pytest.mark.parametrize(
    "named", ["example.org", ".example.org", "api.example.org:8080", "a, API.example.org", "*"]
)
def test_no_proxy_names_hosts_that_are_called_directly(monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert Way.to("http://api.example.org:8080").proxy
    monkeypatch.setenv("no_proxy", named)
    assert not Way.to("http://api.example.org:8080").proxy


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "[::1]", "localhost", "LOCALHOST"])
def test_what_goes_to_this_machine_never_leaves_it_by_a_proxy(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("all_proxy", "http://proxy.example.org:3128")
    assert not Way.to(f"http://{host}:9999").proxy


def test_a_proxy_s_own_certificate_is_checked_like_any(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Loopback(lambda _: Answer(403), tls=_tls(authority, "127.0.0.1")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        _post("https://api.example.org")
        assert proxy.asked == []
        with authority.cert_pem.tempfile() as file:
            monkeypatch.setenv("SSL_CERT_FILE", file)
            _post("https://api.example.org")
        assert {asked.path for asked in proxy.asked} == {"api.example.org:443"}


def test_a_proxy_that_lets_nobody_through_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(lambda _: Answer(403)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        found = _post("https://api.example.org")
        assert [(asked.method, asked.body) for asked in proxy.asked] == [("CONNECT", b"")] * ATTEMPTS
        assert all("x-key" not in asked.headers for asked in proxy.asked)
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")


@pytest.mark.parametrize(
    "proxy", ["foo://127.0.0.1:1", "http://:1", "http://127.0.0.1:x", "http://u:sec@[::1"]
)
def test_a_malformed_proxy_of_the_environment_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    found = _post("http://api.example.org")
    assert (found.verdict.meaning, found.attempts) == ("credentials", 1)
    assert found.reason == "no connection: the environment's proxy is malformed"


def test_a_proxy_that_speaks_socks_names_the_package_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("all_proxy", "socks5://127.0.0.1:1080")
    found = _post("https://api.example.org")
    assert (found.verdict.meaning, "socksio" in found.reason) == ("credentials", True)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_of_certificates_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "authorities.pem"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    found = _post("https://127.0.0.1:9")
    assert (found.verdict.meaning, found.attempts, "SSL_CERT_FILE" in found.reason) == (
        "credentials",
        1,
        True,
    )
