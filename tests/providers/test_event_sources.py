"""All providers' webhooks under hostile bodies: refused, or events that a database can keep."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from lpdownload.errors import InvalidInput
from lpdownload.model.event import Event
from lpdownload.providers import registry
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.settings import PROVIDERS, Provider

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
TOPIC = "arn:aws:sns:us-east-1:123456789012:newsletter"
ANA = "ana@example.org"

SES_REPORT: Final[Json] = {
    "eventType": "Bounce",
    "mail": {
        "timestamp": "2026-11-22T11:00:00.000Z",
        "messageId": "EXAMPLE7c191be45",
        "destination": [ANA],
        "tags": {"send": ["s-1"], "reference": ["r-1"]},
    },
    "bounce": {
        "bounceType": "Permanent",
        "bouncedRecipients": [{"emailAddress": ANA, "diagnosticCode": "550 no such user"}],
        "timestamp": "2026-11-22T12:00:00.000Z",
    },
}
REPORTS: Final[dict[Provider, Json]] = {
    "ses": {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": TOPIC,
        "Message": json.dumps(SES_REPORT),
        "Timestamp": "2026-11-22T12:00:00.000Z",
        "SignatureVersion": "2",
        "SigningCertURL": "http://example.org/no.pem",
        "Signature": "AAAA",
    },
    "sendgrid": [
        {
            "event": "bounce",
            "email": ANA,
            "timestamp": SECONDS,
            "sg_message_id": "m.filter1",
            "lp_reference": "r-1",
            "lp_send": "s-1",
            "reason": "550 no such user",
            "type": "bounce",
        }
    ],
    "resend": {
        "type": "email.bounced",
        "created_at": "2026-11-22T12:00:00.000Z",
        "data": {
            "email_id": "e-1",
            "to": [ANA],
            "tags": {"reference": "r-1", "send": "s-1"},
            "bounce": {"message": "no such user", "type": "Permanent"},
        },
    },
    "postmark": {
        "RecordType": "Bounce",
        "Type": "HardBounce",
        "Email": ANA,
        "BouncedAt": "2026-11-22T12:00:00Z",
        "MessageID": "m-1",
        "Metadata": {"reference": "r-1", "send": "s-1"},
        "Description": "no such user",
    },
    "mailgun": {
        "signature": {"timestamp": str(SECONDS), "token": "t", "signature": "ab"},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "recipient": ANA,
            "timestamp": float(SECONDS),
            "reason": "bounce",
            "delivery-status": {"message": "no such user", "bounce-type": "hard"},
            "message": {"headers": {"message-id": "m-1@example.org"}},
            "user-variables": {"lp_reference": "r-1", "lp_send": "s-1"},
        },
    },
}
SETTINGS: Final[dict[Provider, dict[str, str]]] = {
    "ses": {"region": "us-east-1", "topic_arn": TOPIC},
    "sendgrid": {
        "api_key": "k",
        "webhook_public_key": "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1f"
        "lpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
    },
    "resend": {"api_key": "k", "webhook_secret": "whsec_c2VjcmV0IHNlY3JldCE="},
    "postmark": {"api_key": "k", "webhook_password": "p"},
    "mailgun": {"api_key": "k", "domain": "news.example.org", "webhook_signing_key": "k"},
}

anything: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**30, -1, 1e300, 253402300800, "0001-01-01T00:00:00+05:00"])
    | st.text()
    | st.sampled_from(["\0", "a\0b", "\ud83d", "\udc00@example.org"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


def places(value: Json, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to every value in a value."""
    yield at
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from places(inner, (*at, key))


def changed(value: Json, at: tuple[str | int, ...], new: Json) -> Json:
    if not at:
        return new
    if isinstance(value, dict):
        return {key: changed(inner, at[1:], new) if key == at[0] else inner for key, inner in value.items()}
    assert isinstance(value, list)
    return [changed(inner, at[1:], new) if key == at[0] else inner for key, inner in enumerate(value)]


def body_of(name: Provider, report: Json) -> bytes:
    """As the provider sends it; what SES reports is JSON within JSON."""
    if name == "ses" and isinstance(report, dict) and "eventType" in report:
        envelope = REPORTS["ses"]
        assert isinstance(envelope, dict)
        report = {**envelope, "Message": json.dumps(report)}
    return json.dumps(report).encode()


@st.composite
def bodies(draw: st.DrawFn, name: Provider) -> bytes:
    """A good report with a few of its values replaced by anything."""
    report = draw(st.sampled_from([REPORTS["ses"], SES_REPORT])) if name == "ses" else REPORTS[name]
    for _ in range(draw(st.integers(0, 3))):
        report = changed(report, draw(st.sampled_from([*places(report)])), draw(anything))
    return body_of(name, report)


def assert_kept(event: Event) -> None:
    """PostgreSQL takes neither NUL nor half a pair of surrogates, in text or in JSON, and no Infinity."""
    kept = json.dumps(event.raw, ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in kept.replace(r"\\", "")
    said = [event.recipient, event.reference, event.send, event.provider_id, event.detail, kept]
    assert "\0" not in "".join(filter(None, said))
    "".join(filter(None, said)).encode()
    assert event.at.tzinfo is UTC


def settings_of(name: Provider) -> BaseModel:
    return registry.settings_model(name).model_validate(SETTINGS[name])


def test_every_provider_that_reports_is_here() -> None:
    assert REPORTS.keys() == {name for name in PROVIDERS if registry.capabilities_of(name).events}


@pytest.mark.parametrize("name", [name for name in PROVIDERS if name not in REPORTS])
def test_a_provider_that_reports_nothing_says_so(name: Provider) -> None:
    with pytest.raises(InvalidInput, match="reports no events"):
        registry.event_source(name)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_is_an_event_with_our_own_names_in_it(name: Provider) -> None:
    (event,) = registry.event_source(name).parse_events(body_of(name, REPORTS[name]))
    assert (event.kind, event.recipient, event.at) == ("bounced", ANA, NOW)
    assert (event.reference, event.send, event.permanent, event.provider) == ("r-1", "s-1", True, name)


@pytest.mark.parametrize("name", REPORTS)
@given(data=st.data())
def test_any_report_is_refused_or_makes_events_that_a_database_keeps(
    name: Provider, data: st.DataObject
) -> None:
    try:
        events = [*registry.event_source(name).parse_events(data.draw(bodies(name)))]
    except NotAnEvent:
        return
    for event in events:
        assert_kept(event)


@pytest.mark.parametrize("name", REPORTS)
@given(data=st.data())
def test_nothing_unsigned_is_believed_whatever_it_holds(name: Provider, data: st.DataObject) -> None:
    named = {"svix-id", "svix-timestamp", "svix-signature", "Authorization"} | {
        f"X-Twilio-Email-Event-Webhook-{part}" for part in ("Signature", "Timestamp")
    }
    values = st.text() | st.sampled_from([str(SECONDS), "v1,AAAA", "v1,", "Basic Og==", "Basic ====", "AAAA"])
    headers = {header: data.draw(values) for header in sorted(named)}
    with pytest.raises((BadSignature, NotAnEvent)):
        registry.event_source(name).verify(headers, data.draw(bodies(name)), settings_of(name), NOW)
