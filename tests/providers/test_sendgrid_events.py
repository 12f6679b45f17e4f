"""SendGrid's reports: what is believed, and what it becomes."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import SecretStr

from lpdownload.providers.events import BadSignature, NotAnEvent, PartUnread
from lpdownload.providers.sendgrid import EVENTS, Settings, parse_events, verify

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PRIVATE = ec.generate_private_key(ec.SECP256R1())
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
SIGNED = Settings(api_key=SecretStr("k"), webhook_public_key=PUBLIC)


def signed(body: bytes, at: datetime = NOW) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    signature = PRIVATE.sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }


def test_a_signed_report_is_believed() -> None:
    verify(signed(b"[]"), b"[]", SIGNED, NOW)


def test_a_report_that_sendgrid_signed_is_believed() -> None:
    """The example of its own library: github.com/sendgrid/sendgrid-nodejs, packages/eventwebhook."""
    key = (
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaIN"
        "XvVpiglSI8eNEc6wEA3F+g=="
    )
    body = (
        b'[{"email":"hello@world.com","event":"dropped","reason":"Bounced Address",'
        b'"sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",'
        b'"sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",'
        b'"smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}]\r\n'
    )
    headers = {
        "X-Twilio-Email-Event-Webhook-Timestamp": "1600112502",
        "X-Twilio-Email-Event-Webhook-Signature": "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyB"
        "iXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
    }
    at = datetime.fromtimestamp(1600112502, UTC)
    verify(headers, body, Settings(api_key=SecretStr("k"), webhook_public_key=key), at)
    [event] = parse_events(body)
    assert (event.kind, event.permanent, event.detail, event.provider_id) == (
        "bounced",
        True,
        "Bounced Address",
        "LRzXl_NHStOGhQ4kofSm_A",
    )


@pytest.mark.parametrize(
    ("headers", "body", "settings", "now"),
    [
        (signed(b"[]"), b"[ ]", SIGNED, NOW),
        (signed(b"[]"), b"[]", SIGNED, NOW + timedelta(hours=26)),
        (signed(b"[]"), b"[]", Settings(api_key=SecretStr("k")), NOW),
        (signed(b"[]"), b"[]", SIGNED.model_copy(update={"webhook_public_key": "?"}), NOW),
        (signed(b"[]"), b"[]", SIGNED.model_copy(update={"webhook_public_key": "AAAA"}), NOW),
        ({}, b"[]", SIGNED, NOW),
        ({**signed(b"[]"), "X-Twilio-Email-Event-Webhook-Signature": "é"}, b"[]", SIGNED, NOW),
        ({**signed(b"[]"), "X-Twilio-Email-Event-Webhook-Signature": "AAAA"}, b"[]", SIGNED, NOW),
        ({**signed(b"[]"), "x-twilio-email-event-webhook-timestamp": "-1"}, b"[]", SIGNED, NOW),
    ],
)
def test_any_other_report_is_not(
    headers: dict[str, str], body: bytes, settings: Settings, now: datetime
) -> None:
    with pytest.raises(BadSignature):
        verify(headers, body, settings, now)


def report(event: str, **fields: object) -> bytes:
    item = {"email": "ana@example.org", "timestamp": 1513299569, "event": event, "sg_event_id": "e"}
    item |= {"sg_message_id": "14c5.filter0.1", "lp_reference": "r-1", "lp_send": "send-7"}
    return json.dumps([item | fields]).encode()


@pytest.mark.parametrize("word", EVENTS)
def test_each_word_becomes_ours(word: str) -> None:
    [event] = parse_events(report(word))
    assert event.kind == EVENTS[word]
    assert (event.recipient, event.reference, event.send) == ("ana@example.org", "r-1", "send-7")
    assert event.at == datetime(2017, 12, 15, 0, 59, 29, tzinfo=UTC)
    assert event.provider_id == "14c5"


@pytest.mark.parametrize(("type_", "permanent"), [("bounce", True), ("blocked", False)])
def test_only_a_bounce_that_is_no_block_is_for_good(type_: str, permanent: bool) -> None:
    [event] = parse_events(report("bounce", type=type_, reason="550 no such user"))
    assert event.permanent is permanent
    assert event.detail == "550 no such user"


@pytest.mark.parametrize(
    ("reason", "kind", "permanent"),
    [
        ("Bounced Address", "bounced", True),
        ("Spam Reporting Address", "complained", None),
        ("Unsubscribed Address", "unsubscribed", None),
        ("Invalid SMTPAPI header", "refused", None),
        ("Recipient List over Package Quota", "refused", None),
    ],
)
def test_what_is_dropped_for_a_list_of_its_own_is_what_brought_it_there(
    reason: str, kind: str, permanent: bool | None
) -> None:
    [event] = parse_events(report("dropped", reason=reason))
    assert (event.kind, event.permanent, event.detail) == (kind, permanent, reason)


def test_a_click_names_its_link_and_a_foreign_event_has_no_reference() -> None:
    [click] = parse_events(report("click", url="https://example.org/x", lp_reference=5, lp_send=""))
    assert (click.detail, click.reference, click.send) == ("https://example.org/x", None, None)


def test_words_of_no_message_are_passed_over() -> None:
    body = [*json.loads(report("open")), {"event": "account_status_change", "type": "x"}, {"event": 7}]
    assert [event.kind for event in parse_events(json.dumps(body).encode())] == ["opened"]


@pytest.mark.parametrize(
    ("bad", "kind", "reason"),
    [
        ({"event": "open", "timestamp": 1513299569}, "opened", "an event without an address"),
        ({"event": "click", "email": "ana@example.org"}, "clicked", "a time that is none"),
        (
            {"event": "bounce", "email": "ana@example.org", "timestamp": 1e300},
            "bounced",
            "a time that is none",
        ),
        (7, None, "not a JSON object where there should be one"),
    ],
)
def test_an_event_that_cannot_be_read_takes_no_other_with_it(bad: object, kind: str, reason: str) -> None:
    good = [*json.loads(report("delivered")), *json.loads(report("spamreport"))]
    events = parse_events(json.dumps([good[0], bad, good[1]]).encode())
    assert [next(events).kind, next(events).kind] == ["delivered", "complained"]
    with pytest.raises(PartUnread, match=rf"^1 of 3 events: {reason}$") as error:
        next(events)
    [unread] = error.value.unread
    assert (unread.kind, unread.raw, error.value.is_all) == (kind, bad, False)


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"[" * 100_000, report("open", email=""), report("open", timestamp="x")]
)
def test_a_malformed_report_is_none(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        list(parse_events(body))
