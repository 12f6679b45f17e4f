"""What has to be right before a campaign is made, and what is said about whom it goes to."""

import pytest
from tests.campaigning import TOWN, campaigning, messaging, send
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE, KEY, STORY, issue

from lpdownload.errors import Finding

FOR_TEACHERS = f"{STORY}  - {{type: story, title: For teachers, body: One., visible_to: teachers}}\n"


def found(desk: Desk, *words: str) -> dict[str, Finding]:
    """What a send is refused for, and what is said beside it, by rule."""
    return {finding.rule: finding for finding in desk.refused("send", KEY, "--yes", *words)}


def said(desk: Desk, *words: str) -> dict[str, str]:
    """The severity of what a dry run that would send says, by rule."""
    report = desk.json("send", KEY, "--dry-run", *words)
    findings = report["findings"]
    assert isinstance(findings, list)
    return {finding["rule"]: finding["severity"] for finding in findings}


def narrowed(desk: Desk, audience: str) -> None:
    desk.newsroom.write_issue(head=f"{HEAD}audience: {audience}\n")


def test_a_newsletter_without_a_list_of_theirs_is_told_what_to_write(desk: Desk) -> None:
    with campaigning(desk, campaign="") as vendor:
        assert "campaign: {audience: ID}" in found(desk)["no-campaign-list"].hint
    assert vendor.campaigns == []


@pytest.mark.parametrize(
    ("campaign", "choices"),
    [
        ("{audience: zz}", "a1 (List 1, 1 people), a2 (List 2, 2 people), a3 (List 3, 3 people)"),
        ("{audience: a3, segment: 8}", "7 (Teachers, 40 people)"),
    ],
)
def test_a_list_or_segment_that_they_do_not_have_is_met_with_those_they_have(
    desk: Desk, campaign: str, choices: str
) -> None:
    with campaigning(desk, campaign=campaign):
        assert choices in found(desk)["unknown-target"].hint


def test_numbers_that_differ_much_stop_it_unless_somebody_answers_for_them(desk: Desk) -> None:
    with campaigning(desk, campaign="{audience: a3, segment: 7}") as vendor:
        assert found(desk)["count"].message == "3 people here, 40 there"
        send(desk, "--waive", "count", "--by", "ana@example.org")
        report = desk.json("sends", "show", "1")
    assert "waived count" in str(report["log"])
    assert vendor.campaigns[0]["recipients"] == {"list_id": "a3", "segment_opts": {"saved_segment_id": 7}}


def test_the_guard_of_an_issue_holds_for_their_number(desk: Desk) -> None:
    narrowed(desk, "{max: 30, expect: 1..9}")
    with campaigning(desk, campaign="{audience: a3, segment: 7}"):
        rules = found(desk, "--waive", "count").keys()
    assert {"audience-over-max", "audience-unexpected"} <= rules


def test_a_segment_of_ours_goes_to_the_one_of_theirs_that_stands_for_it(desk: Desk) -> None:
    narrowed(desk, "{segment: teachers}")
    with campaigning(desk, campaign="{audience: a3, segments: {teachers: 7}}") as vendor:
        desk.put("town", {f"t{n}@example.org": {"office": "school_board"} for n in range(40)})
        send(desk)
    assert vendor.campaigns[0]["recipients"] == {"list_id": "a3", "segment_opts": {"saved_segment_id": 7}}


def test_a_newsletter_s_own_segment_is_its_readers_there(desk: Desk) -> None:
    desk.newsroom.add(TOWN, "segment: teachers\n")
    with campaigning(desk, campaign="{audience: a3, segment: 7}", people=0):
        desk.put("town", {f"t{n}@example.org": {"office": "school_board"} for n in range(40)})
        assert set(said(desk)) == {"own-headers"}


@pytest.mark.parametrize(
    ("audience", "rule"),
    [
        ("{segment: teachers}", "no-campaign-segment"),
        ("{segment: {state: NY}}", "no-campaign-segment"),
        ("{exclude: teachers}", "excluded-segment"),
    ],
)
def test_an_audience_that_nothing_of_theirs_stands_for_is_refused(
    desk: Desk, audience: str, rule: str
) -> None:
    narrowed(desk, audience)
    with campaigning(desk, campaign="{audience: a3, segment: 7}") as vendor:
        assert found(desk)[rule].hint
    assert vendor.acts == []


def test_what_is_not_for_everybody_is_said_and_not_in_it(desk: Desk) -> None:
    desk.newsroom.write_issue(FOR_TEACHERS)
    desk.newsroom.write("newsletters/town/2024-09.es.yaml", issue(STORY))
    with campaigning(desk) as vendor:
        warned = said(desk)
        assert (warned["one-variant"], warned["one-language"]) == ("warning", "warning")
        send(desk)
    assert "For teachers" not in str(vendor.content)


def test_those_whom_only_we_would_leave_out_are_counted(desk: Desk) -> None:
    with campaigning(desk, people=4):
        desk.run(
            "subscribers", "unsubscribe", "p4@example.org", "--newsletter", "town", "--source", "a letter"
        )
        report = desk.run("send", KEY, "--dry-run")
    assert "1 unsubscribed" in report.output


def test_a_time_between_quarter_hours_is_refused_with_the_two_next_to_it(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        hint = found(desk, "--at", "2030-09-30 23:50")["not-a-quarter-hour"].hint
        assert hint == '--at "2030-09-30 23:45" or --at "2030-10-01 00:00"'
    assert vendor.acts == []


def test_a_provider_without_such_hours_takes_any_minute(desk: Desk) -> None:
    with messaging(desk) as vendor:
        send(desk, "--at", "2030-09-30 23:50")
    assert vendor.messages[0]["scheduled_start_date"] == "2030-10-01T03:50:00Z"


def test_times_of_readers_own_and_groups_of_the_ledger_are_nothing_they_can_do(desk: Desk) -> None:
    with campaigning(desk):
        rules = found(desk, "--at", "2030-09-30 09:00", "--local", "--only-to", "failed", "--reason", "again")
    assert {"local-time", "only-to"} <= rules.keys()


def test_nobody_approved_it_so_nothing_is_made(desk: Desk) -> None:
    with campaigning(desk, approvals=1) as vendor:
        assert "not-approved" in found(desk)
        desk.run("approve", KEY, "--by", "ana@example.org")
        send(desk)
    assert vendor.statuses == ["sending"]


def test_what_their_mail_cannot_carry_is_refused(desk: Desk) -> None:
    desk.newsroom.add(TOWN, "reply_to: {name: Desk, email: desk@example.org}\n")
    with campaigning(desk) as vendor:
        assert "one-sender" in found(desk)
    assert vendor.acts == []


def test_an_issue_with_an_error_is_refused(desk: Desk) -> None:
    desk.newsroom.add(ISSUE, "subjct: Hello\n")
    with campaigning(desk):
        assert "unknown-key" in found(desk)


def test_a_dry_run_makes_nothing_on_either_side(desk: Desk) -> None:
    with campaigning(desk) as vendor:
        report = desk.json("send", KEY, "--dry-run")
        assert desk.run("sends", "list", "--all").output == "Nothing was sent yet.\n"
    assert (report["would_send"], report["campaign"]) == (
        True,
        {"audience": "a3", "segment": None, "people": 3},
    )
    assert vendor.acts == []
