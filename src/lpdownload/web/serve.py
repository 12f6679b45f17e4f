"""Runs the public app on one port, behind a proxy that speaks HTTPS, until somebody stops it."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.settings import Settings
from lpdownload.store.database import Database
from lpdownload.web.app import public_app
from lpdownload.web.limits import HEAD

HEAD_WITHIN: Final = 10.0
"""Seconds in which the head of a request must have come: by then, a slow client is an attack."""
CONNECTIONS: Final = 1_000
"""More are told to come back later; a process may have 1,024 open files."""
_KEEP_ALIVE: Final = 5
_PATIENCE: Final = 10
"""Seconds for answers that are on their way when the server is stopped."""


class Patient(H11Protocol):
    """HTTP that waits for the head of a request, but not for ever: uvicorn has no such limit."""

    _over: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        """The time runs while no request is under way, however many bytes trickle in."""
        cycle: RequestResponseCycle | None = self.cycle  # None until the first request
        if cycle is not None and not cycle.response_complete:
            self._stop()
        elif self._over is None and not self.transport.is_closing():
            self._over = self.loop.call_later(HEAD_WITHIN, self.transport.close)

    def _stop(self) -> None:
        if self._over is not None:
            self._over.cancel()
            self._over = None


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections already. InvalidInput if the port is taken or the host is not ours."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
    except OSError as error:
        raise _no_port(error, host, port) from None
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
        made.listen(2_048)
    except OSError as error:
        made.close()
        raise _no_port(error, host, port) from None
    return made


def address_of(host: str, made: socket.socket) -> str:
    """As in http://127.0.0.1:8080."""
    return f"http://{f'[{host}]' if ':' in host else host}:{made.getsockname()[1]}"


def serve(
    library: Library,
    database: Database,
    settings: Settings,
    made: socket.socket,
    started: Callable[[], None] = lambda: None,
) -> None:
    """Answers until SIGINT, which is raised as KeyboardInterrupt when all is put away, or SIGTERM."""
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # else a line for each broken request
    app = public_app(library, database, settings, started=started)
    config = uvicorn.Config(
        app,
        http=Patient,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,  # addresses of readers, and tokens
        server_header=False,
        proxy_headers=False,  # rate.py knows whom to believe
        h11_max_incomplete_event_size=HEAD,  # of what has not all come; of the rest, limits.py
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_PATIENCE,
    )
    # uvicorn raises the signal that ended it once more: for that, and only then, nobody is to die of it.
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    server = _Server(config)
    # Instead of asyncio's own handler, which would break off what puts everything away.
    interrupt = signal.signal(signal.SIGINT, server.handle_exit)
    try:
        server.run(sockets=[made])
    finally:
        signal.signal(signal.SIGTERM, before)
        signal.signal(signal.SIGINT, interrupt)
    if server.interrupted:
        raise KeyboardInterrupt


class _Server(uvicorn.Server):
    """One that SIGINT, given twice, makes hurry: what is under way is not waited for, all else as ever."""

    interrupted = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.interrupted |= sig == signal.SIGINT
        super().handle_exit(sig, frame)
        if self.force_exit:
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)  # of requests that are cut off

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.force_exit:  # which uvicorn takes for a reason to leave the app as it is
            await self.lifespan.shutdown()


def _no_port(error: OSError, host: str, port: int) -> InvalidInput:
    if error.errno == errno.EADDRINUSE:
        hint = f"end that program, or choose another port: --port {port + 1 if port < 65_535 else 8080}"
        return InvalidInput([Finding("port-in-use", f"another program listens on port {port}", hint)])
    if error.errno == errno.EACCES:
        return InvalidInput([Finding("bad-port", f"port {port} is not for everybody", "--port 8080")])
    message = f"this machine cannot listen on {host}: {error.strerror}"
    return InvalidInput([Finding("bad-host", message, "--host 127.0.0.1")])
