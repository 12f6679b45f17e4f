"""A database opened, whatever is found there."""

import os
import sqlite3
import stat
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select, text
from tests.people import put

from lpdownload.errors import Finding, InvalidInput, Unavailable
from lpdownload.store import database as store
from lpdownload.store.database import FILE, SCHEMA, Database, connect, open_database, schema_of, size_of
from lpdownload.store.subscribers import count
from lpdownload.store.tables import subscribers

if TYPE_CHECKING:
    from tests.postgres import Server


def refused(root: Path, url: str | None = None) -> Finding:
    with pytest.raises(InvalidInput) as caught:
        open_database(root, url).close()
    (finding,) = caught.value.findings
    return finding


def test_the_first_use_makes_the_file_for_nobody_else_to_read(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_database(tmp_path) as database, database.writing() as connection:
            put(connection, "ana@example.org")
            modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {0o600}
    with open_database(tmp_path) as database, database.reading() as connection:
        assert count(connection) == 1


def test_sqlite_loses_nothing_that_was_committed(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        assert database.is_sqlite
        for connecting in (database.reading, database.writing):
            with connecting() as connection:
                assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
                assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL


def test_an_address_may_name_another_file_from_the_newsroom(tmp_path: Path) -> None:
    with open_database(tmp_path, "sqlite:///people.db") as database:
        assert database.path == tmp_path / "people.db"
        assert database.shown == "people.db"
        assert size_of(database) > 0
    assert [path.name for path in tmp_path.iterdir()] == ["people.db"]


def test_a_file_in_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    finding = refused(tmp_path, "sqlite:///nowhere/people.db")
    assert finding.message == "people.db: no such file or directory"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "://",
        "mysql://user:secret@host/name",
        "oracle://user:secret@host/name",
        "nosuch+thing://user:secret@host/name",
        "sqlite://",
        "sqlite:///:memory:",
        "postgresql://user:secret@host:port/name",
    ],
)
def test_an_address_that_leads_to_no_database_of_ours_is_refused_without_being_told(
    tmp_path: Path, url: str
) -> None:
    finding = refused(tmp_path, url)
    assert finding.message.startswith("LPDOWNLOAD_DATABASE_URL is not the address of a database")
    assert "secret" not in f"{finding.message}{finding.hint}"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2"])
def test_postgresql_is_reached_by_any_of_its_names_and_shown_without_the_password(
    tmp_path: Path, scheme: str
) -> None:
    with connect(tmp_path, f"{scheme}://user:secret@host/name") as database:
        assert database.engine.url.drivername == "postgresql+psycopg"
        assert not database.is_sqlite
        assert database.path is None
        assert database.shown == "postgresql+psycopg://user:***@host/name"
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_not_there_and_a_database_that_is_not_are_told_apart(
    tmp_path: Path, postgres: "Server"
) -> None:
    assert refused(tmp_path, postgres.url("nosuch")).message.endswith("there is no such database")
    stranger = postgres.url().replace("postgres@", "stranger:secret@")
    assert refused(tmp_path, stranger).message.endswith("the user was refused")
    nobody = "postgresql://user:secret@127.0.0.1:9/name"
    finding = refused(tmp_path, nobody)
    assert finding.message.endswith("the server does not answer")
    assert "secret" not in finding.message


@pytest.mark.parametrize("content", [b"no database at all " * 100, b"SQLite format 3\0" + b"\xff" * 5_000])
def test_a_file_that_is_no_database_is_a_finding_and_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    finding = refused(tmp_path)
    assert finding.rule == "database"
    assert (tmp_path / FILE).read_bytes() == content


def test_the_schema_that_is_found_is_named_and_never_guessed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    root = database.path.parent if database.path else Path()
    monkeypatch.setattr(store, "SCHEMA", "9999")
    old = refused(root, url)
    assert old.rule == "old-schema"
    assert old.message == f"{database.shown} has schema {SCHEMA}, this program needs 9999"
    assert "db upgrade" in old.hint
    monkeypatch.undo()
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    try:
        new = refused(root, url)
    finally:
        with database.writing() as connection:
            connection.execute(text(f"UPDATE alembic_version SET version_num = '{SCHEMA}'"))
    assert new.rule == "new-schema"
    assert new.message == f"{database.shown} has schema 0999, this program needs {SCHEMA}"


def test_somebody_else_s_database_is_left_alone(tmp_path: Path, postgres: "Server") -> None:
    made = sqlite3.connect(tmp_path / FILE)
    made.execute("CREATE TABLE theirs (id INTEGER)")
    made.close()
    for url in (None, postgres.create_database("theirs")):
        with connect(tmp_path, url) as database:
            if url:
                with database.writing() as connection:
                    connection.execute(text("CREATE TABLE theirs (id INTEGER)"))
            assert "holds tables that are not lpdownload's" in refused(tmp_path, url).message
            with database.reading() as connection:
                tables = "sqlite_master" if url is None else "pg_tables WHERE schemaname = 'public'"
                assert connection.execute(text(f"SELECT count(*) FROM {tables}")).scalar() == 1


def test_another_program_s_migrations_are_not_taken_for_ours(tmp_path: Path) -> None:
    made = sqlite3.connect(tmp_path / FILE)
    made.executescript(
        f"CREATE TABLE alembic_version (version_num TEXT); INSERT INTO alembic_version VALUES ('{SCHEMA}');"
        "CREATE TABLE theirs (id INTEGER);"
    )
    made.close()
    assert "holds tables that are not lpdownload's" in refused(tmp_path).message


def test_an_empty_database_has_no_schema(tmp_path: Path) -> None:
    with connect(tmp_path) as database:
        assert schema_of(database) is None


def test_all_of_it_is_written_or_nothing(database: Database) -> None:
    def write_half() -> None:
        with database.writing() as connection:
            put(connection, "ana@example.org")
            raise RuntimeError("half way")

    with pytest.raises(RuntimeError, match="half way"):
        write_half()
    with database.reading() as connection:
        assert count(connection) == 0


def test_who_reads_does_not_see_what_is_written_meanwhile(database: Database) -> None:
    with database.reading() as reading:
        assert count(reading) == 0
        with database.writing() as writing:
            put(writing, "ana@example.org")
        assert count(reading) == 0
    with database.reading() as reading:
        assert count(reading) == 1


def test_what_the_database_refuses_is_told_without_the_row(database: Database) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org", {"last_name": "Ruiz"})
    with pytest.raises(InvalidInput) as caught, database.writing() as connection:
        put(connection, "ana@example.org", {"last_name": "Ruiz"})
    told = f"{caught.value} {caught.value.findings} {caught.value.__cause__}"
    assert "ana@" not in told
    assert "Ruiz" not in told


def test_a_second_writer_of_a_file_waits_and_then_says_who_writes(tmp_path: Path) -> None:
    told: list[str] = []
    with open_database(tmp_path) as database, open_database(tmp_path) as other, database.writing() as writing:
        put(writing, "ana@example.org")
        with pytest.raises(InvalidInput) as caught, other.writing(wait=0.01):
            pass
        assert caught.value.findings[0].message == f"{FILE}: another lpdownload is writing to it"
        with pytest.raises(InvalidInput), other.writing(wait=0.02, told=lambda: told.append("wait")):
            pass
        assert told == ["wait"]
        with other.reading() as reading:  # nobody who reads has to wait
            assert count(reading) == 0
    with open_database(tmp_path) as database, database.writing(wait=0.01, told=lambda: told.append("no")):
        assert told == ["wait"]


def test_a_writer_goes_on_once_the_other_has_finished(tmp_path: Path) -> None:
    with open_database(tmp_path) as one, open_database(tmp_path) as other:
        first = ExitStack()
        put(first.enter_context(one.writing()), "ana@example.org")
        with other.writing(wait=30, told=first.close) as connection:
            assert count(connection) == 1
            put(connection, "bo@example.org")
    with open_database(tmp_path) as one, one.reading() as connection:
        assert count(connection) == 2


@pytest.mark.parametrize("doing", ["reading", "writing", "planning"])
def test_a_server_that_leaves_just_as_a_transaction_begins_is_away_and_no_bug_of_ours(
    postgres_database: Database, postgres: "Server", doing: str
) -> None:
    name = postgres_database.engine.url.database
    leave = text("SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = :name")

    def leaves(_: object) -> None:
        with connect(Path(), postgres.url()) as other, other.reading() as asking:
            asking.execute(leave, {"name": name})

    event.listen(postgres_database.engine, "begin", leaves, once=True)
    begun = getattr(postgres_database, doing)()
    with pytest.raises(Unavailable, match="the connection was lost"), begun as connection:
        connection.execute(select(1))
    with postgres_database.writing() as connection:
        assert connection.execute(select(1)).scalar() == 1


def test_a_second_writer_of_the_same_row_waits_and_then_says_who_writes(postgres_database: Database) -> None:
    with postgres_database.writing() as writing:
        put(writing, "ana@example.org")
        with (
            pytest.raises(InvalidInput) as caught,
            postgres_database.writing(wait=0.01) as other,
        ):
            put(other, "ana@example.org")
        assert caught.value.findings[0].message.endswith("another lpdownload is writing to it")
    with postgres_database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(subscribers)).scalar() == 1
