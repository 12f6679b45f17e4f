"""Resend's signed reports: what is believed, and what it becomes."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.resend import Settings, parse_events, verify

KEY = "re_very_secret"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = base64.b64encode(b"signing secret of the webhook").decode()
SIGNED = Settings(api_key=SecretStr(KEY), webhook_secret=SecretStr(f"whsec_{SECRET}"))


def report(kind: str, **data: object) -> dict[str, object]:
    """As in https://resend.com/docs/webhooks/event-types."""
    shared = {"email_id": "56761188", "to": ["Ana <ana@example.org>"], "created_at": "2026-11-22T11:00:00Z"}
    tags = {"reference": "r-1", "send": "send-7"}
    at = "2026-11-22T11:59:58.126Z"
    return {"type": kind, "created_at": at, "data": {**shared, "tags": tags, **data}}


def signed(body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(base64.b64decode(secret), f"msg_1.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,AAAA v1a,bbb v1,{base64.b64encode(digest).decode()}"
    return {"Svix-Id": "msg_1", "Svix-Timestamp": stamp, "Svix-Signature": signature}


def test_a_bounce_comes_back_to_the_copy() -> None:
    bounce = {"message": "no such user", "type": "Permanent", "subType": "General"}
    [event] = parse_events(json.dumps(report("email.bounced", bounce=bounce)).encode())
    assert (event.kind, event.permanent, event.detail) == ("bounced", True, "no such user")
    assert (event.reference, event.send, event.provider_id) == ("r-1", "send-7", "56761188")
    assert (event.recipient, event.provider) == ("ana@example.org", "resend")
    assert event.at == datetime(2026, 11, 22, 11, 59, 58, 126_000, UTC)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("email.sent", "accepted"),
        ("email.delivered", "delivered"),
        ("email.delivery_delayed", "deferred"),
        ("email.complained", "complained"),
        ("email.opened", "opened"),
        ("email.clicked", "clicked"),
        ("email.failed", "refused"),
    ],
)
def test_their_words_become_ours(word: str, kind: str) -> None:
    body = json.dumps(report(word, tags=[{"name": "reference", "value": "r-1"}])).encode()
    [event] = parse_events(body)
    assert (event.kind, event.reference, event.permanent) == (kind, "r-1", None)


def test_an_address_on_its_own_list_is_dead() -> None:
    said = {"message": "it is on the account-level suppression list", "type": "OnAccountSuppressionList"}
    [event] = parse_events(json.dumps(report("email.suppressed", suppressed=said)).encode())
    assert (event.kind, event.permanent, event.detail) == ("bounced", True, said["message"])


def test_what_is_no_fate_of_a_message_is_passed_over() -> None:
    assert list(parse_events(b'{"type": "contact.created", "data": {}}')) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"type": "email.sent"}', b'{"type": "email.sent", "data": {"to": []}}']
)
def test_a_malformed_report_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        list(parse_events(body))


def test_a_signed_report_is_believed() -> None:
    body = json.dumps(report("email.sent")).encode()
    verify(signed(body), body, SIGNED, NOW)


@given(st.binary(max_size=50), st.sampled_from(["body", "secret", "late", "early", "id", "none", "unset"]))
def test_anything_else_is_not(body: bytes, wrong: str) -> None:
    headers = signed(body)
    if wrong == "secret":
        headers = signed(body, secret=base64.b64encode(b"another").decode())
    elif wrong in {"late", "early"}:
        headers = signed(body, NOW + timedelta(minutes=6 if wrong == "early" else -6))
    elif wrong == "id":
        headers["Svix-Id"] = "msg_2"
    elif wrong == "none":
        headers = {}
    settings = Settings(api_key=SecretStr(KEY)) if wrong == "unset" else SIGNED
    with pytest.raises(BadSignature):
        verify(headers, body + b"x" if wrong == "body" else body, settings, NOW)


@given(st.text(max_size=30), st.text(max_size=12))
def test_no_signature_however_odd_is_an_error(signature: str, stamp: str) -> None:
    with pytest.raises(BadSignature):
        verify({"svix-id": "m", "svix-timestamp": stamp, "svix-signature": signature}, b"{}", SIGNED, NOW)
