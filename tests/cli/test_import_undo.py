"""`lpdownload import undo`: what an import brought goes, what it wrote over comes back, the rest stays."""

import pytest
from tests.desk import Desk, Rows


def kept(desk: Desk) -> Rows:
    """All rows but the history, which is only ever added to."""
    return {name: rows for name, rows in desk.rows().items() if name not in {"consent", "imports", "facts"}}


def undo(desk: Desk, number: int = 1) -> dict[str, int]:
    found = desk.json("import", "undo", str(number))
    assert found.pop("import") == number
    return {name: int(str(count)) for name, count in found.items() if count}


def town(desk: Desk, *rows: str, options: tuple[str, ...] = ()) -> None:
    file = desk.file([row.split(",") for row in ("email,status,state", *rows)])
    desk.run("subscribers", "import", file, "--newsletter", "town", *options)


def test_everything_is_as_before(desk: Desk) -> None:
    desk.add("ana@example.org", "town", state="NY", ward="4", tags="a; b")
    desk.add("bo@example.org", "town")
    desk.add("cy@example.org")
    town(desk, "di@example.org,subscribed,NY")
    before = kept(desk)
    file = desk.file(
        [
            ["email", "status", "state", "ward", "tags", "first_name"],
            ["ana@example.org", "unsubscribed", "VT", "5", "c", "Ana"],
            ["bo@example.org", "complained", "", "", "", ""],
            ["cy@example.org", "subscribed", "", "", "", "Cy"],
            ["di@example.org", "unsubscribed", "", "", "", ""],
            ["ed@example.org", "subscribed", "NY", "", "", "Ed"],
            ["flo@example.org", "bounced", "NY", "", "", "Flo"],
        ]
    )
    desk.run("subscribers", "import", file, "--newsletter", "town", "--newsletter", "lab", "--update")
    assert kept(desk) != before
    assert undo(desk, 2) == {
        "values_restored": 5,
        "subscriptions_restored": 3,
        "subscriptions_removed": 7,
        "suppressions_removed": 2,
        "people_removed": 1,
    }
    assert kept(desk) == before


def test_two_imports_are_undone_one_after_the_other(desk: Desk) -> None:
    before = kept(desk)
    town(desk, "ana@example.org,subscribed,NY")
    between = kept(desk)
    town(desk, "ana@example.org,unsubscribed,VT", options=("--update",))
    undo(desk, 2)
    assert kept(desk) == between
    undo(desk, 1)
    assert kept(desk) == before


def test_undone_in_the_order_they_came_neither_leaves_anybody(desk: Desk) -> None:
    town(desk, "ana@example.org,subscribed,NY")
    desk.run(
        "subscribers", "import", desk.file([["email"], ["ana@example.org"]], "b.csv"), "--newsletter", "lab"
    )
    assert undo(desk, 1) == {"subscriptions_removed": 1, "people_kept": 1}
    assert desk.states("ana@example.org") == {"lab": "active"}


def test_whoever_left_since_stays_out(desk: Desk) -> None:
    town(desk, "ana@example.org,subscribed,NY")
    desk.run("subscribers", "unsubscribe", "ana@example.org", "--newsletter", "town")
    assert undo(desk) == {"people_kept": 1}
    assert desk.state("ana@example.org") == "unsubscribed"
    town(desk, "ana@example.org,subscribed,NY")
    assert desk.state("ana@example.org") == "unsubscribed"


def test_whoever_left_after_the_import_had_said_so_stays_out(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    town(desk, "ana@example.org,unsubscribed,NY")
    desk.run("subscribers", "unsubscribe", "ana@example.org", "--newsletter", "town")
    undo(desk)
    assert desk.state("ana@example.org") == "unsubscribed"


def test_whoever_left_everything_after_the_import_had_said_so_stays_suppressed(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    town(desk, "ana@example.org,complained,NY")
    desk.run("subscribers", "unsubscribe", "ana@example.org", "--all")
    undo(desk)
    ana = desk.json("subscribers", "show", "ana@example.org")
    assert ana["suppressed"] == "complained"


def test_whoever_was_added_by_hand_since_stays(desk: Desk) -> None:
    town(desk, "ana@example.org,subscribed,NY")
    desk.add("ana@example.org", "town")
    assert undo(desk) == {"people_kept": 1}
    assert desk.state("ana@example.org") == "active"


def test_a_value_that_was_changed_since_stays(desk: Desk) -> None:
    desk.add("ana@example.org", "town", state="NY")
    town(desk, "ana@example.org,subscribed,VT", options=("--update",))
    desk.add("ana@example.org", state="CA")
    assert undo(desk) == {}
    assert desk.json("subscribers", "show", "ana@example.org")["attributes"] == {"state": "CA"}


def test_the_consent_record_says_that_it_was_undone(desk: Desk) -> None:
    desk.add("ana@example.org")
    town(desk, "ana@example.org,subscribed,NY")
    undo(desk)
    assert [(entry["what"], entry["source"]) for entry in desk.consent("ana@example.org")] == [
        ("subscribed", "import of people.csv"),
        ("undone", "import 1 undone"),
    ]


def test_nobody_s_record_outlives_them(desk: Desk) -> None:
    desk.run("subscribers", "import", desk.list_of(50), "--newsletter", "town")
    assert undo(desk) == {"subscriptions_removed": 50, "people_removed": 50}
    rows = desk.rows()
    assert {name for name, there in rows.items() if there} == {"imports"}


def test_the_list_can_be_imported_again(desk: Desk) -> None:
    file = desk.list_of(50)
    desk.run("subscribers", "import", file, "--newsletter", "town")
    undo(desk)
    again = desk.json("subscribers", "import", file, "--newsletter", "town")
    assert (again["import"], again["added"], again["subscribed"]) == (2, 50, 50)


def test_an_import_is_undone_once(desk: Desk) -> None:
    desk.run("subscribers", "import", desk.list_of(3))
    undo(desk)
    (finding,) = desk.refused("import", "undo", "1", "--yes")
    assert finding.rule == "undone"


def test_an_import_that_never_was_is_not_undone(desk: Desk) -> None:
    (finding,) = desk.refused("import", "undo", "7", "--yes")
    assert finding.rule == "unknown-import"


def test_without_yes_it_asks_first(desk: Desk) -> None:
    desk.run("subscribers", "import", desk.list_of(3))
    before = desk.rows()
    assert "Say --yes." in desk.run("import", "undo", "1", code=2).stderr
    assert desk.rows() == before


@pytest.mark.parametrize("words", [("--yes",), ("--json",)])
def test_with_yes_or_json_it_does_not_ask(desk: Desk, words: tuple[str, ...]) -> None:
    desk.run("subscribers", "import", desk.list_of(3))
    desk.run("import", "undo", "1", *words)
    assert desk.json("subscribers", "stats")["people"] == 0
    assert "undone" in desk.run("import", "list").stdout
