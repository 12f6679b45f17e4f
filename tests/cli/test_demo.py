"""`lpdownload demo subscribers`: a list of people who do not exist."""

import csv
import io

import pytest
from tests.desk import Desk


def made(desk: Desk, *words: str) -> str:
    return desk.run("demo", "subscribers", *words).stdout


def test_so_many_people_come_out_as_csv_at_example_org(file_desk: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(made(file_desk, "200", "--seed", "7"))))
    assert len({row["email"] for row in rows}) == 200
    assert {row["email"].partition("@")[2] for row in rows} == {"example.org"}


def test_the_same_seed_gives_the_same_list_and_another_another(file_desk: Desk) -> None:
    assert made(file_desk, "50", "--seed", "7") == made(file_desk, "50", "--seed", "7")
    assert made(file_desk, "50", "--seed", "7") != made(file_desk, "50", "--seed", "8")


def test_every_row_is_imported_whole(desk: Desk) -> None:
    listed = made(desk, "500").encode()
    report = desk.json("subscribers", "import", "-", "--newsletter", "town", stdin=listed)
    found = (report["added"], report["rejected"], report["values_left_out"], report["left_out"])
    assert found == (500, 0, 0, [])


@pytest.mark.parametrize("words", [("0",), ("-1",), ("many",), (), ("5", "--seed", "-1")])
def test_a_number_of_people_must_be_one(file_desk: Desk, words: tuple[str, ...]) -> None:
    file_desk.run("demo", "subscribers", *words, code=2)


def test_it_needs_no_newsroom_and_makes_no_database(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = file_desk.root.parent / "nowhere"
    nowhere.mkdir()
    monkeypatch.chdir(nowhere)
    assert len(made(file_desk, "3").splitlines()) == 4
    assert list(nowhere.iterdir()) == []
