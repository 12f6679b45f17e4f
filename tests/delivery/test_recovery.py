"""Batches in doubt: handed over once more where the provider knows the key, asked about where it can be."""

from datetime import UTC, datetime
from typing import Final, cast

import pytest
from tests.desk import Desk
from tests.providers.dialects import DIALECTS
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import (
    TAKEN,
    approve,
    counts,
    due_now,
    later,
    log,
    posted,
    readers,
    send,
    sendgrid_to,
    shown,
    through,
    work,
)

from lpdownload.store import batches, sends
from lpdownload.store.facts import ledger_name

NEXT: Final = "https://api.mailgun.net/v3/news.example.org/events/x"
NOTHING: Final = {"items": list[object](), "paging": {"next": NEXT}}


def resend(asked: Asked) -> Answer:
    return next(dialect for dialect in DIALECTS if dialect.name == "resend").taken(asked)


def test_a_provider_that_knows_keys_gets_the_same_bytes_under_the_same_key(desk: Desk) -> None:
    readers(desk, 5)
    approve(desk)
    with Loopback(resend) as service:
        through(desk, "resend", service)
        service.script.append(Answer(breaks="after the body"))
        report = send(desk)
    assert counts(report) == {"candidates": 5, "planned": 5, "accepted": 5}
    first, second = posted(service)
    assert first.body == second.body
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


def test_a_doubt_is_repeated_until_the_provider_that_knows_keys_answers(desk: Desk) -> None:
    readers(desk, 5)
    approve(desk)
    with Loopback(resend) as service:
        through(desk, "resend", service)
        service.script.extend([Answer(500)] * 4)
        report = send(desk)
    assert counts(report) == {"candidates": 5, "planned": 5, "accepted": 5}
    assert len({asked.body for asked in posted(service)}) == 1
    assert len({asked.headers["idempotency-key"] for asked in posted(service)}) == 1


@pytest.mark.parametrize("then", [Answer(429, headers={"Retry-After": "30"}), Answer(401)])
def test_what_is_in_doubt_stays_so_if_it_is_not_taken_the_second_time(file_desk: Desk, then: Answer) -> None:
    readers(file_desk, 5)
    approve(file_desk)
    with Loopback(resend) as service:
        through(file_desk, "resend", service)
        service.script.extend([*[Answer(500)] * 4, then])
        due_now(file_desk)
        work(file_desk, lambda *_: len(posted(service)) >= 5)
        report = shown(file_desk)
        assert counts(report) == {"candidates": 5, "planned": 5, "in_doubt": 5}
        later(file_desk, 60)
        report = file_desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 5, "planned": 5, "accepted": 5}
    assert len({asked.headers["idempotency-key"] for asked in posted(service)}) == 1


def planned(desk: Desk, service: Loopback, calls: int = 1) -> None:
    """A send of which nothing has left, as its key was refused at every call."""
    service.script.extend([Answer(401)] * calls)
    send(desk, code=1)
    later(desk, 10)


def claimed(desk: Desk, *, begun: bool) -> None:
    """By a worker that is no more: its first batch, and perhaps it was just being handed over."""
    now = datetime.now(UTC)
    with desk.open() as database, database.writing() as connection:
        sends.move(connection, 1, "sending", by="bo", why="", now=now)
        (row,) = batches.claim(connection, 999, 1, now, [1])
        if begun:
            assert batches.begin(connection, row, "d" * 64, [], now, owner=999) is not None


def test_what_a_dead_worker_had_only_claimed_goes_out(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        planned(desk, service)
        claimed(desk, begun=False)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 3, "planned": 3, "accepted": 3}
    assert len(posted(service)) == 2


def test_what_a_dead_worker_was_handing_over_is_in_doubt_and_not_sent_again(desk: Desk) -> None:
    readers(desk, 1_003)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        planned(desk, service, 2)
        claimed(desk, begun=True)
        before = len(posted(service))
        report = desk.json("sends", "resume", "1", code=1)
        assert [len(sendgrid_to(asked)) for asked in posted(service)[before:]] == [3]
    assert counts(report) == {"candidates": 1_003, "planned": 1_003, "accepted": 3, "in_doubt": 1_000}
    assert ("lpdownload", "in doubt", "its process died") in log(report)
    (copy,) = cast(list[dict[str, str]], desk.json("sends", "explain", "p1@example.org")["copies"])
    assert copy["state"] == "in doubt"


def test_a_worker_asks_by_itself_about_what_is_in_doubt(desk: Desk) -> None:
    readers(desk, 1_002)
    approve(desk)
    pace = "accounts:\n  mailgun: {provider: mailgun, pace: {calls_at_once: 1}}\n"
    desk.newsroom.add("newsletters/network.yaml", pace)
    answers = [Answer(500), Answer(429, headers={"Retry-After": "3600"})]
    page: dict[str, object] = {"items": [], "paging": {"next": NEXT}}

    def respond(asked: Asked) -> Answer:
        return (
            answers.pop(0) if asked.method == "POST" else Answer.json(page if "?" in asked.path else NOTHING)
        )

    with Loopback(respond) as service:
        through(desk, "mailgun", service)
        due_now(desk)
        work(desk, lambda *_: not answers)
        assert counts(shown(desk)) == {
            "candidates": 1_002,
            "planned": 1_002,
            "pending": 2,
            "in_doubt": 1_000,
        }
        with desk.open() as database, database.writing() as connection:
            name = f"{ledger_name(connection)}-1"
        page["items"] = [
            {
                "event": "delivered",
                "message": {"headers": {"message-id": "m@news.example.org"}},
                "user-variables": {"lp_reference": f"{name}-{number}", "lp_send": name},
            }
            for number in range(1, 1_001)
        ]
        later(desk, 125)
        work(desk, lambda _, counted: counted.accepted == 1_000)
    assert counts(shown(desk)) == {"candidates": 1_002, "planned": 1_002, "pending": 2, "accepted": 1_000}
