"""A send carried out by its own command: Ctrl-C, progress, and others at work on the same database."""

import signal
import threading
import time
from datetime import UTC, datetime

from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer, Loopback
from tests.sending import (
    TAKEN,
    approve,
    counts,
    later,
    outbox,
    posted,
    readers,
    send,
    sendgrid_to,
    shown,
    through,
)

from lpdownload.store import sends
from lpdownload.store.lease import working

PACE = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"


def test_ctrl_c_pauses_after_what_is_in_flight_and_resume_sends_the_rest(desk: Desk) -> None:
    people = readers(desk, 2_500)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", PACE)

    def respond(_: object) -> Answer:
        if len(posted(service)) == 1:
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)  # so that it is heard while the call is under way
        return TAKEN

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        with desk.process("send", KEY, "--yes") as process:
            out, err = process.communicate()
        assert process.returncode == 130
        assert "through sendgrid: paused: stopped by hand" in out
        assert "lpdownload sends resume 1" in err
        assert "Traceback" not in err
        found = counts(shown(desk))
        assert found == {"candidates": 2_500, "planned": 2_500, "accepted": 1_000, "pending": 1_500}
        later(desk, 10)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2_500, "planned": 2_500, "accepted": 2_500}
    assert sorted(address for asked in posted(service) for address in sendgrid_to(asked)) == sorted(people)


def test_a_doubt_at_the_end_is_told_with_exit_code_1(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    with Loopback(lambda _: Answer(502)) as service:
        through(desk, "sendgrid", service)
        result = desk.run("send", KEY, "--yes", code=1)
    assert "In doubt: batch 1, 2 people: SendGrid may have taken it" in result.stdout
    assert "lpdownload sends reconcile 1 --assume accepted|not-sent" in result.stderr


def test_while_another_process_has_the_file_a_send_waits_for_its_turn(file_desk: Desk) -> None:
    readers(file_desk, 2)
    approve(file_desk)
    with file_desk.open() as database, working(database, datetime.now(UTC)) as me:
        assert me is not None
        process = file_desk.process("send", KEY, "--yes")
        assert process.stderr is not None
        assert "Another lpdownload is sending from this database" in process.stderr.readline()
        assert outbox(file_desk) == {}
    with process:
        out, _ = process.communicate()
    assert process.returncode == 0
    assert "done" in out
    assert len(outbox(file_desk)) == 2


def test_a_send_that_another_process_pauses_ends_here_too(desk: Desk) -> None:
    readers(desk, 1_500)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", PACE)

    def respond(_: object) -> Answer:
        if len(posted(service)) == 1:
            with desk.open() as database, database.writing() as connection:
                sends.move(connection, 1, "paused", by="bo", why="wait", now=datetime.now(UTC))
        return TAKEN

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        report = send(desk, code=1)
    assert (report["state"], report["reason"]) == ("paused", "wait")
    assert counts(report) == {"candidates": 1_500, "planned": 1_500, "accepted": 1_000, "pending": 500}


def test_two_who_send_at_once_send_it_once(desk: Desk) -> None:
    people = readers(desk, 300)
    approve(desk)
    with desk.process("send", KEY, "--yes") as one, desk.process("send", KEY, "--yes") as other:
        threads = [threading.Thread(target=process.communicate) for process in (one, other)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted([one.returncode, other.returncode]) == [0, 1]
    assert counts(shown(desk)) == {"candidates": 300, "planned": 300, "accepted": 300}
    assert outbox(desk).keys() == set(people)
