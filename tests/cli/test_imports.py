"""`lpdownload subscribers import`: a list of people, taken over once and never too far."""

import json
import stat

import pytest
from tests.cli.importing import counts, imported, rejects_of
from tests.desk import Desk


def test_ten_thousand_people_come_once(desk: Desk) -> None:
    words = ("subscribers", "import", desk.list_of(10_000), "--newsletter", "town", "--source", "demo")
    first = desk.json(*words)
    assert first["import"] == 1
    assert counts(first) == {"rows": 10_000, "added": 10_000, "subscribed": 10_000}
    before = desk.rows()
    second = desk.json(*words)
    assert second["import"] is None
    assert counts(second) == {"rows": 10_000, "unchanged": 10_000}
    assert desk.rows() == before


MESSY = [
    ["email", "first_name", "state", "status"],
    ["ana@example.org", "Ana", "NY", "subscribed"],
    ["Ana@EXAMPLE.org", "Anna", "NY", "subscribed"],
    ["nobody", "No", "NY", "subscribed"],
    ["bo@example.org", "Bo", "NY", "unsubscribed"],
    ["cy@example.org", "Cy", "NY", "cleaned"],
    ["left@example.org", "Lee", "NY", "subscribed"],
    ["known@example.org", "Kay", "VT", ""],
    ["never@example.org", "Neve", "NY", "subscribed"],
    ["stop@example.org", "Sam", "NY", "unsubscribed"],
    ["odd@example.org", "Odd", "NY", "whatever"],
]


@pytest.fixture
def messy(desk: Desk) -> str:
    """A list with a bit of everything, for a newsroom where some of it is known."""
    desk.add("left@example.org", "town")
    desk.run("subscribers", "unsubscribe", "left@example.org", "--newsletter", "town")
    desk.add("known@example.org", "town", state="NY", office="mayor")
    desk.add("stop@example.org", "town")
    desk.run("subscribers", "suppress", "never@example.org", "--source", "a letter")
    return desk.file(MESSY)


@pytest.mark.parametrize("options", [(), ("--update",)])
def test_a_dry_run_says_what_the_import_does_and_changes_nothing(
    desk: Desk, messy: str, options: tuple[str, ...]
) -> None:
    before = desk.rows()
    dry = desk.json("subscribers", "import", messy, "--newsletter", "town", "--dry-run", *options)
    assert desk.rows() == before
    assert not (desk.root / "people.csv.rejects.csv").exists()
    assert dry["import"] is None
    assert dry["dry_run"] is True
    real = desk.json("subscribers", "import", messy, "--newsletter", "town", *options)
    assert counts(dry) == counts(real)
    assert desk.rows() != before


def test_every_row_is_counted_once(desk: Desk, messy: str) -> None:
    assert imported(desk, messy) == {
        "rows": 10,
        "added": 3,
        "changed": 2,
        "subscribed": 1,
        "unsubscribed": 2,
        "suppressions": 1,
        "unchanged": 2,
        "duplicates": 1,
        "stay_unsubscribed": 1,
        "suppressed": 1,
        "rejected": 1,
        "values_left_out": 1,
    }


def test_the_rejects_have_line_and_reason_for_their_owner_s_eyes_only(desk: Desk, messy: str) -> None:
    imported(desk, messy)
    header, *rows = rejects_of(desk)
    assert header == ["line", "reason", *MESSY[0]]
    assert {int(row[0]): row[1] for row in rows} == {
        4: "email: an email address must have an @-sign",
        9: "the address is suppressed: it is never mailed",
        11: "imported without status: not a status we know, taken as not subscribed",
    }
    assert rows[0][2:] == MESSY[3]
    assert stat.S_IMODE((desk.root / "people.csv.rejects.csv").stat().st_mode) == 0o600


def test_rejects_are_mended_and_imported_again(desk: Desk) -> None:
    imported(desk, desk.file([["Mail", "first_name"], ["bo@@example.org", "Bo"]]), "--map", "Mail=email")
    file = desk.root / "people.csv.rejects.csv"
    file.write_text(file.read_text("utf-8").replace("@@", "@"), "utf-8")
    assert imported(desk, file.name)["added"] == 1
    assert desk.json("subscribers", "show", "bo@example.org")["attributes"] == {"first_name": "Bo"}


def test_a_list_without_a_bad_row_leaves_no_rejects(desk: Desk) -> None:
    report = desk.json("subscribers", "import", desk.list_of(3), "--newsletter", "town")
    assert report["rejects"] is None
    assert sorted(path.name for path in desk.root.glob("*people*")) == ["people.csv"]


@pytest.mark.parametrize(("options", "state"), [((), "NY"), (("--update",), "VT")])
def test_what_is_known_changes_only_with_update(desk: Desk, options: tuple[str, ...], state: str) -> None:
    desk.add("ana@example.org", state="NY", office="mayor", ward="4", tags="a; b")
    file = desk.file(
        [["email", "state", "office", "ward", "tags"], ["ana@example.org", "VT", "", "", "b; c"]]
    )
    desk.run("subscribers", "import", file, *options)
    known = {"state": state, "office": "mayor", "ward": "4", "tags": ["b", "c"] if options else ["a", "b"]}
    assert desk.json("subscribers", "show", "ana@example.org")["attributes"] == known


def test_several_newsletters_come_at_once(desk: Desk) -> None:
    file = desk.file([["email"], ["ana@example.org"]])
    words = ("subscribers", "import", file, "--newsletter", "town", "--newsletter", "lab")
    assert counts(desk.json(*words)) == {"rows": 1, "added": 1, "subscribed": 2}
    assert desk.states("ana@example.org") == {"lab": "active", "town": "active"}


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--newsletter", "twon"), "unknown-newsletter"),
        (("--map", "Emial=email"), "unknown-column"),
        (("--map", "email=emial"), "unknown-attribute"),
        (("--map", "email"), "bad-map"),
        (("--map", "email=-"), "no-email-column"),
        (("--encoding", "latin-17"), "bad-encoding"),
    ],
)
def test_a_wrong_word_is_met_before_anything_is_written(
    desk: Desk, words: tuple[str, ...], rule: str
) -> None:
    before = desk.rows()
    found = desk.refused("subscribers", "import", desk.list_of(3), *words)
    assert [finding.rule for finding in found] == [rule]
    assert desk.rows() == before


def test_the_report_for_people_says_what_happened_and_how_to_take_it_back(desk: Desk, messy: str) -> None:
    shown = desk.run("subscribers", "import", messy, "--newsletter", "town").stdout
    assert shown.startswith("a CSV file, in UTF-8\n")
    assert "email, first_name, state" in shown
    assert "3 rows with something to mend are in people.csv.rejects.csv" in shown
    assert "lpdownload import undo 1" in shown
    again = desk.run("subscribers", "import", messy, "--newsletter", "town").stdout
    assert "Nothing had to be changed." in again


def test_the_list_of_imports_names_each_the_newest_first(desk: Desk) -> None:
    assert desk.run("import", "list").stdout == "There was no import yet.\n"
    imported(desk, desk.list_of(3), "--source", "the fair")
    imported(desk, desk.file([["email"], ["ana@example.org"]], "more.csv"))
    found = json.loads(desk.run("import", "list", "--json").stdout)
    assert [(one["import"], one["file"], one["added"]) for one in found] == [
        (2, "more.csv", 1),
        (1, "people.csv", 3),
    ]
    assert found[1]["source"] == "the fair"
    assert "more.csv" in desk.run("import", "list").stdout


def test_made_up_people_beside_real_ones_are_told(desk: Desk) -> None:
    file = desk.file([["email"], ["ana@example.org"], ["bo@town.test"]])
    assert "Made-up people" not in desk.run("subscribers", "import", file).stderr
    real = desk.file([["email"], ["cy@lpdownload-readers.us"]], "real.csv")
    assert "Made-up people" not in desk.run("subscribers", "import", real, "--dry-run").stderr
    assert "Made-up people" in desk.run("subscribers", "import", real).stderr


@pytest.mark.parametrize("rejects", ["", "/dev/null/x", "a" * 300])
def test_rejects_that_cannot_be_written_are_refused_and_nothing_is_changed(desk: Desk, rejects: str) -> None:
    before = desk.rows()
    file = desk.file([["email"], ["ana@example.org"], ["nobody"]])
    (finding,) = desk.refused("subscribers", "import", file, "--rejects", rejects)
    assert finding.rule == "output"
    assert desk.rows() == before


def test_one_row_is_not_called_rows(desk: Desk) -> None:
    file = desk.file([["email"], ["ana@example.org"], ["nobody"]])
    assert "\n1 row with something to mend is in " in desk.run("subscribers", "import", file).stdout


def test_that_nobody_is_subscribed_is_said(desk: Desk) -> None:
    words = ("subscribers", "import", desk.list_of(3))
    assert "Nobody would be subscribed by this import" in desk.run(*words, "--dry-run").stderr
    assert "Nobody is subscribed by this import" in desk.run(*words).stderr
    assert "Nobody" not in desk.run(*words).stderr
    assert "Nobody" not in desk.run(*words, "--newsletter", "town").stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [("klingon", "as in utf-8, cp1252 or utf-16"), ("latin-one", "did you mean latin-1?")],
)
def test_only_an_encoding_with_a_like_name_is_suggested(desk: Desk, name: str, hint: str) -> None:
    (finding,) = desk.refused("subscribers", "import", desk.list_of(3), "--encoding", name)
    assert finding.hint == hint
