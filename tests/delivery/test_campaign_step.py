"""The ledger follows what became of a campaign on their side, by the moves there are."""

import pytest
from tests.campaigning import AT, THERE, an_hour_later, campaigning, messaging, send, state
from tests.desk import Desk
from tests.providers.loopback import Answer
from tests.sending import counts

from lpdownload.delivery.campaign_step import counts_of
from lpdownload.providers.campaigns import Campaign


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("schedule", "scheduled"),
        ("sending", "sending"),
        ("sent", "done"),
        ("paused", "paused"),
        ("canceled", "cancelled"),
        ("some day", "scheduled"),
    ],
)
def test_a_worker_takes_over_what_their_state_is(desk: Desk, theirs: str, ours: str) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.says(theirs)
        desk.run("worker", "--once")
        assert state(desk)[0] == ours


def test_a_paused_send_that_was_sent_from_their_site_is_done_with_their_numbers(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        desk.run("sends", "pause", "1")
        vendor.says("sent", emails_sent=3, report_summary={"unique_opens": 2})
        desk.run("worker", "--once")
    assert state(desk) == ("done", "3 accepted, 2 opened")


def test_another_time_on_their_site_is_the_send_s_time(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.says("schedule", send_time=THERE.replace("13:15", "18:00"))
        desk.run("worker", "--once")
        report = desk.json("sends", "show", "1")
    assert report["scheduled_at"] == "2030-09-30T18:00:00Z"


def test_a_draft_is_left_alone_while_somebody_may_be_making_it_and_then_pauses_the_send(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.says("save")
        desk.run("worker", "--once")
        assert state(desk)[0] == "scheduled"
        an_hour_later(desk)
        desk.run("worker", "--once")
        assert state(desk)[0] == "paused"
        assert "holds it as a draft" in state(desk)[1]


def test_a_campaign_that_was_removed_there_pauses_the_send(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.campaigns.clear()
        desk.run("worker", "--once")
    assert state(desk)[0] == "paused"
    assert "Not Found" in state(desk)[1]


def test_who_does_not_answer_changes_nothing_and_is_shown_as_last_known(desk: Desk) -> None:
    with campaigning(desk):
        send(desk, "--at", AT)
    desk.run("worker", "--once")
    result = desk.run("sends", "show", "1")
    assert state(desk)[0] == "scheduled"
    assert "error" in result.stderr


def test_bounces_and_complaints_are_taken_over_when_it_is_shown(desk: Desk) -> None:
    with messaging(desk) as vendor:
        send(desk)
        numbers = {"sent": 3, "bounced": 2, "spam_reports": 1}
        vendor.messages[0].update(status="sent", statistics=numbers)
        report = desk.json("sends", "show", "1")
    wanted = {"candidates": 3, "planned": 3, "accepted": 3, "bounced": 2, "complained": 1}
    assert counts(report) == wanted
    with desk.open() as database, database.reading() as connection:
        row = connection.exec_driver_sql("SELECT bounced, complained, planned FROM sends").one()
    assert tuple(row) == (2, 1, None)


def test_a_worker_of_a_copy_leaves_the_campaign_to_the_original(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        with desk.open() as database, database.writing() as connection:
            connection.exec_driver_sql("UPDATE sends SET instance = 'elsewhere'")
        vendor.says("sent")
        desk.run("worker", "--once")
        assert state(desk)[0] == "scheduled"
        for command in (["cancel"], ["pause"], ["resume"], ["reschedule", "--at", AT]):
            (finding,) = desk.refused("sends", command[0], "1", *command[1:])
            assert finding.rule == "another-database"
    assert vendor.acts[-1] == "schedule"


def test_two_bad_answers_are_no_end_of_the_worker(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.unreadable = Answer(200, b"<html>")
        desk.run("worker", "--once")
        vendor.unreadable = Answer(503)
        desk.run("worker", "--once")
    assert state(desk)[0] == "scheduled"


@pytest.mark.parametrize("found", ["sent", "sending", "cancelled"])
def test_their_numbers_add_up_as_ours_do(found: str) -> None:
    campaign = Campaign("c", found, recipients=9, statistics={"accepted": 4})  # type: ignore[arg-type]
    counted = counts_of(campaign)
    assert counted.planned == counted.pending + counted.accepted == counted.candidates
