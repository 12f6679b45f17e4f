"""The accounts that sends go out through: opened once, closed together, and only where they may be."""

from pathlib import Path

import pytest
from tests.desk import Desk
from tests.newsroom import Newsroom
from tests.providers.loopback import Loopback
from tests.sending import TAKEN, approve, due_now, posted, readers, send, shown, through

from lpdownload.content.library import Library
from lpdownload.delivery.services import Services, services
from lpdownload.errors import InvalidInput
from lpdownload.model.pace import Pace
from lpdownload.settings import load_settings

ACCOUNTS = """\
accounts:
  main: {provider: outbox, pace: {recipients_per_day: 7}}
  big: {provider: sendgrid}
"""


def library(newsroom: Newsroom, **environ: str) -> Library:
    return Library(newsroom.root, load_settings(newsroom.root, environ))


def refused(found: Services, name: str) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        found.of(name)
    return [finding.rule for finding in caught.value.findings]


def test_an_account_is_opened_once_with_its_pace(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", ACCOUNTS)
    with services(library(newsroom)) as found:
        main = found.of("main")
        assert found.of("main") is main
        assert (main.account.name, main.account.provider) == ("main", "outbox")
        assert main.pace == Pace(recipients_per_day=7)
        assert found.of("outbox").pace == Pace()


def test_an_account_that_is_incomplete_unknown_or_takes_no_messages_is_refused(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", ACCOUNTS)
    with services(library(newsroom, LPDOWNLOAD_MAILCHIMP_API_KEY="k-us1")) as found:
        assert refused(found, "big") == ["missing-setting"]
        assert refused(found, "nobody") == ["unknown-account"]
        assert refused(found, "mailchimp") == ["wrong-family"]


def test_where_nothing_may_leave_this_machine_no_account_that_delivers_is_opened(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", ACCOUNTS)
    given = {"LPDOWNLOAD_PROVIDER": "outbox", "LPDOWNLOAD_ACCOUNT_BIG_API_KEY": "k"}
    with services(library(newsroom, **given)) as found:
        assert refused(found, "big") == ["stays-here"]
        assert found.of("main").account.name == "main"
    with services(library(newsroom, **given), "big") as found:
        assert found.of("big").account.name == "big"


def test_a_send_that_was_scheduled_elsewhere_is_paused_where_nothing_may_leave(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        due_now(desk)
        desk.newsroom.change(".env", "PROVIDER=sendgrid", "PROVIDER=outbox")
        desk.run("worker", "--once")
    report = shown(desk)
    assert report["state"] == "paused"
    assert "nothing leaves this machine through sendgrid" in str(report["reason"])
    assert posted(service) == []


def test_the_outbox_of_a_newsroom_stands_in_its_folder(desk: Desk, tmp_path: Path) -> None:
    readers(desk, 1)
    desk.newsroom.write(".env", f"LPDOWNLOAD_OUTBOX_FOLDER={tmp_path / 'mails'}\n")
    approve(desk)
    send(desk)
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 1
    assert not (desk.root / "outbox").exists()
