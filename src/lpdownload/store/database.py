"""The newsroom's database: SQLite in a file of its own, or PostgreSQL; opened, and its schema known.

SQLite commits with synchronous=FULL: with NORMAL a power failure may lose the last commits, and what the
ledger forgets would be mailed again. A transaction that writes takes its lock at once.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import URL, Connection, Engine, RootTransaction, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from lpdownload.errors import Finding, InvalidInput
from lpdownload.store.faults import database_error

FILE = "lpdownload.db"
SCHEMA = "0004"
"""The newest migration; a test compares it with the folder of migrations."""

BUSY_SECONDS = 10
"""How long a command waits for another one that is writing."""


_CACHE = 16_384
_LARGE_CACHE = 49_152
"""KiB of the file that a connection keeps in memory."""


@dataclass(frozen=True)
class Database:
    """An open database; ``close`` it, or use it in a ``with``."""

    engine: Engine
    _writer: Lock = field(default_factory=Lock, repr=False, compare=False)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def shown(self) -> str:
        """Its name for people, without a password."""
        url = self.engine.url
        return Path(url.database or "").name if self.is_sqlite else url.render_as_string(hide_password=True)

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.engine.url.database) if self.is_sqlite and self.engine.url.database else None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A consistent view: what others write in the meantime is not seen."""
        with self._translated(), self.engine.connect() as plain:
            level = "SERIALIZABLE" if self.is_sqlite else "REPEATABLE READ"
            with _begun(plain.execution_options(isolation_level=level)) as connection:
                yield connection

    @contextmanager
    def writing(
        self, *, wait: float = BUSY_SECONDS, told: Callable[[], None] | None = None
    ) -> Iterator[Connection]:
        """A transaction: all of it, or nothing. Waits some seconds for another writer, then InvalidInput.

        ``told`` is called once if it has to wait at all.
        """
        with self._translated(), self._turn(wait), self.engine.connect() as connection:
            if self.is_sqlite:
                connection.info["immediate"] = True
            try:
                with self._locked(connection, wait, told):
                    yield connection
            finally:
                if self.is_sqlite:
                    connection.info.pop("immediate", None)

    @contextmanager
    def _turn(self, wait: float) -> Iterator[None]:
        """Threads of this process write one after the other: SQLite would let them look again and again."""
        mine = self.is_sqlite and self._writer.acquire(timeout=wait)
        try:
            yield
        finally:
            if mine:
                self._writer.release()

    @contextmanager
    def planning(self) -> Iterator[Connection]:
        """As ``writing``, with one view of what was there when it began: what is counted is written."""
        if self.is_sqlite:  # one writer at a time
            with self.writing() as connection:
                yield connection
            return
        with self._translated(), self.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
            with self._locked(connection, BUSY_SECONDS, None):
                yield connection

    def _locked(
        self, connection: Connection, wait: float, told: Callable[[], None] | None
    ) -> RootTransaction:
        """The transaction begun; on SQLite with the lock that only one writer has."""
        for seconds in (1.0, wait) if told else (wait,):
            if self.is_sqlite:
                connection.connection.cursor().execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")
            try:
                begun = connection.begin()
            except OperationalError:
                if seconds == wait or told is None:
                    raise
                told()
                continue
            if not self.is_sqlite:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {int(wait * 1000)}")
            return begun
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise database_error(error, self.shown) from None
        except self.engine.dialect.loaded_dbapi.Error as error:  # from bulk.py, past SQLAlchemy
            lost = self.engine.dialect.is_disconnect(error, None, None)
            wrapped = DBAPIError(None, None, error, connection_invalidated=lost)
            raise database_error(wrapped, self.shown) from None

    def close(self) -> None:
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@contextmanager
def with_room(connection: Connection) -> Iterator[None]:
    """SQLite keeps more of the file in memory, for what touches all of it; PostgreSQL does so by itself."""
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size = {-_LARGE_CACHE}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = {-_CACHE}")
        connection.exec_driver_sql("PRAGMA shrink_memory")


@contextmanager
def _begun(connection: Connection) -> Iterator[Connection]:
    with connection.begin():
        yield connection


def open_database(root: Path, url: str | None = None) -> Database:
    """The database of a newsroom, of the schema this program knows; an empty one gets it.

    InvalidInput if it cannot be opened, or if its schema is older, newer or somebody else's.
    """
    database = connect(root, url)
    try:
        found = schema_of(database)
        if found is None:
            from lpdownload.store.migrate import upgrade

            upgrade(database)
        elif found != SCHEMA:
            raise InvalidInput([wrong_schema(database, found)])
    except BaseException:
        database.close()
        raise
    return database


def connect(root: Path, url: str | None = None) -> Database:
    """The database, whatever its schema."""
    target = _target(root, url)
    if target.get_backend_name() == "sqlite":
        path = Path(target.database or "")
        if not path.exists():
            _make_file(path)
        # the connection used last comes first: each has a cache of its own
        engine = create_engine(target, hide_parameters=True, pool_use_lifo=True)
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    else:
        try:
            engine = create_engine(target, hide_parameters=True, pool_pre_ping=True)
            event.listen(engine, "connect", _set_memory)
        except ModuleNotFoundError:
            message, hint = "the driver for PostgreSQL is not installed", "pip install 'lpdownload[postgres]'"
            raise InvalidInput([Finding("database", message, hint)]) from None
    return Database(engine)


def file_of(root: Path, url: str | None = None) -> Path | None:
    """Where an SQLite database is, or would be made; None for one of a server."""
    target = _target(root, url)
    return Path(target.database or "") if target.get_backend_name() == "sqlite" else None


def _make_file(path: Path) -> None:
    try:
        path.touch(mode=0o600)  # people's addresses: nobody else's business
    except OSError as error:
        why = (error.strerror or "no file can be made there").lower()
        hint = "check its folder, and the rights to it"
        raise InvalidInput([Finding("database", f"{path.name}: {why}", hint)]) from None


def _target(root: Path, url: str | None) -> URL:
    if not url:
        return URL.create("sqlite", database=str(root / FILE))
    wrong = "LPDOWNLOAD_DATABASE_URL is not the address of a database that lpdownload knows"
    hint = "postgresql+psycopg://user:password@host/name, or sqlite:///newsroom.db"
    try:
        target = make_url(url)
        backend = target.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise InvalidInput([Finding("database", wrong, hint)]) from None
    if backend in {"postgresql", "postgres"}:
        return target.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and target.database not in {None, "", ":memory:"}:
        return target.set(drivername="sqlite", database=str(root / target.database))
    raise InvalidInput([Finding("database", wrong, hint)])


_NAMES: Final = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite~_%' ESCAPE '~'",
    "postgresql": "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
}
"""Of all tables. SQLAlchemy's inspector asks the same in four times the time, at each start of a command."""


def schema_of(database: Database) -> str | None:
    """The migration the database stands at; None for an empty one. InvalidInput if it is not ours."""
    with database.reading() as connection:
        tables = set(connection.execute(text(_NAMES[connection.dialect.name])).scalars())
        if {"alembic_version", "import_changes"} <= tables:  # others number their migrations as well
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found is not None:
                return str(found)
    if tables - {"alembic_version"}:
        message = f"{database.shown} holds tables that are not lpdownload's"
        raise InvalidInput([Finding("database", message, "give it a database of its own")])
    return None


def wrong_schema(database: Database, found: str) -> Finding:
    """Which schema was found, which is needed, and what to do about it."""
    from lpdownload.store.migrate import is_known

    name = f"{database.shown} has schema {found}, this program needs {SCHEMA}"
    if is_known(found):
        return Finding("old-schema", name, "lpdownload db backup, then lpdownload db upgrade")
    return Finding("new-schema", name, "a newer lpdownload has been here: use that one")


def _set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN itself: see _begin
    cursor = connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY_SECONDS * 1000}",
        "synchronous = FULL",
        f"cache_size = {-_CACHE}",
        "temp_store = FILE",
        "secure_delete = ON",  # who is erased is not left behind in unused pages
        "journal_size_limit = 67108864",  # an import's log does not stay as large as it was
    ):
        cursor.execute(f"PRAGMA {pragma}")
    _use_wal(cursor)
    cursor.close()


def _use_wal(cursor: sqlite3.Cursor) -> None:
    """The change to WAL does not wait as other statements do when somebody else makes it at the same time."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _set_memory(connection: DBAPIConnection, _record: object) -> None:
    """For the few large questions of a command; PostgreSQL's 4 MB would send them to the disk."""
    with closing(connection.cursor()) as cursor:
        cursor.execute("SET work_mem = '64MB'")
    connection.commit()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.info.get("immediate") else "BEGIN")


def size_of(database: Database) -> int:
    """Bytes on disk."""
    if database.path:
        sizes = (database.path.with_name(database.path.name + end) for end in ("", "-wal"))
        return sum(path.stat().st_size for path in sizes if path.exists())
    with database.reading() as connection:
        return int(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
