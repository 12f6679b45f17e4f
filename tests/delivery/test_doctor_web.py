"""Our public pages and our clock, as machines elsewhere see them."""

import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from tests.delivery.dns_server import NameServer, Zone
from tests.providers.loopback import Answer, Loopback

from lpdownload.delivery.doctor_dns import Dns
from lpdownload.delivery.doctor_web import check_public, clock_of, compare_clocks
from lpdownload.providers.base import Check

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
    found = compare_clocks(
        "api.example.org", format_datetime(NOW, usegmt=True), NOW + timedelta(seconds=seconds)
    )
    assert found.state == state
    assert ("ahead" in found.says) == (seconds >= 60)


@pytest.mark.parametrize("date", ["", "yesterday", "Tue, 99 Sep 2024 12:00:00 GMT"])
def test_a_service_without_a_time_leaves_the_clock_unknown(date: str) -> None:
    assert compare_clocks("api.example.org", date, NOW).state == "unknown"


def test_the_clock_is_compared_with_the_services_answer_whatever_it_is() -> None:
    date = {"Date": format_datetime(NOW, usegmt=True)}
    with Loopback(lambda _: Answer(404, headers=date)) as server:
        assert clock_of(server.url, lambda: NOW + timedelta(minutes=2)).state == "warning"
        assert "authorization" not in server.asked[0].headers


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


def test_a_second_address_is_tried_where_the_first_does_not_answer() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("news.example.org").configure_cert(context)
    with Loopback(tls=context) as server:  # only 127.0.0.1 listens
        zone: Zone = {("news.example.org", "A"): ["127.0.0.2", "127.0.0.1"]}
        assert "certificate" in public(f"https://news.example.org:{server.port}", zone).says
