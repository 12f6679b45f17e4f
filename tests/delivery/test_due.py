"""Scheduled sends whose time has come: started, left to a person, or let go."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE
from tests.providers.loopback import Loopback
from tests.sending import TAKEN, approve, counts, log, outbox, posted, readers, send, shown, through

from lpdownload.store import sends


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Two readers of an approved issue."""
    readers(desk, 2)
    approve(desk)
    return desk


def missed(desk: Desk, by: timedelta) -> None:
    """The time of the first send has passed so long ago, and nothing was running."""
    with desk.open() as database, database.writing() as connection:
        starts_at = datetime.now(UTC) - by
        sends.change(connection, 1, starts_at=starts_at, created_at=starts_at - timedelta(days=1))


def scheduled(desk: Desk, *words: str, by: timedelta = timedelta(0)) -> None:
    send(desk, "--at", "2030-09-30 09:00", *words)
    missed(desk, by)


def test_what_is_due_is_started_and_what_is_not_waits(room: Desk) -> None:
    send(room, "--at", "2030-09-30 09:00")
    room.run("worker", "--once")
    assert shown(room)["state"] == "scheduled"
    missed(room, timedelta(seconds=1))
    room.run("worker", "--once")
    report = shown(room)
    assert report["state"] == "done"
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}
    assert len(outbox(room)) == 2
    assert [what for _, what, _ in log(report)] == ["made", "planned", "done"]


def test_an_hour_late_is_not_too_late(room: Desk) -> None:
    scheduled(room, by=timedelta(minutes=59))
    room.run("worker", "--once")
    assert shown(room)["state"] == "done"


def test_more_than_an_hour_late_it_asks_and_whoever_resumes_it_answers(room: Desk) -> None:
    scheduled(room, by=timedelta(hours=2, minutes=5))
    room.run("worker", "--once")
    report = shown(room)
    assert report["state"] == "paused"
    assert str(report["reason"]) == "it is 2 h 5 min late: lpdownload sends resume 1 sends it now"
    assert outbox(room) == {}
    report = room.json("sends", "resume", "1", "--by", "bo")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}
    assert len(outbox(room)) == 2


@pytest.mark.parametrize(
    ("late", "by", "state"),
    [
        ("skip", timedelta(minutes=4), "done"),
        ("skip", timedelta(minutes=6), "cancelled"),
        ("within 2h", timedelta(minutes=119), "done"),
        ("within 2h", timedelta(minutes=121), "cancelled"),
        ("within 30m", timedelta(minutes=31), "cancelled"),
    ],
)
def test_the_issue_says_how_late_is_too_late(file_desk: Desk, late: str, by: timedelta, state: str) -> None:
    file_desk.newsroom.change(ISSUE, HEAD, f"{HEAD}late: {late}\n")
    readers(file_desk, 1)
    approve(file_desk)
    scheduled(file_desk, by=by)
    file_desk.run("worker", "--once")
    report = shown(file_desk)
    assert report["state"] == state
    assert ("late" in str(report["reason"])) == (state == "cancelled")


def test_what_was_changed_after_it_was_scheduled_is_not_sent_until_it_is_approved(room: Desk) -> None:
    scheduled(room)
    room.newsroom.change(ISSUE, "children swim", "children play")
    room.run("worker", "--once")
    report = shown(room)
    assert report["state"] == "paused"
    assert "its content changed since" in str(report["reason"])
    assert outbox(room) == {}
    approve(room)
    report = room.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}


def test_another_rule_of_who_gets_it_is_not_sent_either(room: Desk) -> None:
    scheduled(room)
    room.newsroom.change(ISSUE, HEAD, f"{HEAD}audience: {{segment: new-york}}\n")
    room.run("worker", "--once")
    assert "its audience changed since" in str(shown(room)["reason"])


def test_what_was_waived_when_it_was_scheduled_is_waived_when_it_starts(desk: Desk) -> None:
    readers(desk, 1)
    scheduled(desk, "--waive", "approval", "--reason", "it burns")
    desk.run("worker", "--once")
    assert shown(desk)["state"] == "done"


def test_who_comes_and_goes_before_it_starts_counts(room: Desk) -> None:
    scheduled(room)
    readers(room, 1, "late")
    room.run("subscribers", "unsubscribe", "p1@example.org", "--newsletter", "town")
    room.run("worker", "--once")
    assert outbox(room).keys() == {"p2@example.org", "late1@example.org"}


def test_a_send_for_later_may_have_nobody_yet_but_not_when_it_starts(desk: Desk) -> None:
    approve(desk)
    scheduled(desk)
    desk.run("worker", "--once")
    assert (shown(desk)["state"], str(shown(desk)["reason"])) == ("paused", "nobody would get town/2024-09")


def test_an_account_that_is_gone_pauses_the_send_and_leaves_the_others_alone(room: Desk) -> None:
    room.newsroom.add("newsletters/network.yaml", "accounts:\n  main: {provider: outbox}\n")
    scheduled(room, "--account", "main")
    room.newsroom.change("newsletters/network.yaml", "accounts:\n  main: {provider: outbox}\n", "")
    room.run("worker", "--once")
    report = shown(room)
    assert report["state"] == "paused"
    assert "of the name main" in str(report["reason"])


def test_a_newsletter_that_cannot_be_read_holds_up_nobody_elses_send(room: Desk) -> None:
    room.newsroom.write("newsletters/lab/2024-09.yaml", room.root.joinpath(ISSUE).read_text("utf-8"))
    scheduled(room)
    with room.open() as database, database.writing() as connection:
        number = connection.exec_driver_sql("SELECT max(id) FROM issues").scalar_one()
        assert number == 1
    room.add("x@example.org", "lab")
    room.run("approve", "lab/2024-09", "--by", "ana")
    room.run("send", "lab/2024-09", "--yes", "--at", "2030-09-30 09:00")
    room.newsroom.write("newsletters/lab/newsletter.yaml", "name: [\n")
    room.run("worker", "--once")
    assert shown(room)["state"] == "done"


def test_the_account_chosen_when_it_was_scheduled_carries_it(room: Desk) -> None:
    with Loopback(lambda _: TAKEN) as service:
        through(room, "sendgrid", service)
        scheduled(room)
        room.newsroom.change(".env", "LPDOWNLOAD_PROVIDER=sendgrid\n", "")
        room.run("worker", "--once")
    assert len(posted(service)) == 1
    assert shown(room)["account"] == "sendgrid"
