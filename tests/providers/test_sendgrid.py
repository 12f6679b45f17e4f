"""SendGrid: what it cannot carry, its answers, and its credentials."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr, ValidationError
from tests.providers.asking import says, serving, submitted
from tests.providers.hostile import hostile_mail, some, with_headers

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.delivery import Accepted, InDoubt, Refused, Throttled
from lpdownload.providers.sendgrid import SendGrid, Settings, open_provider

KEY = "SG.very-secret"
PROVIDER = SendGrid(Settings(api_key=SecretStr(KEY)))


def opened(url: str) -> SendGrid:
    return open_provider(Settings(api_key=SecretStr(KEY), base_url=url))


@pytest.mark.parametrize(
    ("name", "pieces", "rule"),
    [
        ("DKIM-Signature", Pieces.of("x"), "reserved-header"),
        ("Bad Name", Pieces.of("x"), "reserved-header"),
        ("List-ID", Pieces.of("x"), "twice-header"),
        ("X-Name", Pieces.of("José"), "bad-header"),
        ("X-Name", Pieces.of("=?utf-8?q?x?="), "bad-header"),
        ("X-Name", Pieces.of("a\r\nBcc: b"), "bad-header"),
        ("X-Name", Pieces.of("x" * 1_000), "bad-header"),
    ],
)
def test_a_header_sendgrid_cannot_carry_is_refused(name: str, pieces: Pieces, rule: str) -> None:
    [finding] = PROVIDER.refusals(with_headers((name, pieces)))
    assert finding.rule == rule
    assert finding.hint


def test_a_merged_sender_an_empty_text_and_a_broken_subject_are_all_refused_at_once() -> None:
    mail = hostile_mail()
    headers = [(name, pieces) for name, pieces in mail.content.headers if name != "From"]
    headers.append(("From", Pieces(("", " <a@example.org>"), (Slot("name", "x", "header"),))))
    content = replace(mail.content, headers=tuple(headers), text=Pieces.of(" \n"), subject=Pieces.of("a\nb"))
    rules = {finding.rule for finding in PROVIDER.refusals(replace(mail, content=content))}
    assert rules == {"merged-sender", "empty-mail", "bad-header"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"issue": "é"}, "long-category"),
        ({"issue": "x" * 256}, "long-category"),
        ({"send": "x" * 10_000}, "long-send"),
    ],
)
def test_a_name_that_sendgrid_cannot_carry_is_refused(change: dict[str, str], rule: str) -> None:
    mail = hostile_mail()
    mail = replace(mail, issue=change.get("issue", mail.issue), send=change.get("send", mail.send))
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == [rule]


def test_sendgrids_own_tags_and_too_much_text_are_refused() -> None:
    mail = hostile_mail()
    tagged = replace(mail.content, text=Pieces.of("<%asm_group_unsubscribe_raw_url%>"))
    large = replace(mail.content, text=Pieces.of("x" * 30_000_000))
    assert [found.rule for found in PROVIDER.refusals(replace(mail, content=tagged))] == ["vendor-tag"]
    assert [found.rule for found in PROVIDER.refusals(replace(mail, content=large))] == ["too-large"]


def test_202_accepts_everybody_under_the_id_of_the_answer() -> None:
    with serving(opened, says(202, X_Message_Id="abc")) as (provider, service):
        assert submitted(provider) == (Accepted("abc"), Accepted("abc"))
    [call] = service.asked
    assert (call.method, call.path) == ("POST", "/v3/mail/send")
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["content-type"] == "application/json"
    assert call.body == PROVIDER.build(hostile_mail(), some(2), "key").parts[0]


def test_200_is_only_the_sandboxs_answer() -> None:
    with serving(opened, says(200)) as (provider, _):
        assert all(isinstance(outcome, InDoubt) for outcome in submitted(provider))

    def in_the_sandbox(url: str) -> SendGrid:
        return open_provider(Settings(api_key=SecretStr(KEY), base_url=url, sandbox=True))

    with serving(in_the_sandbox, says(200)) as (provider, service):
        assert submitted(provider) == (Accepted(None), Accepted(None))
    assert json.loads(service.asked[0].body)["mail_settings"]["sandbox_mode"] == {"enable": True}


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_say_what_to_do(status: int) -> None:
    with serving(opened, says(status, b'{"errors":[{"message":"authorization required"}]}')) as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert "API_KEY" in outcome.reason


def test_a_throttle_says_when_the_window_begins_anew() -> None:
    reset = int(datetime.now(UTC).timestamp()) + 1_000
    with serving(opened, says(429, X_RateLimit_Reset=str(reset))) as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Throttled)
    assert outcome.seconds is not None
    assert 0 < outcome.seconds <= 1_000


def test_a_throttle_says_what_retry_after_says() -> None:
    with serving(opened, says(429, X_RateLimit_Reset="x", Retry_After="900")) as (provider, service):
        assert submitted(provider)[0] == Throttled("SendGrid: HTTP 429", 900.0)
    assert len(service.asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html>oops</html>", b'{"errors":[{"mess', b"[" * 100_000])
def test_a_5xx_leaves_everybody_in_doubt_whatever_its_body(body: bytes) -> None:
    with serving(opened, says(500, body)) as (provider, service):
        outcomes = submitted(provider)
    assert all(isinstance(outcome, InDoubt) for outcome in outcomes)
    assert len(outcomes) == 2
    assert len(service.asked) == 1


@pytest.mark.parametrize(
    ("status", "body", "states"),
    [
        (200, b'{"scopes":["mail.send","user.email.read"]}', ["ok", "ok"]),
        (200, b'{"scopes":["stats.read"]}', ["ok", "error"]),
        (401, b'{"errors":[{"message":"authorization required"}]}', ["error"]),
        (200, b"<html>", ["unknown"]),
        (500, b"", ["unknown"]),
    ],
)
def test_check_asks_for_the_keys_permissions(status: int, body: bytes, states: list[str]) -> None:
    with serving(opened, says(status, body)) as (provider, service):
        checks = provider.check()
    assert [check.state for check in checks] == states
    assert all(check.remedy for check in checks if check.state != "ok")
    assert {(call.method, call.path) for call in service.asked} == {("GET", "/v3/scopes")}


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        (Settings(api_key=SecretStr("k")), "https://api.sendgrid.com"),
        (Settings(api_key=SecretStr("k"), region="eu"), "https://api.eu.sendgrid.com"),
        (Settings(api_key=SecretStr("k"), base_url="http://127.0.0.1:9/"), "http://127.0.0.1:9"),
    ],
)
def test_the_address_is_the_regions_or_a_given_one(settings: Settings, endpoint: str) -> None:
    assert settings.endpoint == endpoint
    assert "k" not in repr(settings.api_key)


@pytest.mark.parametrize("url", ["http://api.example.org", "ftp://x", "https://", "https://a@b.org", "x"])
def test_the_key_is_never_sent_in_the_clear_or_to_no_address(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(api_key=SecretStr("k"), base_url=url)
