"""The engine at work: what others decide meanwhile, what waits for its time, and what is nobody's turn."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.desk import Desk
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import (
    TAKEN,
    after,
    approve,
    counts,
    due_now,
    later,
    posted,
    readers,
    send,
    shown,
    through,
    work,
)

from lpdownload.model.ledger import Counts, Send, SendState
from lpdownload.store import sends

SLOWLY = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"


def decide(desk: Desk, to: SendState) -> None:
    """As another process does."""
    now = datetime.now(UTC)
    with desk.open() as database, database.writing() as connection:
        if to == "cancelled":
            sends.cancel(connection, 1, by="bo", why="", now=now)
        else:
            sends.move(connection, 1, to, by="bo", why="", now=now)


def test_who_pauses_a_send_and_resumes_it_loses_no_batch_of_a_worker_that_goes_on(desk: Desk) -> None:
    readers(desk, 1_001)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", SLOWLY)

    def respond(_: Asked) -> Answer:
        if len(posted(service)) == 1:
            time.sleep(0.5)  # until the other batch waits for this one
            decide(desk, "paused")
        return TAKEN

    looks = 0

    def watch(sending: Send, _: Counts) -> bool:
        nonlocal looks
        looks += 1
        if sending.state == "paused" and len(posted(service)) == 1:
            decide(desk, "sending")
        return sending.state == "done" or looks > 60

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        due_now(desk)
        work(desk, watch)
    assert counts(shown(desk)) == {"candidates": 1_001, "planned": 1_001, "accepted": 1_001}
    assert len(posted(service)) == 2


def test_when_quiet_hours_begin_a_send_waits_for_their_end(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(401))
        send(desk, code=1)
        later(desk, 10)
        decide(desk, "sending")
        now = datetime.now(ZoneInfo("America/New_York"))
        begin, end = now - timedelta(hours=1), now + timedelta(hours=1)
        quiet = f'contact: {{quiet_hours: {{begin: "{begin:%H:%M}", end: "{end:%H:%M}"}}}}\n'
        desk.newsroom.add("newsletters/network.yaml", quiet)
        work(desk, after(5))
        assert len(posted(service)) == 1
        assert counts(shown(desk)) == {"candidates": 2, "planned": 2, "pending": 2}
        with desk.open() as database, database.writing() as connection:
            sends.note(connection, 1, datetime.now(UTC), "bo", "waived quiet-hours", "a storm")
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}


def test_who_cancels_a_send_in_the_middle_spares_everybody_who_is_not_in_flight(desk: Desk) -> None:
    readers(desk, 2_500)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", SLOWLY)

    def respond(_: Asked) -> Answer:
        if len(posted(service)) == 1:
            decide(desk, "cancelled")
        return TAKEN

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        report = send(desk, code=1)
    assert report["state"] == "cancelled"
    assert counts(report) == {
        "candidates": 2_500,
        "planned": 1_000,
        "excluded": {"cancelled": 1_500},
        "accepted": 1_000,
    }
    assert len(posted(service)) == 1


def test_a_throttled_batch_of_a_send_that_was_cancelled_meanwhile_is_spared(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)

    def respond(_: Asked) -> Answer:
        decide(desk, "cancelled")
        return Answer(429, headers={"Retry-After": "600"})

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        report = send(desk, code=1)
    assert counts(report) == {"candidates": 3, "excluded": {"cancelled": 3}}
    assert report["batches"] == {"cancelled": 1}


def test_an_account_that_disappears_in_the_middle_pauses_its_send_alone(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", SLOWLY.replace("sendgrid:", "main:"))
    settings = "LPDOWNLOAD_ACCOUNT_MAIN_API_KEY=k\nLPDOWNLOAD_ACCOUNT_MAIN_BASE_URL="
    with Loopback(lambda _: TAKEN) as service:
        desk.newsroom.write(".env", f"{settings}{service.url}\n")
        service.script.append(Answer(401))
        send(desk, "--account", "main", code=1)
        later(desk, 10)
        decide(desk, "sending")
        desk.newsroom.write(".env", "")
        desk.run("worker", "--once")
        report = shown(desk)
        assert report["state"] == "paused"
        assert "LPDOWNLOAD_ACCOUNT_MAIN_API_KEY is not set" in str(report["reason"])
        desk.newsroom.write(".env", f"{settings}{service.url}\n")
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}
