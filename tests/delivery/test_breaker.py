"""When a send stops by itself: many refused, many bounced, many complaints, or nothing taken at all."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest
from tests.desk import Desk
from tests.people import NOW
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import TAKEN, approve, counts, readers, send, through
from tests.tracking.mailed import Mailed

from lpdownload.delivery.breaker import MOST_TRIES, MOST_WHOLE, Breaker
from lpdownload.delivery.submit import Result
from lpdownload.model.ledger import BatchRow, BatchState, Counts
from lpdownload.store import sends
from lpdownload.tracking.apply import apply_events

NONE: Final = Counts(10_000, 10_000, {}, 10_000, 0, 0, 0, 0, 0, 0, 0)
ROW: Final = BatchRow(1, 1, 0, 10, "submitting", 1, "d", "", submitted_at=NOW)


def result(
    state: BatchState = "accepted", *, whole: bool = False, attempts: int = 1, stop: str = ""
) -> Result:
    return Result(replace(ROW, attempts=attempts), state, 10, stop, whole)


@pytest.mark.parametrize(
    ("now", "says"),
    [
        ({"accepted": 1_000}, ""),
        ({"accepted": 0, "refused": 99}, ""),
        ({"accepted": 0, "refused": 100}, "100 of 100 of the recipients were refused"),
        ({"accepted": 400, "refused": 100}, ""),
        ({"accepted": 399, "refused": 101}, "101 of 500 of the recipients were refused"),
        ({"accepted": 500, "bounced": 50}, ""),
        ({"accepted": 499, "bounced": 50}, "50 of 499 of the messages bounced"),
        ({"accepted": 100, "bounced": 49}, ""),
        ({"accepted": 1_000, "complained": 4}, ""),
        ({"accepted": 1_000, "complained": 5}, "5 of 1,000 of the readers complained"),
        ({"accepted": 2_000, "complained": 6}, ""),
    ],
)
def test_shares_that_are_too_large_stop_a_send(now: dict[str, int], says: str) -> None:
    found = Breaker(NONE).counted(replace(NONE, **now))  # type: ignore[arg-type]
    assert found.startswith(says)
    assert bool(found) == bool(says)


def test_what_was_so_before_somebody_resumed_it_counts_no_more() -> None:
    before = replace(NONE, accepted=100, refused=500, bounced=60, complained=50)
    assert Breaker(before).counted(before) == ""
    assert Breaker(before).counted(replace(before, accepted=200, refused=599)) == ""
    assert Breaker(before).counted(replace(before, refused=601)) != ""


def test_calls_that_are_refused_as_a_whole_stop_a_send_after_some_in_a_row() -> None:
    breaker = Breaker(NONE)
    heard = [breaker.heard(result("planned", whole=True)) for _ in range(MOST_WHOLE)]
    assert heard[:-1] == [""] * (MOST_WHOLE - 1)
    assert heard[-1] == "the provider refused 12 calls one after the other"


def test_one_call_that_is_taken_begins_the_row_anew() -> None:
    breaker = Breaker(NONE)
    for _ in range(3):
        assert [breaker.heard(result("planned", whole=True)) for _ in range(MOST_WHOLE - 1)] == [""] * 11
        assert breaker.heard(result()) == ""


def test_a_batch_that_is_never_taken_stops_a_send() -> None:
    breaker = Breaker(NONE)
    assert breaker.heard(result("planned", attempts=MOST_TRIES - 1)) == ""
    assert "has not taken a batch in 12 tries" in breaker.heard(result("planned", attempts=MOST_TRIES))


def test_a_refused_account_stops_a_send_at_once() -> None:
    assert Breaker(NONE).heard(result("planned", stop="the key is wrong")) == "the key is wrong"


def test_a_send_of_which_nothing_is_taken_pauses_before_everybody_is_refused(desk: Desk) -> None:
    readers(desk, 100)
    approve(desk)
    with Loopback(lambda _: Answer.json({"errors": [{"message": "no"}]}, 400)) as service:
        through(desk, "sendgrid", service)
        report = send(desk, code=1)
    assert report["state"] == "paused"
    assert "calls one after the other" in str(report["reason"])
    found = counts(report)
    assert int(str(found["pending"])) > 80
    assert int(str(found["pending"])) + int(str(found.get("refused", 0))) == found["planned"] == 100


def test_reports_that_another_process_applies_stop_a_send_that_is_under_way(desk: Desk) -> None:
    """As `lpdownload serve` does, which hears by webhooks what becomes of the first copies."""
    addresses = readers(desk, 100)
    approve(desk)
    heard: list[int] = []

    def respond(_: Asked) -> Answer:
        with desk.open() as database:
            if not heard:
                with database.writing() as connection:
                    sent = Mailed(connection, sends.find(connection, 1))
                    bounces = [sent.event("bounced", email, datetime.now(UTC)) for email in addresses[:60]]
                    heard.append(apply_events(connection, bounces, datetime.now(UTC)).new)
            until = time.monotonic() + 30
            while time.monotonic() < until:  # the call is still under way when it pauses
                with database.reading() as connection:
                    if sends.find(connection, 1).state == "paused":
                        break
                time.sleep(0.05)
        return TAKEN

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        report = send(desk, code=1)
    assert heard == [60]
    assert report["state"] == "paused"
    assert str(report["reason"]) == "60 of 60 of the messages bounced"
