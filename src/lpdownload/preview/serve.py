"""Runs the preview's server on one port, until somebody stops it."""

import errno
import socket
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING, Final

import uvicorn

from lpdownload.errors import Finding, InvalidInput
from lpdownload.preview.safety import Hosts, is_wildcard

if TYPE_CHECKING:
    from lpdownload.preview.session import Session

_PATIENCE: Final = 2
"""Seconds for answers that are on their way when the server is stopped."""


class _Server(uvicorn.Server):
    """Ends what would go on for ever when it is told to stop."""

    ends: Callable[[], None]

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.ends()
        super().handle_exit(sig, frame)


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
        made.listen(128)
    except OSError as error:
        made.close()
        raise _no_port(error, host, port) from None
    return made


def address_of(host: str, made: socket.socket, path: str = "") -> str:
    """What to type into a browser on this machine."""
    by_name = f"[{host}]" if ":" in host else host
    name = "localhost" if is_wildcard(host) else by_name
    return f"http://{name}:{port_of(made)}/{path}"


def port_of(made: socket.socket) -> int:
    return int(made.getsockname()[1])


def serve(session: "Session", made: socket.socket, host: str, started: Callable[[], None]) -> None:
    """Answers until SIGINT, which is raised as KeyboardInterrupt when all is put away, or SIGTERM."""
    from lpdownload.preview.app import make_app
    from lpdownload.preview.tidying import Tidying

    app = make_app(session, Hosts(host, port_of(made)), started=started, tidy=Tidying())
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = _Server(config)
    server.ends = lambda: app.state.live.end_streams() if hasattr(app.state, "live") else None
    server.run(sockets=[made])


def _no_port(error: OSError, host: str, port: int) -> InvalidInput:
    if error.errno == errno.EADDRINUSE:
        hint = f"end that program, or choose another port: --port {port + 1 if port < 65_535 else 8425}"
        return InvalidInput([Finding("port-in-use", f"another program listens on port {port}", hint)])
    if error.errno == errno.EACCES:
        return InvalidInput([Finding("bad-port", f"port {port} is not for everybody", "--port 8425")])
    message = f"this machine cannot listen on {host}: {error.strerror}"
    return InvalidInput([Finding("bad-host", message, "--host 127.0.0.1")])
