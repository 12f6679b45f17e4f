"""Mailgun: what it cannot carry, its answers, and its credentials."""

from base64 import b64encode
from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError
from tests.providers.asking import says, serving, submitted
from tests.providers.hostile import hostile_mail, some, with_headers

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.delivery import Accepted, InDoubt, Refused
from lpdownload.providers.mailgun import Mailgun, Settings, open_provider

KEY = "key-very-secret"
SETTINGS = Settings(api_key=SecretStr(KEY), domain="news.example.org")
PROVIDER = Mailgun(SETTINGS)
QUEUED = b'{"id":"<2026@news.example.org>","message":"Queued. Thank you."}'


def opened(url: str) -> Mailgun:
    return open_provider(SETTINGS.model_copy(update={"base_url": url}))


@pytest.mark.parametrize(
    ("name", "pieces", "rule"),
    [
        ("Message-ID", Pieces.of("<x@example.org>"), "reserved-header"),
        ('X"', Pieces.of("x" * 999), "bad-header"),
        ("X-Name", Pieces(("%recipient.", ""), (Slot("first_name", "x", "url_part"),)), "vendor-tag"),
    ],
)
def test_a_header_mailgun_cannot_carry_is_refused(name: str, pieces: Pieces, rule: str) -> None:
    assert rule in {finding.rule for finding in PROVIDER.refusals(with_headers((name, pieces)))}


def test_more_headers_than_mailgun_takes_together_are_refused() -> None:
    more = [(f"X-{number}", Pieces.of("x" * 800)) for number in range(20)]
    assert [found.rule for found in PROVIDER.refusals(with_headers(*more))] == ["long-headers"]


def test_mailguns_own_words_in_the_text_are_refused_each_once() -> None:
    mail = hostile_mail()
    text = Pieces.of("%unsubscribe_url% %recipient_email% %unsubscribe_url% %recipient% %recipient.x% 100%")
    found = PROVIDER.refusals(replace(mail, content=replace(mail.content, text=text)))
    assert [finding.message.split()[-1] for finding in found] == [
        "%recipient%", "%recipient_email%", "%unsubscribe_url%",
    ]  # fmt: skip


@pytest.mark.parametrize("issue", ["é", "x" * 129])
def test_a_tag_mailgun_does_not_take_is_refused(issue: str) -> None:
    mail = replace(hostile_mail(), issue=issue)
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == ["long-tag"]


def test_too_much_text_is_refused() -> None:
    mail = hostile_mail()
    mail = replace(mail, content=replace(mail.content, html=Pieces.of("x" * 25_000_000)))
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == ["too-large"]


def test_200_accepts_everybody_under_one_id() -> None:
    with serving(opened, says(200, QUEUED)) as (provider, service):
        assert submitted(provider) == (Accepted("2026@news.example.org"),) * 2
    [call] = service.asked
    batch = PROVIDER.build(hostile_mail(), some(2), "key")
    assert (call.method, call.path) == ("POST", "/v3/news.example.org/messages")
    assert call.headers["authorization"] == "Basic " + b64encode(f"api:{KEY}".encode()).decode()
    assert call.headers["content-type"] == batch.content_type
    assert call.body == batch.parts[0]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id":"<20', b'{"id":5}', b"[]"])
def test_200_without_an_id_leaves_everybody_in_doubt(body: bytes) -> None:
    with serving(opened, says(200, body)) as (provider, _):
        outcomes = submitted(provider)
    assert len(outcomes) == 2
    assert all(isinstance(outcome, InDoubt) for outcome in outcomes)


def test_the_page_of_a_wrong_address_is_no_acceptance() -> None:
    with serving(opened, says(200, b"Mailgun Magnificent API")) as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert outcome.account
    assert "BASE_URL" in outcome.reason


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_say_what_to_do(status: int) -> None:
    with serving(opened, says(status, b"Forbidden")) as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert "API_KEY" in outcome.reason
    assert "REGION" in outcome.reason


@pytest.mark.parametrize(
    ("status", "body", "states"),
    [
        (200, b'{"domain":{"name":"news.example.org","state":"active"}}', ["ok", "ok"]),
        (200, b'{"domain":{"name":"news.example.org","state":"unverified"}}', ["ok", "error"]),
        (401, b"Forbidden", ["unknown"]),
        (404, b'{"message":"Domain not found"}', ["error"]),
        (200, b"<html>", ["unknown"]),
        (500, b"", ["unknown"]),
    ],
)
def test_check_asks_for_the_domain(status: int, body: bytes, states: list[str]) -> None:
    with serving(opened, says(status, body)) as (provider, service):
        checks = provider.check()
    assert [check.state for check in checks] == states
    assert all(check.remedy for check in checks if check.state != "ok")
    assert {(call.method, call.path) for call in service.asked} == {("GET", "/v4/domains/news.example.org")}


def test_the_address_is_the_regions_or_a_given_one() -> None:
    assert SETTINGS.endpoint == "https://api.mailgun.net"
    assert SETTINGS.model_copy(update={"region": "eu"}).endpoint == "https://api.eu.mailgun.net"
    given_one = Settings(api_key=SecretStr("k"), domain="a.org", base_url="http://localhost:9")
    assert given_one.endpoint == "http://localhost:9"


@pytest.mark.parametrize("domain", ["", "a/b", "a%2fb", "-a", "a b", "a.org/", "a.org\n"])
def test_a_domain_cannot_lead_to_another_call(domain: str) -> None:
    with pytest.raises(ValidationError):
        Settings(api_key=SecretStr("k"), domain=domain)
