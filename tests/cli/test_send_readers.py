"""`lpdownload send`: an issue to its readers, each once; what is looked at, asked and told."""

import json
import os
import pty
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE, KEY
from tests.providers.loopback import Loopback
from tests.sending import (
    ANA,
    BO,
    TAKEN,
    approve,
    counts,
    log,
    outbox,
    posted,
    readers,
    rules,
    send,
    shown,
    through,
)

from lpdownload.store.tables import recipients, sends

NETWORK = "newsletters/network.yaml"


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPDOWNLOAD_APPROVER", raising=False)


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Three readers of an approved issue, and one who has left."""
    readers(desk, 3)
    desk.add("gone@example.org", "town")
    desk.run("subscribers", "unsubscribe", "gone@example.org", "--newsletter", "town")
    approve(desk)
    return desk


def made(desk: Desk) -> int:
    """How many sends there are."""
    with desk.open() as database, database.reading() as connection:
        return len(connection.execute(select(sends.c.id)).all())


def test_an_imported_list_gets_an_approved_issue_once_and_everybody_is_accounted_for(desk: Desk) -> None:
    desk.newsroom.write("p.csv", desk.run("demo", "subscribers", "500", "--seed", "1").stdout)
    desk.run("subscribers", "import", "p.csv", "--newsletter", "town", "--source", "demo")
    active = desk.json("audience", KEY)["included"]
    approve(desk, "reviewer@example.org")
    report = send(desk)
    assert (report["id"], report["state"], report["issue"], report["account"]) == (1, "done", KEY, "outbox")
    found = report["counts"]
    assert isinstance(found, dict)
    assert found["planned"] == found["accepted"] == active == len(outbox(desk))
    assert found["candidates"] == found["planned"] + sum(found["excluded"].values())
    (finding,) = desk.refused("send", KEY, "--yes")
    assert finding.rule == "audience-nobody"
    assert f"{active:,} already received" in finding.message
    assert made(desk) == 1


def test_a_report_is_as_the_documentation_says(room: Desk) -> None:
    report = send(room)
    assert list(report)[:9] == [
        "id",
        "issue",
        "state",
        "account",
        "scheduled_at",
        "counts",
        "batches",
        "started_at",
        "finished_at",
    ]
    assert report == shown(room)
    assert report["counts"] == {
        "candidates": 4,
        "planned": 3,
        "excluded": {"unsubscribed": 1},
        "pending": 0,
        "accepted": 3,
        "refused": 0,
        "failed": 0,
        "in_doubt": 0,
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
    }
    assert report["batches"] == {"accepted": 1}
    for name in ("scheduled_at", "started_at", "finished_at"):
        moment = datetime.strptime(str(report[name]), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        assert abs((datetime.now(UTC) - moment).total_seconds()) < 3_600
    assert log(report) == [(BO, "made", ""), (BO, "planned", ""), ("lpdownload", "done", "")]


def test_a_dry_run_looks_at_everything_and_makes_nothing(room: Desk) -> None:
    report = room.json("send", KEY, "--dry-run")
    assert (report["dry_run"], report["would_send"], report["delivers"]) == (True, True, False)
    assert report["counts"] == {"candidates": 4, "planned": 3, "excluded": {"unsubscribed": 1}}
    assert report["variants"] == [{"language": "en", "segments": []}]
    assert report["findings"] == []
    said = room.run("send", KEY, "--dry-run").stdout
    assert said.startswith(f"{KEY} would go to 3 of 4 people now, through outbox, in 1 variants")
    assert "without 1 unsubscribed" in said
    assert (made(room), outbox(room)) == (0, {})


def test_a_dry_run_of_what_must_not_go_out_ends_with_1_and_says_why(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA, "--withdraw")
    report = room.json("send", KEY, "--dry-run", code=1)
    findings = report["findings"]
    assert isinstance(findings, list)
    assert (report["would_send"], [found["rule"] for found in findings]) == (False, ["not-approved"])


def test_what_is_not_approved_goes_to_nobody(room: Desk) -> None:
    room.newsroom.change(ISSUE, "children swim", "children play")
    (finding,) = room.refused("send", KEY, "--yes")
    assert finding.rule == "not-approved"
    assert f"{ANA} approved it on" in finding.message
    assert "content changed since" in finding.message
    assert "--waive approval" in finding.hint
    assert (made(room), outbox(room)) == (0, {})


def test_off_a_terminal_nothing_is_sent_without_a_yes_and_the_gate_comes_first(room: Desk) -> None:
    result = room.run("send", KEY, code=2)
    assert "--yes sends it" in result.stderr
    assert (made(room), outbox(room)) == (0, {})
    room.newsroom.change(ISSUE, "children swim", "children play")
    (finding,) = room.refused("send", KEY)
    assert finding.rule == "not-approved"


def test_a_translation_is_not_sent_by_itself(room: Desk) -> None:
    room.newsroom.write("newsletters/town/2024-09.es.yaml", room.root.joinpath(ISSUE).read_text("utf-8"))
    (finding,) = room.refused("send", f"{KEY}.es", "--yes")
    assert finding.rule == "translation"
    assert f"goes out with {KEY}" in finding.message
    assert finding.hint == f"lpdownload send {KEY}"


def test_a_send_for_later_is_only_scheduled(room: Desk) -> None:
    report = send(room, "--at", "2030-09-30 09:00")
    assert (report["state"], report["scheduled_at"]) == ("scheduled", "2030-09-30T13:00:00Z")
    assert (report["started_at"], report["finished_at"], report["batches"]) == (None, None, {})
    assert counts(report) == {}
    assert outbox(room) == {}


def test_a_time_that_has_passed_is_refused(room: Desk) -> None:
    assert rules(room, "--at", "2020-09-30 09:00") == ["past"]
    assert rules(room, "--at", "tomorrow") == ["bad-time"]
    assert made(room) == 0


def test_the_time_in_the_file_is_when_it_goes_out(room: Desk) -> None:
    room.newsroom.change(ISSUE, HEAD, f"{HEAD}send_at: 2031-01-02 08:00\n")
    approve(room)
    report = send(room)
    assert (report["state"], report["scheduled_at"]) == ("scheduled", "2031-01-02T13:00:00Z")


def test_words_that_mean_nothing_are_all_told_at_once(room: Desk) -> None:
    assert rules(room, "--only-to", "everybody", "--waive", "checks") == ["only-to", "reason", "waive"]


def test_who_waives_something_is_noted_with_the_reason(desk: Desk) -> None:
    readers(desk, 1)
    report = send(desk, "--waive", "approval", "--reason", "the server burns")
    assert counts(report) == {"candidates": 1, "planned": 1, "accepted": 1}
    assert (BO, "waived approval", "the server burns") in log(report)
    result = desk.run("send", KEY, "--dry-run", "--waive", "approval", "--by", BO, code=1)
    assert f"is not approved (waived by {BO})" in result.stdout


def test_a_service_that_takes_it_is_named_in_the_report(room: Desk) -> None:
    with Loopback(lambda _: TAKEN) as service:
        through(room, "sendgrid", service)
        report = send(room)
    assert (report["account"], report["provider"]) == ("sendgrid", "sendgrid")
    assert len(posted(service)) == 1


def on_a_terminal(desk: Desk, answer: str) -> tuple[int, str, str]:
    """`send` with somebody who types that; exit code, standard output, standard error."""
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "rb") as stdin, desk.process("send", KEY, stdin=stdin) as process:
            os.write(ours, f"{answer}\n".encode())
            out, err = process.communicate()
            return process.returncode, out, err
    finally:
        os.close(ours)


def test_on_a_terminal_the_number_of_people_has_to_be_typed(room: Desk) -> None:
    code, _, err = on_a_terminal(room, "4")
    assert code == 1
    assert "nothing was sent" in err
    assert (made(room), outbox(room)) == (0, {})
    code, out, err = on_a_terminal(room, "3")
    assert code == 0, err
    assert "Send 1 of town/2024-09 through outbox: done" in out
    assert len(outbox(room)) == 3


def test_the_question_names_all_that_one_should_know_and_nobodys_address(room: Desk) -> None:
    _, _, err = on_a_terminal(room, "no")
    for words in (
        "Issue     town/2024-09, Town Download",
        "From      Town Download <town@example.org>",
        "Through   outbox, a folder",
        f"Approved  {ANA} on ",
        "Segment   every subscriber",
        "People    3 of 4: ",
        "Without   1 unsubscribed",
    ):
        assert words in err
    assert "p1@example.org" not in err


def test_nobodys_address_is_told_by_a_send(room: Desk) -> None:
    result = room.run("send", KEY, "--yes")
    for text in (result.stdout, result.stderr):
        assert "p1@" not in text
    with room.open() as database, database.reading() as connection:
        assert len(connection.execute(select(recipients)).all()) == 3
    assert json.loads(room.run("sends", "show", "1", "--json").stdout)["state"] == "done"


def test_somebody_who_joins_while_the_number_is_typed_stops_the_send(room: Desk) -> None:
    ours, theirs = pty.openpty()
    try:
        with os.fdopen(theirs, "rb") as stdin, room.process("send", KEY, stdin=stdin) as process:
            assert process.stderr
            asked = ""
            while "Type the number" not in asked:
                asked += process.stderr.read(1)
            room.add("late@example.org", "town")
            os.write(ours, b"3\n")
            _, err = process.communicate()
    finally:
        os.close(ours)
    assert (process.returncode, outbox(room)) == (1, {})
    assert "4 people would get it by now, 3 were agreed to" in err
