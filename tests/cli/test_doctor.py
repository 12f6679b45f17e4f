"""The command: what it prints, and its exit code."""

import json

import pytest
from tests.delivery.dns_server import NameServer
from tests.newsroom import Newsroom
from typer import Typer
from typer.testing import CliRunner, Result

from lpdownload.cli.doctor import doctor
from lpdownload.errors import InvalidInput


def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, *words: str) -> Result:
    app = Typer()
    app.command()(doctor)
    monkeypatch.chdir(newsroom.root)
    with NameServer({}) as server:
        monkeypatch.setenv("LPDOWNLOAD_DNS_SERVER", server.address)
        return CliRunner().invoke(app, list(words))


def test_an_error_is_exit_code_1_and_every_fault_says_what_to_do(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run(newsroom, monkeypatch, "--json")
    report = json.loads(found.stdout)
    assert found.exit_code == 1  # the public pages have no DNS record
    states = [check["state"] for check in report["checks"]]
    assert report["errors"] == states.count("error") == 1
    assert report["unknown"] == states.count("unknown")
    assert all(check["remedy"] for check in report["checks"] if check["state"] in {"error", "warning"})
    assert list(dict.fromkeys(check["about"] for check in report["checks"])) == [
        "database",
        "disk",
        "public pages",
        "account outbox",
        "clock",
        "mail from example.org through outbox",
        "replies",
    ]


def test_for_people_it_is_grouped_with_the_remedy_below(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = run(newsroom, monkeypatch, "--newsletter", "town").stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "there is no news.example.org" in line)
    assert lines[at].startswith("error")
    assert lines[at + 1].strip().startswith("set public_url")
    assert "account outbox" in lines


def test_a_newsletter_that_is_not_there_is_refused(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = run(newsroom, monkeypatch, "--newsletter", "twon")
    assert isinstance(found.exception, InvalidInput)
    assert found.exception.findings[0].hint == "there are town"


def test_a_name_server_that_is_none_is_refused(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    app = Typer()
    app.command()(doctor)
    monkeypatch.chdir(newsroom.root)
    for wrong in ("nowhere", "9.9.9.9", "9.9.9.9:0", "dns.example.org:53"):
        monkeypatch.setenv("LPDOWNLOAD_DNS_SERVER", wrong)
        found = CliRunner().invoke(app, [])
        assert isinstance(found.exception, InvalidInput)
        assert "LPDOWNLOAD_DNS_SERVER" in found.exception.findings[0].message
