"""Whether the domain a newsletter comes from is set up so that its mail is believed, before it is sent."""

import pytest
from pydantic import SecretStr
from tests.delivery.dns_server import NameServer, Zone
from tests.newsroom import Newsroom

from lpdownload.content.library import Library
from lpdownload.delivery.identity import identity_findings, is_here
from lpdownload.errors import Finding
from lpdownload.providers import outbox, sendgrid, ses, smtp
from lpdownload.providers.registry import Account
from lpdownload.settings import load_settings

KEY = SecretStr("k")


def account(base_url: str | None = None) -> Account:
    return Account("sendgrid", "sendgrid", sendgrid.Settings(api_key=KEY, base_url=base_url))


def found(newsroom: Newsroom, zone: Zone, asked: Account | None = None) -> list[Finding]:
    with NameServer(zone) as server:
        settings = load_settings(newsroom.root, {"LPDOWNLOAD_DNS_SERVER": server.address})
        library = Library(newsroom.root, settings)
        issue = newsroom.load().issue
        findings = list(identity_findings(library, issue, asked or account()))
        if asked is not None:
            assert server.asked == []
    return findings


def test_a_domain_without_records_is_told_with_what_to_do(newsroom: Newsroom) -> None:
    findings = found(newsroom, {("example.org", "A"): ["192.0.2.1"]})
    errors = [finding for finding in findings if finding.severity == "error"]
    assert errors
    assert {finding.rule for finding in findings} == {"identity"}
    assert all(finding.hint for finding in findings)


def test_a_domain_that_says_anybody_may_send_is_an_error(newsroom: Newsroom) -> None:
    zone = {("example.org", "TXT"): ['"v=spf1 +all"'], ("_dmarc.example.org", "TXT"): ['"v=DMARC1; p=none"']}
    assert any(
        "SPF" in finding.message and "whole world" in finding.message for finding in found(newsroom, zone)
    )


@pytest.mark.parametrize("address", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9"])
def test_a_service_on_this_machine_is_somebody_trying_things_out(newsroom: Newsroom, address: str) -> None:
    assert is_here(account(address))
    assert found(newsroom, {}, account(address)) == []


def test_the_address_of_each_kind_of_account_says_where_it_is() -> None:
    assert is_here(Account("smtp", "smtp", smtp.Settings(host="127.0.0.1")))
    assert is_here(Account("ses", "ses", ses.Settings(region="us-east-1", endpoint_url="http://127.0.0.1:9")))
    assert not is_here(Account("smtp", "smtp", smtp.Settings(host="mail.example.org")))
    assert not is_here(Account("ses", "ses", ses.Settings(region="us-east-1")))
    assert not is_here(Account("outbox", "outbox", outbox.Settings()))
    assert not is_here(account())
    assert not is_here(account("https://127.0.0.1.example.org"))
