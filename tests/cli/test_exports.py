"""`lpdownload subscribers export`: people into a file, and from there back again."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from tests.desk import Desk

HARD = {
    "a@example.org": "=cmd|' /C calc'!A0",
    "b@example.org": "+1",
    "c@example.org": "-1",
    "d@example.org": "@SUM(1)",
    "e@example.org": "'=1",
    "f@example.org": "''+1",
    "g@example.org": "'Oz",
    "h@example.org": 'Ana "Nan", Ruiz; Zoë 📣',
    "i@example.org": "",
    "=j@example.org": "Jo",
    "'-k@example.org": "Kay",
}
"""First names by address."""


@pytest.fixture
def people(desk: Desk) -> Desk:
    rest: dict[str, str | tuple[str, ...]] = {
        "state": "NY",
        "tags": ("a", "-b"),
        "ward": "=4",
        "member_since": "2024-01-02",
    }
    named = {email: rest | {"first_name": name} for email, name in HARD.items()}
    desk.put("town", named | {"left@example.org": {}})
    desk.put("lab", {"lab@example.org": {}})
    desk.run("subscribers", "unsubscribe", "left@example.org", "--newsletter", "town")
    return desk


def table(text: str) -> dict[str, dict[str, str]]:
    return {row["email"]: row for row in csv.DictReader(io.StringIO(text))}


def test_no_cell_is_a_formula(people: Desk) -> None:
    rows = csv.reader(io.StringIO(people.run("subscribers", "export").stdout))
    cells = [cell for row in rows for cell in row]
    assert "'=4" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_what_was_exported_is_imported_without_a_change(people: Desk) -> None:
    people.run("subscribers", "export", "--newsletter", "town", "--out", "out.csv")
    report = people.json("subscribers", "import", "out.csv", "--newsletter", "town", "--update", "--dry-run")
    assert report["recognised"] == "lpdownload: an export"
    assert report["left_out"] == []
    assert (report["rows"], report["unchanged"], report["rejected"]) == (12, 12, 0)


def test_it_brings_an_erased_database_back_to_what_it_was(people: Desk) -> None:
    before = people.run("subscribers", "export", "--newsletter", "town", "--out", "out.csv")
    assert "12 people in out.csv" in before.stderr
    for email in (*HARD, "left@example.org", "lab@example.org"):
        people.run("subscribers", "erase", email, "--yes")
        people.run("subscribers", "lift", email, "--source", "test")
    people.run("subscribers", "import", "out.csv", "--newsletter", "town")
    people.run("subscribers", "export", "--newsletter", "town", "--out", "again.csv")
    assert Path("again.csv").read_text("utf-8") == Path("out.csv").read_text("utf-8")


def test_people_of_one_newsletter_do_not_come_back_as_another_s(people: Desk) -> None:
    people.run("subscribers", "export", "--out", "out.csv")
    people.run("subscribers", "import", "out.csv", "--newsletter", "town")
    assert people.states("lab@example.org") == {"lab": "active"}


def test_a_newsletter_s_export_has_its_people_with_their_state(people: Desk) -> None:
    rows = table(people.run("subscribers", "export", "--newsletter", "town").stdout)
    assert "lab@example.org" not in rows
    assert rows["left@example.org"]["subscription"] == "unsubscribed"
    assert rows["a@example.org"]["subscription"] == "active"


def test_everybody_s_export_names_the_newsletters_they_get(people: Desk) -> None:
    people.add("a@example.org", "lab")
    rows = table(people.run("subscribers", "export").stdout)
    assert rows["a@example.org"]["subscribed"] == "lab; town"
    assert rows["left@example.org"]["subscribed"] == ""
    assert rows["a@example.org"]["tags"] == "a; -b"


def test_json_lines_hold_values_as_they_are(people: Desk) -> None:
    lines = people.run("subscribers", "export", "--format", "jsonl").stdout.splitlines()
    found = {row["email"]: row for row in map(json.loads, lines)}
    assert len(found) == 13
    names = {email: found[email]["attributes"].get("first_name", "") for email in HARD}
    assert names == HARD
    assert found["a@example.org"]["attributes"]["tags"] == ["a", "-b"]
    assert found["left@example.org"]["subscriptions"]["town"]["state"] == "unsubscribed"


def test_the_file_is_for_its_owner_s_eyes_only(people: Desk) -> None:
    Path("out.csv").write_text("old", "utf-8")
    Path("out.csv").chmod(0o644)
    people.run("subscribers", "export", "--out", "out.csv")
    assert stat.S_IMODE(Path("out.csv").stat().st_mode) == 0o600
    assert "a@example.org" in Path("out.csv").read_text("utf-8")


def test_an_export_that_breaks_off_leaves_the_old_file(people: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("out.csv").write_text("old", "utf-8")
    there = sorted(path.name for path in Path().iterdir())

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lpdownload.audience.export.write_csv", full)
    (finding,) = people.refused("subscribers", "export", "--out", "out.csv")
    assert finding.message == "cannot write to out.csv: No space left on device"
    assert Path("out.csv").read_text("utf-8") == "old"
    assert sorted(path.name for path in Path().iterdir()) == there


def test_a_folder_that_is_not_there_is_said(desk: Desk) -> None:
    (finding,) = desk.refused("subscribers", "export", "--out", "nowhere/out.csv")
    assert finding.rule == "output"


def test_an_unknown_newsletter_is_said(desk: Desk) -> None:
    (finding,) = desk.refused("subscribers", "export", "--newsletter", "twon")
    assert finding.rule == "unknown-newsletter"


def test_of_nobody_there_is_a_header(desk: Desk) -> None:
    assert table(desk.run("subscribers", "export").stdout) == {}
    assert desk.run("subscribers", "export", "--format", "jsonl").stdout == ""


@pytest.mark.parametrize("out", ["", ".", "/dev/null/x", "a" * 300])
def test_a_file_that_cannot_be_written_is_said(desk: Desk, out: str) -> None:
    (finding,) = desk.refused("subscribers", "export", "--out", out)
    assert finding.rule == "output"
    assert finding.message.startswith(f"cannot write to {out or '.'}: ")
