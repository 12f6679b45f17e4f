"""`lpdownload segments`: who is in them, and why."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from tests.newsroom import Newsroom
from typer.testing import CliRunner, Result

from lpdownload.cli.segments import app
from lpdownload.errors import InvalidInput
from lpdownload.model.address import address_of
from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers, subscriptions
from lpdownload.store.database import FILE, open_database

Run = Callable[..., Result]

NOW = datetime(2024, 9, 1, tzinfo=UTC)


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command given in the newsroom's folder."""
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("LPDOWNLOAD_DATABASE_URL", raising=False)

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        return result

    return call


@pytest.fixture
def crowd(newsroom: Newsroom) -> None:
    """Ana and Bo of New York, one a teacher; Cy of nowhere."""
    with open_database(newsroom.root) as database, database.writing() as connection:
        for email, attributes, newsletter in (
            ("ana.ruiz@example.org", {"first_name": "Ana", "state": "NY", "office": "school_board"}, "town"),
            ("bo@example.org", {"first_name": "Bo", "state": "NY", "role": "press"}, None),
            ("cy@example.org", {"first_name": "Cy", "language": "es"}, "town"),
        ):
            number = subscribers.add(connection, address_of(email), attributes, NOW)
            if newsletter:
                subscriptions.change(connection, number, newsletter, "subscribed", Evidence(NOW, "test"))


def refused(result: Result) -> InvalidInput:
    assert isinstance(result.exception, InvalidInput)
    return result.exception


def test_the_list_says_rule_and_use_and_makes_no_database(newsroom: Newsroom, run: Run) -> None:
    newsroom.add("newsletters/town/newsletter.yaml", "segment: new-york\n")
    result = run("list")
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["Segment", "Rule", "Members", "Used", "in"],
        ["teachers", "office:", "school_board", "–", "–"],
        ["new-york", "state:", "NY", "–", "town"],
    ]
    assert not (newsroom.root / FILE).exists()


@pytest.mark.usefixtures("crowd")
def test_the_list_counts_members_if_there_is_a_database(run: Run) -> None:
    assert json.loads(run("list", "--json").stdout) == [
        {"segment": "teachers", "rule": "office: school_board", "members": 1, "used_in": []},
        {"segment": "new-york", "rule": "state: NY", "members": 2, "used_in": []},
    ]


@pytest.mark.usefixtures("crowd")
def test_counts_tell_how_many_could_be_mailed(run: Run) -> None:
    assert json.loads(run("count", "--json").stdout) == [
        {"segment": "teachers", "members": 1, "mailable": 1},
        {"segment": "new-york", "members": 2, "mailable": 1},
    ]
    assert run("count", "new-york").stdout.split() == [
        *("Segment", "Members", "Can", "be", "mailed"),
        *("new-york", "2", "1"),
    ]


@pytest.mark.usefixtures("crowd")
def test_an_unknown_segment_is_named_with_those_there_are(run: Run) -> None:
    (one, other) = refused(run("count", "teacher", "new-york", "nobody")).findings
    assert one.hint.startswith("did you mean teachers?")
    assert other.message == "there is no segment nobody"


@pytest.mark.usefixtures("crowd")
def test_why_somebody_is_in_or_out_is_told(newsroom: Newsroom, run: Run) -> None:
    newsroom.add("newsletters/segments.yaml", "both: [teachers, {not: {role: press}}]\n")
    assert run("explain", " BO@Example.org ", "both", "new-york").stdout == (
        "✗ both\n"
        "  ✗ all\n"
        "    ✗ segment: teachers\n"
        "      ✗ office: school_board  – no value\n"
        "    ✗ not\n"
        "      ✓ role: press  – has press\n"
        "✓ new-york\n"
        "  ✓ state: NY  – has NY\n"
    )
    assert json.loads(run("explain", "bo@example.org", "new-york", "--json").stdout) == [
        {"segment": "new-york", "in": True, "why": {"rule": "state: NY", "holds": True, "has": ["NY"]}}
    ]


@pytest.mark.usefixtures("crowd")
@pytest.mark.parametrize("email", ["dee@example.org", "dee dee@example..org"])
def test_an_address_that_nobody_has_is_not_repeated(run: Run, email: str) -> None:
    result = run("explain", email)
    assert refused(result).findings[0].rule in {"unknown-subscriber", "bad-email"}
    assert "dee" not in str(result.exception) + result.output


@pytest.mark.usefixtures("crowd")
def test_a_sample_shows_what_does_not_tell_who_it_is(run: Run) -> None:
    found = json.loads(run("sample", "new-york", "--json").stdout)
    assert [row["email"] for row in found] == ["a…@e…e.org", "b…@e…e.org"]
    assert found[1] == {
        "email": "b…@e…e.org",
        "state": "NY",
        "chapter": None,
        "office": None,
        "role": "press",
        "language": None,
    }
    shown = run("sample", "new-york", "--size", "1").stdout.splitlines()
    assert shown[0].split() == ["Email", "State", "Chapter", "Office", "Role", "Language"]
    assert len(shown) == 2


def test_a_sample_of_nobody_says_so(run: Run) -> None:
    assert run("sample", "teachers").stdout == "Nobody is in.\n"
