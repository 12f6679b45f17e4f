"""Postmark's reports: what is believed, and what it becomes."""

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.postmark import BOUNCES, Settings, parse_events, verify

KEY = "server-token-secret"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOOK = Settings(api_key=SecretStr(KEY), webhook_user="hook", webhook_password=SecretStr("pass:wörd"))


def report(word: str, **more: object) -> bytes:
    """As in https://postmarkapp.com/developer/webhooks/bounce-webhook and its sisters."""
    shared = {"MessageID": "883953f4", "Metadata": {"reference": "r-1", "send": "send-7"}, "Tag": ""}
    return json.dumps({"RecordType": word, **shared, **more}).encode()


def test_a_bounce_comes_back_to_the_copy() -> None:
    [event] = parse_events(
        report(
            "Bounce",
            Type="HardBounce",
            Email="ana@example.org",
            BouncedAt="2026-11-22T11:33:54.9070259Z",
            Details="smtp;550 5.1.1 unknown",
            Description="The server was unable to deliver your message",
        )
    )
    assert (event.kind, event.permanent, event.detail) == ("bounced", True, "smtp;550 5.1.1 unknown")
    assert (event.reference, event.send, event.provider_id) == ("r-1", "send-7", "883953f4")
    assert (event.recipient, event.provider) == ("ana@example.org", "postmark")
    assert event.at == datetime(2026, 11, 22, 11, 33, 54, 907_025, UTC)


@pytest.mark.parametrize(
    ("word", "time", "kind", "more"),
    [
        ("Delivery", "DeliveredAt", "delivered", {"Details": "250 OK"}),
        ("SpamComplaint", "BouncedAt", "complained", {"Type": "SpamComplaint"}),
        ("Open", "ReceivedAt", "opened", {"FirstOpen": True}),
        ("Click", "ReceivedAt", "clicked", {"OriginalLink": "https://example.org/a"}),
        ("Bounce", "BouncedAt", "deferred", {"Type": "Transient"}),
        ("Bounce", "BouncedAt", "refused", {"Type": "ManuallyDeactivated"}),
        (
            "SubscriptionChange",
            "ChangedAt",
            "unsubscribed",
            {"SuppressSending": True, "SuppressionReason": "ManualSuppression"},
        ),
        (
            "SubscriptionChange",
            "ChangedAt",
            "bounced",
            {"SuppressSending": True, "SuppressionReason": "HardBounce"},
        ),
    ],
)
def test_their_words_become_ours(word: str, time: str, kind: str, more: dict[str, object]) -> None:
    body = report(word, Recipient="ana@example.org", **{time: "2026-11-22T06:00:00-05:00"}, **more)
    [event] = parse_events(body)
    assert (event.kind, event.recipient, event.at.hour) == (kind, "ana@example.org", 11)


@pytest.mark.parametrize(
    "body",
    [
        report(
            "SubscriptionChange", Recipient="a@example.org", SuppressSending=False, ChangedAt="2026-11-22"
        ),
        report("Bounce", Type="AutoResponder", Email="a@example.org", BouncedAt="2026-11-22"),
        report("Inbound"),
        b"{}",
    ],
)
def test_what_is_no_fate_of_a_message_is_passed_over(body: bytes) -> None:
    assert list(parse_events(body)) == []


@pytest.mark.parametrize("body", [b"", b"[]", report("Open"), report("Open", Recipient="a@example.org")])
def test_a_malformed_report_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        list(parse_events(body))


def test_only_bounces_say_whether_an_address_is_dead() -> None:
    assert all(permanent is None for kind, permanent in BOUNCES.values() if kind != "bounced")


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_the_password_in_the_address_is_believed() -> None:
    verify(basic("hook:pass:wörd"), b"{}", HOOK, NOW)


@given(st.text(max_size=20).map(lambda text: {"authorization": text}) | st.text(max_size=20).map(basic))
def test_anything_else_is_not(headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        verify(headers, b"{}", HOOK, NOW)


def test_without_a_password_nothing_is_believed() -> None:
    with pytest.raises(BadSignature, match="WEBHOOK_PASSWORD"):
        verify(basic("lpdownload:"), b"{}", Settings(api_key=SecretStr(KEY)), NOW)
