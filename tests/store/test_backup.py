"""A backup is whole, private, and can be restored."""

import sqlite3
import stat
import subprocess
import threading
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url
from tests.postgres import Server

from lpdownload.errors import InvalidInput
from lpdownload.store.backup import backup_postgres, backup_sqlite

PEOPLE = 3_000
PASSWORD = "sesame-83-open"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Several steps of a backup; every transaction of the writer keeps the sum of the points."""
    path = tmp_path / "people #1?.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, points INTEGER, padding TEXT)")
        rows = ((number, 100, "x" * 4_000) for number in range(PEOPLE))
        connection.executemany("INSERT INTO people VALUES (?, ?, ?)", rows)
        connection.commit()
    return path


def points(path: Path) -> list[tuple[int, int]]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return connection.execute("SELECT count(*), sum(points) FROM people").fetchall()


def test_a_backup_of_sqlite_holds_every_row(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.db"
    assert backup_sqlite(database, out) == out.stat().st_size > PEOPLE * 4_000
    assert points(out) == [(PEOPLE, PEOPLE * 100)]


def test_a_backup_may_be_read_by_its_owner_only_and_leaves_nothing_else(
    database: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup_sqlite(database, folder / "copy.db")
    assert [path.name for path in folder.iterdir()] == ["copy.db"]
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backups", database.name]


def test_a_backup_tells_how_far_it_is(database: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    size = backup_sqlite(database, tmp_path / "copy.db", lambda done, total: told.append((done, total)))
    assert told[-1] == (size, size)


def test_a_writer_neither_stops_a_backup_nor_tears_it(database: Path, tmp_path: Path) -> None:
    """The writer commits between any two steps; each commit moves points from one person to another."""
    moved = 0
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("PRAGMA synchronous = OFF")

        def move(_done: int, _total: int) -> None:
            nonlocal moved
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE people SET points = points - 1 WHERE id = 0")
            writer.execute("UPDATE people SET points = points + 1 WHERE id = ?", (PEOPLE - 1,))
            writer.execute("INSERT INTO people VALUES (?, 0, 'late')", (PEOPLE + moved,))
            writer.execute("COMMIT")
            moved += 1
            assert moved < 1_000, "the backup begins anew with every commit"

        backup_sqlite(database, tmp_path / "copy.db", move)
        assert moved > 1
        assert points(tmp_path / "copy.db") == [(PEOPLE, PEOPLE * 100)]
        assert writer.execute("SELECT count(*) FROM people").fetchone() == (PEOPLE + moved,)


def test_a_writer_in_another_thread_is_not_waited_for(database: Path, tmp_path: Path) -> None:
    begun, finish = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(database, isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("DELETE FROM people")
            begun.set()
            finish.wait()
            writer.execute("ROLLBACK")

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    try:
        backup_sqlite(database, tmp_path / "copy.db")
    finally:
        finish.set()
        thread.join()
    assert points(tmp_path / "copy.db") == [(PEOPLE, PEOPLE * 100)]


def test_a_file_that_exists_is_never_written_over(database: Path, tmp_path: Path) -> None:
    out = tmp_path / "copy.db"
    out.write_text("mine")
    with pytest.raises(InvalidInput, match="exists already"):
        backup_sqlite(database, out)
    with pytest.raises(InvalidInput, match="exists already"):
        backup_postgres(make_url("postgresql+psycopg://localhost/none"), out)
    assert out.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(database: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"cannot write to .*copy\.db: No such file"):
        backup_sqlite(database, tmp_path / "nowhere" / "copy.db")


@pytest.mark.parametrize("content", [None, b"not a database, and longer than a page's header" * 100])
def test_what_is_no_database_is_told_and_leaves_no_file(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    if content:
        path.write_bytes(content)
    before = list(tmp_path.iterdir())
    with pytest.raises(InvalidInput, match=r"people\.db: the file"):
        backup_sqlite(path, tmp_path / "copy.db")
    assert list(tmp_path.iterdir()) == before


@pytest.fixture
def url(postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with some people; pg_dump is the server's own."""
    monkeypatch.setenv("PG_DUMP", str(postgres.bin / "pg_dump"))
    found = postgres.create_database(tmp_path.name)
    with psycopg.connect(found.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE people (id bigint PRIMARY KEY, name text)")
        connection.execute("INSERT INTO people SELECT n, 'Núñez ' || n FROM generate_series(1, 500) AS n")
    return found


def test_a_backup_of_postgresql_can_be_restored(url: str, postgres: Server, tmp_path: Path) -> None:
    out = tmp_path / "copy.dump"
    assert backup_postgres(make_url(url), out) == out.stat().st_size > 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["copy.dump"]
    restored = postgres.create_database(f"{tmp_path.name}_restored").replace("+psycopg", "")
    subprocess.run([postgres.bin / "pg_restore", "--dbname", restored, out], check=True, capture_output=True)
    with psycopg.connect(restored) as connection:
        found = connection.execute("SELECT count(*), max(id), min(name) FROM people").fetchone()
    assert found == (500, 500, "Núñez 1")


def test_options_of_the_driver_do_not_trouble_pg_dump(url: str, tmp_path: Path) -> None:
    more = make_url(url).update_query_dict({"prepare_threshold": "0", "application_name": "a b"})
    assert backup_postgres(more, tmp_path / "copy.dump") > 0


def fake(tmp_path: Path, script: str) -> str:
    """A pg_dump that writes down its arguments, and does what the script says."""
    program = tmp_path / "fake" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{tmp_path}/fake/words"\n{script}\n')
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize("place", ["u:{}@localhost/none", "u@localhost/none?password={}"])
def test_the_password_is_no_argument_and_in_no_message(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_DUMP", fake(tmp_path, 'echo "pg_dump: error: refused: $PGPASSWORD" >&2; exit 1'))
    url = make_url(f"postgresql+psycopg://{place.format(PASSWORD)}")
    with pytest.raises(InvalidInput, match="pg_dump failed: refused: …") as caught:
        backup_postgres(url, tmp_path / "copy.dump")
    words = (tmp_path / "fake" / "words").read_text()
    assert "--dbname=host=localhost dbname=none user=u\n" in words
    assert PASSWORD not in words + str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["fake"]


def test_a_password_of_the_clients_key_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_DUMP", fake(tmp_path, "exit 0"))
    with pytest.raises(InvalidInput, match="sslpassword") as caught:
        backup_postgres(
            make_url(f"postgresql+psycopg://u@h/d?sslpassword={PASSWORD}"), tmp_path / "copy.dump"
        )
    assert PASSWORD not in str(caught.value)
    assert not (tmp_path / "fake" / "words").exists()


def test_an_older_pg_dump_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = "pg_dump: error: aborting because of server version mismatch"
    monkeypatch.setenv("PG_DUMP", fake(tmp_path, f'echo "{said}" >&2; exit 1'))
    with pytest.raises(InvalidInput, match=r"pg_dump is older than the server.*PG_DUMP="):
        backup_postgres(make_url("postgresql+psycopg://localhost/none"), tmp_path / "copy.dump")


@pytest.mark.usefixtures("url")
def test_a_database_that_does_not_exist_is_told_in_pg_dumps_words(postgres: Server, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match='database "nowhere" does not exist'):
        backup_postgres(make_url(postgres.url("nowhere")), tmp_path / "copy.dump")


def test_a_missing_pg_dump_is_told_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_DUMP", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InvalidInput, match=r"pg_dump is needed and was not found.*install"):
        backup_postgres(make_url("postgresql+psycopg://localhost/none"), tmp_path / "copy.dump")
    monkeypatch.setenv("PG_DUMP", str(tmp_path / "none"))
    with pytest.raises(InvalidInput, match="cannot be run: No such file"):
        backup_postgres(make_url("postgresql+psycopg://localhost/none"), tmp_path / "copy.dump")


def test_a_damaged_database_is_told_and_leaves_no_copy(database: Path, tmp_path: Path) -> None:
    octets = bytearray(database.read_bytes())
    octets[40_000:90_000] = b"\x5a" * 50_000
    database.write_bytes(octets)
    with pytest.raises(InvalidInput, match="the file is damaged"):
        backup_sqlite(database, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
