"""`lpdownload report`: what became of an issue, of a newsletter, of everything."""

import pytest
from tests.desk import Desk
from tests.newsroom import KEY
from tests.sending import approve, readers, send


@pytest.fixture
def sent(desk: Desk) -> Desk:
    """Three readers got the issue."""
    readers(desk, 3)
    approve(desk)
    send(desk)
    return desk


def test_an_issue_s_numbers_are_told(sent: Desk) -> None:
    said = sent.run("report", KEY).stdout
    assert "Town Download, town/2024-09" in said
    for line in ("Candidates", "Accepted by the provider", "Bounced", "good", "Account", "outbox"):
        assert line in said
    assert "@" not in said


@pytest.mark.parametrize("what", [[KEY], ["--newsletter", "town"], ["--all"]])
def test_numbers_for_programs_account_for_everybody(sent: Desk, what: list[str]) -> None:
    found = sent.json("report", *what)
    assert (found["planned"], found["accepted"], found["candidates"]) == (3, 3, 3)
    assert found["verdicts"] == {"bounced": "good", "complained": "good"}
    assert [part["accepted"] for part in found["parts"]] == [3]  # type: ignore[attr-defined]
    assert found["domains"] == []
    assert "@" not in sent.run("report", *what, "--json").stdout


@pytest.mark.parametrize("what", [[KEY], ["--newsletter", "town"], ["--all"]])
def test_a_page_is_written_whole(sent: Desk, what: list[str]) -> None:
    path = sent.newsroom.root / "out" / "report.html"
    said = sent.run("report", *what, "--html", str(path))
    assert "Wrote" in said.stderr
    assert path.read_text("utf-8").rstrip().endswith("</html>")
    assert [each.name for each in path.parent.iterdir()] == ["report.html"]
    assert "@example" not in path.read_text("utf-8")


def test_an_issue_that_was_not_sent_has_a_report_and_one_that_is_not_there_has_none(desk: Desk) -> None:
    assert "Nothing was sent." in desk.run("report", KEY).stdout
    assert [each.rule for each in desk.refused("report", "town/2099-01")] == ["unknown-issue"]
    assert [each.rule for each in desk.refused("report", "--newsletter", "nowhere")] == ["unknown-newsletter"]


@pytest.mark.parametrize("words", [[], [KEY, "--all"], ["--newsletter", "town", "--all"]])
def test_it_is_about_one_thing(desk: Desk, words: list[str]) -> None:
    assert "lpdownload report lpny/2024-09" in desk.run("report", *words, code=2).stderr


@pytest.mark.parametrize("path", ["/dev/null/x", "/proc/x", "a" * 300])
def test_a_page_that_cannot_be_written_is_a_finding(desk: Desk, path: str) -> None:
    (finding,) = desk.refused("report", "--all", "--html", path)
    assert finding.rule == "output"
    assert finding.message.startswith(f"cannot write to {path}: ")
