"""The newsroom's own machine: its database and its disks."""

import socket
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from lpdownload.delivery.doctor_newsroom import check_database, check_disks, room
from lpdownload.providers.base import Check
from lpdownload.settings import Settings
from lpdownload.store.database import FILE, open_database

if TYPE_CHECKING:
    from tests.postgres import Server


def looked_at(root: Path, url: str = "") -> list[Check]:
    return list(check_database(root, Settings(database_url=SecretStr(url) if url else None)))


def states(checks: list[Check]) -> list[str]:
    return [check.state for check in checks]


@pytest.mark.parametrize(("free", "state"), [(10**7, "error"), (5 * 10**8, "warning"), (10**10, "ok")])
def test_a_full_disk_is_told(free: int, state: str, tmp_path: Path) -> None:
    found = room(tmp_path, free)
    assert (found.state, bool(found.remedy)) == (state, state != "ok")


def test_the_disk_of_a_database_elsewhere_is_looked_at_too(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    same = Settings(database_url=SecretStr(f"sqlite:///{tmp_path}/x.db"))
    assert [check.says.rpartition(" ")[2] for check in check_disks(tmp_path / "here", same)] == [
        str(tmp_path / "here")
    ]
    other = Settings(database_url=SecretStr("sqlite:////dev/shm/x.db"))
    assert len(list(check_disks(tmp_path, other))) == 1 + (
        Path("/dev/shm").stat().st_dev != tmp_path.stat().st_dev
    )


@pytest.mark.parametrize("url", ["", "sqlite:///other.db"])
def test_looking_at_a_newsroom_without_a_database_does_not_make_one(tmp_path: Path, url: str) -> None:
    assert states(looked_at(tmp_path, url)) == ["ok"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_where_no_database_can_be_made_is_an_error(tmp_path: Path) -> None:
    (found,) = looked_at(tmp_path, f"sqlite:///{tmp_path}/nowhere/x.db")
    assert (found.state, bool(found.remedy)) == ("error", True)
    assert "none can be made" in found.says


def test_a_database_with_its_schema_is_well(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    assert states(looked_at(tmp_path)) == ["ok", "ok"]


def test_a_database_of_another_schema_or_of_nobodys_is_an_error(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    (found,) = looked_at(tmp_path)
    assert (found.state, found.remedy != "") == ("error", True)
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    assert states(looked_at(tmp_path)) == ["error"]


def test_a_database_of_a_server_that_only_reads_is_an_error(postgres: "Server", tmp_path: Path) -> None:
    url = postgres.create_database("doctor")
    assert states(looked_at(tmp_path, url)) == ["ok"]  # without tables yet
    open_database(tmp_path, url).close()
    assert states(looked_at(tmp_path, url)) == ["ok", "ok"]
    mark = "&" if "?" in url else "?"
    found = looked_at(tmp_path, f"{url}{mark}options=-c%20default_transaction_read_only%3Don")
    assert (states(found), bool(found[1].remedy)) == (["ok", "error"], True)


def test_a_database_server_that_is_not_there_is_an_error_without_its_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    checks = looked_at(tmp_path, f"postgresql://ana:hunter2@127.0.0.1:{port}/x")
    assert states(checks) == ["error"]
    assert "hunter2" not in str(checks)


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    with open_database(tmp_path) as database, database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE filler AS SELECT randomblob(100000) AS x")
    octets = bytearray((tmp_path / FILE).read_bytes())
    octets[40_000:90_000] = b"\x5a" * 50_000
    (tmp_path / FILE).write_bytes(octets)
    found = list(check_database(tmp_path, Settings()))
    assert ("error", True) in {(one.state, "damaged" in one.says) for one in found}
