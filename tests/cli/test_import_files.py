"""`lpdownload subscribers import`: the file itself, its size, its spelling, where it comes from."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.cli.importing import counts, imported, rejects_of
from tests.desk import Desk

from lpdownload.audience import rows_ahead


def test_one_person_is_one_row_whatever_the_spelling(desk: Desk) -> None:
    spellings = ("ana@bücher.example.org", "ANA@BÜCHER.example.org", " ana@xn--bcher-kva.EXAMPLE.org ")
    found = imported(desk, desk.file([["email"], *([spelling] for spelling in spellings)]))
    assert found == {"rows": 3, "added": 1, "subscribed": 1, "duplicates": 2}


def test_a_person_who_stands_twice_in_a_file_far_apart_is_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_ahead, "CHUNK", 50)
    file = desk.list_of(120)
    rows = list(csv.reader(io.StringIO((desk.root / file).read_text("utf-8"))))
    desk.file([*rows, *rows[1:]])
    assert imported(desk, file) == {"rows": 240, "added": 120, "subscribed": 120, "duplicates": 120}


def test_a_list_comes_from_standard_input(desk: Desk) -> None:
    words = ("subscribers", "import", "-", "--newsletter", "town")
    report = desk.json(*words, stdin=b"email\nana@example.org\nbo@\n")
    assert counts(report)["added"] == 1
    assert report["rejects"] == "stdin.rejects.csv"
    (record,) = desk.consent("ana@example.org")
    assert record["proof"] == "standard input:2"


def test_a_large_list_comes_from_standard_input_too(desk: Desk) -> None:
    small = "from lpdownload.audience import rows_ahead\nrows_ahead.WORTH_IT = 1\n"
    (desk.root / desk.list_of(20)).rename(desk.root / "list.csv")
    with (desk.root / "list.csv").open("rb") as file:
        words = ("subscribers", "import", "-", "--json")
        with desk.process(*words, prelude=small, stdin=file) as process:
            out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["added"] == 20


def test_a_file_that_is_not_there_is_said(desk: Desk) -> None:
    (finding,) = desk.refused("subscribers", "import", "nowhere.csv")
    assert "nowhere.csv" in str(finding)


def test_a_large_file_is_read_by_a_second_process_with_the_same_result(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.list_of(300)
    with (desk.root / file).open("a", encoding="utf-8") as out:
        out.write("nobody,No\n")
    words = ("subscribers", "import", file, "--newsletter", "town")
    alone = desk.json(*words, "--dry-run")
    monkeypatch.setattr(rows_ahead, "WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    report = desk.json(*words)
    assert counts(report) == counts(alone)
    assert report["added"] == 300
    assert rejects_of(desk)[1][0] == "302"


def test_names_with_quotes_emoji_and_commas_come_as_they_are(desk: Desk) -> None:
    names = ['Ana "Nan" Ruiz', "Zoë 📣", "Ng, Bo", "O'Neil", "\\N", "\\"]
    rows = [[f"p{index}@example.org", name] for index, name in enumerate(names)]
    assert imported(desk, desk.file([["email", "first_name"], *rows]))["added"] == len(names)
    for email, name in rows:
        assert desk.json("subscribers", "show", email)["attributes"] == {"first_name": name}


def test_a_line_break_or_a_null_in_a_name_rejects_the_row_and_no_other(desk: Desk) -> None:
    desk.newsroom.write(
        "people.csv",
        'email,first_name\na@example.org,"Ana\r\nBcc: x@example.org"\nb@example.org,B\0o\nc@example.org,Cy\n',
    )
    assert imported(desk, "people.csv") == {"rows": 3, "added": 1, "subscribed": 1, "rejected": 2}


def test_nothing_of_an_import_lies_about_in_the_folder(desk: Desk) -> None:
    before = {path.name for path in Path().iterdir()}
    imported(desk, desk.list_of(20))
    assert {path.name for path in Path().iterdir()} - before == {"people.csv"}
