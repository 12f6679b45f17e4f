"""Calls over real sockets: what each answer and each fault means, and that a repeat sends the same bytes."""

import gzip
import threading
from collections.abc import Callable, Iterator

import pytest
from tests.providers.loopback import BODY, Answer, Loopback

from lpdownload.providers.http import ATTEMPTS, LARGEST_ANSWER, Caller, Exchange


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


def test_a_compressed_answer_nobody_asked_for_is_not_unpacked(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    server.script.append(Answer(200, bomb, {"Content-Encoding": "gzip"}))
    assert call().body == bomb
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("raw", "status", "body"),
    [
        (b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 202 Taken\r\nContent-Length: 2\r\n\r\nok", 202, b"ok"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + b"HTTP/1.1 204 Taken\r\n\r\n", 204, b""),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil it closes", 200, b"until it closes"),
    ],
)
def test_what_comes_before_the_answer_is_passed_over(
    server: Loopback, call: Callable[..., Exchange], raw: bytes, status: int, body: bytes
) -> None:
    server.script.append(Answer(raw=raw))
    found = call()
    assert (found.status, found.body, found.complete) == (status, body, True)


def test_a_server_that_only_ever_begins_to_answer_leaves_a_doubt(
    server: Loopback, call: Callable[..., Exchange]
) -> None:
    server.script.append(Answer(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000))
    assert call().verdict.meaning == "in doubt"


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
