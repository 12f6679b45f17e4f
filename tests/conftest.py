"""What all tests share."""

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer.main
import typer.testing
from hypothesis import settings
from sqlalchemy import text
from tests.newsroom import Newsroom, make_newsroom

from lpdownload.store.database import FILE, Database, open_database
from lpdownload.store.tables import metadata

if TYPE_CHECKING:
    from tests.postgres import Server

# Nothing of a test goes into the user's own cache, and nothing of it into a test.
os.environ["XDG_CACHE_HOME"] = tempfile.mkdtemp(prefix="lpdownload-tests-")

# A busy machine is not a failure: no test asserts a time.
settings.register_profile("lpdownload", deadline=None)
settings.load_profile("lpdownload")


# A test gives many commands; what Typer makes of all of them is the same each time.
vars(typer.testing)["_get_command"] = functools.cache(typer.main.get_command)


_LARGE = 32
"""Pages of 8 KiB."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors, as tests of several processes mostly wait; four at most."""
    return min((os.cpu_count() or 1) + 1, 4)


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A minimal newsroom: network, segments, one newsletter, one issue."""
    return make_newsroom(tmp_path / "newsroom")


@pytest.fixture(scope="session")
def postgres() -> "Iterator[Server]":
    """A PostgreSQL without a database of ours; it starts for the first test that asks for it."""
    from tests.postgres import Server

    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_with_schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file without rows, to be copied."""
    folder = tmp_path_factory.mktemp("schema")
    open_database(folder).close()
    return folder / FILE


@pytest.fixture(scope="session")
def postgres_with_schema(postgres: "Server", tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A PostgreSQL database with our tables, to be emptied before use."""
    url = postgres.create_database("store")
    with open_database(tmp_path_factory.mktemp("nowhere"), url) as database:
        yield database


@pytest.fixture(scope="session")
def sqlite_with_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An SQLite database; its file is laid anew before use, and the statements of earlier tests are known."""
    with open_database(tmp_path_factory.mktemp("store")) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Database:
    """An open database without rows, of SQLite and of PostgreSQL."""
    if request.param == "sqlite":
        database: Database = request.getfixturevalue("sqlite_with_file")
        lay_anew(database, request.getfixturevalue("sqlite_with_schema"))
    else:
        database = request.getfixturevalue("postgres_with_schema")
        empty(database)
    return database


def lay_anew(database: Database, schema: Path) -> None:
    """A file without rows in the place of an SQLite database's, and nothing beside it."""
    assert database.path is not None
    database.close()
    for path in database.path.parent.iterdir():
        path.unlink()
    shutil.copy(schema, database.path)


def empty(database: Database) -> None:
    """Takes all rows out of a PostgreSQL database: one by one they are sooner gone than their files."""
    tables = [table.name for table in metadata.sorted_tables]
    large = text(f"SELECT relname FROM pg_class WHERE relname = ANY(:tables) AND relpages > {_LARGE}")
    sequences = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
    with database.writing() as connection:
        truncated = ", ".join(connection.execute(large, {"tables": tables}).scalars())
        words = [f"DELETE FROM {name}" for name in reversed(tables)]
        if truncated:
            words.insert(0, f"TRUNCATE {truncated} CASCADE")
        connection.exec_driver_sql("; ".join([*words, sequences]))
