"""Processes killed at seeded moments: nobody has two copies, nobody is forgotten, who is in doubt is known.

Each round is a newsroom, a database, a kind of service, and five deaths, or three beside workers that live
on. LPDOWNLOAD_TEST_ROUNDS=34 makes a hundred deaths and more of each; the usual single round makes 52 in all.
"""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select
from tests.acceptance.aftermath import assert_account, gone, in_flight, told
from tests.acceptance.counting import STYLES, Counted, Style
from tests.acceptance.dying import PLANNING, POINTS, RECOVERING, TELLING, Moment, Point, comes, moment, until
from tests.desk import Desk
from tests.newsroom import KEY
from tests.sending import approve, readers

from lpdownload.store import sends
from lpdownload.store.tables import sends as send_table
from lpdownload.store.tables import workers

DEATHS: Final = 5
BESIDE_OTHERS: Final = 3
"""Deaths of one worker among three."""

ROUNDS: Final = range(int(os.environ.get("LPDOWNLOAD_TEST_ROUNDS", "1")))
SEND: Final = ("send", KEY, "--yes", "--by", "bo@example.org")
RESUME: Final = ("sends", "resume", "1")
_HERE: Final = Path(__file__).parents[2]


def begin(desk: Desk, words: tuple[str, ...], when: Moment, name: str) -> "subprocess.Popen[str]":
    return desk.process(*words, prelude=when.prelude, PYTHONPATH=str(_HERE), PGAPPNAME=name)


def end(process: "subprocess.Popen[str]", *, code: int) -> None:
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, out + err


def newsroom_of(desk: Desk, style: Style, pace: str = "") -> list[str]:
    """An approved issue with readers; their addresses."""
    account = f"{style.provider}: {{provider: {style.provider}, pace: {{{style.pace}{pace}}}}}"
    desk.newsroom.add("newsletters/network.yaml", f"accounts:\n  {account}\n")
    approve(desk)
    return readers(desk, 840 if style.one_by_one else 480)


def points_for(style: Style, *, planned: bool, left: bool) -> dict[str, Point]:
    """Where a process can die now. ``left``: somebody was in flight when the last one died."""
    if not planned:
        return POINTS | PLANNING
    return POINTS | (TELLING if style.one_by_one else {}) | (RECOVERING if left else {})


def state(desk: Desk) -> str | None:
    """Of the only send, if it is made."""
    with desk.open() as database, database.reading() as connection:
        found = connection.execute(select(send_table.c.state)).scalar_one_or_none()
        return None if found is None else str(found)


@pytest.mark.parametrize("turn", ROUNDS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_one_process_after_the_other_dies_and_everybody_has_one_copy_or_is_in_doubt(
    desk: Desk, style: Style, turn: int
) -> None:
    everybody = newsroom_of(desk, style)
    chance = random.Random(f"{style.provider} {'server' if desk.url else 'file'} {turn}")
    lost: set[str] = set()
    left: set[str] = set()
    with style.opened(desk, turn) as counted:
        for number in range(DEATHS):
            is_planned = state(desk) is not None
            words = chance.choice([RESUME, ("worker", "--once")]) if is_planned else SEND
            when = moment(
                chance, points_for(style, planned=is_planned, left=bool(left)), 3 if style.one_by_one else 8
            )
            name = f"acceptance-{number}"
            process = begin(desk, words, when, name)
            dies = comes(process, when, lambda: counted.total)
            process.kill()
            assert dies, (when, process.communicate())
            process.communicate()
            gone(desk, name)
            left = in_flight(desk, process.pid)
            lost |= left
        end(begin(desk, RESUME, Moment(), "acceptance"), code=0 if style.knows_keys or not lost else 1)
        recovered(desk, style, counted, everybody, lost)


def recovered(desk: Desk, style: Style, counted: Counted, everybody: list[str], lost: set[str]) -> None:
    """It is over, and the account is right; whoever is in doubt is asked about, and nobody is lost."""
    assert lost
    assert_account(desk, counted, everybody, set() if style.knows_keys else lost)
    if not style.knows_keys and not style.one_by_one:
        told(desk, counted)
        desk.run(*RESUME)
        assert_account(desk, counted, everybody, set())


@pytest.mark.parametrize("turn", ROUNDS)
@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize("desk", ["postgres"], indirect=True)
def test_of_three_workers_one_dies_for_good_and_the_others_do_its_work_without_a_person(
    desk: Desk, style: Style, turn: int
) -> None:
    everybody = newsroom_of(desk, style, f", calls_per_second: {3 if style.one_by_one else 6}")
    chance = random.Random(f"{style.provider} three {turn}")
    lost: set[str] = set()
    with style.opened(desk, turn) as counted, survivors(desk) as others:
        desk.run("send", KEY, "--yes", "--by", "bo@example.org", "--at", "2030-09-30 09:00")
        with desk.open() as database, database.writing() as connection:
            sends.change(connection, 1, starts_at=datetime.now(UTC))
        for number in range(BESIDE_OTHERS):
            points = points_for(style, planned=True, left=False)
            when = moment(chance, points, 1 if style.one_by_one else 3)
            name = f"acceptance-{number}"
            process = begin(desk, ("worker",), when, name)
            enrolled(desk, process)
            go_on = partial(signal_all, others, signal.SIGCONT)
            dies = comes(process, when, lambda: counted.total, at_first=go_on, seconds=10)
            signal_all(others, signal.SIGSTOP)
            process.kill()
            assert dies, (when, process.communicate())
            process.communicate()
            gone(desk, name)
            lost |= in_flight(desk, process.pid)
            signal_all(others, signal.SIGCONT)
            until(partial(is_recovered, desk, process.pid))
            signal_all(others, signal.SIGSTOP)
        signal_all(others, signal.SIGCONT)
        until(lambda: state(desk) == "done")
        recovered(desk, style, counted, everybody, lost)


@contextmanager
def survivors(desk: Desk) -> Iterator[list["subprocess.Popen[str]"]]:
    """Two workers, held until they are told to go on; at the end they go by themselves."""
    found = [begin(desk, ("worker",), Moment(), f"survivor-{number}") for number in range(2)]
    try:
        for process in found:
            enrolled(desk, process)
        signal_all(found, signal.SIGSTOP)
        yield found
        signal_all(found, signal.SIGTERM)
        for process in found:
            end(process, code=0)
    finally:
        for process in found:
            process.kill()
            process.communicate()


def signal_all(processes: list["subprocess.Popen[str]"], which: signal.Signals) -> None:
    for process in processes:
        process.send_signal(which)
        assert process.returncode is None, process.communicate()


def enrolled(desk: Desk, process: "subprocess.Popen[str]") -> None:
    """Waits until it has begun to work."""
    mine = select(workers.c.id).where(workers.c.name.endswith(f":{process.pid}"))
    with desk.open() as database:

        def is_there() -> bool:
            assert process.poll() is None, process.communicate()
            with database.reading() as connection:
                return connection.execute(mine).first() is not None

        until(is_there)


def is_recovered(desk: Desk, pid: int) -> bool:
    """Whether the others know what was in flight of one that died."""
    return not in_flight(desk, pid)
