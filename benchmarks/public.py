"""The public pages: people who leave by one click, from many connections at once, into one process."""

import os
import select
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from lpdownload.content.library import Library
from lpdownload.model.token import Tokens
from lpdownload.settings import load_settings
from lpdownload.store.database import open_database
from lpdownload.store.facts import token_keys
from measure import Timing, timing

A_SECOND = 1_000
PEOPLE = 10_000
CONNECTIONS = 50
NEWSLETTER = "lpny"


def timings(root: Path) -> Iterator[Timing | str]:
    """`lpdownload serve` as it is by default, on SQLite; each unsubscribing is durable before its answer."""
    with tempfile.TemporaryDirectory(prefix="lpdownload-bench-") as folder:
        database = Path(folder) / "bench.db"
        people = _people(Path(folder), database)
        host = (
            Library(root, load_settings(root)).network.public_url.removeprefix("https://").partition("/")[0]
        )
        with _serving(root, database) as (process, port):
            before = _processor(process)
            seconds, whole = _posted(port, host, people)
            used = (_processor(process) - before) / PEOPLE
            note = (
                f"{CONNECTIONS} connections; {PEOPLE / whole:,.0f}/s; {used * 1e3:.2f} ms of processor each"
            )
            yield timing("one-click: its answer", seconds, note=note)
            yield timing(f"one-click: {PEOPLE:,} people", [whole], PEOPLE / A_SECOND)
            seconds, whole = _posted(port, host, people[: PEOPLE // 5])
            note = f"{PEOPLE / 5 / whole:,.0f} POST/s"
            yield timing("one-click: the same again", seconds, note=note)
            forged = [token[:-2] + "xx" for token in people[:50]]
            seconds, _ = _posted(port, host, forged, status=b"404")
            yield timing("one-click: a forged token", seconds, note="with its page")
        _check(Path(folder), database)


def _people(folder: Path, database: Path) -> list[str]:
    """Tokens of people who get the newsletter."""
    with open_database(folder, f"sqlite:///{database}") as opened, opened.writing() as connection:
        rows = [{"id": number, "email": f"p{number}@example.org"} for number in range(1, PEOPLE + 1)]
        for statement in (
            "INSERT INTO subscribers (id, address_key, email, created_at) VALUES (:id, :email, :email, 0)",
            "INSERT INTO subscriptions (newsletter, subscriber_id, state, since) "
            f"VALUES ('{NEWSLETTER}', :id, 'active', 0)",
        ):
            connection.execute(text(statement), rows)
        sign = Tokens(token_keys(connection)).signer(NEWSLETTER, "unsubscribe")
        return [sign(number) for number in range(1, PEOPLE + 1)]


def _check(folder: Path, database: Path) -> None:
    with open_database(folder, f"sqlite:///{database}") as opened, opened.reading() as connection:
        left = text("SELECT count(*) FROM subscriptions WHERE state = 'unsubscribed'")
        if connection.execute(left).scalar() != PEOPLE:
            raise RuntimeError("somebody is still subscribed")


@contextmanager
def _serving(root: Path, database: Path) -> Iterator[tuple[int, int]]:
    """Its process and its port."""
    command = [sys.executable, "-m", "lpdownload.cli.app", "serve", "--port", "0"]
    environ = os.environ | {"LPDOWNLOAD_DATABASE_URL": f"sqlite:///{database}", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=root, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.pid, int(process.stdout.readline().partition(",")[0].rpartition(":")[2])
        finally:
            process.terminate()


def _processor(process: int) -> float:
    """Seconds that a process has used, in all its threads."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _posted(port: int, host: str, tokens: Sequence[str], status: bytes = b"200") -> tuple[list[float], float]:
    """Seconds of each answer and of all, over CONNECTIONS that each wait for their answer."""
    body = "List-Unsubscribe=One-Click"
    head = f"Host: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
    waiting = [f"POST /u/{token} HTTP/1.1\r\n{head}\r\n\r\n{body}".encode() for token in reversed(tokens)]
    found: list[float] = []
    begun: dict[socket.socket, float] = {}
    poll = select.epoll() if hasattr(select, "epoll") else None
    if poll is None:
        raise RuntimeError("this benchmark needs Linux")
    sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(min(CONNECTIONS, len(tokens)))]
    by_number = {one.fileno(): one for one in sockets}
    for one in sockets:
        poll.register(one, select.EPOLLIN)
    start = time.perf_counter()
    for one in sockets:
        begun[one] = time.perf_counter()
        one.sendall(waiting.pop())
    while begun:
        for number, _ in poll.poll():
            one = by_number[number]
            answer = one.recv(65_536)
            if answer[9:12] != status:
                raise RuntimeError(answer[:100].decode("latin-1"))
            while not _is_whole(answer):
                answer += one.recv(65_536)
            found.append(time.perf_counter() - begun.pop(one))
            if waiting:
                begun[one] = time.perf_counter()
                one.sendall(waiting.pop())
    whole = time.perf_counter() - start
    poll.close()
    for one in sockets:
        one.close()
    return found, whole


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return bool(end) and len(body) >= int(length)
