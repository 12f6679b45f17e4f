"""`lpdownload sends`: where every send stands, and what can be decided about it."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import update
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer, Loopback
from tests.sending import (
    ANA,
    TAKEN,
    approve,
    counts,
    due_now,
    later,
    log,
    outbox,
    posted,
    readers,
    rules,
    send,
    sendgrid_to,
    shown,
    through,
)

from lpdownload.store.database import FILE
from lpdownload.store.tables import recipients, sends

AT = ("--at", "2030-09-30 09:00")


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Three readers of an approved issue."""
    readers(desk, 3)
    approve(desk)
    return desk


def paused(desk: Desk) -> None:
    """A send of which everything is planned and nothing has left, as its key was refused."""
    with Loopback(lambda _: Answer(401)) as service:
        through(desk, "sendgrid", service)
        send(desk, code=1)
    later(desk, 10)


def listed(desk: Desk, *words: str) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], json.loads(desk.run("sends", "list", *words, "--json").stdout))


def copies(desk: Desk, address: str) -> list[dict[str, object]]:
    return cast(list[dict[str, object]], desk.json("sends", "explain", address)["copies"])


def test_a_list_shows_what_is_under_way_and_on_request_what_is_over(room: Desk) -> None:
    assert room.run("sends", "list").stdout == "Nothing is scheduled or under way.\n"
    assert room.run("sends", "list", "--all").stdout == "Nothing was sent yet.\n"
    send(room)
    readers(room, 1, "late")
    send(room, *AT)
    assert [(one["id"], one["state"]) for one in listed(room)] == [(2, "scheduled")]
    assert [(one["id"], one["state"]) for one in listed(room, "--all")] == [(2, "scheduled"), (1, "done")]
    lines = room.run("sends", "list", "--all").stdout.splitlines()
    assert lines[1].split() == ["2", KEY, "scheduled", "2030-09-30", "13:00Z", "outbox", "0"]
    assert lines[2].split()[-2:] == ["3", "3"]


def test_a_send_is_told_in_words(room: Desk) -> None:
    send(room)
    said = room.run("sends", "show", "1").stdout
    assert said.startswith(f"Send 1 of {KEY} through outbox: done\n")
    for line in ("candidates 3", "= planned 3", "accepted 3", "pending 0", "in doubt 0"):
        assert line in " ".join(said.split())
    assert "bo@example.org  planned" in said


def test_a_send_that_is_not_there_is_told(room: Desk) -> None:
    for command in ("show", "pause", "resume", "cancel", "adopt", "watch"):
        (finding,) = room.refused("sends", command, "7")
        assert finding.rule == "unknown-send"


def test_a_scheduled_send_may_be_given_another_time(room: Desk) -> None:
    send(room, *AT)
    report = room.json("sends", "reschedule", "1", "--at", "2031-01-02 08:00", "--by", "bo", "--why", "snow")
    assert (report["state"], report["scheduled_at"]) == ("scheduled", "2031-01-02T13:00:00Z")
    assert log(report)[-1] == ("bo", "rescheduled to 2031-01-02T13:00:00Z", "snow")
    assert [each.rule for each in room.refused("sends", "reschedule", "1", "--at", "2020-01-02 08:00")] == [
        "past"
    ]


def test_a_send_that_has_begun_is_given_no_other_time(room: Desk) -> None:
    paused(room)
    (finding,) = room.refused("sends", "reschedule", "1", "--at", "2031-01-02 08:00")
    assert finding.rule == "begun"


def test_a_scheduled_send_may_be_cancelled_and_the_issue_sent_after_all(room: Desk) -> None:
    send(room, *AT)
    report = room.json("sends", "cancel", "1", "--by", "bo", "--why", "a typing mistake")
    assert (report["state"], counts(report)) == ("cancelled", {})
    assert log(report)[-1] == ("bo", "cancelled", "a typing mistake")
    assert counts(send(room)) == {"candidates": 3, "planned": 3, "accepted": 3}


def test_whom_a_cancelled_send_had_not_reached_may_get_the_issue_by_another(room: Desk) -> None:
    paused(room)
    report = room.json("sends", "cancel", "1")
    assert counts(report) == {"candidates": 3, "excluded": {"cancelled": 3}}
    assert copies(room, "p1@example.org")[0]["state"] == "not sent: the send was cancelled"
    room.newsroom.write(".env", "")
    assert counts(send(room)) == {"candidates": 3, "planned": 3, "accepted": 3}
    assert len(outbox(room)) == 3


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("cancel", "pause"),
        ("cancel", "resume"),
        ("cancel", "cancel"),
        ("pause", "pause"),
    ],
)
def test_what_makes_no_sense_is_refused(file_desk: Desk, first: str, then: str) -> None:
    readers(file_desk, 1)
    approve(file_desk)
    send(file_desk, *AT)
    file_desk.run("sends", first, "1")
    (finding,) = file_desk.refused("sends", then, "1")
    assert finding.rule == "illegal-move"


def test_what_is_done_is_neither_paused_nor_cancelled(room: Desk) -> None:
    send(room)
    for command in ("pause", "cancel"):
        assert [each.rule for each in room.refused("sends", command, "1")] == ["illegal-move"]


def test_a_paused_send_is_left_to_a_worker_if_one_wants(room: Desk) -> None:
    paused(room)
    with Loopback(lambda _: TAKEN) as service:
        through(room, "sendgrid", service)
        assert room.json("sends", "resume", "1", "--detach")["state"] == "sending"
        assert posted(service) == []
        room.run("worker", "--once")
        assert len(posted(service)) == 1
    assert shown(room)["state"] == "done"


def test_a_correction_goes_to_those_who_got_it_and_to_nobody_else(room: Desk) -> None:
    send(room)
    readers(room, 2, "late")
    room.run("subscribers", "unsubscribe", "p1@example.org", "--newsletter", "town")
    shutil.rmtree(room.root / "outbox")
    report = send(room, "--only-to", "accepted", "--reason", "the link was wrong")
    assert (report["edition"], report["only_to"]) == (1, "accepted")
    assert outbox(room).keys() == {"p2@example.org", "p3@example.org"}
    assert log(report)[0][1:] == ("made", "the link was wrong")
    shutil.rmtree(room.root / "outbox")
    send(room)
    assert outbox(room).keys() == {"late1@example.org", "late2@example.org"}


def test_a_further_send_goes_to_those_for_whom_the_first_failed(room: Desk) -> None:
    paused(room)
    room.run("subscribers", "unsubscribe", "p1@example.org", "--newsletter", "lab")
    with room.open() as database, database.writing() as connection:
        connection.execute(
            update(recipients).where(recipients.c.email == "p2@example.org").values(email="not an address")
        )
    with Loopback(lambda _: TAKEN) as service:
        through(room, "sendgrid", service)
        report = room.json("sends", "resume", "1")
        assert counts(report) == {"candidates": 3, "planned": 3, "accepted": 2, "failed": 1}
        assert rules(room, "--only-to", "accepted") == ["reason"]
        report = send(room, "--only-to", "failed", "--reason", "their address was mended")
        assert counts(report) == {"candidates": 1, "planned": 1, "accepted": 1}
        assert [sendgrid_to(asked) for asked in posted(service)][1:] == [["p2@example.org"]]
        assert rules(room, "--only-to", "not-reached", "--reason", "x") == ["audience-nobody"]


def test_one_person_is_told_everything_that_became_of_their_copies(room: Desk) -> None:
    assert "No issue was ever planned" in room.run("sends", "explain", "p1@example.org").stdout
    send(room)
    send(room, "--only-to", "accepted", "--reason", "the link was wrong")
    found = copies(room, "P1@Example.org")
    assert [(one["send"], one["issue"], one["state"], one["account"]) for one in found] == [
        (2, KEY, "accepted", "outbox"),
        (1, KEY, "accepted", "outbox"),
    ]
    assert f"{KEY}  send 1  accepted" in room.run("sends", "explain", "p1@example.org").stdout
    assert [each.rule for each in room.refused("sends", "explain", "who@example.org")] == [
        "unknown-subscriber"
    ]
    assert [each.rule for each in room.refused("sends", "explain", "who")] == ["bad-email"]


def test_watching_ends_with_the_send(room: Desk) -> None:
    send(room)
    assert room.run("sends", "watch", "1").stdout.startswith(f"Send 1 of {KEY} through outbox: done")


def test_a_copied_newsroom_fires_nothing_until_somebody_adopts_it(
    file_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    readers(file_desk, 2)
    approve(file_desk)
    due_now(file_desk)
    copy = file_desk.root.with_name("copy")
    shutil.copytree(file_desk.root, copy)
    monkeypatch.chdir(copy)
    file_desk.run("worker", "--once")
    assert not (copy / "outbox").exists()
    assert "lpdownload sends adopt 1" in file_desk.run("sends", "list").stderr
    (finding,) = file_desk.refused("sends", "resume", "1")
    assert finding.rule == "another-database"
    report = file_desk.json("sends", "adopt", "1", "--by", "bo", "--why", "the old machine is gone")
    assert log(report)[-1] == ("bo", "adopted", "the old machine is gone")
    file_desk.run("worker", "--once")
    assert len(list((copy / "outbox").glob("*.eml"))) == 2
    assert not (file_desk.root / "outbox").exists()


@pytest.mark.parametrize("lease", ["kept", "lost"])
def test_a_database_that_was_restored_fires_nothing_by_itself(file_desk: Desk, lease: str) -> None:
    readers(file_desk, 2)
    approve(file_desk)
    send(file_desk, *AT)
    file_desk.run("db", "backup", "--out", "yesterday.db")
    with file_desk.open() as database, database.writing() as connection:
        connection.execute(update(sends).values(starts_at=datetime.now(UTC)))
    file_desk.run("worker", "--once")
    assert len(outbox(file_desk)) == 2
    for end in ("", "-wal", "-shm", *(("-lease",) if lease == "lost" else ())):
        (file_desk.root / f"{FILE}{end}").unlink(missing_ok=True)
    shutil.copy(file_desk.root / "yesterday.db", file_desk.root / FILE)
    with file_desk.open() as database, database.writing() as connection:
        connection.execute(update(sends).values(starts_at=datetime.now(UTC) - timedelta(minutes=1)))
    shutil.rmtree(file_desk.root / "outbox")
    file_desk.run("worker", "--once")
    assert outbox(file_desk) == {}
    assert shown(file_desk)["state"] == "scheduled"
    assert ANA in str(file_desk.json("review", KEY)["approvals"])


@pytest.mark.parametrize("local", [(), ("--local",)], ids=["at one moment", "at each one's own"])
def test_a_send_for_later_that_was_paused_keeps_its_time_when_it_is_resumed(
    room: Desk, local: tuple[str, ...]
) -> None:
    before = send(room, *AT, *local)
    room.run("sends", "pause", "1")
    for _ in range(2):
        assert "A worker starts it" in room.run("sends", "resume", "1").stderr
        after = shown(room)
        assert after["state"] == "scheduled"
        assert [after[name] for name in ("scheduled_at", "local")] == [
            before["scheduled_at"],
            before["local"],
        ]
    assert outbox(room) == {}


def test_resuming_what_is_over_changes_nothing(room: Desk) -> None:
    before = send(room)
    assert "nothing to go on with" in room.run("sends", "resume", "1").stderr
    assert [each.rule for each in room.refused("sends", "adopt", "1")] == ["nothing-to-adopt"]
    assert shown(room) == before


def test_a_send_that_stopped_is_named_with_what_goes_on_with_it(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)
    paused(desk)
    (finding,) = desk.refused("send", KEY, "--yes")
    assert (finding.rule, "sends resume 1" in finding.hint) == ("send-exists", True)


@pytest.mark.parametrize("number", ["0", "-1", "99999999999999999999999", "x"])
def test_what_is_no_number_of_a_send_is_a_wrong_argument(file_desk: Desk, number: str) -> None:
    file_desk.run("sends", "show", "--", number, code=2)
