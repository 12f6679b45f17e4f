"""SendGrid: what is sent, what its merging makes of it, its answers, and its reports."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypedDict

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import HOSTILE, hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.content import MissingValue, Pieces, Slot, UnsafeValue
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import Batch, TooLarge, cut
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.merging import mark_of
from lpdownload.providers.sendgrid import EVENTS, SendGrid, Settings, open_provider, parse_events, verify

KEY = "SG.very-secret"
PROVIDER = SendGrid(Settings(api_key=SecretStr(KEY)))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def sent(mail: Mail, *recipients: Recipient) -> dict[str, object]:
    body = json.loads(PROVIDER.build(mail, recipients, "key").parts[0])
    assert isinstance(body, dict)
    return body


class Personalization(TypedDict):
    to: list[dict[str, str]]
    headers: dict[str, str]
    substitutions: dict[str, str]
    custom_args: dict[str, str]


def people_in(batch: Batch) -> Sequence[Personalization]:
    found: list[Personalization] = json.loads(batch.parts[0])["personalizations"]
    return found


def merged(text: str, substitutions: dict[str, str], order: Sequence[str]) -> str:
    """As SendGrid may do it: tag after tag, in whatever order, in what was put in already as well."""
    for tag in order:
        text = text.replace(tag, substitutions[tag])
    return text


@contextmanager
def asked(
    status: int, body: bytes = b"", headers: dict[str, str] | None = None, *, sandbox: bool = False
) -> Iterator[tuple[SendGrid, Loopback]]:
    with Loopback(lambda _: Answer(status, body, headers or {})) as service:
        settings = Settings(api_key=SecretStr(KEY), base_url=service.url, sandbox=sandbox)
        provider = open_provider(settings)
        try:
            yield provider, service
        finally:
            provider.close()


# What is sent


def test_the_fields_are_those_of_mail_send() -> None:
    body = sent(hostile_mail(), person("r-1", first_name="Ana"))
    assert body["from"] == {"email": "news@example.org", "name": "News, José"}
    assert body["reply_to"] == {"email": "reply@example.org"}
    assert body["categories"] == ["lpny/2024-09"]
    assert isinstance(body["content"], list)
    assert [part["type"] for part in body["content"]] == ["text/plain", "text/html"]
    assert set(body) == {
        "personalizations", "from", "reply_to", "subject", "content", "categories", "mail_settings",
        "tracking_settings",
    }  # fmt: skip


def test_tracking_footers_and_bypasses_are_off_explicitly() -> None:
    body = sent(hostile_mail(), person("r-1"))
    assert body["tracking_settings"] == {
        "click_tracking": {"enable": False, "enable_text": False},
        "open_tracking": {"enable": False},
        "subscription_tracking": {"enable": False},
        "ganalytics": {"enable": False},
    }
    assert body["mail_settings"] == {
        "bypass_list_management": {"enable": False},
        "footer": {"enable": False},
        "sandbox_mode": {"enable": False},
    }


def test_everybody_has_their_own_unsubscribe_headers_and_reference() -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key")
    for one, reference in zip(people_in(batch), ("r-1", "r-2"), strict=True):
        assert one["headers"] == {
            "List-Unsubscribe": f"<https://u.example.org/1/{reference}>, "
            f"<mailto:unsubscribe@example.org?subject={reference}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": "News <news.example.org>",
            "List-Help": "<https://example.org/help>",
            "Feedback-ID": "issue:news:newsletter:sender1",
            "Content-Language": "en",
        }
        assert one["custom_args"] == {"lp_reference": reference, "lp_send": "send-7"}


@pytest.mark.parametrize(
    ("mailbox", "to"),
    [
        (Mailbox("", "ana@example.org"), {"email": "ana@example.org"}),
        (Mailbox("José", "a@exámple.org"), {"email": "a@xn--exmple-qta.org", "name": "José"}),
        (Mailbox("Ruiz, Ana; Dr.", "a@example.org"), {"email": "a@example.org", "name": "Ruiz Ana Dr."}),
        (Mailbox('"%s" \\ 😀', "a@example.org"), {"email": "a@example.org", "name": '"%s" \\ 😀'}),
    ],
)
def test_a_name_loses_only_the_signs_sendgrid_does_not_take(mailbox: Mailbox, to: dict[str, str]) -> None:
    recipient = replace(person("r-1"), to=mailbox)
    assert people_in(PROVIDER.build(hostile_mail(), [recipient], "key"))[0]["to"] == [to]


def test_the_same_arguments_give_the_same_bytes() -> None:
    several = [person("r-1"), person("r-2")]
    once = PROVIDER.build(hostile_mail(), several, "key")
    again = SendGrid(Settings(api_key=SecretStr(KEY))).build(hostile_mail(), several, "key")
    assert once == again
    assert once.digest == again.digest


def test_hostile_text_comes_out_as_it_went_in() -> None:
    assert merged_fields(hostile_mail(), person("r-1", first_name=HOSTILE), []) == filled(
        hostile_mail(), person("r-1", first_name=HOSTILE)
    )


@given(mails(), people, st.randoms(use_true_random=False))
def test_merging_tag_after_tag_in_any_order_gives_what_filling_gives(
    mail: Mail, several: list[Recipient], chance: Random
) -> None:
    batch = PROVIDER.build(mail, several, "key")
    assert sorted([*batch.references, *(reference for reference, _ in batch.unfit)]) == sorted(
        recipient.reference for recipient in several
    )
    for recipient in several:
        if recipient.reference in batch.references:
            tags = list(people_in(batch)[batch.references.index(recipient.reference)]["substitutions"])
            order = chance.sample(tags, len(tags))
            assert merged_fields(mail, recipient, order) == filled(mail, recipient)
        else:
            assert "<%asm_" in "".join(recipient.values.values())


def merged_fields(mail: Mail, recipient: Recipient, order: Sequence[str]) -> list[str]:
    body = json.loads(PROVIDER.build(mail, [recipient], "key").parts[0])
    substitutions = body["personalizations"][0]["substitutions"]
    texts: list[str] = [body["subject"], *(part["value"] for part in body["content"])]
    return [merged(text, substitutions, order or list(substitutions)) for text in texts]


def filled(mail: Mail, recipient: Recipient) -> list[str]:
    content = mail.content
    return [pieces.fill(recipient.values) for pieces in (content.subject, content.text, content.html)]


def test_a_field_in_two_contexts_is_two_substitutions() -> None:
    body = sent(hostile_mail(), person("r-1", first_name="R&D"))
    assert isinstance(body["personalizations"], list)
    values = list(body["personalizations"][0]["substitutions"].values())
    assert values.count("R&D") == 2  # subject, text
    assert values.count("R&amp;D") == 1


# Who does not fit


def test_a_missing_value_makes_only_that_recipient_unfit() -> None:
    lost = Recipient("r-2", Mailbox("", "r-2@example.org"), {})
    batch = PROVIDER.build(hostile_mail(), [person("r-1"), lost, person("r-3")], "key")
    assert batch.references == ("r-1", "r-3")
    assert batch.addresses == ("r-1@example.org", "r-3@example.org")
    [(reference, outcome)] = batch.unfit
    assert reference == "r-2"
    assert "no value for the merge field" in outcome.reason


def test_nobody_fit_is_a_batch_without_a_call() -> None:
    batch = PROVIDER.build(hostile_mail(), [Recipient("r-1", Mailbox("", "r@example.org"), {})], "key")
    assert batch.parts == ()
    assert PROVIDER.submit(batch) == ()


@pytest.mark.parametrize("name", ["Ana\r\nBcc: x@example.org", "a\nb", "a\0b"])
def test_a_line_break_in_a_subject_makes_the_recipient_unfit(name: str) -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1", first_name=name)], "key")
    assert batch.references == ()
    assert "line break" in batch.unfit[0][1].reason
    assert "x@example.org" not in batch.unfit[0][1].reason


def test_a_value_that_holds_the_mark_of_the_tags_is_not_sent() -> None:
    mail = hostile_mail()
    batch = PROVIDER.build(mail, [person("r-1", first_name=f"lp{mark_of(mail.content)}x1z")], "key")
    assert "would be replaced" in batch.unfit[0][1].reason


def test_a_value_that_holds_a_tag_of_sendgrids_own_is_not_sent() -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1", first_name="<%asm_preferences_raw_url%>")], "key")
    assert "would be replaced" in batch.unfit[0][1].reason


def test_no_literal_holds_the_mark_which_is_the_contents_own() -> None:
    content = hostile_mail().content
    mark = mark_of(content)
    assert mark not in "".join(content.html.literals)
    assert mark_of(content) == mark


@pytest.mark.parametrize(("letters", "fits"), [(3_000, True), (3_500, False)])
def test_more_substitutions_than_sendgrid_carries_make_the_recipient_unfit(letters: int, fits: bool) -> None:
    batch = PROVIDER.build(hostile_mail(), [person("r-1", first_name="x" * letters)], "key")
    assert bool(batch.references) is fits


def test_letters_that_only_json_makes_long_are_not_counted_against_the_limit() -> None:
    assert PROVIDER.build(hostile_mail(), [person("r-1", first_name="é" * 1_500)], "key").references


def test_an_address_twice_is_two_calls() -> None:
    same = [replace(person(f"r-{number}"), to=Mailbox("", "ANA@example.org")) for number in range(2)]
    with pytest.raises(TooLarge) as caught:
        PROVIDER.build(hostile_mail(), [person("r-9"), *same], "key")
    assert caught.value.fits == 2
    batches = list(cut(PROVIDER, hostile_mail(), [person("r-9"), *same], "key"))
    assert [batch.references for batch in batches] == [("r-9", "r-0"), ("r-1",)]


def test_more_bytes_than_a_call_carries_are_two_calls() -> None:
    mail = hostile_mail()
    long = Pieces.of("x" * 29_600_000)
    mail = replace(mail, content=replace(mail.content, text=long, subject=Pieces.of("x")))
    several = [person(f"r-{number}", first_name="y" * 8_000) for number in range(100)]
    batches = list(cut(PROVIDER, mail, several, "key"))
    assert [reference for batch in batches for reference in batch.references] == [
        p.reference for p in several
    ]
    assert all(len(batch.parts[0]) <= 30_000_000 for batch in batches)
    assert len(batches) > 1


# What is refused before


def test_a_good_mail_has_no_refusals() -> None:
    assert list(PROVIDER.refusals(hostile_mail())) == []


def with_header(name: str, pieces: Pieces) -> Mail:
    mail = hostile_mail()
    return replace(mail, content=replace(mail.content, headers=(*mail.content.headers, (name, pieces))))


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
    [finding] = PROVIDER.refusals(with_header(name, pieces))
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
    mail = Mail(mail.content, change.get("issue", mail.issue), change.get("send", mail.send))
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == [rule]


def test_sendgrids_own_tags_and_too_much_text_are_refused() -> None:
    mail = hostile_mail()
    tagged = replace(mail.content, text=Pieces.of("<%asm_group_unsubscribe_raw_url%>"))
    large = replace(mail.content, text=Pieces.of("x" * 30_000_000))
    assert [found.rule for found in PROVIDER.refusals(replace(mail, content=tagged))] == ["vendor-tag"]
    assert [found.rule for found in PROVIDER.refusals(replace(mail, content=large))] == ["too-large"]


def test_a_header_with_values_must_be_ascii_on_one_line() -> None:
    mail = with_header("X-Name", Pieces(("", ""), (Slot("first_name", None, "header"),)))
    several = [person("r-1", first_name="Ana"), person("r-2", first_name="José"), person("r-3")]
    several.append(person("r-4", first_name="=?utf-8?q?x?="))
    batch = PROVIDER.build(mail, several, "key")
    assert batch.references == ("r-1",)


# What it answers


def submitted(provider: SendGrid) -> tuple[object, ...]:
    return provider.submit(provider.build(hostile_mail(), [person("r-1"), person("r-2")], "key"))


def test_202_accepts_everybody_under_the_id_of_the_answer() -> None:
    with asked(202, b"", {"X-Message-Id": "abc"}) as (provider, service):
        assert submitted(provider) == (Accepted("abc"), Accepted("abc"))
    [call] = service.asked
    assert (call.method, call.path) == ("POST", "/v3/mail/send")
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["content-type"] == "application/json"
    assert call.body == PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key").parts[0]


def test_200_is_only_the_sandboxs_answer() -> None:
    with asked(200) as (provider, _):
        assert all(isinstance(outcome, InDoubt) for outcome in submitted(provider))
    with asked(200, sandbox=True) as (provider, service):
        assert submitted(provider) == (Accepted(None), Accepted(None))
    assert json.loads(service.asked[0].body)["mail_settings"]["sandbox_mode"] == {"enable": True}


def test_a_refusal_quotes_sendgrid_without_addresses_and_without_the_key() -> None:
    body = json.dumps({"errors": [{"message": f"bad ana.ruiz@example.org {KEY}", "field": "to"}]}).encode()
    with asked(400, body) as (provider, _):
        outcomes = submitted(provider)
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert "bad a…@e…e.org" in outcome.reason
        assert KEY not in outcome.reason


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_say_what_to_do(status: int) -> None:
    with asked(status, b'{"errors":[{"message":"authorization required"}]}') as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert "API_KEY" in outcome.reason


def test_a_throttle_says_when_the_window_begins_anew() -> None:
    reset = int(datetime.now(UTC).timestamp()) + 1_000
    with asked(429, b"", {"X-RateLimit-Reset": str(reset)}) as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Throttled)
    assert outcome.seconds is not None
    assert 0 < outcome.seconds <= 1_000


def test_a_throttle_says_what_retry_after_says() -> None:
    with asked(429, b"", {"X-RateLimit-Reset": "x", "Retry-After": "900"}) as (provider, service):
        assert submitted(provider)[0] == Throttled("SendGrid: HTTP 429", 900.0)
    assert len(service.asked) == 1


@pytest.mark.parametrize("body", [b"", b"<html>oops</html>", b'{"errors":[{"mess', b"[" * 100_000])
def test_a_5xx_leaves_everybody_in_doubt_whatever_its_body(body: bytes) -> None:
    with asked(500, body) as (provider, service):
        outcomes = submitted(provider)
    assert all(isinstance(outcome, InDoubt) for outcome in outcomes)
    assert len(outcomes) == 2
    assert len(service.asked) == 1


# Credentials


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
    with asked(status, body) as (provider, service):
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


# Its reports

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
    assert (event.kind, event.detail, event.provider_id) == (
        "refused",
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


def test_a_click_names_its_link_and_a_foreign_event_has_no_reference() -> None:
    [click] = parse_events(report("click", url="https://example.org/x", lp_reference=5, lp_send=""))
    assert (click.detail, click.reference, click.send) == ("https://example.org/x", None, None)


def test_words_of_no_message_are_passed_over() -> None:
    body = [*json.loads(report("open")), {"event": "account_status_change", "type": "x"}, {"event": 7}]
    assert [event.kind for event in parse_events(json.dumps(body).encode())] == ["opened"]


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"[" * 100_000, report("open", email=""), report("open", timestamp="x")]
)
def test_a_malformed_report_is_none(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parse_events(body)


def test_the_errors_that_make_somebody_unfit_are_those_of_filling() -> None:
    mail, lost = hostile_mail(), Recipient("r-1", Mailbox("", "a@example.org"), {"first_name": "a\nb"})
    with pytest.raises((MissingValue, UnsafeValue)):
        filled(mail, lost)
    assert PROVIDER.build(mail, [lost], "key").unfit
