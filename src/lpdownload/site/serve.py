"""The hub on this machine, while it is written: built anew when a page is loaded.

A name in the Host header that is not ours means DNS rebinding: a strange site's script whose name leads here.
"""

import errno
import socket
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.render.environment import environment, labels
from lpdownload.site.build import Options, build

_NAMES: Final = frozenset({"localhost", "127.0.0.1"})
_PATIENCE: Final = 20
"""Seconds that a connection may stay silent."""


def listening(port: int) -> socket.socket:
    """A socket of this machine alone that takes connections already. InvalidInput if the port is taken."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(64)
    except OSError as error:
        made.close()
        if error.errno == errno.EADDRINUSE:
            hint = f"end that program, or choose another port: --port {port + 1 if port < 65_535 else 8426}"
            message = f"another program listens on port {port}"
            raise InvalidInput([Finding("port-in-use", message, hint)]) from None
        message = f"port {port} cannot be listened on: {error.strerror}"
        raise InvalidInput([Finding("bad-port", message, "--port 8426")]) from None
    return made


class Preview:
    """The hub in ``folder``; ``told`` hears what is wrong when it cannot be built anew."""

    def __init__(
        self, library: Library, folder: Path, options: Options, told: Callable[[InvalidInput], None]
    ) -> None:
        self._library = library
        self.folder = folder
        self._options = options
        self._told = told
        self._lock = Lock()

    @property
    def base_path(self) -> str:
        """Where the front page stands on its host."""
        return f"{urlsplit(self._library.network.public_url).path}/"

    def build(self) -> None:
        """The first time; raises InvalidInput."""
        build(self._library, self.folder, self._options)

    def refresh(self) -> None:
        """With what is written now; as it was if that is wrong."""
        with self._lock:
            environment.cache_clear()
            labels.cache_clear()
            library = Library(self._library.root, self._library.settings)
            try:
                build(library, self.folder, replace(self._options, processes=1))
            except InvalidInput as error:
                self._told(error)

    def serve(self, made: socket.socket) -> None:
        """Until somebody interrupts it."""
        handler = partial(_Handler, preview=self, directory=str(self.folder))
        with _Server(made.getsockname(), handler, bind_and_activate=False) as server:
            server.socket.close()
            server.socket = made
            server.server_port = made.getsockname()[1]
            server.serve_forever(poll_interval=0.2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder; nothing is listed, nothing is logged."""

    server_version = "lpdownload"
    sys_version = ""
    timeout = _PATIENCE
    extensions_map = {
        **SimpleHTTPRequestHandler.extensions_map,
        ".xml": "application/xml; charset=utf-8",
        ".ics": "text/calendar; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".wasm": "application/wasm",
    }

    def __init__(self, *arguments: object, preview: Preview, directory: str) -> None:
        self._preview = preview
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def send_head(self):  # type: ignore[no-untyped-def]  # as the class above has it
        if not self._is_ours():
            self._say(
                HTTPStatus.MISDIRECTED_REQUEST, "this server answers to localhost and its own port only"
            )
            return None
        base = self._preview.base_path
        path = urlsplit(self.path).path
        if not path.startswith(base):
            self.send_response(HTTPStatus.FOUND)
            self.send_header("Location", base)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        if path.endswith(("/", ".html")):
            self._preview.refresh()
        self.path = "/" + path.removeprefix(base)
        target = Path(self.translate_path(self.path))
        if any(part.startswith(".") for part in target.relative_to(self.directory).parts):
            return self._missing()
        if target.is_dir():
            if not path.endswith("/"):
                self.send_response(HTTPStatus.MOVED_PERMANENTLY)
                self.send_header("Location", f"{path}/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            target /= "index.html"
        return super().send_head() if target.is_file() else self._missing()

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.send_header("Content-Security-Policy", "frame-ancestors 'none'")
        super().end_headers()

    def _is_ours(self) -> bool:
        given = self.headers.get_all("Host") or []
        name, _, port = (given[0] if len(given) == 1 else "").lower().rpartition(":")
        return name in _NAMES and port == str(self.connection.getsockname()[1])

    def _missing(self) -> None:
        page = Path(self.directory) / "404.html"
        self._say(HTTPStatus.NOT_FOUND, page.read_bytes() if page.is_file() else "there is no such page")

    def _say(self, status: HTTPStatus, words: str | bytes) -> None:
        data = words if isinstance(words, bytes) else words.encode()
        self.send_response(status)
        kind = "text/html" if isinstance(words, bytes) else "text/plain"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: ARG002 - as the class above has it
        return
