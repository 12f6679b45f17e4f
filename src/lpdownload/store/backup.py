"""A copy of the whole database, taken while others go on working with it.

SQLite: one read transaction is held from the first page to the last. Without it, SQLite's online backup
begins anew whenever another process writes, and beside a steady writer never ends.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.ledger import LIVE
from lpdownload.store.faults import database_finding
from lpdownload.store.instance import WORD

PG_DUMP: Final = "PG_DUMP"
"""The variable that names the program where it is not on PATH."""

_PAGES: Final = 1024
"""Of 4 KiB, between two calls of the progress."""


def backup_sqlite(path: Path, out: Path, progress: Callable[[int, int], None] | None = None) -> int:
    """Copies an SQLite database to a new file that only its owner may read; returns its bytes.

    ``progress`` is told ``(bytes copied, bytes in all)``. InvalidInput if ``out`` exists or cannot be
    written, or if the database cannot be read.
    """
    with _new_file(out) as part:
        try:
            # rw, though it only reads: the last one to close tidies the write-ahead log away
            with (
                closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True)) as source,
                closing(sqlite3.connect(part)) as copy,
            ):
                page = source.execute("PRAGMA page_size").fetchone()[0]
                source.isolation_level = None
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the view begins here
                copy.execute("PRAGMA synchronous = OFF")  # the file is synced as a whole
                source.backup(
                    copy,
                    pages=_PAGES,
                    progress=lambda _, left, pages: (
                        progress((pages - left) * page, pages * page) if progress else None
                    ),
                )
                _mark(copy)
                found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
                if found != "ok":
                    raise sqlite3.DatabaseError("database disk image is malformed")
        except sqlite3.Error as error:
            raise InvalidInput([database_finding(DBAPIError(None, None, error), path.name)]) from None
    return out.stat().st_size


def _mark(copy: sqlite3.Connection) -> None:
    """It is no original: wherever it is put, also over one whose lease is lost, it fires no sends."""
    tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "facts" in tables:
        word = (WORD, secrets.token_hex(16))
        copy.execute("INSERT INTO facts VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", word)
    if "sends" in tables:
        marks = ", ".join("?" for _ in LIVE)
        copy.execute(f"UPDATE sends SET instance = '' WHERE state IN ({marks})", LIVE)
    copy.commit()


def backup_postgres(url: URL, out: Path) -> int:
    """Copies a PostgreSQL database to a new file for pg_restore, by pg_dump; returns its bytes.

    The password goes by the environment, which other users of the machine cannot see. InvalidInput if ``out``
    exists or cannot be written, and if pg_dump is missing, is older than the server, or fails.
    """
    program = _pg_dump()
    target, password = _connection(url)
    with _new_file(out) as part:
        environ = {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}
        options = ("--format=custom", "--no-password", f"--file={part}", f"--dbname={target}")
        try:
            done = subprocess.run(
                [program, *options], env=environ, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
        except OSError as error:
            message, hint = f"{program} cannot be run: {error.strerror}", f"check PATH, or ${PG_DUMP}"
            raise InvalidInput([Finding("backup", message, hint)]) from None
        if done.returncode:
            raise InvalidInput([_failed(done.stderr.decode("utf-8", "replace"), password)])
    return out.stat().st_size


def _pg_dump() -> str:
    program = os.environ.get(PG_DUMP) or shutil.which("pg_dump")
    if not program:
        hint = f"install PostgreSQL's client programs, or say where pg_dump is: {PG_DUMP}=/path/to/pg_dump"
        raise InvalidInput([Finding("backup", "pg_dump is needed and was not found on PATH", hint)])
    return program


def _connection(url: URL) -> tuple[str, str | None]:
    """What the driver would connect to, in libpq's words, and the password, which must not be among them."""
    from psycopg import pq
    from psycopg.conninfo import make_conninfo

    _, words = url.get_dialect()().create_connect_args(url)
    password = words.pop("password", None)
    if "sslpassword" in words:
        message = (
            "the database's URL holds an sslpassword, which pg_dump could only be given where all can see it"
        )
        raise InvalidInput([Finding("backup", message, "use a key without a password, or a service file")])
    # the driver's own options mean nothing to libpq
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    return make_conninfo(**{word: value for word, value in words.items() if word in known}), password


def _failed(said: str, password: str | None) -> Finding:
    said = " ".join(said.removeprefix("pg_dump: ").replace("error: ", "").split())
    if password:
        said = said.replace(password, "…")
    if "server version mismatch" in said:
        hint = f"install the client programs of the server's version; {PG_DUMP}=/path/to/pg_dump names them"
        return Finding("backup", f"pg_dump is older than the server: {said}", hint)
    return Finding("backup", f"pg_dump failed: {said}", "check LPDOWNLOAD_DATABASE_URL; nothing was written")


@contextmanager
def _new_file(out: Path) -> Iterator[Path]:
    """A file beside ``out`` that only its owner may read; gets its name when it is whole and on the disk."""
    if out.exists() or out.is_symlink():
        raise InvalidInput([Finding("backup", f"{out} exists already", "choose another file with --out")])
    part: Path | None = None
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{out.name[:100]}.", dir=out.parent)
        os.close(descriptor)
        part = Path(name)
        yield part
        _sync(part)
        part.rename(out)
        _sync(out.parent)
    except OSError as error:
        message = f"cannot write to {out}: {error.strerror}"
        raise InvalidInput([Finding("backup", message, "choose another file with --out")]) from None
    finally:
        if part is not None:
            part.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
