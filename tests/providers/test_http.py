"""Calls over real sockets: what each fault means, and that a repeat sends the same bytes."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st
from tests.providers.loopback import Answer, Loopback

from lpdownload.providers.http import (
    ATTEMPTS,
    LARGEST_ANSWER,
    LONGEST_PAUSE,
    LONGEST_RETRY_AFTER,
    Caller,
    Exchange,
    _retry_after,
)

BODY = b'{"to": "ana@example.org"}' * 1000
NO_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*NO_PROXIES, "no_proxy", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def call(server: Loopback, pauses: list[float]) -> Iterator[Callable[..., Exchange]]:
    """POSTs BODY to the server; repeats do not wait."""
    caller = Caller(server.url, headers={"X-Key": "k"}, idle_seconds=0.3, sleep=pauses.append)

    def post(*, idempotent: bool = False, method: str = "POST", body: bytes = BODY) -> Exchange:
        return caller.call(method, "/send", body=body, idempotent=idempotent)

    yield post
    caller.close()


@pytest.fixture
def hurried(server: Loopback) -> Iterator[Callable[[], Exchange]]:
    """POSTs BODY with little time for all of it, and more for each byte."""
    caller = Caller(server.url, headers={}, idle_seconds=5, total_seconds=0.5)
    yield lambda: caller.call("POST", "/send", body=BODY)
    caller.close()


def test_an_answer_comes_back_with_its_headers_in_lower_case(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    server.script.append(Answer(202, b"yes", {"X-Message-ID": "m1"}))
    found = call()
    assert (found.status, found.body, found.headers["x-message-id"]) == (202, b"yes", "m1")
    assert (found.verdict.meaning, found.attempts, found.complete) == ("taken", 1, True)
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.body) == ("POST", "/send", BODY)
    assert asked.headers["user-agent"].startswith("lpdownload/")
    assert asked.headers["x-key"] == "k"


@pytest.mark.parametrize(
    ("status", "headers", "meaning", "calls", "calls_with_key"),
    [
        (200, {}, "taken", 1, 1),
        (302, {"Location": "/elsewhere"}, "credentials", 1, 1),
        (400, {}, "refused", 1, 1),
        (401, {}, "credentials", 1, 1),
        (403, {}, "credentials", 1, 1),
        (413, {}, "refused", 1, 1),
        (422, {}, "refused", 1, 1),
        (429, {}, "throttled", ATTEMPTS, ATTEMPTS),
        (429, {"Retry-After": "0"}, "throttled", ATTEMPTS, ATTEMPTS),
        (500, {}, "in doubt", 1, ATTEMPTS),
        (503, {}, "in doubt", 1, ATTEMPTS),
        (503, {"Retry-After": "0"}, "throttled", ATTEMPTS, ATTEMPTS),
        (504, {}, "in doubt", 1, ATTEMPTS),
    ],
)
@pytest.mark.parametrize("idempotent", [False, True])
def test_a_status_means_the_same_always_and_a_repeat_sends_the_same_bytes(
    server: Loopback,
    call: Callable[..., Exchange],
    status: int,
    headers: dict[str, str],
    meaning: str,
    calls: int,
    calls_with_key: int,
    idempotent: bool,
) -> None:
    server.script.extend([Answer(status, b"{}", headers)] * ATTEMPTS)
    found = call(idempotent=idempotent)
    assert (found.verdict.meaning, found.status) == (meaning, status)
    assert found.attempts == len(server.asked) == (calls_with_key if idempotent else calls)
    assert {asked.body for asked in server.asked} == {BODY}
    assert {asked.path for asked in server.asked} == {"/send"}


FAULTS = {
    "reset after the body": (Answer(breaks="after the body"), "lost"),
    "no answer": (Answer(breaks="silent"), "timed out"),
    "closed without a word": (Answer(raw=b""), "lost"),
    "not HTTP": (Answer(raw=b"220 mail.example.org ESMTP\r\n"), "lost"),
    "a head cut off": (Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Le"), "lost"),
    "a head of a megabyte": (Answer(headers={"X-Long": "x" * 1_000_000}), "lost"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_without_an_answer_a_request_is_in_doubt_and_not_repeated(
    server: Loopback, call: Callable[..., Exchange], name: str
) -> None:
    answer, fault = FAULTS[name]
    server.script.append(answer)
    found = call()
    assert (found.verdict.meaning, found.fault, found.status) == ("in doubt", fault, None)
    assert (found.attempts, len(server.asked)) == (1, 1)


@pytest.mark.parametrize("name", [name for name, (_, fault) in FAULTS.items() if fault == "lost"])
def test_a_request_with_a_key_is_repeated_after_a_loss_until_it_is_answered(
    server: Loopback, call: Callable[..., Exchange], name: str
) -> None:
    server.script.extend([FAULTS[name][0], Answer(200, b"{}")])
    found = call(idempotent=True)
    assert (found.verdict.meaning, found.attempts) == ("taken", 2)
    assert [asked.body for asked in server.asked] == [BODY, BODY]


@pytest.mark.parametrize("then", [Answer(429), Answer(401), Answer(409), Answer(breaks="before the body")])
def test_a_doubt_stays_when_the_repeat_is_turned_away(
    server: Loopback, call: Callable[..., Exchange], then: Answer
) -> None:
    server.script.extend([Answer(breaks="after the body"), *[then] * ATTEMPTS])
    assert call(idempotent=True).verdict.meaning == "in doubt"


def test_a_connection_reset_at_the_headers_is_in_doubt_once_the_body_may_have_left(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    server.script.append(Answer(breaks="before the body"))
    found = call(body=b"x" * 8_000_000)
    assert (found.verdict.meaning, found.fault) == ("in doubt", "lost")


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (Answer(200, b"0123456789", promised=20), b"0123456789"),
        (Answer(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\nzz\r\n"), b"abcd"),
    ],
)
def test_an_answer_cut_off_keeps_its_status_and_is_not_complete(
    server: Loopback, call: Callable[..., Exchange], answer: Answer, body: bytes
) -> None:
    server.script.append(answer)
    found = call()
    assert (found.verdict.meaning, found.status, found.complete) == ("taken", 200, False)
    assert found.body in (body, b"")


def test_a_dripping_head_ends_at_the_deadline_in_doubt(
    server: Loopback, hurried: Callable[[], Exchange]
) -> None:
    server.script.append(Answer(drip=0.05, body=b"x" * 50))
    found = hurried()
    assert (found.verdict.meaning, found.fault) == ("in doubt", "timed out")


def test_a_dripping_body_ends_at_the_deadline_with_what_came(
    server: Loopback, hurried: Callable[[], Exchange]
) -> None:
    server.script.append(Answer(200, b"x" * 2000, drip=0.002))
    found = hurried()
    assert (found.status, found.complete) == (200, False)
    assert len(found.body) < 2000


def test_ten_megabytes_of_answer_are_not_read_to_the_end(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    server.script.append(Answer(200, b"x" * 10_000_000))
    found = call()
    assert (found.verdict.meaning, found.complete) == ("taken", False)
    assert LARGEST_ANSWER < len(found.body) < LARGEST_ANSWER + 1_000_000


def test_html_comes_back_as_it_is(server: Loopback, call: Callable[..., Exchange]) -> None:
    server.script.append(Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}))
    found = call()
    assert (found.verdict.meaning, found.body) == ("in doubt", b"<html>Bad gateway</html>")
    assert found.reason == "HTTP 502"


def test_a_redirect_is_not_followed(server: Loopback, call: Callable[..., Exchange]) -> None:
    server.script.append(Answer(307, headers={"Location": f"{server.url}/elsewhere"}))
    assert call().status == 307
    assert [asked.path for asked in server.asked] == ["/send"]


def test_connections_are_kept(server: Loopback, call: Callable[..., Exchange]) -> None:
    assert [call().verdict.meaning for _ in range(5)] == ["taken"] * 5
    assert server.connections == 1


def test_a_kept_connection_that_the_server_closed_is_replaced_without_a_doubt(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    server.script.append(Answer(200, breaks="close after"))
    assert call().verdict.meaning == "taken"
    assert server.closed_one.wait(10)
    found = call()
    assert (found.verdict.meaning, found.attempts, server.connections) == ("taken", 1, 2)


def test_a_retry_after_is_waited_for_when_it_is_short(
    server: Loopback, call: Callable[..., Exchange], pauses: list[float]
) -> None:
    del server, call
    with Loopback() as patient:
        patient.script.append(Answer(429, headers={"Retry-After": "7"}))
        caller = Caller(patient.url, headers={}, sleep=pauses.append)
        assert caller.call("POST", "/", body=b"x").attempts == 2
        caller.close()
    assert 7 <= pauses[0] < 13


def test_a_long_retry_after_is_left_to_the_next_batch(
    server: Loopback, call: Callable[..., Exchange], pauses: list[float]
) -> None:
    server.script.append(Answer(429, headers={"Retry-After": str(int(LONGEST_PAUSE) + 1)}))
    found = call()
    assert (found.verdict.meaning, found.attempts, found.seconds) == ("throttled", 1, LONGEST_PAUSE + 1)
    assert pauses == []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("1.5", 1.5),
        ("0", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("²", None),
        ("nan", None),
        ("1e3", None),
        ("9" * 400, LONGEST_RETRY_AFTER),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
    ],
)
def test_retry_after_is_a_number_a_date_or_nothing(text: str, seconds: float | None) -> None:
    assert _retry_after({"retry-after": text}) == seconds


def test_retry_after_as_a_date_is_counted_from_now() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    found = _retry_after({"retry-after": date})
    assert found is not None
    assert 0 < found <= 3600


@given(st.text())
def test_any_retry_after_is_seconds_within_a_day_or_nothing(text: str) -> None:
    found = _retry_after({"retry-after": text})
    assert found is None or 0 <= found <= LONGEST_RETRY_AFTER


def test_a_refused_connection_is_tried_again_and_then_left_for_later(pauses: list[float]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    caller = Caller(f"http://127.0.0.1:{port}", headers={}, sleep=pauses.append)
    found = caller.call("POST", "/", body=BODY)
    caller.close()
    assert (found.verdict.meaning, found.fault, found.attempts) == ("throttled", "not connected", ATTEMPTS)
    assert found.reason == "no connection: it refuses connections"


def test_a_host_that_takes_no_connection_is_not_connected() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        knocks = [socket.socket() for _ in range(4)]
        for knock in knocks:  # fill the backlog, so that no SYN is answered any more
            knock.setblocking(False)
            knock.connect_ex(full.getsockname())
        url = f"http://127.0.0.1:{full.getsockname()[1]}"
        caller = Caller(url, headers={}, connect_seconds=0.1, total_seconds=0.15, sleep=lambda _: None)
        found = caller.call("POST", "/", body=BODY)
        caller.close()
        for knock in knocks:
            knock.close()
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")
    assert found.reason == "no connection: it took too long"


def test_a_server_that_never_speaks_tls_is_not_connected() -> None:
    with Loopback() as plain:
        caller = Caller(
            plain.url.replace("http:", "https:"), headers={}, idle_seconds=0.3, sleep=lambda _: None
        )
        plain.script.extend([Answer(raw=b"HTTP/1.1 400 Bad Request\r\n\r\n")] * ATTEMPTS)
        caller = Caller(
            plain.url.replace("http:", "https:"),
            headers={},
            connect_seconds=0.1,
            total_seconds=0.3,
            sleep=lambda _: None,
        )
        found = caller.call("POST", "/", body=BODY)
        caller.close()
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _tls(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_of_nobody_we_know_is_refused_before_anything_leaves(authority: trustme.CA) -> None:
    with Loopback(tls=_tls(authority, "127.0.0.1")) as server:
        caller = Caller(server.url, headers={}, sleep=lambda _: None)
        found = caller.call("POST", "/", body=BODY)
        caller.close()
        assert server.asked == []
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")
    assert "certificate is not trusted" in found.reason


@pytest.mark.parametrize(("name", "status"), [("127.0.0.1", 200), ("other.example.org", None)])
def test_a_certificate_counts_for_its_own_name_only(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, name: str, status: int | None
) -> None:
    with authority.cert_pem.tempfile() as file, Loopback(tls=_tls(authority, name)) as server:
        monkeypatch.setenv("SSL_CERT_FILE", file)
        caller = Caller(server.url, headers={}, sleep=lambda _: None)
        found = caller.call("POST", "/", body=BODY)
        caller.close()
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


def test_no_proxy_names_hosts_that_are_called_directly(
    server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    caller = Caller(server.url, headers={})
    assert caller.call("POST", "/", body=b"x").status == 200
    caller.close()


def test_a_proxy_that_lets_nobody_through_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback(lambda _: Answer(403)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        caller = Caller("https://api.example.org", headers={"X-Key": "secret"}, sleep=lambda _: None)
        found = caller.call("POST", "/", body=BODY)
        caller.close()
        assert [(asked.method, asked.body) for asked in proxy.asked] == [("CONNECT", b"")] * ATTEMPTS
        assert all("x-key" not in asked.headers for asked in proxy.asked)
    assert (found.verdict.meaning, found.fault) == ("throttled", "not connected")


@pytest.mark.parametrize(
    "address", ["127.0.0.1:1", "ftp://127.0.0.1", "http://127.0.0.1:x", "http://exämple..org"]
)
def test_an_address_that_cannot_be_called_is_for_a_person_to_mend(address: str) -> None:
    caller = Caller(address, headers={})
    found = caller.call("POST", "/", body=BODY)
    caller.close()
    assert (found.verdict.meaning, found.fault, found.attempts) == ("credentials", "not connected", 1)


@pytest.mark.parametrize("key", ["se…cret", "secret\n", "sec\r\nX-Evil: 1"])
def test_a_key_that_no_header_can_carry_is_told_without_showing_it(server: Loopback, key: str) -> None:
    caller = Caller(server.url, headers={"Authorization": f"Bearer {key}"})
    found = caller.call("POST", "/", body=BODY)
    caller.close()
    assert found.verdict.meaning == "credentials"
    assert "sec" not in found.reason
    assert server.asked == []


@pytest.mark.parametrize("proxy", ["foo://127.0.0.1:1", "http://:1", "http://127.0.0.1:x"])
def test_a_malformed_proxy_of_the_environment_is_told(
    server: Loopback, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    caller = Caller(server.url, headers={})
    found = caller.call("POST", "/", body=BODY)
    caller.close()
    assert (found.verdict.meaning, "proxy" in found.reason) == ("credentials", True)


def test_many_threads_share_few_connections_and_none_is_lost(server: Loopback) -> None:
    caller = Caller(server.url, headers={}, at_once=4)
    found: list[int | None] = []

    def work() -> None:
        found.extend(caller.call("POST", "/", body=BODY).status for _ in range(25))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    caller.close()
    assert found == [200] * 200
    assert server.connections <= 4


def test_a_closed_caller_opens_again_when_it_is_called(server: Loopback) -> None:
    caller = Caller(server.url, headers={})
    for _ in range(2):
        assert caller.call("GET", "/").status == 200
        caller.close()
    assert server.connections == 2
