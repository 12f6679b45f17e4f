"""Mailgun: what is sent, what its merging makes of it, its answers, and its reports."""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import HOSTILE, hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Recipient, Refused
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.base import Batch, TooLarge, cut
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.mailgun import EVENTS, Mailgun, Settings, open_provider, parse_events, verify
from lpdownload.providers.merging import mark_of

KEY = "key-very-secret"
SETTINGS = Settings(api_key=SecretStr(KEY), domain="news.example.org", webhook_signing_key=SecretStr("sign"))
PROVIDER = Mailgun(SETTINGS)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUEUED = b'{"id":"<2026@news.example.org>","message":"Queued. Thank you."}'


def parameters(batch: Batch) -> dict[str, list[str]]:
    """The form, read byte by byte as RFC 7578 has it."""
    delimiter = b"\r\n--" + batch.content_type.partition("boundary=")[2].encode()
    first, *parts, last = (b"\r\n" + batch.parts[0]).split(delimiter)
    assert (first, last) == (b"", b"--\r\n")
    found: dict[str, list[str]] = {}
    for part in parts:
        head, _, text = part.partition(b"\r\n\r\n")
        name = re.fullmatch(rb'\r\nContent-Disposition: form-data; name="([^"]+)"', head)
        assert name
        found.setdefault(name[1].decode(), []).append(text.decode())
    return found


def sent(mail: Mail, *recipients: Recipient) -> dict[str, str]:
    form = parameters(PROVIDER.build(mail, recipients, "key"))
    return {name: texts[0] for name, texts in form.items()}


def merged(text: str, variables: dict[str, str]) -> str:
    """As its documentation has it; a variable that there is not stays as it is."""
    return re.sub(r"%recipient\.([^%]*)%", lambda found: variables.get(found[1], found[0]), text)


def merged_fields(mail: Mail, recipient: Recipient, *, passes: int = 1) -> list[str]:
    form = sent(mail, recipient)
    variables = json.loads(form["recipient-variables"])[recipient.to.wire_address]
    texts = [form["subject"], form["text"], form["html"]]
    for _ in range(passes):
        texts = [merged(text, variables) for text in texts]
    return texts


def filled(mail: Mail, recipient: Recipient) -> list[str]:
    content = mail.content
    return [pieces.fill(recipient.values) for pieces in (content.subject, content.text, content.html)]


@contextmanager
def asked(status: int, body: bytes = b"") -> Iterator[tuple[Mailgun, Loopback]]:
    with Loopback(lambda _: Answer(status, body)) as service:
        provider = open_provider(SETTINGS.model_copy(update={"base_url": service.url}))
        try:
            yield provider, service
        finally:
            provider.close()


# What is sent


def test_the_fields_are_those_of_the_messages_api() -> None:
    form = sent(hostile_mail(), person("r-1", first_name="Ana"))
    fixed = {
        name: form[name] for name in form if name not in {"subject", "text", "html", "recipient-variables"}
    }
    mark = mark_of(hostile_mail().content)
    assert fixed == {
        "from": '"News, José" <news@example.org>',
        "to": "Ana <r-1@example.org>",
        "o:tag": "lpny/2024-09",
        "o:tracking": "no",
        "o:tracking-clicks": "no",
        "o:tracking-opens": "no",
        "v:lp_send": "send-7",
        "v:lp_reference": f"%recipient.x{mark}r%",
        "h:Reply-To": "reply@example.org",
        "h:List-Unsubscribe": f"%recipient.x{mark}h0%",
        "h:List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "h:List-Id": "News <news.example.org>",
        "h:List-Help": "<https://example.org/help>",
        "h:Feedback-ID": "issue:news:newsletter:sender1",
        "h:Content-Language": "en",
    }


def test_test_mode_is_asked_for() -> None:
    provider = Mailgun(SETTINGS.model_copy(update={"test_mode": True}))
    assert parameters(provider.build(hostile_mail(), [person("r-1")], "key"))["o:testmode"] == ["yes"]


def test_everybody_has_their_own_unsubscribe_header_and_reference() -> None:
    form = sent(hostile_mail(), person("r-1"), person("r-2"))
    for reference in ("r-1", "r-2"):
        variables = json.loads(form["recipient-variables"])[f"{reference}@example.org"]
        assert merged(form["v:lp_reference"], variables) == reference
        assert merged(form["h:List-Unsubscribe"], variables) == (
            f"<https://u.example.org/1/{reference}>, <mailto:unsubscribe@example.org?subject={reference}>"
        )


@pytest.mark.parametrize(
    ("mailbox", "to"),
    [
        (Mailbox("", "ana@example.org"), "ana@example.org"),
        (Mailbox("José", "a@exámple.org"), '"José" <a@xn--exmple-qta.org>'),
        (Mailbox('Ruiz, "Ana" \\ 50%', "a@example.org"), '"Ruiz, \\"Ana\\" \\\\ 50%" <a@example.org>'),
    ],
)
def test_a_name_is_quoted_and_the_variables_stand_under_the_plain_address(mailbox: Mailbox, to: str) -> None:
    form = sent(hostile_mail(), replace(person("r-1"), to=mailbox))
    assert form["to"] == to
    assert list(json.loads(form["recipient-variables"])) == [mailbox.wire_address]


def test_each_recipient_is_a_field_of_its_own() -> None:
    form = parameters(PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key"))
    assert form["to"] == ["Ana <r-1@example.org>", "Ana <r-2@example.org>"]


def test_the_same_arguments_give_the_same_bytes() -> None:
    several = [person("r-1"), person("r-2")]
    once = PROVIDER.build(hostile_mail(), several, "key")
    again = Mailgun(SETTINGS).build(hostile_mail(), several, "key")
    assert once == again
    assert once.digest == again.digest


def test_hostile_text_comes_out_as_it_went_in() -> None:
    recipient = person("r-1", first_name=HOSTILE.replace("%recipient", ""))
    assert merged_fields(hostile_mail(), recipient) == filled(hostile_mail(), recipient)


@given(mails(), people)
def test_merging_once_or_more_gives_what_filling_gives(mail: Mail, several: list[Recipient]) -> None:
    batch = PROVIDER.build(mail, several, "key")
    assert sorted([*batch.references, *(reference for reference, _ in batch.unfit)]) == sorted(
        recipient.reference for recipient in several
    )
    for recipient in several:
        if recipient.reference in batch.references:
            assert merged_fields(mail, recipient) == filled(mail, recipient)
            assert merged_fields(mail, recipient, passes=3) == filled(mail, recipient)
        else:
            slots = (*mail.content.subject.slots, *mail.content.html.slots, *mail.content.text.slots)
            assert any("%recipient" in slot.value(recipient.values).lower() for slot in slots)


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


@pytest.mark.parametrize(
    "value", ["%recipient.name%", "%Recipient%", "%unsubscribe_url%", "%mailing_list_unsubscribe_url%"]
)
def test_a_value_that_reads_like_a_variable_is_not_sent(value: str) -> None:
    several = [person("r-1", first_name=value), person("r-2", name=value), person("r-3")]
    batch = PROVIDER.build(hostile_mail(), several, "key")
    assert batch.references == ("r-3",)
    assert all("would be replaced" in outcome.reason for _, outcome in batch.unfit)


def test_a_value_that_holds_the_mark_of_the_variables_is_not_sent() -> None:
    mark = mark_of(hostile_mail().content)
    several = [person("r-1", first_name=f"x{mark}n0"), person("r-2", name=mark)]
    assert PROVIDER.build(hostile_mail(), several, "key").references == ()


def test_an_address_twice_is_two_calls() -> None:
    same = [replace(person(f"r-{number}"), to=Mailbox("", "ANA@example.org")) for number in range(2)]
    with pytest.raises(TooLarge) as caught:
        PROVIDER.build(hostile_mail(), [person("r-9"), *same], "key")
    assert caught.value.fits == 2
    batches = list(cut(PROVIDER, hostile_mail(), [person("r-9"), *same], "key"))
    assert [batch.references for batch in batches] == [("r-9", "r-0"), ("r-1",)]


def test_more_bytes_than_a_call_carries_are_two_calls() -> None:
    mail = hostile_mail()
    mail = replace(mail, content=replace(mail.content, text=Pieces.of("x" * 24_600_000)))
    several = [person(f"r-{number}", first_name="y" * 8_000) for number in range(50)]
    batches = list(cut(PROVIDER, mail, several, "key"))
    assert [reference for batch in batches for reference in batch.references] == [
        p.reference for p in several
    ]
    assert all(len(batch.parts[0]) <= 25_000_000 for batch in batches)
    assert len(batches) > 1


# What is refused before


def test_a_good_mail_has_no_refusals() -> None:
    assert list(PROVIDER.refusals(hostile_mail())) == []


def with_headers(*more: tuple[str, Pieces]) -> Mail:
    mail = hostile_mail()
    return replace(mail, content=replace(mail.content, headers=(*mail.content.headers, *more)))


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
    mail = Mail(hostile_mail().content, issue, "send-7")
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == ["long-tag"]


def test_too_much_text_is_refused() -> None:
    mail = hostile_mail()
    mail = replace(mail, content=replace(mail.content, html=Pieces.of("x" * 25_000_000)))
    assert [finding.rule for finding in PROVIDER.refusals(mail)] == ["too-large"]


# What it answers


def submitted(provider: Mailgun) -> tuple[object, ...]:
    return provider.submit(provider.build(hostile_mail(), [person("r-1"), person("r-2")], "key"))


def test_200_accepts_everybody_under_one_id() -> None:
    with asked(200, QUEUED) as (provider, service):
        assert submitted(provider) == (Accepted("2026@news.example.org"),) * 2
    [call] = service.asked
    batch = PROVIDER.build(hostile_mail(), [person("r-1"), person("r-2")], "key")
    assert (call.method, call.path) == ("POST", "/v3/news.example.org/messages")
    assert call.headers["authorization"] == "Basic " + b64encode(f"api:{KEY}".encode()).decode()
    assert call.headers["content-type"] == batch.content_type
    assert call.body == batch.parts[0]


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id":"<20', b'{"id":5}', b"[]"])
def test_200_without_an_id_leaves_everybody_in_doubt(body: bytes) -> None:
    with asked(200, body) as (provider, _):
        outcomes = submitted(provider)
    assert len(outcomes) == 2
    assert all(isinstance(outcome, InDoubt) for outcome in outcomes)


def test_the_page_of_a_wrong_address_is_no_acceptance() -> None:
    with asked(200, b"Mailgun Magnificent API") as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert "BASE_URL" in outcome.reason


def test_a_refusal_quotes_mailgun_without_addresses_and_without_the_key() -> None:
    body = json.dumps(
        {"message": f"'to' parameter is not a valid address: ana.ruiz@example.org {KEY}"}
    ).encode()
    with asked(400, body) as (provider, _):
        outcomes = submitted(provider)
    assert len(outcomes) == 2
    for outcome in outcomes:
        assert isinstance(outcome, Refused)
        assert "a…@e…e.org" in outcome.reason
        assert KEY not in outcome.reason


@pytest.mark.parametrize("status", [401, 403])
def test_refused_credentials_say_what_to_do(status: int) -> None:
    with asked(status, b"Forbidden") as (provider, _):
        outcome = submitted(provider)[0]
    assert isinstance(outcome, Refused)
    assert "API_KEY" in outcome.reason
    assert "REGION" in outcome.reason


# Credentials


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
    with asked(status, body) as (provider, service):
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


# Its reports


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
        ("suppress-bounce", {}, "refused", None),
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
        parse_events(body)
