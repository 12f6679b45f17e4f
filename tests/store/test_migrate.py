"""Migrations make exactly the tables that the code knows."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from alembic import command as alembic
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from tests.people import put
from tests.store.waiting import wait_for_blocked

from lpdownload.errors import InvalidInput
from lpdownload.store.database import SCHEMA, Database, connect, open_database, schema_of
from lpdownload.store.migrate import FOLDER, UPGRADE_LOCK, head, is_known, pending, row_counts, upgrade
from lpdownload.store.subscribers import count
from lpdownload.store.tables import metadata

if TYPE_CHECKING:
    from tests.postgres import Server


class Databases:
    """Empty databases of one kind."""

    def __init__(self, root: Path, server: "Server | None") -> None:
        self.root = root
        self._server = server
        self._count = 0

    def new(self) -> str:
        """The address of another one."""
        self._count += 1
        name = f"migrate_{self._count}_{self.root.name}"
        return self._server.create_database(name) if self._server else f"sqlite:///{name}.db"


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Databases:
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    return Databases(tmp_path, server)


@pytest.fixture
def bare(databases: Databases) -> Iterator[Database]:
    """A database without a table."""
    with connect(databases.root, databases.new()) as database:
        yield database


_COLUMNS = """
    SELECT table_name, column_name, data_type, collation_name, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public'
"""
_CONSTRAINTS = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
"""
_INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
_FILE = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type IN ('table', 'index')"


def described(connection: Connection) -> set[tuple[str, ...]]:
    """Everything the database itself says about the tables and their indexes, Alembic's own left out."""
    if connection.dialect.name == "sqlite":
        rows = [
            (table, name, *sorted(re.split(r",\s*(?![^()]*\))", re.sub(r"\s+", " ", sql or ""))))
            for table, name, sql in connection.execute(text(_FILE))
        ]
    else:
        rows = [
            tuple(map(str, row))
            for asked in (_COLUMNS, _CONSTRAINTS, _INDEXES)
            for row in connection.execute(text(asked))
        ]
    return {row for row in rows if row[0] != "alembic_version"}


def test_an_upgrade_of_an_empty_database_makes_exactly_the_tables_of_the_code(databases: Databases) -> None:
    with connect(databases.root, databases.new()) as made, connect(databases.root, databases.new()) as ours:
        upgrade(made)
        with ours.writing() as connection:
            metadata.create_all(connection)
            expected = described(connection)
        with made.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            assert described(connection) == expected
        assert len(expected) > len(metadata.tables)


def test_the_schema_the_program_asks_for_is_the_newest_migration() -> None:
    assert head() == SCHEMA


def test_an_upgrade_says_what_it_did_and_does_it_once(bare: Database) -> None:
    assert schema_of(bare) is None
    steps = pending(None)
    assert steps[0] == (
        "0001 Subscribers, subscriptions, consent, suppressions, imports, and what was mailed to whom."
    )
    assert upgrade(bare) == steps
    assert schema_of(bare) == SCHEMA
    assert pending(SCHEMA) == []
    assert upgrade(bare) == []


def test_an_upgrade_that_fails_leaves_nothing_behind(bare: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    from alembic import op

    def fail(*_: object, **_options: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(op, "execute", fail)  # the triggers, after all tables
    with pytest.raises(RuntimeError, match="the lights went out"):
        upgrade(bare)
    monkeypatch.undo()
    assert schema_of(bare) is None
    with bare.reading() as connection:
        assert described(connection) == set()
    assert upgrade(bare) == pending(None)


def test_a_newer_schema_is_not_upgraded(bare: Database) -> None:
    upgrade(bare)
    with bare.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    with pytest.raises(InvalidInput) as caught:
        upgrade(bare)
    assert caught.value.findings[0].rule == "new-schema"


@pytest.mark.parametrize(
    ("revision", "known"), [(SCHEMA, True), ("0999", False), ("", False), ("00", False), ("'", False)]
)
def test_a_migration_is_known_or_not(revision: str, known: bool) -> None:
    assert is_known(revision) is known


def test_every_table_is_counted(bare: Database) -> None:
    upgrade(bare)
    assert row_counts(bare) == dict.fromkeys(metadata.tables, 0)


_OPEN = """
import sys
from pathlib import Path
from lpdownload.store import migrate  # the slow part, before both begin
from lpdownload.store.database import open_database
print("ready", flush=True)
sys.stdin.readline()
open_database(Path(sys.argv[1]), sys.argv[2]).close()
"""


def test_two_first_uses_at_once_make_one_schema(databases: Databases) -> None:
    url = databases.new()
    commands = [
        subprocess.Popen(
            [sys.executable, "-c", _OPEN, str(databases.root), url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for command in commands:
        assert command.stdout
        assert command.stdout.readline() == "ready\n"
    for command in commands:
        assert command.stdin
        command.stdin.write("\n")
        command.stdin.flush()
    assert [command.communicate()[1] for command in commands] == ["", ""]
    with open_database(databases.root, url) as database, database.reading() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).all() == [(SCHEMA,)]


def test_an_upgrade_waits_for_another_that_runs(postgres: "Server", tmp_path: Path) -> None:
    with connect(tmp_path, postgres.create_database("upgraded_once")) as database:
        with ThreadPoolExecutor(1) as threads:
            with database.writing() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
                other = threads.submit(upgrade, database)
                wait_for_blocked(database)
                assert schema_of(database) is None
            assert other.result() == pending(None)
        assert schema_of(database) == SCHEMA


def test_a_database_of_an_earlier_release_is_upgraded_with_its_people(databases: Databases) -> None:
    with connect(databases.root, databases.new()) as database:
        with database.writing() as connection:
            config = Config()
            config.set_main_option("script_location", str(FOLDER))
            config.attributes["connection"] = connection
            alembic.upgrade(config, "0001")
        with database.writing() as connection:
            put(connection, "ana@example.org")
        assert upgrade(database) == pending("0001")
        with database.reading() as connection:
            assert count(connection) == 1
        assert schema_of(database) == SCHEMA
