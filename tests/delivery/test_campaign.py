"""A send as a campaign: made once whatever dies or is lost, and paused with the reason if stopped."""

import shutil
import signal
from datetime import UTC, datetime

import pytest
from tests.campaigning import AT, THERE, campaigning, messaging, send, state
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers.loopback import Answer
from tests.providers.test_mailchimp import problem
from tests.sending import counts, log

from lpdownload.content.library import Library
from lpdownload.delivery.campaign_decisions import cancel
from lpdownload.delivery.campaign_services import campaign_services
from lpdownload.errors import InvalidInput
from lpdownload.settings import load_settings
from lpdownload.store import sends
from lpdownload.store.database import FILE
from lpdownload.store.facts import ledger_name


def test_a_campaign_is_made_filled_and_sent_and_the_ledger_has_their_name_for_it(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        report = send(desk)
        assert (report["state"], report["campaign"]) == ("sending", "c0")
        assert vendor.acts == ["campaigns", "content", "send"]
        assert "*|UNSUB|*" in str(vendor.content)
        (made,) = vendor.campaigns
        assert made["recipients"] == {"list_id": "a3"}
        vendor.says("sent", emails_sent=3)
        report = desk.json("sends", "show", "1")
    assert (report["state"], counts(report)) == ("done", {"candidates": 3, "planned": 3, "accepted": 3})
    assert log(report)[-1] == ("Mailchimp", "done", "3 accepted")


def test_a_later_time_is_their_schedule_and_no_worker_of_ours_fires_it(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        assert send(desk, "--at", AT)["state"] == "scheduled"
        assert [each["send_time"] for each in vendor.campaigns] == [THERE]
        desk.run("worker", "--once")
        assert (vendor.acts[-1], state(desk)) == ("schedule", ("scheduled", ""))


def test_what_their_checklist_misses_pauses_the_send_and_resuming_uses_the_same_campaign(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.ready = False
        assert send(desk, code=1)["state"] == "paused"
        assert "checklist" in state(desk)[1]
        assert vendor.statuses == ["save"]
        vendor.ready = True
        assert desk.json("sends", "resume", "1")["state"] == "sending"
    assert vendor.statuses == ["sending"]


def test_a_lost_answer_to_sending_is_in_doubt_and_resuming_finds_it_on_its_way(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.lost = {"send"}
        send(desk, code=0)  # in doubt, asked about, and on its way
        desk.json("sends", "show", "1")
        assert state(desk)[0] == "sending"
    assert vendor.acts.count("send") == 1
    with desk.open() as database, database.reading() as connection:
        said = [row[0] for row in connection.exec_driver_sql("SELECT what FROM send_log ORDER BY id")]
    assert said[-2:] == ["paused", "sending"]


def test_a_call_that_failed_in_doubt_and_was_not_taken_is_repeated_by_a_person_only(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.instead = {"send": Answer(500, b"<html>")}
        send(desk, code=1)
        desk.run("worker", "--once")
        assert (state(desk)[0], vendor.acts.count("send")) == ("paused", 1)
        desk.run("sends", "resume", "1")
        assert (state(desk)[0], vendor.acts.count("send")) == ("sending", 2)
    assert vendor.statuses == ["sending"]


@pytest.mark.parametrize("act", ["campaigns", "content", "schedule"])
def test_whatever_is_refused_pauses_with_their_words(desk: Desk, act: str) -> None:
    with campaigning(desk) as vendor:
        vendor.instead = {act: problem(400, "Bad Request", "Not on a Sunday.")}
        send(desk, "--at", AT, code=1)
        assert state(desk)[0] == "paused"
        assert "Not on a Sunday." in state(desk)[1]
        desk.run("sends", "resume", "1")
        assert (state(desk)[0], vendor.statuses) == ("scheduled", ["schedule"])


def test_a_lost_answer_to_making_it_leads_to_the_campaign_that_was_made(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.lost = {"campaigns"}
        send(desk)
    assert vendor.statuses == ["sending"]


def test_a_process_killed_in_the_middle_leaves_a_campaign_that_resuming_finds(file_desk: Desk) -> None:
    desk = file_desk
    with campaigning(desk) as vendor:
        vendor.instead = {"content": Answer(breaks="silent")}
        process = desk.process("send", KEY, "--yes")
        while "content" not in vendor.acts:
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert state(desk)[0] == "scheduled"
        desk.run("sends", "pause", "1")
        desk.run("sends", "resume", "1")
        assert state(desk)[0] == "sending"
    assert vendor.statuses == ["sending"]


def test_resuming_sends_what_was_approved_whatever_the_file_says_now(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.ready = False
        send(desk, code=1)
        desk.newsroom.change("newsletters/town/2024-09.yaml", "A river is clean again", "A lake is not")
        vendor.ready = True
        desk.run("sends", "resume", "1")
    assert "A river is clean again" in str(vendor.content)


def test_another_list_after_the_campaign_was_made_is_no_list_of_this_send(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.ready = False
        send(desk, code=1)
        desk.newsroom.change("newsletters/town/newsletter.yaml", "audience: a3", "audience: a2")
        desk.run("sends", "resume", "1", code=1)
        assert "was changed" in state(desk)[1]


def test_an_older_database_does_not_take_a_later_send_s_campaign_for_its_own(file_desk: Desk) -> None:
    desk = file_desk
    with campaigning(desk) as vendor:
        with desk.open() as database, database.writing() as connection:
            ledger_name(connection)
        shutil.copy(desk.root / FILE, desk.root / "yesterday")
        send(desk)
        vendor.says("sent", emails_sent=3)
        shutil.copy(desk.root / "yesterday", desk.root / FILE)
        for name in (f"{FILE}-wal", f"{FILE}-shm"):
            (desk.root / name).unlink(missing_ok=True)
        send(desk, code=1)
        assert state(desk)[0] == "paused"
        assert "already" in state(desk)[1]
        desk.run("worker", "--once")
        assert state(desk)[0] == "paused"
        desk.run("sends", "cancel", "1")
        send(desk)
        assert vendor.statuses == ["sent", "sending"]


def test_a_second_send_of_the_issue_is_refused_while_theirs_is_on_its_way(desk: Desk) -> None:
    with campaigning(desk):
        send(desk, "--at", AT)
        assert "send-exists" in {finding.rule for finding in desk.refused("send", KEY, "--yes")}


def test_action_network_is_waited_for_while_it_counts_and_its_number_is_checked(desk: Desk) -> None:
    with messaging(desk) as vendor:
        assert send(desk)["state"] == "sending"
        assert [message["status"] for message in vendor.messages] == ["sending"]


def test_a_number_that_is_known_only_then_and_is_not_ours_pauses_the_send(desk: Desk) -> None:
    with messaging(desk) as vendor:
        vendor.people = 4000
        send(desk, code=1)
        assert state(desk)[0] == "paused"
        assert "3 people here, 4,000 there" in state(desk)[1]
        desk.run("sends", "resume", "1", code=1)  # which is no answer to that
        assert [message["status"] for message in vendor.messages] == ["draft"]
        desk.run("sends", "cancel", "1")
        send(desk, "--waive", "count")
        assert [message["status"] for message in vendor.messages] == ["draft", "sending"]


def test_resuming_looks_at_the_number_again(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.ready = False
        send(desk, code=1)
        desk.run("subscribers", "erase", "p1@example.org", "--yes")
        desk.run("subscribers", "erase", "p2@example.org", "--yes")
        (finding,) = desk.refused("sends", "resume", "1")
        assert finding.message == "1 people here, 3 there"
        assert vendor.statuses == ["save"]


def test_an_issue_that_was_mailed_is_not_mailed_again_by_either_way(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        send(desk)
        vendor.says("sent", emails_sent=3)
        desk.run("sends", "show", "1")
        for account in ("mailchimp", "outbox"):
            found = desk.refused("send", KEY, "--yes", "--account", account)
            assert "sent-before" in {finding.rule for finding in found}


def test_an_issue_that_was_mailed_from_here_is_no_campaign(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        desk.run("send", KEY, "--yes", "--account", "outbox")
        assert "sent-before" in {finding.rule for finding in desk.refused("send", KEY, "--yes")}
    assert vendor.acts == []


def test_a_campaign_that_went_to_nobody_leaves_the_issue_to_be_sent(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.instead = {"send": Answer(500, b"<html>")}
        send(desk, code=1)
        desk.run("sends", "cancel", "1")
        send(desk)
    assert vendor.statuses == ["save", "sending"]


def test_a_cancellation_while_they_are_told_takes_it_off_their_schedule_again(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        vendor.meanwhile = {"schedule": lambda: _ended(desk)}
        desk.run("send", KEY, "--yes", "--at", AT)
        assert (state(desk)[0], vendor.statuses) == ("cancelled", ["save"])


def test_nobody_decides_about_a_send_while_they_are_told_to_send_it(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        found: list[str] = []

        def decides() -> None:
            library = Library(desk.root, load_settings(desk.root))
            with desk.open() as database, campaign_services(library) as services:
                with database.reading() as connection:
                    making = sends.find(connection, 1)
                with pytest.raises(InvalidInput) as raised:
                    cancel(database, services, making, by="ana", why="")
            found.append(raised.value.findings[0].rule)

        vendor.meanwhile = {"send": decides}
        desk.run("send", KEY, "--yes")
    assert found == ["handing-over"]
    assert vendor.statuses == ["sending"]


def _ended(desk: Desk) -> None:
    """Somebody cancels the send in the ledger."""
    with desk.open() as database, database.writing() as connection:
        sends.cancel(connection, 1, by="ana", why="", now=datetime.now(UTC))
