"""`lpdownload serve`: the public pages as a process of their own."""

import http.client
import importlib.util
import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec

import pytest
from tests.desk import Desk

from lpdownload.model.token import Tokens
from lpdownload.store.facts import token_keys

HOST = {"Host": "news.example.org", "Content-Type": "application/x-www-form-urlencoded"}
ONE_CLICK = "List-Unsubscribe=One-Click"
Process = subprocess.Popen[str]


@contextmanager
def serving(desk: Desk) -> Iterator[tuple[Process, int]]:
    """The process, and the port it listens on."""
    with desk.process("serve", "--port", "0", PYTHONUNBUFFERED="1") as process:
        try:
            assert process.stdout is not None
            found = re.search(
                r"127\.0\.0\.1:(\d+), for https://news\.example\.org$", process.stdout.readline()
            )
            assert found
            yield process, int(found[1])
        finally:
            process.kill()


def ask(port: int, method: str, path: str, body: str = "") -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, HOST)
        return connection.getresponse().status
    finally:
        connection.close()


def token(desk: Desk) -> str:
    """Of the first person's link to leave town."""
    desk.add("ana@example.org", "town")
    with desk.open() as database, database.writing() as connection:
        return Tokens(token_keys(connection)).sign(1, "town", "unsubscribe")


def test_what_was_answered_is_on_the_disk_though_it_is_killed_then(desk: Desk) -> None:
    link = f"/u/{token(desk)}"
    with serving(desk) as (process, port):
        assert ask(port, "GET", "/readyz") == 200
        assert ask(port, "GET", link) == 200
        assert desk.state("ana@example.org") == "active"
        assert ask(port, "POST", link, ONE_CLICK) == 200
        process.kill()
        process.wait()
    assert desk.state("ana@example.org") == "unsubscribed"
    with serving(desk) as (_, port):
        assert ask(port, "POST", link, ONE_CLICK) == 200


def test_a_request_under_way_is_answered_before_it_ends(file_desk: Desk) -> None:
    link = token(file_desk)
    with serving(file_desk) as (process, port), socket.create_connection(("127.0.0.1", port), 30) as one:
        head = f"POST /u/{link} HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: {len(ONE_CLICK)}"
        kind = "Content-Type: application/x-www-form-urlencoded"
        one.sendall(f"{head}\r\n{kind}\r\n\r\n{ONE_CLICK[:5]}".encode())
        assert ask(port, "GET", "/healthz") == 200  # by then the first has begun
        process.send_signal(signal.SIGTERM)
        one.sendall(ONE_CLICK[5:].encode())
        assert one.recv(100).startswith(b"HTTP/1.1 200 ")
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (0, False)
    assert file_desk.state("ana@example.org") == "unsubscribed"


def test_ctrl_c_ends_it_with_130(file_desk: Desk) -> None:
    with serving(file_desk) as (process, port):
        assert ask(port, "GET", "/healthz") == 200
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in err) == (130, False)


def test_a_port_that_is_taken_is_said(file_desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        (finding,) = file_desk.refused("serve", "--port", str(port))
    assert finding.rule == "port-in-use"
    assert f"--port {port + 1}" in finding.hint


def test_an_address_of_another_machine_is_said(file_desk: Desk) -> None:
    (finding,) = file_desk.refused("serve", "--host", "192.0.2.7", "--port", "0")
    assert finding.rule == "bad-host"


def test_without_its_extra_it_says_what_to_install(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.util.find_spec

    def without(name: str, package: str | None = None) -> ModuleSpec | None:
        return None if name == "limits" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", without)
    (finding,) = file_desk.refused("serve")
    assert (finding.rule, finding.hint) == ("missing-extra", "pip install 'lpdownload[web]'")


def test_ctrl_c_twice_ends_it_without_a_traceback(file_desk: Desk) -> None:
    with serving(file_desk) as (process, port), socket.create_connection(("127.0.0.1", port), 30) as one:
        one.sendall(b"POST /u/x HTTP/1.1\r\nHost: news.example.org\r\nContent-Length: 9\r\n\r\n")
        assert ask(port, "GET", "/healthz") == 200  # by then the first has begun
        process.send_signal(signal.SIGINT)
        time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)  # it does not wait for what is under way
    assert (process.returncode, err) == (130, "Ctrl-C ends it, after what it is answering.\n")
