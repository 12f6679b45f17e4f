"""Postmark: what is sent and through which stream, its answer to each message, and its reports."""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.providers.base import cut
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.postmark import (
    BOUNCES,
    CAPABILITIES,
    Postmark,
    Settings,
    open_provider,
    parse_events,
    verify,
)

KEY = "server-token-secret"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROVIDER = Postmark(Settings(api_key=SecretStr(KEY), message_stream="news"))
HOOK = Settings(api_key=SecretStr(KEY), webhook_user="hook", webhook_password=SecretStr("pass:wörd"))
ACCEPTED = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "r-0@example.org"}


def some(count: int) -> list[Recipient]:
    return [person(f"r-{number}", first_name="Ana") for number in range(count)]


@contextmanager
def asked(status: int, answer: object = None, **headers: str) -> Iterator[tuple[Postmark, Loopback]]:
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


# What is sent


def test_the_fields_are_those_of_send_batch() -> None:
    mail, recipient = hostile_mail(), person("r-1", name="Ruiz, José", first_name='José "x" 😀 {{{ pm:x }}}')
    [message] = json.loads(PROVIDER.build(mail, [recipient], "key").parts[0])
    content, values = mail.content, recipient.values
    assert message == {
        "To": '"Ruiz, José" <r-1@example.org>',
        "Metadata": {"reference": "r-1", "send": "send-7"},
        "Headers": [
            {"Name": name, "Value": pieces.fill(values)}
            for pick in (False, True)
            for name, pieces in content.headers
            if name not in {"From", "Reply-To"} and bool(pieces.slots) is pick
        ],
        "From": '"News, José" <news@example.org>',
        "ReplyTo": "reply@example.org",
        "MessageStream": "news",
        "TrackOpens": False,
        "TrackLinks": "None",
        "Subject": content.subject.fill(values),
        "HtmlBody": content.html.fill(values),
        "TextBody": content.text.fill(values),
    }


@given(mails(), people)
def test_every_message_reads_as_plain_filling_gives(mail: Mail, recipients: list[Recipient]) -> None:
    batch = PROVIDER.build(mail, recipients, "key")
    assert batch == PROVIDER.build(mail, recipients, "key")
    messages = json.loads(batch.parts[0]) if batch.parts else []
    unfit = {reference for reference, _ in batch.unfit}
    assert {*batch.references, *unfit} == {recipient.reference for recipient in recipients}
    fit = (recipient for recipient in recipients if recipient.reference not in unfit)
    for message, recipient in zip(messages, fit, strict=True):
        assert message["Subject"] == mail.content.subject.fill(recipient.values)
        assert message["HtmlBody"] == mail.content.html.fill(recipient.values)
        assert message["TextBody"] == mail.content.text.fill(recipient.values)


def test_batches_are_cut_at_five_hundred_and_by_bytes() -> None:
    assert [len(batch.references) for batch in cut(PROVIDER, hostile_mail(), some(700), "k")] == [500, 200]
    large = replace(hostile_mail(), content=replace(hostile_mail().content, html=Pieces.of("é" * 100_000)))
    batches = list(cut(PROVIDER, large, some(60), "k"))
    assert sum(len(batch.references) for batch in batches) == 60
    assert all(len(batch.parts[0]) <= CAPABILITIES.most_bytes for batch in batches)


def test_the_call_carries_the_token_and_the_body_of_the_batch() -> None:
    with asked(200, [ACCEPTED]) as (provider, service):
        batch = provider.build(hostile_mail(), some(1), "key")
        assert provider.submit(batch) == (Accepted("b7bc2f4a"),)
    [call] = service.asked
    assert (call.method, call.path, call.body) == ("POST", "/email/batch", batch.parts[0])
    assert call.headers["x-postmark-server-token"] == KEY
    assert call.headers["content-type"] == "application/json"


def stream(kind: str = "Broadcasts", handling: str = "Custom", archived: str | None = None) -> object:
    """As in https://postmarkapp.com/developer/api/message-streams-api#get-message-stream."""
    management = {"UnsubscribeHandlingType": handling}
    return {
        "ID": "broadcast",
        "MessageStreamType": kind,
        "ArchivedAt": archived,
        "SubscriptionManagementConfiguration": management,
    }


@pytest.mark.parametrize(
    ("status", "answer", "rules"),
    [
        (200, stream(), []),
        (200, stream(handling="Postmark"), ["their-unsubscribe"]),
        (200, stream(kind="Transactional", handling="None"), ["wrong-stream"]),
        (200, stream(archived="2026-01-01T00:00:00Z"), ["wrong-stream"]),
        (404, {"ErrorCode": 1226, "Message": "no such stream"}, []),
        (200, b"<html>", []),
    ],
)
def test_a_stream_that_would_lose_our_unsubscribe_headers_is_refused(
    status: int, answer: object, rules: list[str]
) -> None:
    with asked(status, answer) as (provider, service):
        assert [finding.rule for finding in provider.refusals(hostile_mail())] == rules
    assert service.asked[0].path == "/message-streams/broadcast"


def test_the_stream_is_asked_about_once() -> None:
    with asked(200, stream()) as (provider, service):
        provider.refusals(hostile_mail())
        provider.refusals(hostile_mail())
    assert len(service.asked) == 1


def test_what_postmark_has_no_room_for_is_refused() -> None:
    mail = hostile_mail()
    long = replace(
        mail,
        send="s" * 81,
        content=replace(mail.content, subject=Pieces.of("s" * 2001), text=Pieces.of("é" * 2_500_001)),
    )
    with asked(404) as (provider, _):
        assert {finding.rule for finding in provider.refusals(long)} == {
            "long-send",
            "long-subject",
            "too-large",
        }


# Answers


def test_each_message_has_its_own_outcome() -> None:
    inactive = "You tried to send to a recipient that is inactive. Found inactive addresses: r-1@example.org."
    answers = [
        ACCEPTED,
        {"ErrorCode": 406, "Message": inactive},
        {"ErrorCode": 300, "Message": "Invalid 'To'"},
    ]
    first, second, third = outcomes(200, answers)
    assert first == Accepted("b7bc2f4a")
    assert isinstance(second, Refused)
    assert "inactive" in second.reason
    assert "r-1@example.org" not in second.reason
    assert third == Refused("Postmark's error 300: Invalid 'To'")


@pytest.mark.parametrize(
    ("code", "kind"), [(10, Refused), (100, Throttled), (405, Refused), (412, Refused), (429, Throttled)]
)
def test_the_account_s_errors_are_outcomes_too(code: int, kind: type[Outcome]) -> None:
    [outcome] = outcomes(200, [{"ErrorCode": code, "Message": "says why"}], count=1)
    assert type(outcome) is kind
    assert "says why" in str(outcome)


def test_a_message_whose_delivery_may_be_delayed_is_accepted() -> None:
    late = {
        "Message": "Message accepted, but delivery may be delayed.",
        "MessageID": "c1",
        "To": "r-0@example.org",
    }
    assert outcomes(200, [late], count=1) == (Accepted("c1"),)


@pytest.mark.parametrize(
    ("answer", "known"),
    [
        (b"", 0),
        (b"<html>proxy</html>", 0),
        (json.dumps([ACCEPTED])[:-5].encode(), 0),
        ({"ErrorCode": 0, "MessageID": "a"}, 0),
        ([ACCEPTED], 1),
        ([ACCEPTED, None, {"ErrorCode": "0"}], 1),
        ([ACCEPTED, ACCEPTED, {"ErrorCode": True}], 1),  # the second is for somebody else
        ([ACCEPTED] * 4, 0),
        ([], 0),
    ],
)
def test_who_is_not_named_is_in_doubt(answer: object, known: int) -> None:
    found = outcomes(200, answer)
    assert len(found) == 3
    assert [type(outcome) for outcome in found] == [Accepted] * known + [InDoubt] * (3 - known)


@pytest.mark.parametrize(
    ("status", "kind"), [(401, Refused), (413, Refused), (422, Refused), (429, Throttled), (500, InDoubt)]
)
def test_a_status_is_an_outcome_for_everybody(status: int, kind: type[Outcome]) -> None:
    found = outcomes(status, {"ErrorCode": 10, "Message": f"bad token {KEY} of r-1@example.org"})
    assert [type(outcome) for outcome in found] == [kind] * 3
    assert KEY not in str(found)
    assert "r-1@example.org" not in str(found)
    assert "bad token" in str(found)


@pytest.mark.parametrize(
    ("server", "streamed", "states"),
    [
        (Answer.json({"Name": "news", "DeliveryType": "Live"}), stream(), ["ok", "ok"]),
        (Answer.json({"Name": "news", "DeliveryType": "Sandbox"}), stream(), ["ok", "warning", "ok"]),
        (Answer.json({"Name": "news"}), stream(handling="Postmark"), ["ok", "error"]),
        (Answer.json({"Name": "news"}), [], ["ok", "unknown"]),
        (Answer.json({"ErrorCode": 10, "Message": KEY}, 401), stream(), ["error"]),
        (Answer(200, b"<html>"), stream(), ["unknown"]),
    ],
)
def test_credentials_and_stream_are_checked_without_sending(
    server: Answer, streamed: object, states: list[str]
) -> None:
    def respond(call: Asked) -> Answer:
        return server if call.path == "/server" else Answer.json(streamed)

    with Loopback(respond) as service:
        provider = open_provider(Settings(api_key=SecretStr(KEY), base_url=service.url))
        checks = provider.check()
        provider.close()
    assert {call.method for call in service.asked} == {"GET"}
    assert [check.state for check in checks] == states
    assert KEY not in str(checks)


def test_a_stream_s_name_cannot_leave_its_place_in_the_address() -> None:
    with pytest.raises(ValidationError):
        Settings(api_key=SecretStr(KEY), message_stream="../server")


# Reports


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
        parse_events(body)


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
