"""What people decide about a send that is a campaign: theirs first, then the ledger; and trying one out."""

import pytest
from sqlalchemy import select
from tests.campaigning import AT, THERE, campaigning, messaging, send, state
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer
from tests.sending import counts

from lpdownload.store.tables import test_sends

TO_SEEDS = ("--test-to", "seed@example.org", "--test-to", "other@example.org")


def tried(desk: Desk) -> list[tuple[str, str | None]]:
    with desk.open() as database, database.reading() as connection:
        rows = connection.execute(
            select(test_sends.c.address, test_sends.c.outcome).order_by(test_sends.c.id)
        )
        return [(row.address, row.outcome) for row in rows]


def test_cancelling_takes_it_off_their_schedule_first(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        assert desk.json("sends", "cancel", "1")["state"] == "cancelled"
        assert vendor.statuses == ["save"]
        send(desk)
    assert vendor.statuses == ["save", "sending"]


def test_what_they_do_not_cancel_is_not_cancelled_here(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk)
        (finding,) = desk.refused("sends", "cancel", "1")
        assert "Pro plan" in finding.hint
        assert state(desk)[0] == "sending"
        vendor.pro = True
        vendor.says("sending", emails_sent=2)
        report = desk.json("sends", "cancel", "1")
    assert (report["state"], vendor.statuses) == ("cancelled", ["canceled"])
    assert counts(report)["accepted"] == 2


def test_what_they_have_sent_meanwhile_is_done_and_not_cancelled(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.says("sent", emails_sent=3)
        assert desk.json("sends", "cancel", "1")["state"] == "done"


def test_pausing_unschedules_and_resuming_keeps_the_time(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        assert desk.json("sends", "pause", "1")["state"] == "paused"
        assert vendor.statuses == ["save"]
        report = desk.json("sends", "resume", "1")
    assert (report["state"], report["scheduled_at"]) == ("scheduled", "2030-09-30T13:15:00Z")
    assert [(each["status"], each["send_time"]) for each in vendor.campaigns] == [("schedule", THERE)]


def test_what_is_going_out_cannot_be_paused(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk)
        (finding,) = desk.refused("sends", "pause", "1")
    assert "cancel" in finding.hint
    assert vendor.statuses == ["sending"]


@pytest.mark.parametrize("before", ["scheduled", "paused"])
def test_rescheduling_changes_both_sides(desk: Desk, before: str) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        if before == "paused":
            desk.run("sends", "pause", "1")
        report = desk.json("sends", "reschedule", "1", "--at", "2030-10-01 09:30")
    assert (report["state"], report["scheduled_at"]) == ("scheduled", "2030-10-01T13:30:00Z")
    assert [each["send_time"] for each in vendor.campaigns] == ["2030-10-01T13:30:00+00:00"]


@pytest.mark.parametrize(
    ("at", "rule"), [("2030-10-01 09:31", "not-a-quarter-hour"), ("2020-10-01 09:30", "past")]
)
def test_a_time_that_is_none_of_theirs_changes_nothing(desk: Desk, at: str, rule: str) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        (finding,) = desk.refused("sends", "reschedule", "1", "--at", at)
    assert finding.rule == rule
    assert vendor.acts[-1] == "schedule"


def test_a_reschedule_that_they_refuse_half_way_leaves_a_paused_send(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        vendor.instead = {"schedule": Answer(500, b"<html>")}
        desk.run("sends", "reschedule", "1", "--at", "2030-10-01 09:30", code=1)
        assert (state(desk)[0], vendor.statuses) == ("paused", ["save"])


def test_resuming_what_was_done_or_cancelled_changes_nothing(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        desk.run("sends", "cancel", "1")
        assert desk.json("sends", "resume", "1")["state"] == "cancelled"
    assert vendor.statuses == ["save"]


def test_watching_ends_when_it_is_over(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk)
        vendor.says("sent", emails_sent=3)
        assert "done: 3 accepted" in desk.run("sends", "watch", "1").stdout


def test_reconciling_asks_them(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk)
        vendor.says("sent", emails_sent=3)
        assert desk.json("sends", "reconcile", "1")["state"] == "done"


def test_off_a_terminal_only_a_send_for_later_goes_without_yes(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        desk.run("send", KEY, code=2)
        assert vendor.acts == []
        desk.run("send", KEY, "--at", AT)
    assert vendor.statuses == ["schedule"]


def test_a_test_goes_to_seeds_from_one_draft_that_says_so(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        for _ in range(2):
            report = desk.json("send", KEY, *TO_SEEDS)
    assert vendor.acts == ["campaigns", "content", "test", "content", "test"]
    (draft,) = vendor.campaigns
    assert str(draft["settings"]).count("[TEST] ") == 1
    assert "error" not in str(report)
    assert tried(desk) == [("seed@example.org", "accepted"), ("other@example.org", "accepted")] * 2


def test_a_test_is_no_send_and_needs_a_seed(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        (finding,) = desk.refused("send", KEY, "--test-to", "p1@example.org")
        assert (finding.rule, vendor.acts) == ("not-a-seed", [])
        desk.run("send", KEY, *TO_SEEDS)
        assert desk.run("sends", "list", "--all").output == "Nothing was sent yet.\n"


def test_a_made_up_reader_is_nothing_a_campaign_knows(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        (finding,) = desk.refused("send", KEY, *TO_SEEDS, "--persona", "ana")
    assert (finding.rule, vendor.acts) == ("made-up-reader", [])


def test_a_provider_that_cannot_test_makes_the_draft_and_says_what_to_do_with_it(desk: Desk) -> None:
    with messaging(desk) as vendor:
        result = desk.run("send", KEY, *TO_SEEDS, code=1)
    assert "send the test from there" in result.stdout
    assert len(vendor.messages) == 1
    assert {outcome for _, outcome in tried(desk)} == {"refused"}


def test_an_answer_to_a_test_that_is_lost_is_in_doubt(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.lost = {"test"}
        desk.run("send", KEY, *TO_SEEDS, code=1)
    assert {outcome for _, outcome in tried(desk)} == {"in_doubt"}


def test_a_provider_that_is_the_outbox_for_everybody_still_lets_a_campaign_be_stopped(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk, "--at", AT)
        settings = (desk.root / ".env").read_text("utf-8")
        desk.newsroom.write(".env", settings.replace("PROVIDER=mailchimp", "PROVIDER=outbox"))
        desk.run("sends", "pause", "1")
        assert vendor.statuses == ["save"]
        (finding,) = desk.refused("sends", "resume", "1")
    assert finding.rule == "stays-here"
