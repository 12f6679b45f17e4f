"""The preview as a process: it starts, answers, repaints at a save, and stops when it is told to."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from tests.newsroom import ISSUE, KEY, Newsroom, issue

from lpdownload.errors import InvalidInput
from lpdownload.preview.serve import address_of, listening, port_of

PATIENCE = 30.0


@contextmanager
def running(newsroom: Newsroom, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address it says, if it says one."""
    command = [sys.executable, "-m", "lpdownload.cli.app", "preview", "--no-open", "--port", "0", *arguments]
    with subprocess.Popen(
        command,
        cwd=newsroom.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            if process.poll() is None:
                process.kill()


def answer(address: str) -> httpx.Response:
    """The first one; the socket takes connections before there is anybody to answer."""
    return httpx.get(address, timeout=PATIENCE)


def test_it_answers_repaints_and_stops_though_a_page_still_listens(newsroom: Newsroom) -> None:
    with running(newsroom, KEY) as (process, address):
        assert address.endswith(f"/{KEY}")
        assert answer(address).status_code == 200
        base = address.removesuffix(KEY)
        assert "A river is clean" in answer(f"{base}mail/{KEY}").text
        with httpx.stream("GET", f"{base}api/events?key={KEY}", timeout=PATIENCE) as events:
            heard = events.iter_lines()
            assert next(heard) == "event: hello"
            newsroom.write(ISSUE, issue().replace("A river", "A lake"))
            assert any("A lake is clean" in line for line in heard)
            process.send_signal(signal.SIGINT)
            assert "event: bye" in list(heard)
        assert process.wait(PATIENCE) == 130
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_a_supervisor_ends_it_too(newsroom: Newsroom) -> None:
    with running(newsroom) as (process, address):
        assert answer(address).status_code == 200
        process.terminate()
        assert process.wait(PATIENCE) == -signal.SIGTERM


def test_it_starts_on_a_broken_issue(newsroom: Newsroom) -> None:
    newsroom.write(ISSUE, "period: [")
    with running(newsroom, KEY) as (_, address):
        said = answer(address.replace(KEY, f"api/view/{KEY}")).json()
        assert said["state"] == "broken"
        assert said["errors"][0]["place"]["file"] == ISSUE


def test_it_starts_with_two_hundred_issues_and_lists_them_at_once(newsroom: Newsroom) -> None:
    for number in range(200):
        newsroom.write(f"newsletters/town/extra-{number}.yaml", issue())
    with running(newsroom) as (_, address):
        said = answer(f"{address}api/library").json()
        issues = said["newsletters"][0]["issues"]
        assert len(issues) == 201
        assert {one["state"] for one in issues} <= {"waiting", "ready"}
        assert "waiting" in {one["state"] for one in issues}


def test_a_port_that_is_taken_is_a_finding_and_no_crash(newsroom: Newsroom) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with running(newsroom, "--port", str(port)) as (process, _):
            assert process.wait(PATIENCE) == 1
            assert process.stderr is not None
            said = process.stderr.read()
    assert "port-in-use" in said
    assert f"--port {port + 1}" in said
    assert "Traceback" not in said


def test_a_host_that_is_not_ours_is_a_finding() -> None:
    with pytest.raises(InvalidInput, match="this machine cannot listen"):
        listening("203.0.113.7", 0)


def test_addresses_are_what_a_person_types() -> None:
    with listening("127.0.0.1", 0) as made:
        port = port_of(made)
        assert address_of("127.0.0.1", made, KEY) == f"http://127.0.0.1:{port}/{KEY}"
        assert address_of("::1", made) == f"http://[::1]:{port}/"
        assert address_of("0.0.0.0", made) == f"http://localhost:{port}/"


def test_an_issue_that_is_not_there_is_told_before_anything_starts(newsroom: Newsroom) -> None:
    with running(newsroom, "town/2099-01") as (process, _):
        assert process.wait(PATIENCE) == 1
        assert process.stderr is not None
        assert "there is no issue town/2099-01" in process.stderr.read()
