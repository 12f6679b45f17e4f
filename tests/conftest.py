"""What all tests share."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
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


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database without rows, of SQLite and of PostgreSQL."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_with_schema"), tmp_path / FILE)
        with open_database(tmp_path) as database:
            yield database
        return
    database = request.getfixturevalue("postgres_with_schema")
    empty(database)
    yield database


def empty(database: Database) -> None:
    """Takes all rows out of a PostgreSQL database."""
    tables = ", ".join(table.name for table in metadata.sorted_tables)
    with database.writing() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
