"""Everything doctor looks at beside the DNS: the newsroom, the account, the public pages, the clock."""

import socket
import sqlite3
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import trustme
from pydantic import SecretStr
from tests.delivery.dns_server import NameServer, Zone
from tests.newsroom import Newsroom
from tests.providers.loopback import Answer, Loopback

from lpdownload.content.library import Library
from lpdownload.delivery.doctor import (
    check_database,
    check_disk,
    check_public,
    clock_of,
    compare_clocks,
    examine,
    room,
)
from lpdownload.delivery.doctor_dns import Dns
from lpdownload.providers.base import Check
from lpdownload.settings import Settings
from lpdownload.store.database import FILE, open_database

NOW = datetime(2024, 9, 3, 12, tzinfo=UTC)
HERE: Zone = {("news.example.org", "A"): ["127.0.0.1"]}


@pytest.mark.parametrize(
    ("seconds", "state"),
    [
        (0, "ok"),
        (59, "ok"),
        (-59, "ok"),
        (60, "warning"),
        (-299, "warning"),
        (300, "error"),
        (-86400, "error"),
    ],
)
def test_a_clock_that_is_wrong_is_told(seconds: int, state: str) -> None:
    found = compare_clocks(format_datetime(NOW, usegmt=True), NOW + timedelta(seconds=seconds))
    assert found.state == state
    assert ("ahead" in found.says) == (seconds >= 60)


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Sep 2024 12:00:00 GMT"])
def test_a_service_without_a_time_leaves_the_clock_unknown(date: str) -> None:
    assert compare_clocks(date, NOW).state == "unknown"


def test_the_clock_is_compared_with_the_services_answer_whatever_it_is() -> None:
    date = {"Date": format_datetime(NOW, usegmt=True)}
    with Loopback(lambda _: Answer(404, headers=date)) as server:
        assert clock_of(server.url, lambda: NOW + timedelta(minutes=2)).state == "warning"
        assert "authorization" not in server.asked[0].headers


@pytest.mark.parametrize(("free", "state"), [(10**7, "error"), (5 * 10**8, "warning"), (10**10, "ok")])
def test_a_full_disk_is_told(free: int, state: str, tmp_path: Path) -> None:
    assert room(free).state == state
    assert check_disk(tmp_path).what == "disk"


def states(checks: Sequence[Check]) -> list[str]:
    return [check.state for check in checks]


def test_looking_at_a_newsroom_without_a_database_does_not_make_one(tmp_path: Path) -> None:
    assert states(list(check_database(tmp_path, Settings()))) == ["ok"]
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_its_schema_is_well(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    assert states(list(check_database(tmp_path, Settings()))) == ["ok", "ok"]


def test_a_database_of_another_schema_or_of_nobodys_is_an_error(tmp_path: Path) -> None:
    open_database(tmp_path).close()
    connection = sqlite3.connect(tmp_path / FILE)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    checks = list(check_database(tmp_path, Settings()))
    assert (checks[0].state, checks[0].remedy != "") == ("error", True)
    (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    assert states(list(check_database(tmp_path, Settings()))) == ["error"]


def test_a_database_server_that_is_not_there_is_an_error_without_its_password(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = Settings(database_url=SecretStr(f"postgresql://ana:hunter2@127.0.0.1:{port}/x"))
    checks = list(check_database(tmp_path, settings))
    assert states(checks) == ["error"]
    assert "hunter2" not in str(checks)


def public(url: str, zone: Zone = HERE, *, failing: Sequence[str] = ()) -> Check:
    with NameServer(zone, failing=failing) as server:
        return check_public(Dns(server.address), url)


def test_public_pages_are_well_only_with_a_trusted_certificate_of_their_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = trustme.CA()
    for name, state in (("news.example.org", "ok"), ("other.example.org", "error")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(name).configure_cert(context)
        with authority.cert_pem.tempfile() as file, Loopback(tls=context) as server:
            url = f"https://news.example.org:{server.port}"
            assert public(url).state == "error"  # nobody trusts the authority yet
            monkeypatch.setenv("SSL_CERT_FILE", file)
            assert public(url).state == state
            monkeypatch.delenv("SSL_CERT_FILE")


def test_public_pages_that_do_not_answer_over_https_are_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    found = public(f"https://news.example.org:{port}")
    assert (found.state, "does not answer" in found.says) == ("error", True)
    assert "there is no" in public("https://news.example.org", {}).says
    assert "not https" in public("http://news.example.org").says
    assert public("https://news.example.org", failing=["news.example.org"]).state == "unknown"


def examined(newsroom: Newsroom, zone: Zone, **raw: str) -> dict[str, dict[str, Check]]:
    """By what it is about and what was looked at, for the newsletter ``town``."""
    secrets = {f"LPDOWNLOAD_SENDGRID_{name}": SecretStr(text) for name, text in raw.items()}
    settings = Settings(provider="sendgrid" if raw else "outbox", accounts_raw=secrets)
    with NameServer(zone) as server:
        found = examine(Library(newsroom.root, settings), ["town"], Dns(server.address))
        return {each.about: {check.what: check for check in each.checks} for each in found}


def test_a_service_that_takes_the_key_and_a_domain_without_records(newsroom: Newsroom) -> None:
    date = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Content-Type": "application/json"}
    with Loopback(lambda _: Answer(200, b'{"scopes": ["mail.send"]}', date)) as server:
        found = examined(newsroom, HERE, API_KEY="SG.hunter2", BASE_URL=server.url)
    assert found["account sendgrid"]["clock"].state == "ok"
    mail = found["mail of town"]
    assert mail["DMARC of example.org"].state == "error"
    assert mail["DKIM of example.org"].state == "warning"
    assert mail["SPF of example.org"].state == "warning"
    assert mail["alignment of example.org"].state == "unknown"
    assert mail["replies to example.org"].state == "error"
    assert "hunter2" not in str(found)


def test_selectors_that_the_account_names_are_looked_for(newsroom: Newsroom) -> None:
    network = newsroom.root / "newsletters/network.yaml"
    accounts = "accounts:\n  sendgrid: {provider: sendgrid, dkim_selectors: [ny1]}\n"
    network.write_text(network.read_text("utf-8") + accounts, "utf-8")
    with Loopback(lambda _: Answer(401, b"{}")) as server:
        found = examined(newsroom, HERE, API_KEY="SG.x", BASE_URL=server.url)
    assert found["mail of town"]["DKIM of example.org"].state == "error"
    assert "ny1" in found["mail of town"]["DKIM of example.org"].says
    assert "error" in {check.state for check in found["account sendgrid"].values()}


def test_settings_that_are_missing_are_named_and_the_rest_is_looked_at(newsroom: Newsroom) -> None:
    found = examined(newsroom, HERE, BASE_URL="https://api.example.org")
    assert "LPDOWNLOAD_SENDGRID_API_KEY" in found["account of town"]["settings"].says
    assert found["newsroom"]["disk"].state in {"ok", "warning"}


def test_where_nothing_leaves_the_machine_a_domains_faults_are_warnings(newsroom: Newsroom) -> None:
    found = examined(newsroom, HERE)
    assert found["account outbox"]["delivery"].state == "warning"
    assert {check.state for check in found["mail of town"].values()} == {"warning", "unknown"}
