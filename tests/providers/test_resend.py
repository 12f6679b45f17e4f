"""Resend: what is sent, its answers to a batch, and its signed reports."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from tests.providers.hostile import hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import TooLarge, cut
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.resend import CAPABILITIES, Resend, Settings, open_provider, parse_events, verify

KEY = "re_very_secret"
PROVIDER = Resend(Settings(api_key=SecretStr(KEY)))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = base64.b64encode(b"signing secret of the webhook").decode()
SIGNED = Settings(api_key=SecretStr(KEY), webhook_secret=SecretStr(f"whsec_{SECRET}"))


def sent(mail: Mail, *recipients: Recipient) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(PROVIDER.build(mail, recipients, "key").parts[0])
    return found


@contextmanager
def asked(status: int, answer: object = None, **headers: str) -> Iterator[tuple[Resend, Loopback]]:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    told = Answer(status, body, {name.replace("_", "-"): text for name, text in headers.items()})
    with Loopback(lambda _: told) as service:
        provider = open_provider(Settings(api_key=SecretStr(KEY), base_url=service.url))
        try:
            yield provider, service
        finally:
            provider.close()


def outcomes(status: int, answer: object, count: int = 3) -> Sequence[Outcome]:
    with asked(status, answer, Retry_After="90") as (provider, _):
        return provider.submit(provider.build(hostile_mail(), some(count), "send-7-1"))


def some(count: int) -> list[Recipient]:
    return [person(f"r-{number}", first_name="Ana") for number in range(count)]


# What is sent


def test_the_fields_are_those_of_send_batch_emails() -> None:
    mail, recipient = hostile_mail(), person("r-1", name='Ana "A" Ruiz', first_name='José "x" 😀 {{a}}')
    [message] = sent(mail, recipient)
    content, values = mail.content, recipient.values
    assert message == {
        "to": ['"Ana \\"A\\" Ruiz" <r-1@example.org>'],
        "tags": [{"name": "reference", "value": "r-1"}, {"name": "send", "value": "send-7"}],
        "headers": {
            name: pieces.fill(values) for name, pieces in content.headers if name not in {"From", "Reply-To"}
        },
        "from": '"News, José" <news@example.org>',
        "reply_to": "reply@example.org",
        "subject": content.subject.fill(values),
        "html": content.html.fill(values),
        "text": content.text.fill(values),
    }


@given(mails(), people)
def test_every_message_reads_as_plain_filling_gives(mail: Mail, recipients: list[Recipient]) -> None:
    batch = PROVIDER.build(mail, recipients, "key")
    messages = json.loads(batch.parts[0]) if batch.parts else []
    unfit = dict(batch.unfit)
    assert len(messages) == len(batch.references) == len(recipients) - len(unfit)
    fit = (recipient for recipient in recipients if recipient.reference not in unfit)
    for message, recipient in zip(messages, fit, strict=True):
        content = mail.content
        for field, pieces in (("subject", content.subject), ("html", content.html), ("text", content.text)):
            assert message[field].encode("utf-8", "surrogatepass") == pieces.fill(recipient.values).encode(
                "utf-8", "surrogatepass"
            )


def test_a_person_whose_values_break_the_message_is_left_out_and_told() -> None:
    odd = person("r-2", first_name="Ana\r\nBcc: eve@example.org")
    bare = replace(person("r-3"), values={})
    batch = PROVIDER.build(hostile_mail(), [person("r-1"), odd, bare], "key")
    assert batch.references == ("r-1",)
    assert [reference for reference, _ in batch.unfit] == ["r-2", "r-3"]
    assert "eve@example.org" not in batch.unfit[0][1].reason
    assert "one_click_url" in batch.unfit[1][1].reason


def test_a_batch_of_people_who_are_all_unfit_is_not_submitted() -> None:
    with asked(200) as (provider, service):
        batch = provider.build(hostile_mail(), [replace(person("r-3"), values={})], "key")
        assert provider.submit(batch) == ()
        assert service.asked == []


def test_an_address_goes_in_punycode() -> None:
    [message] = sent(hostile_mail(), replace(person("r-1"), to=Mailbox("Ana", "ana@exámple.org")))
    assert message["to"] == ["Ana <ana@xn--exmple-qta.org>"]


def test_batches_are_cut_at_a_hundred_and_by_bytes() -> None:
    large = replace(hostile_mail(), content=replace(hostile_mail().content, html=Pieces.of("é" * 100_000)))
    batches = list(cut(PROVIDER, large, some(230), "key"))
    assert sum((batch.references for batch in batches), ()) == tuple(f"r-{number}" for number in range(230))
    assert all(len(batch.parts[0]) <= CAPABILITIES.most_bytes for batch in batches)
    assert max(len(batch.references) for batch in batches) < 100
    assert [len(batch.references) for batch in cut(PROVIDER, hostile_mail(), some(230), "key")] == [
        100,
        100,
        30,
    ]


def test_too_large_tells_how_many_fit() -> None:
    large = replace(hostile_mail(), content=replace(hostile_mail().content, html=Pieces.of("x" * 5_000_000)))
    with pytest.raises(TooLarge) as caught:
        PROVIDER.build(large, some(5), "key")
    assert caught.value.fits == 2
    assert len(PROVIDER.build(large, some(2), "key").references) == 2


def test_a_message_that_alone_is_too_large_is_refused() -> None:
    large = replace(hostile_mail(), content=replace(hostile_mail().content, html=Pieces.of("x" * 10_000_001)))
    batch = PROVIDER.build(large, some(1), "key")
    assert batch.references == ()
    assert "bytes" in batch.unfit[0][1].reason


def test_a_send_that_no_tag_can_carry_is_refused_beforehand() -> None:
    assert PROVIDER.refusals(hostile_mail()) == []
    assert [finding.rule for finding in PROVIDER.refusals(replace(hostile_mail(), send="a/b"))] == ["bad-tag"]


def test_a_header_that_is_not_ascii_makes_a_person_unfit() -> None:
    mail = hostile_mail()
    header = ("X-Name", Pieces(("", ""), (Slot("first_name", "friend", "header"),)))
    odd = replace(mail, content=replace(mail.content, headers=(*mail.content.headers, header)))
    batch = PROVIDER.build(odd, [person("r-1", first_name="José"), person("r-2", first_name="Ana")], "key")
    assert batch.references == ("r-2",)


def test_the_call_carries_the_key_and_asks_for_permissive_validation() -> None:
    with asked(200, {"data": [{"id": "a"}]}) as (provider, service):
        batch = provider.build(hostile_mail(), some(1), "send-7-1")
        assert provider.submit(batch) == (Accepted("a"),)
    [call] = service.asked
    assert (call.method, call.path) == ("POST", "/emails/batch")
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["idempotency-key"] == "send-7-1"
    assert call.headers["x-batch-validation"] == "permissive"
    assert call.headers["content-type"] == "application/json"
    assert call.body == batch.parts[0]


# Answers


def test_every_id_is_of_the_message_in_its_place() -> None:
    answer = {"data": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    assert outcomes(200, answer) == (Accepted("a"), Accepted("b"), Accepted("c"))


def test_errors_are_counted_out_before_ids_are_given_out() -> None:
    errors = [{"index": 1, "message": "Invalid `to` field: r-1@example.org"}]
    first, second, third = outcomes(200, {"data": [{"id": "a"}, {"id": "c"}], "errors": errors})
    assert (first, third) == (Accepted("a"), Accepted("c"))
    assert isinstance(second, Refused)
    assert "Invalid `to` field" in second.reason
    assert "r-1@example.org" not in second.reason


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>proxy</html>",
        b'{"data": [{"id": "a"}, {"i',
        [],
        {},
        {"data": [{"id": "a"}, {"id": "b"}]},
        {"data": [{"id": "a"}] * 4},
        {"data": {"id": "a"}},
        {"data": [{"id": ""}, {}, 3]},
        {"data": [{"id": "a"}] * 2, "errors": [{"index": 7}, {"index": True}, "x"]},
        b"[" * 100_000,
    ],
)
def test_an_answer_that_does_not_name_everybody_leaves_them_in_doubt(answer: object) -> None:
    found = outcomes(200, answer)
    assert len(found) == 3
    assert all(isinstance(outcome, InDoubt) for outcome in found)


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, {"name": "validation_error", "message": "bad"}, Refused),
        (401, {"name": "missing_api_key", "message": f"no {KEY}"}, Refused),
        (403, {"name": "invalid_api_key", "message": "API key is invalid"}, Refused),
        (409, {"name": "invalid_idempotent_request", "message": "other body"}, InDoubt),
        (409, {"name": "concurrent_idempotent_requests", "message": "wait"}, InDoubt),
        (409, b"<html>", InDoubt),
        (422, {"name": "missing_required_field", "message": "from"}, Refused),
        (429, {"name": "daily_quota_exceeded", "message": "quota"}, Throttled),
    ],
)
def test_a_status_is_an_outcome_for_everybody(status: int, answer: object, kind: type[Outcome]) -> None:
    found = outcomes(status, answer)
    assert len(found) == 3
    assert all(type(outcome) is kind and KEY not in str(outcome) for outcome in found)


def test_a_throttle_says_when_to_come_back() -> None:
    [outcome] = outcomes(429, {"name": "rate_limit_exceeded", "message": "5 a second"}, count=1)
    assert outcome == Throttled("Resend: HTTP 429: 5 a second", 90.0)


@pytest.mark.parametrize(
    ("status", "answer", "states"),
    [
        (200, {"data": [{"name": "example.org", "status": "verified"}]}, ["ok", "ok"]),
        (200, {"data": [{"name": "example.org", "status": "pending"}]}, ["ok", "error"]),
        (
            200,
            {"data": [{"name": "a.org", "status": "verified", "click_tracking": True}]},
            ["ok", "ok", "warning"],
        ),
        (401, {"name": "restricted_api_key", "message": "only send"}, ["ok"]),
        (403, {"name": "invalid_api_key", "message": f"{KEY} is invalid"}, ["error"]),
        (200, b"<html>", ["unknown"]),
    ],
)
def test_credentials_are_checked_without_sending(status: int, answer: object, states: list[str]) -> None:
    with asked(status, answer) as (provider, service):
        checks = provider.check()
    assert [(call.method, call.path) for call in service.asked] == [("GET", "/domains")]
    assert [check.state for check in checks] == states
    assert KEY not in str(checks)


# Reports


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
        ("email.suppressed", "refused"),
    ],
)
def test_their_words_become_ours(word: str, kind: str) -> None:
    body = json.dumps(report(word, tags=[{"name": "reference", "value": "r-1"}])).encode()
    [event] = parse_events(body)
    assert (event.kind, event.reference, event.permanent) == (kind, "r-1", None)


def test_what_is_no_fate_of_a_message_is_passed_over() -> None:
    assert list(parse_events(b'{"type": "contact.created", "data": {}}')) == []


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"type": "email.sent"}', b'{"type": "email.sent", "data": {"to": []}}']
)
def test_a_malformed_report_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parse_events(body)


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
