"""Mailgun's reports: what is believed, and what it becomes."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.mailgun import EVENTS, Settings, parse_events, verify

SETTINGS = Settings(
    api_key=SecretStr("key"), domain="news.example.org", webhook_signing_key=SecretStr("sign")
)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def report(event: str, **fields: object) -> bytes:
    timestamp, token = str(int(NOW.timestamp())), "t" * 50
    signature = hmac.new(b"sign", f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    data = {
        "event": event,
        "timestamp": 1529006854.329574,
        "recipient": "ana@example.org",
        "message": {"headers": {"message-id": "2026@news.example.org"}},
        "user-variables": {"lp_reference": "r-1", "lp_send": "send-7"},
        **fields,
    }
    block = {"timestamp": timestamp, "token": token, "signature": signature}
    return json.dumps({"signature": block, "event-data": data}).encode()


def test_a_signed_report_is_believed() -> None:
    verify({}, report("opened"), SETTINGS, NOW)


def test_a_signature_of_another_key_or_time_or_none_is_not_believed() -> None:
    body = report("opened")
    for settings, now, report_ in (
        (SETTINGS.model_copy(update={"webhook_signing_key": SecretStr("other")}), NOW, body),
        (SETTINGS.model_copy(update={"webhook_signing_key": None}), NOW, body),
        (SETTINGS, NOW + timedelta(hours=10), body),
        (SETTINGS, NOW, body.replace(b"tttt", b"uuuu", 1)),
        (SETTINGS, NOW, b'{"signature":{}}'),
        (SETTINGS, NOW, b'{"signature":{"timestamp":"1","token":"\\ud800","signature":"\\u00e9"}}'),
    ):
        with pytest.raises(BadSignature):
            verify({}, report_, settings, now)


@pytest.mark.parametrize("word", EVENTS)
def test_each_word_becomes_ours(word: str) -> None:
    event, _, severity = word.partition(" ")
    more = {"reason": "old", "severity": "temporary"} if severity == "old" else {"severity": severity}
    [found] = parse_events(report(event, **more))
    assert found.kind == EVENTS[word]
    assert (found.recipient, found.reference, found.send) == ("ana@example.org", "r-1", "send-7")
    assert found.at == datetime(2018, 6, 14, 20, 7, 34, 329574, tzinfo=UTC)
    assert found.provider_id == "2026@news.example.org"


@pytest.mark.parametrize(
    ("reason", "status", "kind", "permanent"),
    [
        ("bounce", {"message": "550 no such user"}, "bounced", True),
        ("generic", {"message": "552 full", "bounce-type": "soft"}, "bounced", False),
        ("generic", {"bounce-type": "hard"}, "bounced", True),
        ("suppress-bounce", {"message": "Not delivering to previously bounced address"}, "bounced", True),
        ("suppress-complaint", {}, "complained", None),
        ("suppress-unsubscribe", {}, "unsubscribed", None),
        ("suppress-something-new", {}, "refused", None),
    ],
)
def test_a_failure_says_whether_the_address_is_dead(
    reason: str, status: dict[str, str], kind: str, permanent: bool | None
) -> None:
    body = report("failed", severity="permanent", reason=reason, **{"delivery-status": status})
    [event] = parse_events(body)
    assert (event.kind, event.permanent) == (kind, permanent)
    assert event.detail == status.get("message", reason)


def test_a_report_without_our_variables_has_no_reference() -> None:
    [event] = parse_events(report("clicked", url="https://example.org/x", **{"user-variables": []}))
    assert (event.detail, event.reference, event.send) == ("https://example.org/x", None, None)


def test_a_word_we_do_not_know_is_passed_over() -> None:
    assert list(parse_events(report("list_member_uploaded"))) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b"[" * 100_000, report("opened", recipient=""), report("opened", timestamp="x")],
)
def test_a_malformed_report_is_none(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        list(parse_events(body))
