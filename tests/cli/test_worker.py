"""`lpdownload worker`: does what is due, once or for ever."""

import signal
import time
from datetime import UTC, datetime

import pytest
from sqlalchemy import text, update
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer, Loopback
from tests.sending import (
    TAKEN,
    approve,
    counts,
    due_now,
    later,
    outbox,
    posted,
    readers,
    send,
    shown,
    through,
)

from lpdownload.store import sends
from lpdownload.store.lease import working
from lpdownload.store.tables import sends as table


def state(desk: Desk) -> str:
    with desk.open() as database, database.reading() as connection:
        return sends.find(connection, 1).state


def test_without_anything_due_it_ends_at_once_and_changes_nothing(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    send(desk, "--at", "2030-09-30 09:00")
    result = desk.run("worker", "--once")
    assert (result.stdout, result.stderr) == ("", "")
    assert state(desk) == "scheduled"


def test_what_was_left_to_it_is_done_when_it_ends(desk: Desk) -> None:
    readers(desk, 450)
    approve(desk)
    due_now(desk)
    desk.run("worker", "--once")
    assert counts(shown(desk)) == {"candidates": 450, "planned": 450, "accepted": 450}
    assert len(outbox(desk)) == 450


def test_it_leaves_alone_what_somebody_has_paused(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    due_now(desk)
    desk.run("sends", "pause", "1")
    desk.run("worker", "--once")
    assert (state(desk), outbox(desk)) == ("paused", {})


def test_on_a_file_one_works_at_a_time_and_a_second_one_says_so(file_desk: Desk) -> None:
    readers(file_desk, 1)
    approve(file_desk)
    due_now(file_desk)
    with file_desk.open() as database, working(database, datetime.now(UTC)) as me:
        assert me is not None
        assert "Another lpdownload works on this database" in file_desk.run("worker", "--once").stderr
        assert "Another lpdownload" in file_desk.run("worker", code=1).stderr
        assert state(file_desk) == "scheduled"
    file_desk.run("worker", "--once")
    assert state(file_desk) == "done"


def test_a_worker_goes_on_until_it_is_told_to_end_and_starts_what_becomes_due(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    desk.run("send", KEY, "--yes", "--at", "2030-09-30 09:00")
    with desk.process("worker") as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "Working; Ctrl-C ends it after what is in flight.\n"
        with desk.open() as database, database.writing() as connection:
            connection.execute(update(table).values(starts_at=datetime.now(UTC)))
        until = time.monotonic() + 60
        while state(desk) != "done":
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, "Traceback" in err) == (130, False)
    assert len(outbox(desk)) == 2


@pytest.mark.parametrize("desk", ["postgres"], indirect=True)
def test_a_worker_whose_server_drops_its_connections_begins_anew_by_itself(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    desk.run("send", KEY, "--yes", "--at", "2030-09-30 09:00")
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    with desk.process("worker") as process:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("Working")
        with desk.open() as database, database.writing() as connection:
            connection.execute(text(f"{others} AND pid <> pg_backend_pid()"))
        assert process.stderr.readline().endswith("begins anew soon.\n")
        assert process.stderr.readline().startswith("Working")
        with desk.open() as database, database.writing() as connection:
            connection.execute(update(table).values(starts_at=datetime.now(UTC)))
        until = time.monotonic() + 60
        while state(desk) != "done":
            assert time.monotonic() < until
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.communicate()
    assert process.returncode == 0
    assert len(outbox(desk)) == 2


def test_a_worker_that_is_ended_finishes_what_is_in_flight_and_leaves_the_rest(desk: Desk) -> None:
    readers(desk, 2_500)
    approve(desk)
    pace = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"
    desk.newsroom.add("newsletters/network.yaml", pace)

    def respond(_: object) -> Answer:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)  # so that it is heard while the call is under way
        return TAKEN

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        due_now(desk)
        with desk.process("worker") as process:
            _, err = process.communicate()
        assert (process.returncode, "Traceback" in err) == (0, False)
        found = counts(shown(desk))
        assert found == {"candidates": 2_500, "planned": 2_500, "accepted": 1_000, "pending": 1_500}
        assert len(posted(service)) == 1
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        later(desk, 10)
        desk.run("worker", "--once")
    assert counts(shown(desk)) == {"candidates": 2_500, "planned": 2_500, "accepted": 2_500}
    assert len(posted(service)) == 2
