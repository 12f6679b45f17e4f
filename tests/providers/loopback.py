"""An HTTP/1.1 server on 127.0.0.1 that keeps what it is asked and answers, or fails, as it is told."""

import json
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

BODY = b'{"to": "ana@example.org"}' * 1000
"""To be posted."""

Break: TypeAlias = Literal["before the body", "after the body", "silent", "close after", "stays open"]
"""before the body: reset as soon as the headers are in. after the body: reset instead of an answer.
silent: no answer. close after: answers as if the connection stayed, then closes it.
stays open: after ``raw``, which is else followed by the end of the connection."""


@dataclass(frozen=True)
class Asked:
    """A request as it came. ``headers`` have names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to do with a request; ``raw`` is sent as it is instead of everything else."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    breaks: Break | None = None
    drip: float = 0.0
    """Seconds before each byte of the answer, its head included."""
    promised: int | None = None
    """A Content-Length that is more than the body has."""
    raw: bytes | None = None

    @classmethod
    def json(cls, value: object, status: int = 200, **headers: str) -> "Answer":
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **named})

    def wire(self) -> bytes:
        if self.raw is not None:
            return self.raw
        length = len(self.body) if self.promised is None else self.promised
        head = {"Content-Length": str(length), **self.headers}
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        return f"HTTP/1.1 {self.status} Answer\r\n{lines}\r\n".encode() + self.body


Responder: TypeAlias = Callable[[Asked], Answer]


class Loopback:
    """``with Loopback(respond) as server:``; answers ``script``'s entries first, then asks ``respond``."""

    def __init__(self, respond: Responder = lambda _: Answer(), *, tls: ssl.SSLContext | None = None) -> None:
        self._respond = respond
        self._tls = tls
        self.script: deque[Answer] = deque()
        self.asked: list[Asked] = []
        self.connections = 0
        self.dropped = 0
        """Requests reset before their body was read."""
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._stopped = threading.Event()
        self.was_asked = threading.Event()
        self.closed_one = threading.Event()
        """Set when the server has closed a connection of its own accord."""

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> "Loopback":
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        with socket.socket() as knock:  # wakes accept
            knock.connect(("127.0.0.1", self.port))
        self._threads[0].join()
        self._listener.close()
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it is closed already
        for thread in self._threads:
            thread.join()

    def _start(self, work: Callable[..., None], *given: socket.socket) -> None:
        thread = threading.Thread(target=work, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stopped.is_set():
                connection.close()
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._start(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with self._lock:
                self._open.add(connection)
            while not self._stopped.is_set() and self._exchange(connection):
                pass
        except OSError:
            pass  # the client has gone, as some tests want
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()
            self.closed_one.set()

    def _exchange(self, connection: socket.socket) -> bool:
        """One request and its answer; False when the connection is over."""
        received = bytearray()
        while (end := received.find(b"\r\n\r\n")) < 0:
            if not (chunk := connection.recv(65536)):
                return False
            received += chunk
        request, *lines = received[:end].decode("latin-1").split("\r\n")
        method, path, _ = request.split(" ")
        pairs = (line.partition(":") for line in lines)
        headers = {name.lower(): value.strip() for name, _, value in pairs}
        with self._lock:
            answer = self.script.popleft() if self.script else None
        if answer and answer.breaks == "before the body":
            self.dropped += 1
            return _reset(connection)
        wanted = end + 4 + int(headers.get("content-length", "0"))
        while len(received) < wanted:
            if not (chunk := connection.recv(1 << 20)):
                return False
            received += chunk
        asked = Asked(method, path, headers, bytes(received[end + 4 : wanted]))
        with self._lock:
            self.asked.append(asked)
        self.was_asked.set()
        answer = answer or self._respond(asked)
        if answer.breaks == "after the body":
            return _reset(connection)
        if answer.breaks == "silent":
            connection.recv(1)  # until the client has had enough
            return False
        if answer.drip:
            for octet in answer.wire():
                time.sleep(answer.drip)
                connection.sendall(bytes([octet]))
        else:
            connection.sendall(answer.wire())
        if answer.breaks == "stays open":
            return True
        return answer.breaks != "close after" and answer.promised is None and answer.raw is None


def _reset(connection: socket.socket) -> bool:
    """Closes with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    return False
