"""Somebody decides about a send while another process is in the middle of it."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from tests.acceptance.counting import Count, sendgrid
from tests.acceptance.dying import until
from tests.desk import Desk
from tests.newsroom import KEY
from tests.sending import approve, counts, readers, send, shown

PEOPLE: Final = 120
SEND: Final = ("send", KEY, "--yes", "--by", "bo@example.org", "--json")


@pytest.fixture
def everybody(desk: Desk) -> list[str]:
    """Readers of an approved issue, in sixty calls, two at once."""
    pace = "{recipients_per_call: 2, calls_at_once: 2}"
    desk.newsroom.add(
        "newsletters/network.yaml", f"accounts:\n  sendgrid: {{provider: sendgrid, pace: {pace}}}\n"
    )
    approve(desk)
    return readers(desk, PEOPLE)


@contextmanager
def under_way(desk: Desk) -> Iterator[tuple["subprocess.Popen[str]", Count]]:
    """A send of which some copies have left, and most have not."""
    with sendgrid(desk, slowest=0.2) as counted, desk.process(*SEND) as process:
        until(lambda: counted.total >= 8)
        yield process, counted


def ended(process: "subprocess.Popen[str]", code: int) -> None:
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, out + err
    assert "Traceback" not in err


def test_paused_from_elsewhere_it_stops_after_what_is_in_flight_and_goes_on_when_resumed(
    desk: Desk, everybody: list[str]
) -> None:
    with under_way(desk) as (process, counted):
        desk.run("sends", "pause", "1", "--by", "ana@example.org")
        ended(process, 1)
        report = shown(desk)
        assert report["state"] == "paused"
        took = counted.total
        assert 0 < took < PEOPLE
        assert counts(report) == {
            "candidates": PEOPLE,
            "planned": PEOPLE,
            "accepted": took,
            "pending": PEOPLE - took,
        }
        desk.run("sends", "resume", "1")
        assert counted.copies == dict.fromkeys(everybody, 1)
    assert counts(shown(desk)) == {"candidates": PEOPLE, "planned": PEOPLE, "accepted": PEOPLE}


def test_cancelled_from_elsewhere_the_rest_may_get_the_issue_by_another_send(
    desk: Desk, everybody: list[str]
) -> None:
    with under_way(desk) as (process, counted):
        desk.run("sends", "cancel", "1", "--by", "ana@example.org")
        ended(process, 1)
        report, took = shown(desk), counted.total
        assert report["state"] == "cancelled"
        spared = {"excluded": {"cancelled": PEOPLE - took}}
        assert counts(report) == {"candidates": PEOPLE, "planned": took, "accepted": took} | spared
        assert counts(send(desk))["accepted"] == PEOPLE - took
        assert counted.copies == dict.fromkeys(everybody, 1)


def test_ctrl_c_pauses_it_after_what_is_in_flight_and_resume_ends_it(
    desk: Desk, everybody: list[str]
) -> None:
    with under_way(desk) as (process, counted):
        process.send_signal(signal.SIGINT)
        ended(process, 130)
        report, took = shown(desk), counted.total
        assert report["state"] == "paused"
        assert counts(report) == {
            "candidates": PEOPLE,
            "planned": PEOPLE,
            "accepted": took,
            "pending": PEOPLE - took,
        }
        desk.run("sends", "resume", "1")
        assert counted.copies == dict.fromkeys(everybody, 1)


def test_ctrl_c_twice_does_not_wait_and_what_was_in_flight_is_in_doubt(
    desk: Desk, everybody: list[str]
) -> None:
    with under_way(desk) as (process, counted):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        ended(process, 130)
        desk.run("sends", "resume", "1", code=1 if counts(shown(desk)).get("in_doubt") else 0)
        copies = counted.copies
    report = counts(shown(desk))
    assert set(copies.values()) == {1}
    assert PEOPLE - len(copies) <= int(str(report.get("in_doubt", 0))) <= 4
    assert copies.keys() <= set(everybody)


def test_of_two_sends_at_once_one_is_refused_and_everybody_gets_one_copy(
    desk: Desk, everybody: list[str]
) -> None:
    with sendgrid(desk) as counted, desk.process(*SEND) as one, desk.process(*SEND) as other:
        said = [process.communicate(timeout=120) for process in (one, other)]
        assert sorted([one.returncode, other.returncode]) == [0, 1], said
        assert counted.copies == dict.fromkeys(everybody, 1)
    assert counts(shown(desk)) == {"candidates": PEOPLE, "planned": PEOPLE, "accepted": PEOPLE}


def test_two_who_resume_it_at_once_share_it_or_wait(desk: Desk, everybody: list[str]) -> None:
    with under_way(desk) as (process, counted):
        desk.run("sends", "pause", "1")
        ended(process, 1)
        words = ("sends", "resume", "1", "--json")
        with desk.process(*words) as one, desk.process(*words) as other:
            said = [each.communicate(timeout=120) for each in (one, other)]
            assert (one.returncode, other.returncode) == (0, 0), said
        assert counted.copies == dict.fromkeys(everybody, 1)
