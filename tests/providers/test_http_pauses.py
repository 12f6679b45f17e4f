"""When a call is repeated, and how long it waits for that."""

import socket
from collections.abc import Callable

from tests.providers.loopback import BODY, Answer, Loopback

from lpdownload.providers.http import ATTEMPTS, LONGEST_PAUSE, Caller, Exchange


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


def test_a_window_that_is_over_later_is_left_to_the_next_batch(
    server: Loopback, call: Callable[..., Exchange], pauses: list[float]
) -> None:
    server.script.append(Answer(429, headers={"RateLimit-Reset": "3600"}))
    found = call()
    assert (found.verdict.meaning, found.attempts, found.seconds) == ("throttled", 1, 3600)
    assert pauses == []


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
