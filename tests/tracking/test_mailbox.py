"""The mailbox of a real IMAP server."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from tests.imap_server import ImapServer
from tests.tracking.letters import bounce, mail, returned
from tests.tracking.mailed import ANA, BO, HOUR
from tests.tracking.office import LATER, Posted

from lpdownload.errors import InvalidInput
from lpdownload.model.subscription import Evidence
from lpdownload.settings import Settings, load_settings
from lpdownload.store.database import Database
from lpdownload.store.subscriptions import change
from lpdownload.tracking.inbox import Read
from lpdownload.tracking.mailbox import CannotRead, opened

one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is the server's."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ImapServer]:
    with ImapServer(tmp_path) as server:
        yield server


@pytest.fixture
def posted(database: Database, server: ImapServer) -> Posted:
    return Posted(database, server)


def test_a_mail_is_read_once_and_the_mailbox_stays_as_it_was(posted: Posted) -> None:
    assert posted.posts(mail(posted.token())).left == 1
    assert posted.read() == Read()
    assert (posted.server.count(), posted.server.flags()) == (1, [])
    assert posted.posts(mail(posted.token())) == Read(mails=1, again=1)


def test_a_mailbox_that_is_numbered_anew_is_read_anew_and_changes_nothing(posted: Posted) -> None:
    posted.posts(mail(posted.token()), bounce(returned(posted.reference(BO), posted.token(BO)), to=BO))
    with posted.database.writing() as connection:
        since = Evidence(LATER + HOUR, "a form")
        change(connection, posted.numbers[ANA], "town", "asked", since)
        change(connection, posted.numbers[ANA], "town", "confirmed", since)
    posted.server.renew()
    assert posted.read() == Read(mails=2, again=2)
    assert posted.state() == "active"


@one_database
def test_a_mail_of_ten_megabytes_still_unsubscribes(posted: Posted) -> None:
    assert posted.posts(mail(posted.token(), "x" * 10_000_000)).left == 1


@one_database
def test_what_is_dealt_with_is_moved_if_a_setting_says_so_and_the_rest_stays(posted: Posted) -> None:
    posted.posts(mail(posted.token()), mail("A question", "When is the hearing?"), MOVE_TO="Handled")
    assert (posted.server.count(), posted.server.count("Handled")) == (1, 1)


@one_database
def test_what_is_dealt_with_is_deleted_if_a_setting_says_so_and_the_rest_stays(posted: Posted) -> None:
    posted.posts(mail(posted.token()), mail("A question", "When is the hearing?"), DELETE="true")
    assert posted.server.count() == 1


@one_database
def test_many_mails_are_read_in_their_order(posted: Posted) -> None:
    mails = [mail(f"Question {number}") for number in range(45)]
    assert posted.posts(*mails, mail(posted.token())) == Read(mails=46, left=1, ignored=45)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_certificate_of_nobody_that_is_trusted_is_refused(
    tmp_path: Path, tls: Literal["tls", "starttls"]
) -> None:
    with ImapServer(tmp_path, tls) as server:
        settings = load_settings(None, {**server.environ(), "LPDOWNLOAD_IMAP_CA_FILE": ""})
        with pytest.raises(CannotRead, match="certificate"), opened(settings):
            pass
        with opened(load_settings(None, server.environ())) as mailbox:
            assert list(mailbox.new_after(0)) == []


def test_a_certificate_for_another_name_is_refused(tmp_path: Path) -> None:
    with (
        ImapServer(tmp_path, name="imap.example.org") as server,
        pytest.raises(CannotRead, match="certificate"),
        opened(load_settings(None, server.environ())),
    ):
        pass


def test_a_wrong_password_a_missing_folder_and_nobody_there_are_told_without_secrets(
    server: ImapServer,
) -> None:
    wrong = {"PASSWORD": "battery staple"}, {"FOLDER": "Nowhere"}, {"PORT": "1"}
    for given in wrong:
        with pytest.raises(CannotRead) as told, opened(load_settings(None, server.environ(**given))):
            pass
        assert "staple" not in str(told.value)


def test_settings_that_are_not_complete_or_not_encrypted_are_refused_at_once() -> None:
    for settings in (
        Settings(),
        load_settings(None, {"LPDOWNLOAD_IMAP_HOST": "imap.example.org"}),
        load_settings(
            None,
            {f"LPDOWNLOAD_IMAP_{name}": "imap.example.org" for name in ("HOST", "USERNAME", "PASSWORD")}
            | {"LPDOWNLOAD_IMAP_TLS": "none"},
        ),
    ):
        with pytest.raises(InvalidInput), opened(settings):
            pass
