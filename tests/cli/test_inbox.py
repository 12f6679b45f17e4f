"""`lpdownload inbox read`, and what the worker does of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desk import Desk
from tests.imap_server import ImapServer
from tests.people import put
from tests.tracking.letters import mail

from lpdownload.store import subscribers


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ImapServer]:
    with ImapServer(tmp_path) as server:
        for name, value in server.environ().items():
            monkeypatch.setenv(name, value)
        yield server


def ana(desk: Desk) -> None:
    with desk.open() as database, database.writing() as connection:
        put(connection, "ana@example.org", states={"town": "active"})


def state(desk: Desk) -> str:
    with desk.open() as database, database.reading() as connection:
        found = subscribers.find(connection, "ana@example.org")
        assert found is not None
        return found.subscriptions["town"][0]


def test_it_tells_what_the_mails_said_and_reads_each_once(desk: Desk, server: ImapServer) -> None:
    ana(desk)
    server.deliver(mail("stop"), mail("A question", "When?"), mail("Automatic reply: Town"))
    found = desk.json("inbox", "read", "--once")
    assert {name: count for name, count in found.items() if count} == {
        "mails": 3, "left": 1, "ignored": 1, "automatic": 1
    }  # fmt: skip
    assert state(desk) == "unsubscribed"
    assert desk.run("inbox", "read", "--once").stdout == "0 mails\n"


def test_its_words_for_people_count_what_there_was(desk: Desk, server: ImapServer) -> None:
    ana(desk)
    server.deliver(mail("stop"))
    assert desk.run("inbox", "read", "--once").stdout == "1 mail: 1 left\n"


def test_without_a_mailbox_it_says_which_settings_are_missing(desk: Desk) -> None:
    assert [finding.message for finding in desk.refused("inbox", "read", "--once")] == [
        f"LPDOWNLOAD_IMAP_{name} is not set" for name in ("HOST", "USERNAME", "PASSWORD")
    ]


@pytest.mark.usefixtures("server")
def test_a_server_that_refuses_is_told_in_one_sentence_without_the_password(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LPDOWNLOAD_IMAP_PASSWORD", "battery staple")
    (finding,) = desk.refused("inbox", "read", "--once")
    assert finding.message == "the mail server does not take the name and the password"


def test_the_worker_reads_the_mailbox_too(desk: Desk, server: ImapServer) -> None:
    ana(desk)
    server.deliver(mail("stop"))
    desk.run("worker", "--once")
    assert state(desk) == "unsubscribed"


@pytest.mark.usefixtures("server")
def test_a_worker_whose_mailbox_fails_says_so_and_works(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPDOWNLOAD_IMAP_PORT", "1")
    assert "The mailbox cannot be read" in desk.run("worker", "--once").stderr
