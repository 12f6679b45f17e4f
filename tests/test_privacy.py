"""Nothing of the list in logs, in what failing commands say, or in what git would take."""

import csv
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.conftest import empty
from tests.desk import Desk
from tests.newsroom import Newsroom

from lpdownload.store.database import FILE

ADDRESS = "zerlina.quill@hidden-town.org"
FIRST, LAST = "Zerlina", "Quill"
PLANTED = ("zerlina", "quill", "hidden-town")

ROW = f'{ADDRESS},{FIRST},{LAST},"odd day",active\n'
HEADER = "email,first_name,last_name,term_end,status\n"


@pytest.fixture
def file_desk(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A newsroom without a database, with a list that names somebody."""
    newsroom.write("people.csv", HEADER + ROW)
    monkeypatch.chdir(newsroom.root)
    monkeypatch.delenv("LPDOWNLOAD_DATABASE_URL", raising=False)
    return Desk(newsroom, "")


@pytest.fixture(params=["sqlite", "postgres"])
def desk(request: pytest.FixtureRequest, file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A newsroom that knows somebody."""
    url = ""
    if request.param == "postgres":
        database = request.getfixturevalue("postgres_with_schema")
        empty(database)
        url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", url)
    found = Desk(file_desk.newsroom, url)
    found.add(ADDRESS, "town", first_name=FIRST, last_name=LAST)
    return found


def said(desk: Desk, *words: str, code: int, prelude: str = "") -> str:
    """What a command says that fails, and what it keeps in its log."""
    logs = desk.root.parent / "logs"
    with desk.process(*words, prelude=prelude, LPDOWNLOAD_LOG_DIR=str(logs)) as process:
        out, err = process.communicate()
    assert process.returncode == code, err
    kept = "".join(path.read_text("utf-8") for path in sorted(logs.glob("*")))
    assert (code == 3) == bool(kept)
    return out + err + kept


def assert_silent(what: str) -> None:
    assert what
    assert [word for word in PLANTED if word in what.lower()] == []


COMMANDS = (
    ("subscribers", "show", ADDRESS),
    ("subscribers", "add", ADDRESS, "--source", "a form", "--set", f"first_name={FIRST}"),
    ("subscribers", "unsubscribe", ADDRESS, "--all"),
    ("subscribers", "suppress", ADDRESS, "--source", "a letter"),
    ("subscribers", "lift", ADDRESS, "--source", "a call"),
    ("subscribers", "erase", ADDRESS, "--yes"),
    ("subscribers", "import", "people.csv", "--newsletter", "town", "--update"),
    ("subscribers", "export"),
    ("segments", "explain", ADDRESS),
    ("audience", "town/2024-09", "--who"),
)
ids = ["-".join(words[:2]) for words in COMMANDS]

BUG_IN_THE_STORE = f"""
from lpdownload.store import database

def broken(self, *_, **__):
    raise RuntimeError("no {ADDRESS} and no {ADDRESS.replace("@", "%40")}")

database.Database.reading = database.Database.writing = broken
"""


@pytest.mark.parametrize("words", COMMANDS, ids=ids)
def test_the_report_of_a_bug_names_nobody(file_desk: Desk, words: tuple[str, ...]) -> None:
    found = said(file_desk, *words, code=3, prelude=BUG_IN_THE_STORE)
    assert "RuntimeError: no z…@h…n.org" in found
    assert_silent(found)


@pytest.mark.parametrize("words", COMMANDS, ids=ids)
def test_a_table_that_is_missing_names_nobody(desk: Desk, words: tuple[str, ...]) -> None:
    with desk.open() as database, database.writing() as connection:
        for table in ("subscribers", "suppressions"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO no_{table}"))
    try:
        found = desk.refused(*words)
    finally:
        with desk.open() as database, database.writing() as connection:
            for table in ("subscribers", "suppressions"):
                connection.execute(text(f"ALTER TABLE no_{table} RENAME TO {table}"))
    assert_silent(" ".join(map(str, found)))


@pytest.mark.parametrize("words", COMMANDS, ids=ids)
def test_a_file_that_is_no_database_names_nobody(file_desk: Desk, words: tuple[str, ...]) -> None:
    file_desk.newsroom.write(FILE, ROW * 100)
    assert_silent(" ".join(map(str, file_desk.refused(*words))))


CONFLICT = """
from lpdownload.store import imports
ids_of = imports.ids_of
imports.ids_of = lambda connection, keys: {}
"""
"""An import that takes somebody known for new: the database refuses the row, and shows it to the program."""


def test_a_row_that_the_database_refuses_is_not_shown(desk: Desk) -> None:
    words = ("subscribers", "import", "people.csv", "--newsletter", "town")
    assert_silent(said(desk, *words, code=1, prelude=CONFLICT))


BROKEN_FILES: dict[str, Callable[[], bytes]] = {
    "no header": ROW.encode,
    "no address": lambda: (HEADER.replace("email", "e") + ROW.replace(ADDRESS, FIRST)).encode(),
    "two columns alike": lambda: (HEADER.replace("last_name", "first_name") + ROW).encode(),
    "nothing but binary": lambda: b"PK\x03\x04" + ADDRESS.encode() + b"\0\x01\x02" * 40,
    "a quote that never closes": lambda: (HEADER + '"' + ROW.replace('"', "") * 3).encode(),
}


@pytest.mark.parametrize("content", BROKEN_FILES.values(), ids=BROKEN_FILES)
def test_a_malformed_file_is_not_repeated(file_desk: Desk, content: Callable[[], bytes]) -> None:
    file_desk.newsroom.write("people.csv", content())
    words = ("subscribers", "import", "people.csv", "--newsletter", "town")
    with file_desk.process(*words) as process:
        out, err = process.communicate()
    assert process.returncode in {0, 1}, err
    assert_silent(out + err)


def test_an_import_reports_numbers_and_no_people(desk: Desk) -> None:
    desk.newsroom.write("people.csv", HEADER + ROW + f"{FIRST},{FIRST},,,\n")
    for options in ((), ("--json",), ("--dry-run",)):
        result = desk.run("subscribers", "import", "people.csv", "--newsletter", "town", *options)
        assert_silent(result.output)
    assert_silent(desk.run("import", "list").output + desk.run("import", "list", "--json").output)


def test_the_reasons_of_rejects_hold_nothing_of_the_row(desk: Desk) -> None:
    bad = [
        f"{ADDRESS}@,x,y,,\n",
        f'{ADDRESS},"{FIRST}\nBcc",y,,\n',
        ROW,
        f"{ADDRESS},a,b,,{FIRST}\n",
        f"{ADDRESS},{FIRST},b\n",
    ]
    desk.newsroom.write("people.csv", HEADER + "".join(bad))
    desk.run("subscribers", "import", "people.csv", "--newsletter", "town")
    with (desk.root / "people.csv.rejects.csv").open(encoding="utf-8", newline="") as file:
        reasons = [row["reason"] for row in csv.DictReader(file)]
    assert len(reasons) == len(bad)
    assert_silent(" ".join(reasons))


def test_git_takes_nothing_that_the_commands_leave_in_a_new_newsroom(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LPDOWNLOAD_DATABASE_URL", raising=False)
    desk = Desk(Newsroom(tmp_path / "news"), "")
    desk.run("init", "news")
    monkeypatch.chdir(desk.root)
    newsletter = next(desk.root.glob("newsletters/*/newsletter.yaml")).parent.name
    desk.newsroom.write("people.csv", HEADER + ROW + f"{FIRST}@@hidden-town.org,{FIRST},,,\n")
    desk.run("subscribers", "import", "people.csv", "--newsletter", newsletter)
    desk.run("subscribers", "export", "--out", "out.csv")
    desk.run("subscribers", "export", "--format", "jsonl", "--out", "out.jsonl")
    desk.run("db", "backup")
    for words in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *words], check=True, capture_output=True)
    listed = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, text=True).stdout
    files = [desk.root / name for name in listed.split("\0") if name]
    assert any(file.name == "network.yaml" for file in files)
    assert_silent("".join(file.read_text("utf-8", "replace") for file in files))
