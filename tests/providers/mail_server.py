"""A mail server on 127.0.0.1 that answers each step, or fails at it, as it is told."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Literal, TypeAlias

Stage: TypeAlias = Literal[
    "greeting", "EHLO", "HELO", "STARTTLS", "AUTH", "RSET", "MAIL", "RCPT", "DATA", "NOOP", "QUIT",
    "body", "message", "other",
]  # fmt: skip
"""body: after the first bytes of a message. message: after its final dot. other: a line without a command."""

Answer: TypeAlias = bytes | Literal["reset", "silent"] | None
"""None: as a server that takes everything."""

Script: TypeAlias = Callable[[Stage, str, int], Answer]
"""Told the step, the command's line, and which connection it is, from 0."""

PIPELINING = b"250-test\r\n250-PIPELINING\r\n250 SIZE 20000000\r\n"
USUAL: dict[Stage, bytes] = {
    "greeting": b"220 test\r\n",
    "EHLO": b"250-test\r\n250 SIZE 20000000\r\n",
    "STARTTLS": b"220 go on\r\n",
    "AUTH": b"235 2.7.0 welcome\r\n",
    "DATA": b"354 go on\r\n",
    "body": b"",
    "message": b"250 2.0.0 Ok: queued as Q1\r\n",
    "QUIT": b"221 bye\r\n",
}
_STAGES: tuple[Stage, ...] = (
    "HELO",
    "EHLO",
    "STARTTLS",
    "AUTH",
    "RSET",
    "MAIL",
    "RCPT",
    "DATA",
    "NOOP",
    "QUIT",
)


class _Over(Exception):
    """This connection."""


class MailServer:
    def __init__(self, script: Script = lambda *_: None, tls: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._tls = tls
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.commands: list[list[str]] = []
        """Of each connection."""
        self.messages: list[bytes] = []
        """As they went over the wire, without the final dot."""
        self.reads: list[bytes] = []
        """What came with one read, messages left out."""
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._closing = threading.Event()

    def __enter__(self) -> "MailServer":
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self.hang_up()
        for connection in (*self._open, self._socket):
            connection.close()

    def hang_up(self) -> None:
        """Closes every connection, and waits until they are."""
        self._shut_down()
        for thread in self._threads[1:]:
            thread.join()

    def _shut_down(self) -> None:
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            self.commands.append([])
            thread = threading.Thread(target=self._serve, args=(connection, len(self.commands) - 1))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            self._talk(connection, number)
        except (OSError, _Over):
            pass
        finally:
            connection.close()

    def _talk(self, connection: socket.socket, number: int) -> None:
        waiting = b""

        def answer(stage: Stage, line: str = "") -> bytes:
            found = self._script(stage, line, number)
            if found == "silent":
                self._closing.wait()
                raise _Over
            if found == "reset":
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                raise _Over
            octets = USUAL.get(stage, b"250 2.0.0 Ok\r\n") if found is None else found
            connection.sendall(octets)
            if octets.startswith(b"421"):
                raise _Over
            return octets

        def read() -> bytes:
            octets = connection.recv(65_536)
            if not octets:
                raise _Over
            return octets

        answer("greeting")
        while True:
            while b"\r\n" not in waiting:
                found = read()
                self.reads.append(found)
                waiting += found
            line, _, waiting = waiting.partition(b"\r\n")
            text = line.decode("ascii")
            self.commands[number].append(text)
            stage: Stage = next((stage for stage in _STAGES if text.upper().startswith(stage)), "other")
            said = answer(stage, text)
            if stage == "QUIT":
                return
            if stage == "STARTTLS" and self._tls and said.startswith(b"220"):
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            if stage == "DATA" and said.startswith(b"354"):
                body = bytearray(waiting)
                while not body:
                    body += read()
                answer("body")
                while not (b"\r\n" + body[-5:]).endswith(b"\r\n.\r\n"):
                    body += read()
                waiting = b""
                self.messages.append(bytes(body[: -len(b".\r\n")]))
                answer("message")
