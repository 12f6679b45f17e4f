"""Everything doctor looks at, together: which accounts, which domains, how long, and what is bad enough."""

import socket
from datetime import UTC, datetime
from email.utils import format_datetime

from tests.delivery.dns_server import NameServer, Zone
from tests.newsroom import NEWSLETTER, Newsroom
from tests.providers.loopback import Answer, Loopback

from lpdownload.content.library import Library
from lpdownload.delivery.doctor import Examined, examine
from lpdownload.delivery.doctor_dns import Dns
from lpdownload.providers.base import Check
from lpdownload.settings import load_settings

HERE: Zone = {("news.example.org", "A"): ["127.0.0.1"]}
SENDGRID = "mail from example.org through sendgrid"


def examined(
    newsroom: Newsroom, zone: Zone = HERE, *, provider: str = "sendgrid", seconds: float = 45.0, **raw: str
) -> dict[str, Examined]:
    """By what it is about; ``raw`` are SendGrid's settings."""
    environ = {f"LPDOWNLOAD_SENDGRID_{name}": text for name, text in raw.items()}
    if provider:
        environ["LPDOWNLOAD_PROVIDER"] = provider
    library = Library(newsroom.root, load_settings(newsroom.root, environ))
    with NameServer(zone) as server:
        found = examine(library, library.newsletter_names, Dns(server.address), seconds=seconds)
        return {each.about: each for each in found}


def of(examined: Examined) -> dict[str, Check]:
    """By what was looked at."""
    return {check.what: check for check in examined.checks}


def test_a_service_that_takes_the_key_and_a_domain_without_records(newsroom: Newsroom) -> None:
    date = {"Date": format_datetime(datetime.now(UTC), usegmt=True), "Content-Type": "application/json"}
    with Loopback(lambda _: Answer(200, b'{"scopes": ["mail.send"]}', date)) as server:
        found = examined(newsroom, API_KEY="SG.hunter2", BASE_URL=server.url)
    assert found["account sendgrid"].well
    assert of(found["clock"])["clock"].state == "ok"
    mail = of(found[SENDGRID])
    assert {what: check.state for what, check in mail.items()} == {
        "DMARC of example.org": "error",
        "SPF of example.org": "warning",
        "DKIM of example.org": "warning",
        "alignment of example.org": "unknown",
    }
    assert "accounts: {sendgrid: {provider: sendgrid, dkim_selectors: [NAME]}}" in (
        mail["DKIM of example.org"].remedy
    )
    assert of(found["replies"])["replies to example.org"].state == "error"
    assert "hunter2" not in str(found)


def test_selectors_that_the_account_names_are_looked_for(newsroom: Newsroom) -> None:
    accounts = "accounts:\n  sendgrid: {provider: sendgrid, dkim_selectors: [ny1]}\n"
    newsroom.add("newsletters/network.yaml", accounts)
    with Loopback(lambda _: Answer(401, b"{}")) as server:
        found = examined(newsroom, API_KEY="SG.x", BASE_URL=server.url)
    dkim = of(found[SENDGRID])["DKIM of example.org"]
    assert (dkim.state, "ny1" in dkim.says) == ("error", True)
    assert not found["account sendgrid"].well


def test_credentials_that_nobody_could_try_are_not_well(newsroom: Newsroom) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        found = examined(newsroom, API_KEY="SG.x", BASE_URL=url)["account sendgrid"]
    assert [check.state for check in found.checks] == ["ok", "unknown"]
    assert not found.well


def test_settings_that_are_missing_are_named_and_the_rest_is_looked_at(newsroom: Newsroom) -> None:
    found = examined(newsroom, BASE_URL="https://api.example.org")
    assert "LPDOWNLOAD_SENDGRID_API_KEY" in of(found["account sendgrid"])["settings"].says
    assert of(found["disk"])["disk"].state in {"ok", "warning"}
    assert found["replies"].checks


def test_a_variable_that_means_nothing_is_told_with_its_line(newsroom: Newsroom) -> None:
    newsroom.write(".env", "LPDOWNLOAD_RESEND_API_KY=hunter2\n")
    (found,) = examined(newsroom, provider="")["settings"].checks
    assert (found.state, ".env:1" in found.says) == ("warning", True)
    assert "hunter2" not in str(found)


def test_a_newsletter_that_cannot_be_read_stops_no_other(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lab/newsletter.yaml", "name: 3\n")
    found = examined(newsroom, provider="")
    assert not found["newsletter lab"].well
    assert all("newsletter.yaml:" in check.says for check in found["newsletter lab"].checks)
    assert found["account outbox"].well


def test_newsletters_of_one_domain_and_account_are_looked_at_together(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/lab/newsletter.yaml", NEWSLETTER.replace("town@", "lab@"))
    newsroom.write("newsletters/far/newsletter.yaml", NEWSLETTER.replace("town@example.org", "x@example.net"))
    found = examined(newsroom, provider="")
    assert [about for about in found if about.startswith(("mail", "account"))] == [
        "account outbox",
        "mail from example.net through outbox",
        "mail from example.org through outbox",
    ]


def test_where_nothing_leaves_the_machine_a_domains_faults_are_warnings(newsroom: Newsroom) -> None:
    found = examined(newsroom, provider="")
    assert of(found["account outbox"])["delivery"].state == "warning"
    for about in ("mail from example.org through outbox", "replies"):
        assert {check.state for check in found[about].checks} <= {"warning", "unknown"}


def test_the_outbox_by_setting_is_looked_at_instead_of_the_newsletters_account(newsroom: Newsroom) -> None:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: smtp}}\n")
    newsroom.add("newsletters/town/newsletter.yaml", "account: ny-mail\n")
    assert "account ny-mail" in examined(newsroom, provider="")
    found = examined(newsroom, provider="outbox")
    assert "account ny-mail" not in found
    delivery = of(found["account outbox"])["delivery"]
    assert "whatever account" in delivery.says
    assert "LPDOWNLOAD_PROVIDER=outbox" in delivery.remedy


def test_what_does_not_answer_in_time_is_unknown_and_the_rest_is_told(newsroom: Newsroom) -> None:
    with Loopback(lambda _: Answer(breaks="silent")) as server:
        found = examined(newsroom, seconds=2.0, API_KEY="SG.x", BASE_URL=server.url)
    (late,) = found["account sendgrid"].checks
    assert (late.state, late.says) == ("unknown", "no answer within 2 seconds")
    assert not found["account sendgrid"].well
    assert of(found[SENDGRID])["DMARC of example.org"].state == "error"


def test_name_servers_that_answer_nothing_are_an_error_of_their_own(newsroom: Newsroom) -> None:
    library = Library(newsroom.root, load_settings(newsroom.root, {}))
    with NameServer({}, silent=True) as server:
        found = list(examine(library, ["town"], Dns(server.address, seconds=0.1)))
    assert (found[-1].about, found[-1].well) == ("network", False)
    assert {check.state for check in found[-2].checks} == {"unknown"}
    with NameServer({}) as server:
        assert "network" not in {each.about for each in examine(library, ["town"], Dns(server.address))}
