"""`lpdownload serve` as a process of its own, and an attacker's bare socket."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.newsroom import Newsroom
from tests.people import put
from tests.tracking.reporting import ENVIRON

from lpdownload.model.token import Purpose, Tokens
from lpdownload.store import subscribers
from lpdownload.store.database import Database, open_database
from lpdownload.store.facts import token_keys

HOST: Final = "news.example.org"
ANA: Final = "ana.ruiz@example.org"
_PATIENCE: Final = 30.0

_START: Final = """
from lpdownload.web import limits, rate, serve
serve.HEAD_WITHIN = 1.0  # seconds, so that nobody here waits for ten
limits.WITHIN = limits.DRAINED_WITHIN = 1.0
rate.LIMITS = {name: "100000/minute" for name in rate.LIMITS}  # they have tests of their own
from lpdownload.cli.app import main
main()
"""


@dataclass
class Served:
    """Its address, its people, and what it has said."""

    port: int
    process: "subprocess.Popen[bytes]"
    database: Database
    root: Path
    said: list[bytes] = field(default_factory=list)

    def raw(self, sent: bytes, *, half: bool = False, whole: bool = False) -> bytes:
        """What comes back until the server has answered, or closes. ``half``: no more will be sent.

        ``whole``: until it closes, whatever it has answered.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=_PATIENCE) as one:
            try:
                one.sendall(sent)
                if half:
                    one.shutdown(socket.SHUT_WR)
            except OSError:  # it had heard enough
                pass
            return _answer(one, whole)

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> "Answer":
        """One well-formed request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        try:
            connection.request(method, path, body or None, {"Host": HOST} | dict(headers or {}))
            found = connection.getresponse()
            named = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, named, found.read())
        finally:
            connection.close()

    def post(self, path: str, form: bytes, **headers: str) -> "Answer":
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, kind | headers, form)

    def token(self, number: int = 1, purpose: Purpose = "unsubscribe") -> str:
        with self.database.reading() as connection:
            return Tokens(token_keys(connection)).sign(number, "town", purpose)

    def state(self, number: int = 1) -> str | None:
        with self.database.reading() as connection:
            found = subscribers.with_number(connection, number)
        return found.subscriptions["town"][0] if found else None

    def again(self, number: int = 1) -> None:
        """The person gets the newsletter once more."""
        from sqlalchemy import update

        from lpdownload.store.tables import subscriptions

        with self.database.writing() as connection:
            mine = subscriptions.c.subscriber_id == number
            connection.execute(update(subscriptions).where(mine).values(state="active"))

    @property
    def lives(self) -> bool:
        return self.process.poll() is None and self.ask("GET", "/healthz").status == 200

    @property
    def memory(self) -> int:
        """Bytes that it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        assert found
        return int(found[1]) * 1024


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def status_of(answer: bytes) -> int | None:
    """Of the first answer in what came back; None if none did."""
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    return int(found[1]) if found else None


def _answer(one: socket.socket, whole: bool) -> bytes:
    found = b""
    one.settimeout(4.0)
    try:
        while piece := one.recv(65_536):
            found += piece
            head, end, body = found.partition(b"\r\n\r\n")
            length = re.search(rb"(?i)\ncontent-length: (\d+)", head)
            if not whole and end and length and len(body) >= int(length[1]):
                break
    except OSError:
        pass
    return found


@contextmanager
def served(newsroom: Newsroom) -> Iterator[Served]:
    """With one person, number 1, who gets town."""
    script = newsroom.root.parent / "start.py"
    script.write_text(_START, "utf-8")
    with open_database(newsroom.root) as database:
        with database.writing() as connection:
            put(connection, ANA, {"first_name": "Ana"}, {"town": "active"})
            token_keys(connection)
        process = subprocess.Popen(
            [sys.executable, str(script), "serve", "--port", "0"],
            cwd=newsroom.root,
            env={**os.environ, **ENVIRON, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert process.stdout is not None
        out, said = process.stdout, list[bytes]()
        reader = threading.Thread(target=lambda: said.extend(iter(out.readline, b"")), daemon=True)
        reader.start()
        try:
            until = time.monotonic() + _PATIENCE
            while not (found := re.search(rb"127\.0\.0\.1:(\d+)", b"".join(said))):
                assert process.poll() is None, said
                assert time.monotonic() < until, said
                time.sleep(0.02)
            yield Served(int(found[1]), process, database, newsroom.root, said)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            finally:
                process.kill()
                reader.join()
                out.close()
    assert process.returncode == 0, b"".join(said)
