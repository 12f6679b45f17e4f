"""`lpdownload db`: what there is, what it needs, and a copy of it."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.desk import Desk
from tests.postgres import Server

from lpdownload.model.token import Tokens
from lpdownload.store.database import FILE, SCHEMA, connect
from lpdownload.store.facts import token_keys
from lpdownload.store.tables import metadata


@pytest.fixture
def own(desk: Desk, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A database of this test alone, as it may spoil it; without tables."""
    if not desk.url:
        (desk.root / FILE).unlink()
        return desk
    server: Server = request.getfixturevalue("postgres")
    name = f"own{abs(hash(request.node.name))}"
    url = server.create_database(name)
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", url)
    return Desk(desk.newsroom, url)


def stand_at(desk: Desk, version: str) -> None:
    with desk.open() as database, database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": version})


def test_the_status_says_schema_and_rows(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    found = desk.json("db", "status")
    assert (found["schema"], found["needed"], found["missing"]) == (SCHEMA, SCHEMA, [])
    rows = found["rows"]
    assert isinstance(rows, dict)
    assert set(rows) == set(metadata.tables)
    assert (rows["subscribers"], rows["subscriptions"], rows["imports"]) == (1, 1, 0)
    assert int(str(found["bytes"])) > 10_000
    assert "subscribers: 1" in desk.run("db", "status").stdout


def test_of_an_empty_database_it_says_so_and_makes_no_tables(own: Desk) -> None:
    found = own.json("db", "status")
    assert (found["schema"], found["rows"]) == (None, {})
    assert "schema none yet" in own.run("db", "status").stdout
    (finding,) = own.refused("db", "backup")
    assert "is empty" in finding.message


def test_an_upgrade_makes_the_tables_and_a_second_one_nothing(own: Desk) -> None:
    ran = own.json("db", "upgrade")["ran"]
    assert isinstance(ran, list)
    assert ran[0].startswith("0001 ")
    assert own.json("db", "upgrade")["ran"] == []
    assert own.run("db", "upgrade").stdout.endswith(": nothing to do\n")
    assert own.json("db", "status")["schema"] == SCHEMA


def test_the_first_command_that_needs_it_makes_the_tables(own: Desk) -> None:
    assert own.json("subscribers", "stats")["people"] == 0
    assert own.json("db", "status")["schema"] == SCHEMA


@pytest.mark.parametrize(
    "words", [("subscribers", "stats"), ("audience", "town/2024-09"), ("import", "list"), ("db", "upgrade")]
)
def test_a_newer_schema_is_named_and_left_alone(own: Desk, words: tuple[str, ...]) -> None:
    own.add("ana@example.org")
    stand_at(own, "9999")
    (finding,) = own.refused(*words)
    assert finding.rule == "new-schema"
    assert "has schema 9999" in finding.message
    status = own.json("db", "status", code=1)
    assert (status["schema"], status["missing"]) == ("9999", None)
    assert "A newer lpdownload has been here" in own.run("db", "status", code=1).stdout


def test_an_older_schema_is_named_with_what_is_missing(own: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    own.add("ana@example.org")
    monkeypatch.setattr("lpdownload.store.database.SCHEMA", "9999")
    (finding,) = own.refused("subscribers", "stats")
    assert finding.rule == "old-schema"
    assert finding.hint == "lpdownload db backup, then lpdownload db upgrade"
    assert own.json("db", "status", code=1)["needed"] == "9999"


@pytest.mark.parametrize("words", [("db", "status"), ("db", "upgrade"), ("subscribers", "stats")])
def test_somebody_else_s_database_is_left_alone(own: Desk, words: tuple[str, ...]) -> None:
    with connect(own.root, own.url or None) as database, database.writing() as connection:
        connection.execute(text("CREATE TABLE shop (id integer)"))
    (finding,) = own.refused(*words)
    assert "holds tables that are not lpdownload's" in finding.message


@pytest.mark.parametrize("words", [("db", "status"), ("db", "backup"), ("subscribers", "stats")])
def test_a_file_that_is_no_database_is_said(file_desk: Desk, words: tuple[str, ...]) -> None:
    (file_desk.root / FILE).write_text("people, people, people\n" * 100, "utf-8")
    (finding,) = file_desk.refused(*words)
    assert finding.message == f"{FILE}: the file is no SQLite database"


@pytest.mark.parametrize("words", [("db", "status"), ("subscribers", "stats")])
def test_a_server_that_does_not_answer_is_said_without_the_password(
    file_desk: Desk, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    url = "postgresql://ana:sesame@127.0.0.1:1/news"
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", url)
    (finding,) = file_desk.refused(*words)
    assert "the server does not answer" in finding.message
    assert "sesame" not in str(finding)


def test_a_database_that_is_not_there_is_said(
    file_desk: Desk, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", postgres.url("nowhere"))
    (finding,) = file_desk.refused("subscribers", "stats")
    assert "there is no such database" in finding.message


@pytest.mark.parametrize(
    "url",
    ["mysql://a:sesame@h/d", "sesame", "postgresql://a:sesame@h:port/d", "sqlite://", "sqlite:///:memory:"],
)
def test_a_wrong_address_of_a_database_is_said_without_it(
    file_desk: Desk, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", url)
    (finding,) = file_desk.refused("subscribers", "stats")
    assert "LPDOWNLOAD_DATABASE_URL" in finding.message
    assert "sesame" not in str(finding)


def test_a_file_elsewhere_is_named_by_the_settings(file_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    file_desk.newsroom.write(".env", "LPDOWNLOAD_DATABASE_URL=sqlite:///other.db\n")
    file_desk.add("ana@example.org")
    assert (file_desk.root / "other.db").exists()
    assert not (file_desk.root / FILE).exists()
    monkeypatch.setenv("LPDOWNLOAD_DATABASE_URL", "sqlite:///third.db")
    assert file_desk.json("subscribers", "stats")["people"] == 0


def test_the_file_and_its_copy_are_for_their_owner_s_eyes_only(file_desk: Desk) -> None:
    file_desk.add("ana@example.org")
    file_desk.run("db", "backup", "--out", "copy.db")
    assert [stat.S_IMODE(Path(name).stat().st_mode) for name in (FILE, "copy.db")] == [0o600, 0o600]


def test_a_copy_is_the_database_as_it_was(file_desk: Desk) -> None:
    file_desk.add("ana@example.org", "town")
    before = file_desk.rows()
    report = file_desk.json("db", "backup", "--out", "copy.db")
    file_desk.run("subscribers", "erase", "ana@example.org", "--yes")
    assert report == {"file": "copy.db", "bytes": Path("copy.db").stat().st_size}
    copied = Desk(file_desk.newsroom, "sqlite:///copy.db").rows()
    assert [name for name, _ in copied.pop("facts")] == ["lease"], "the mark of a copy"
    before.pop("facts")
    assert copied == before


def test_a_copy_without_a_name_is_named_by_the_time(file_desk: Desk) -> None:
    file_desk.add("ana@example.org")
    shown = file_desk.run("db", "backup").stdout
    (made,) = file_desk.root.glob("lpdownload-*Z.db")
    assert made.name in shown
    assert "keep it where they are safe" in shown


def test_a_newer_key_signs_and_older_links_hold_until_theirs_is_revoked(desk: Desk) -> None:
    def read(token: str) -> bool:
        with desk.open() as database, database.writing() as connection:
            return Tokens(token_keys(connection)).read(token, ["town"]) is not None

    def sign() -> str:
        with desk.open() as database, database.writing() as connection:
            return Tokens(token_keys(connection)).sign(1, "town", "unsubscribe")

    assert desk.json("db", "keys") == {"keys": [1], "signs": 1}
    old = sign()
    assert desk.run("db", "keys", "--new").stdout == "1: holds\n2: signs\n"
    assert (read(old), read(sign())) == (True, True)
    assert desk.json("db", "keys", "--revoke", "1") == {"keys": [2], "signs": 2}
    assert (read(old), read(sign())) == (False, True)


def test_the_key_that_signs_is_not_revoked_nor_one_that_is_none(desk: Desk) -> None:
    assert desk.refused("db", "keys", "--revoke", "1")[0].hint.startswith("make a newer one first")
    assert desk.refused("db", "keys", "--revoke", "7")[0].message == "there is no key 7"
    assert desk.json("db", "keys") == {"keys": [1], "signs": 1}
