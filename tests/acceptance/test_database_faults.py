"""The database held by another, full, or gone in the middle of a send."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest
from tests.acceptance.aftermath import assert_account, in_flight
from tests.acceptance.counting import sendgrid
from tests.acceptance.dying import until
from tests.desk import Desk
from tests.newsroom import KEY
from tests.sending import approve, readers

from lpdownload.store.database import FILE

PEOPLE: Final = 120
SEND: Final = ("send", KEY, "--yes", "--by", "bo@example.org")
FULL: Final = "from tests.acceptance.dying import arm, fill_disk\narm({!r}, {}, act=fill_disk)\n"
_HERE: Final = Path(__file__).parents[2]


@pytest.fixture
def everybody(file_desk: Desk) -> list[str]:
    """Readers of an approved issue, two a call."""
    pace = "{recipients_per_call: 2}"
    file_desk.newsroom.add(
        "newsletters/network.yaml", f"accounts:\n  sendgrid: {{provider: sendgrid, pace: {pace}}}\n"
    )
    approve(file_desk)
    return readers(file_desk, PEOPLE)


def test_another_who_writes_for_some_seconds_is_waited_for(file_desk: Desk, everybody: list[str]) -> None:
    with sendgrid(file_desk, slowest=0.1) as counted, file_desk.process(*SEND) as process:
        until(lambda: counted.total >= 8)
        with closing(sqlite3.connect(file_desk.root / FILE, timeout=10, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(3)
            other.execute("ROLLBACK")
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
        assert_account(file_desk, counted, everybody, set())


@pytest.mark.parametrize("nth", [1, 5, 12])
@pytest.mark.parametrize("point", ["before a batch is begun", "when it is begun", "after the call"])
def test_when_the_disk_is_full_it_says_so_and_whoever_was_in_flight_is_in_doubt(
    file_desk: Desk, everybody: list[str], point: str, nth: int
) -> None:
    with sendgrid(file_desk) as counted:
        process = file_desk.process(*SEND, prelude=FULL.format(point, nth), PYTHONPATH=str(_HERE))
        out, err = process.communicate(timeout=120)
        assert process.returncode == 1, out + err
        assert "Traceback" not in err
        assert "disk" in err
        lost = in_flight(file_desk, process.pid)
        assert len(lost) <= 8
        file_desk.run("sends", "resume", "1", code=1 if lost else 0)
        assert_account(file_desk, counted, everybody, lost)


def test_where_the_database_has_gone_nobody_is_mailed_again(file_desk: Desk, everybody: list[str]) -> None:
    with sendgrid(file_desk, slowest=0.1) as counted:
        with file_desk.process(*SEND) as process:
            until(lambda: counted.total >= 8)
            for file in file_desk.root.glob(f"{FILE}*"):
                file.unlink()
            process.communicate(timeout=120)
        before = counted.copies
        file_desk.run(*SEND, code=1)
        assert counted.copies == before
        assert set(before.values()) == {1}
        assert before.keys() <= set(everybody)
