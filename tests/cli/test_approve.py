"""`lpdownload approve` and `lpdownload review`: a second pair of eyes, before anybody is mailed."""

from typing import cast

import pytest
from sqlalchemy import insert, select
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE, STORY, issue
from tests.people import send_row

from lpdownload.store.tables import approvals, issues, sends

KEY = "town/2024-09"
ANA, BO = "ana@example.org", "bo@example.org"
NETWORK = "newsletters/network.yaml"


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LPDOWNLOAD_APPROVER", raising=False)


@pytest.fixture
def room(desk: Desk) -> Desk:
    """Three subscribers, of whom two get the issue."""
    for name, state in (("one", "NY"), ("two", "NY"), ("three", "VT")):
        desk.add(f"{name}@example.org", "town", state=state)
    desk.newsroom.write_issue(head=f"{HEAD}audience: {{segment: new-york, exclude: teachers}}\n")
    return desk


def signed(desk: Desk) -> list[str]:
    """By whom, whatever became of it."""
    with desk.open() as database, database.reading() as connection:
        return list(connection.execute(select(approvals.c.by).order_by(approvals.c.id)).scalars())


def states(report: dict[str, object]) -> list[tuple[str, bool, list[str]]]:
    given = cast(list[dict[str, object]], report["approvals"])
    return [(str(one["by"]), bool(one["stands"]), cast(list[str], one["changed"])) for one in given]


def put_send(desk: Desk, state: str) -> int:
    """A send of the issue in the ledger; its number."""
    with desk.open() as database, database.writing() as connection:
        row = {"key": KEY, "newsletter": "town"}
        number = connection.execute(insert(issues).values(row).returning(issues.c.id)).scalar_one()
        new = insert(sends).values(send_row(number) | {"state": state}).returning(sends.c.id)
        return int(connection.execute(new).scalar_one())


def test_an_approval_says_what_it_stands_for(room: Desk) -> None:
    report = room.json("approve", KEY, "--by", ANA)
    assert (report["issue"], report["by"], report["new"]) == (KEY, ANA, True)
    assert report["subject"] == "📣 Town Download | September 2024"
    assert report["sender"] == {"name": "Town Download", "email": "town@example.org"}
    assert report["counts"] == {"candidates": 3, "included": 2, "excluded": {"not_in_segment": 1}}
    assert (report["approvals"], report["needed"], report["approvers"]) == (1, 1, [ANA])
    assert len(str(report["content_digest"])) == len(str(report["audience_digest"])) == 64


def test_an_approval_is_told_in_words(room: Desk) -> None:
    digests = room.json("review", KEY, code=1)
    shown = room.run("approve", KEY, "--by", ANA).stdout
    assert shown.startswith(f"{ANA} approves {KEY}:")
    for words in ("Town Download <town@example.org>", "2 of 3 now", f"1 of 1 needed: {ANA}"):
        assert words in shown
    for name in ("content_digest", "audience_digest"):
        assert f" {str(digests[name])[:12]}\n" in shown


def test_who_approves_twice_is_told_and_counted_once(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    assert room.json("approve", KEY, "--by", f"Ana <{ANA.upper()}>")["new"] is False
    assert "has approved town/2024-09 already" in room.run("approve", KEY, "--by", ANA).stdout
    assert signed(room) == [ANA]


def test_what_has_changed_may_be_approved_again_by_the_same_person(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    room.newsroom.change(ISSUE, "children swim", "children play")
    assert room.json("approve", KEY, "--by", ANA)["new"] is True
    assert states(room.json("review", KEY)) == [(ANA, True, []), (ANA, False, ["content"])]


def test_nobody_is_guessed(room: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for words in ((), ("--by", ""), ("--by", " ")):
        (finding,) = room.refused("approve", KEY, *words)
        assert (finding.rule, "LPDOWNLOAD_APPROVER" in finding.hint) == ("approver", True)
    (finding,) = room.refused("approve", KEY, "--by", "An\x1ba")
    assert finding.rule == "approver"
    assert signed(room) == []
    monkeypatch.setenv("LPDOWNLOAD_APPROVER", "  Ana   Reyes ")
    assert room.json("approve", KEY)["by"] == "Ana Reyes"
    assert room.json("approve", KEY, "--by", BO)["by"] == BO


def test_an_issue_with_errors_is_not_approved(room: Desk) -> None:
    room.newsroom.write_issue("- {type: story, title: T, body: B}\n- {type: unheard-of}\n")
    assert {finding.rule for finding in room.refused("approve", KEY, "--by", ANA)} == {"unknown-type"}
    assert signed(room) == []


def test_an_issue_is_not_approved_with_errors_in_its_translation(room: Desk) -> None:
    room.newsroom.write("newsletters/town/2024-09.es.yaml", issue("- {type: unheard-of}\n"))
    assert room.refused("approve", KEY, "--by", ANA)
    assert signed(room) == []


def test_an_audience_outside_of_its_guard_is_not_approved(room: Desk) -> None:
    room.newsroom.change(ISSUE, "exclude: teachers", "expect: 0..1, max: 1")
    found = room.refused("approve", KEY, "--by", ANA)
    assert [finding.rule for finding in found] == ["audience-unexpected", "audience-over-max"]
    assert signed(room) == []
    report = room.json("review", KEY, code=1)
    assert (report["ready"], report["next"]) == (False, f"lpdownload audience {KEY}")
    shown = room.run("review", KEY, code=1).stdout
    assert "Expected   0..1" in shown
    assert "At most    1\n" in shown


def test_approving_a_translation_approves_its_original(room: Desk) -> None:
    room.newsroom.write("newsletters/town/2024-09.es.yaml", issue(STORY))
    assert room.json("approve", f"{KEY}.es", "--by", ANA)["issue"] == KEY
    report = room.json("review", KEY)
    assert states(report) == [(ANA, True, [])]
    assert report["translations"] == {"es": "📣 Town Download | septiembre de 2024"}
    assert "in es      📣 Town Download | septiembre de 2024" in room.run("review", KEY).stdout


def test_what_was_approved_may_be_taken_back(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    room.run("approve", KEY, "--by", BO)
    assert room.json("approve", KEY, "--by", ANA.upper(), "--withdraw")["withdrawn"] == 1
    assert states(room.json("review", KEY)) == [(BO, True, [])]
    shown = room.run("approve", KEY, "--by", BO, "--withdraw")
    assert (shown.stdout, shown.stderr) == (f"{BO} no longer approves {KEY}.\n", "")
    assert states(room.json("review", KEY, code=1)) == []
    (finding,) = room.refused("approve", KEY, "--by", BO, "--withdraw")
    assert finding.rule == "no-approval"


def test_a_broken_issue_may_be_withdrawn_from(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    room.newsroom.write_issue("- {type: unheard-of}\n")
    assert room.json("approve", KEY, "--by", ANA, "--withdraw")["withdrawn"] == 1


@pytest.mark.parametrize(("state", "goes_on"), [("sending", True), ("scheduled", False), ("done", False)])
def test_whoever_withdraws_too_late_is_told(room: Desk, state: str, goes_on: bool) -> None:
    room.run("approve", KEY, "--by", ANA)
    number = put_send(room, state)
    said = room.run("approve", KEY, "--by", ANA, "--withdraw").stderr
    assert (f"lpdownload sends cancel {number}" in said) == goes_on


def test_a_review_says_everything_a_reviewer_needs(room: Desk) -> None:
    room.newsroom.change(ISSUE, HEAD, f"{HEAD}send_at: 2024-09-18 09:00\n")
    report = room.json("review", KEY, code=1)
    assert report["preheader"] == "A river, a road and a vote."
    assert report["send_at"] == "2024-09-18 09:00 America/New_York"
    assert (report["segment"], report["exclude"]) == ("segment: new-york", "segment: teachers")
    assert report["segments"] == {"new-york": "state: NY", "teachers": "office: school_board"}
    assert report["counts"] == {"candidates": 3, "included": 2, "excluded": {"not_in_segment": 1}}
    assert (report["approvals"], report["needed"], report["missing"]) == ([], 1, 1)
    assert (report["ready"], report["next"]) == (False, f"lpdownload approve {KEY} --by WHO")
    shown = room.run("review", KEY, code=1).stdout
    for words in (
        f"{KEY}, Town Download\n",
        "A river, a road and a vote.",
        "Town Download <town@example.org>",
        "2024-09-18 09:00 America/New_York",
        "Segment    segment: new-york\n",
        "Without    segment: teachers\n",
        "teachers is office: school_board",
        "2 of 3",
        "- 1 not in the segment",
        "1 more person must approve it",
        f"Next: lpdownload approve {KEY} --by WHO",
    ):
        assert words in shown


def test_a_review_of_what_is_approved_ends_with_0_and_the_send(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    report = room.json("review", KEY)
    assert (report["ready"], report["missing"], report["next"]) == (True, 0, f"lpdownload send {KEY}")
    shown = room.run("review", KEY).stdout
    assert f" UTC by {ANA}, stands\n" in shown
    assert "must approve" not in shown


def test_a_review_says_what_changed_since_an_approval(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    room.newsroom.change("newsletters/segments.yaml", "state: NY", "state: VT")
    assert states(room.json("review", KEY, code=1)) == [(ANA, False, ["audience"])]
    room.newsroom.change(ISSUE, "A river, a road", "A road, a river")
    assert f"by {ANA}, changed since: content, audience" in room.run("review", KEY, code=1).stdout


def test_two_must_approve_where_the_network_says_two(room: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    room.newsroom.add(NETWORK, "approvals: 2\n")
    assert "2 more persons must approve it" in room.run("review", KEY, code=1).stdout
    monkeypatch.setenv("LPDOWNLOAD_APPROVER", ANA)
    assert room.json("review", KEY, code=1)["next"] == f"lpdownload approve {KEY}"
    assert "1 of 2 needed" in room.run("approve", KEY).stdout
    assert room.json("review", KEY, code=1)["next"] == f"lpdownload approve {KEY} --by WHO"
    room.run("approve", KEY, "--by", BO)
    assert room.json("review", KEY)["ready"] is True


def test_a_network_may_need_nobody(room: Desk) -> None:
    room.newsroom.add(NETWORK, "approvals: 0\n")
    assert room.json("review", KEY)["ready"] is True


@pytest.mark.parametrize("number", ["6", "-1", "two"])
def test_a_number_of_approvals_that_makes_no_sense_is_refused(room: Desk, number: str) -> None:
    room.newsroom.add(NETWORK, f"approvals: {number}\n")
    findings = room.refused("review", KEY)
    assert [finding.path for finding in findings] == ["approvals"]


def test_a_review_of_a_broken_issue_tells_what_is_wrong(room: Desk) -> None:
    room.newsroom.write_issue("- {type: story, title: T}\n- {type: unheard-of}\n")
    assert len(room.refused("review", KEY)) == 2


def test_a_review_shows_warnings_and_may_be_ready_with_them(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    room.newsroom.change(ISSUE, "A river is clean again", "Replace this")
    room.run("approve", KEY, "--by", ANA)
    assert "[placeholder]" in room.run("review", KEY).stdout


def test_a_review_of_what_is_under_way_leads_to_its_send(room: Desk) -> None:
    room.run("approve", KEY, "--by", ANA)
    number = put_send(room, "paused")
    assert room.json("review", KEY)["next"] == f"lpdownload sends show {number}"


def test_a_review_of_what_nobody_would_get_leads_to_the_audience(room: Desk) -> None:
    room.newsroom.change("newsletters/segments.yaml", "state: NY", "state: CA")
    room.run("approve", KEY, "--by", ANA)
    assert room.json("review", KEY)["next"] == f"lpdownload audience {KEY}"


def test_a_review_names_each_readers_own_clock(room: Desk) -> None:
    room.newsroom.change(ISSUE, HEAD, f"{HEAD}send_at: 2024-09-18 09:00\nlocal: true\n")
    assert "by each reader's own clock" in room.run("review", KEY, code=1).stdout
