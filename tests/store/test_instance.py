"""A copy of a database does not fire the sends of the original; the original does, whatever killed it."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.ledger import new_send
from tests.people import NOW
from tests.postgres import Server

from lpdownload.store import instance, sends
from lpdownload.store.backup import backup_sqlite
from lpdownload.store.database import FILE, Database, open_database
from lpdownload.store.lease import working

LEASE = f"{FILE}-lease"

_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from lpdownload.store import instance, lease
from lpdownload.store.database import open_database

{where} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
with open_database(Path(sys.argv[1])) as database, lease.working(database, datetime.now(UTC)):
    pass
"""


@pytest.fixture
def folder(tmp_path: Path, sqlite_with_schema: Path) -> Path:
    """A newsroom's folder with a database that has had a worker, and has a send."""
    folder = tmp_path / "newsroom"
    folder.mkdir()
    shutil.copy(sqlite_with_schema, folder / FILE)
    with open_database(folder) as database:
        assert fires(database) is None
        with database.writing() as connection:
            here = instance.instance_of(connection, database)
            sends.add(connection, new_send(instance=here), NOW)
    return folder


def fires(database: Database) -> bool | None:
    """Whether a worker would fire the send that is there; None if there is none."""
    with working(database, NOW) as me:
        assert me is not None
        with database.reading() as connection:
            found = sends.live(connection)
    return found[0].instance == me.instance if found else None


def fires_in(folder: Path) -> bool | None:
    with open_database(folder) as database:
        return fires(database)


def test_the_database_itself_goes_on_after_any_number_of_restarts(folder: Path) -> None:
    assert [fires_in(folder) for _ in range(3)] == [True] * 3


def test_an_older_copy_put_back_fires_nothing(folder: Path) -> None:
    backup_sqlite(folder / FILE, folder / "copy.db")
    assert fires_in(folder)
    (folder / "copy.db").replace(folder / FILE)
    assert fires_in(folder) is False
    assert fires_in(folder) is False


def test_a_copy_made_while_a_worker_was_at_work_fires_nothing_either(folder: Path) -> None:
    with open_database(folder) as database, working(database, NOW):
        backup_sqlite(folder / FILE, folder / "copy.db")
    (folder / "copy.db").replace(folder / FILE)
    assert fires_in(folder) is False


def test_a_copy_of_the_time_before_the_first_worker_fires_nothing(
    tmp_path: Path, sqlite_with_schema: Path
) -> None:
    shutil.copy(sqlite_with_schema, tmp_path / FILE)
    with open_database(tmp_path) as database, database.writing() as connection:
        here = instance.instance_of(connection, database)
        sends.add(connection, new_send(instance=here), NOW)
    backup_sqlite(tmp_path / FILE, tmp_path / "copy.db")
    assert fires_in(tmp_path)
    (tmp_path / "copy.db").replace(tmp_path / FILE)
    assert fires_in(tmp_path) is False


def test_a_copy_fires_nothing_though_the_lease_is_lost(folder: Path) -> None:
    backup_sqlite(folder / FILE, folder / "copy.db")
    assert fires_in(folder)
    (folder / LEASE).unlink()
    (folder / "copy.db").replace(folder / FILE)
    assert fires_in(folder) is False


def test_a_copied_folder_fires_nothing_and_the_original_goes_on(folder: Path) -> None:
    shutil.copytree(folder, folder.with_name("copy"))
    assert fires_in(folder.with_name("copy")) is False
    assert fires_in(folder)


def test_a_moved_folder_fires_nothing_until_its_sends_are_adopted(folder: Path) -> None:
    moved = folder.rename(folder.with_name("moved"))
    assert fires_in(moved) is False
    with open_database(moved) as database, database.writing() as connection:
        (send,) = sends.live(connection)
        sends.change(connection, send.id, instance=instance.instance_of(connection, database))
    assert fires_in(moved)


def test_without_its_lease_a_database_fires_nothing(folder: Path) -> None:
    (folder / LEASE).unlink()
    assert fires_in(folder) is False


@pytest.mark.parametrize("where", ["instance.insert_if_new", "lease.confirm"])
def test_a_worker_killed_between_the_two_writes_has_changed_nothing(folder: Path, where: str) -> None:
    """Before the database's is committed, or after that and before the file's is confirmed."""
    ended = subprocess.run([sys.executable, "-c", _KILLED.format(where=where), str(folder)], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len((folder / LEASE).read_text().split()) == 2
    assert fires_in(folder)


def test_the_same_place_has_the_same_name_and_another_place_another(folder: Path, tmp_path: Path) -> None:
    names: list[str] = []
    shutil.copytree(folder, tmp_path / "other")
    (tmp_path / "link").symlink_to(folder)
    for each in (folder, folder, tmp_path / "link", tmp_path / "other"):
        with open_database(each) as database, database.reading() as connection:
            names.append(instance.instance_of(connection, database))
    assert names[0] == names[1] == names[2] != names[3]
    assert all(len(name) == 16 for name in names)


def test_on_a_server_each_database_has_a_name_of_its_own(postgres: Server, tmp_path: Path) -> None:
    names: list[str] = []
    for name in ("newsroom_a", "newsroom_b", "newsroom_a"):
        url = postgres.url(name) if names and name == "newsroom_a" else postgres.create_database(name)
        with open_database(tmp_path, url) as database, database.reading() as connection:
            names.append(instance.instance_of(connection, database))
    assert names[0] == names[2] != names[1]


def test_a_server_s_user_needs_no_rights_of_its_own_to_know_it(postgres: Server, tmp_path: Path) -> None:
    url = postgres.create_database("newsroom_of_staff")
    with open_database(tmp_path, url) as database, database.engine.connect() as connection:
        here = instance.instance_of(connection, database)
        connection.execute(text("CREATE ROLE staff"))
        connection.execute(text("SET ROLE staff"))
        assert instance.instance_of(connection, database) == here
        connection.rollback()
