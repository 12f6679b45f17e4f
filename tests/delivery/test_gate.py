"""What stands between an issue and its readers: everything that is wrong is told at once, nothing is sent."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE, KEY, issue
from tests.sending import ANA, BO, approve, counts, log, outbox, readers, rules, send

from lpdownload.model.pace import Pace
from lpdownload.store.pace import reserve

NETWORK = "newsletters/network.yaml"
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Three readers of an approved issue."""
    readers(desk, 3)
    approve(desk)
    return desk


def quiet(desk: Desk, *, now: bool = True) -> datetime:
    """Nobody is mailed from an hour ago to in an hour, or from in an hour on; the moment it ends."""
    moment = datetime.now(NEW_YORK)
    begin = moment + timedelta(hours=-1 if now else 1)
    end = moment + timedelta(hours=1 if now else 2)
    desk.newsroom.add(NETWORK, f'contact: {{quiet_hours: {{begin: "{begin:%H:%M}", end: "{end:%H:%M}"}}}}\n')
    return end


def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    quiet(desk)
    desk.newsroom.add(NETWORK, "accounts:\n  main: {provider: outbox, pace: {recipients_per_day: 2}}\n")
    readers(desk, 3)
    assert rules(desk, "--account", "main") == ["not-approved", "quota", "quiet-hours"]
    report = send(
        desk,
        "--account",
        "main",
        "--waive",
        "approval",
        "--waive",
        "quota",
        "--waive",
        "quiet-hours",
        "--dry-run",
    )
    assert report["would_send"] is True
    assert [found["severity"] for found in report["findings"]] == ["warning"] * 3  # type: ignore[attr-defined]


def test_an_error_of_a_check_stops_it_and_nobody_can_waive_it(room: Desk) -> None:
    room.newsroom.change(ISSUE, "A river, a road and a vote.", "")
    found = rules(room, "--waive", "approval", "--waive", "identity")
    assert found
    assert "not-approved" not in found
    assert outbox(room) == {}


def test_two_persons_must_approve_where_the_network_says_so(room: Desk) -> None:
    room.newsroom.add(NETWORK, "approvals: 2\n")
    (finding,) = room.refused("send", KEY, "--yes")
    assert f"approved by {ANA} only, 2 must" in finding.message
    approve(room, ANA.upper())
    assert rules(room) == ["not-approved"]
    approve(room, BO)
    assert counts(send(room)) == {"candidates": 3, "planned": 3, "accepted": 3}


def test_a_translation_that_came_after_the_approval_has_to_be_approved_too(room: Desk) -> None:
    room.newsroom.write("newsletters/town/2024-09.es.yaml", issue())
    assert rules(room) == ["not-approved"]
    approve(room)
    assert counts(send(room)) == {"candidates": 3, "planned": 3, "accepted": 3}


@pytest.mark.parametrize(
    ("guard", "rule"), [("expect: 5..9", "audience-unexpected"), ("max: 2", "audience-over-max")]
)
def test_an_audience_outside_of_its_guards_is_not_mailed(room: Desk, guard: str, rule: str) -> None:
    room.newsroom.change(ISSUE, HEAD, f"{HEAD}audience: {{{guard}}}\n")
    assert rule in rules(room, "--waive", "approval")


def test_nobody_is_no_audience(desk: Desk) -> None:
    approve(desk)
    assert rules(desk) == ["audience-nobody"]


def test_a_quota_holds_what_was_used_today(room: Desk) -> None:
    pace = Pace(recipients_per_day=5)
    room.newsroom.add(NETWORK, "accounts:\n  main: {provider: outbox, pace: {recipients_per_day: 5}}\n")
    with room.open() as database, database.writing() as connection:
        assert reserve(connection, "main", pace, 3, datetime.now(UTC)) is None
    (finding,) = [
        each for each in room.refused("send", KEY, "--yes", "--account", "main") if each.severity == "error"
    ]
    assert finding.message.startswith("3 people, and 2 of 5 recipients are left to the account main on ")
    assert "--waive quota" in finding.hint
    readers_of_less = send(room)
    assert counts(readers_of_less) == {"candidates": 3, "planned": 3, "accepted": 3}


def test_a_new_account_takes_no_more_than_its_warm_up(room: Desk) -> None:
    today = datetime.now(UTC).date()
    warm = f"warm_up: {{begins: {today}, ceilings: [2, 4, 8]}}"
    room.newsroom.add(NETWORK, f"accounts:\n  main: {{provider: outbox, pace: {{{warm}}}}}\n")
    assert rules(room, "--account", "main") == ["quota"]
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    report = send(room, "--account", "main", "--at", f"{tomorrow:%Y-%m-%d}T12:00Z")
    assert report["state"] == "scheduled"


def test_before_its_warm_up_begins_an_account_sends_nothing(room: Desk) -> None:
    begins = (datetime.now(UTC) + timedelta(days=9)).date()
    warm = f"warm_up: {{begins: {begins}, ceilings: [50]}}"
    room.newsroom.add(NETWORK, f"accounts:\n  main: {{provider: outbox, pace: {{{warm}}}}}\n")
    assert rules(room, "--account", "main") == ["quota"]


def test_in_quiet_hours_nobody_is_mailed_unless_somebody_answers_for_it(room: Desk) -> None:
    end = quiet(room)
    (finding,) = [each for each in room.refused("send", KEY, "--yes") if each.severity == "error"]
    assert finding.rule == "quiet-hours"
    assert f"nobody is mailed before {end:%H:%M} in America/New_York" in finding.message
    assert finding.hint.startswith(f'--at "{end:%Y-%m-%dT%H:%M}')
    report = send(room, "--waive", "quiet-hours", "--reason", "a storm")
    assert counts(report) == {"candidates": 3, "planned": 3, "accepted": 3}
    assert (BO, "waived quiet-hours", "a storm") in log(report)


def test_quiet_hours_that_are_over_when_it_starts_do_not_matter(room: Desk) -> None:
    quiet(room)
    at = (datetime.now(UTC) + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%MZ")
    assert send(room, "--at", at)["state"] == "scheduled"


def test_quiet_hours_of_another_time_hold_up_nothing(room: Desk) -> None:
    quiet(room, now=False)
    assert counts(send(room)) == {"candidates": 3, "planned": 3, "accepted": 3}


def test_what_the_service_cannot_carry_is_told_before_anything_is_planned(room: Desk) -> None:
    room.newsroom.write(
        ".env",
        "LPDOWNLOAD_PROVIDER=sendgrid\nLPDOWNLOAD_SENDGRID_API_KEY=k\n"
        "LPDOWNLOAD_SENDGRID_BASE_URL=http://127.0.0.1:9\n",
    )
    room.newsroom.change(ISSUE, "children swim in it", "children swim in <%asm_group_unsubscribe_url%>")
    room.newsroom.change(ISSUE, HEAD, HEAD)
    assert rules(room, "--waive", "approval", "--account", "sendgrid")


def test_a_finding_that_is_no_error_is_told_and_stops_nothing(room: Desk) -> None:
    room.newsroom.change(ISSUE, "A river is clean again", "Replace this")
    approve(room)
    result = room.run("send", KEY, "--yes")
    assert "[placeholder]" in result.stderr
    assert len(outbox(room)) == 3
