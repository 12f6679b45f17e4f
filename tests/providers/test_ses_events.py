"""Reports of Amazon SES, as they come inside messages of SNS."""

import json
from datetime import UTC, datetime

import pytest
from tests.providers.sns_messages import envelope

from lpdownload.providers.events import NotAnEvent, PartUnread
from lpdownload.providers.ses import parse_events


def report(word: str, own: object = None, member: str = "", **more: object) -> bytes:
    """As in https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html."""
    mail = {
        "timestamp": "2026-11-22T11:00:00.000Z",
        "messageId": "EXAMPLE7c191be45",
        "destination": ["ana@example.org"],
        "tags": {"ses:configuration-set": ["newsletter"], "send": ["send-7"], "reference": ["r-1"]},
    }
    event = {"eventType": word, "mail": mail, member or word.lower(): own or {}, **more}
    return json.dumps(envelope(json.dumps(event))).encode()


@pytest.mark.parametrize(
    ("bounce", "permanent"), [("Permanent", True), ("Transient", False), ("Undetermined", None)]
)
def test_a_bounce_comes_back_to_the_copy(bounce: str, permanent: bool | None) -> None:
    own = {
        "bounceType": bounce,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": "ana@example.org", "diagnosticCode": "smtp; 550 5.1.1"}],
        "timestamp": "2026-11-22T11:41:02.669Z",
    }
    [event] = parse_events(report("Bounce", own))
    assert (event.kind, event.permanent, event.detail) == ("bounced", permanent, "smtp; 550 5.1.1")
    assert (event.reference, event.send, event.provider_id) == ("r-1", "send-7", "EXAMPLE7c191be45")
    assert (event.recipient, event.provider) == ("ana@example.org", "ses")
    assert event.at == datetime(2026, 11, 22, 11, 41, 2, 669_000, UTC)


@pytest.mark.parametrize(
    ("word", "own", "member", "kind", "detail"),
    [
        ("Send", {}, "", "accepted", ""),
        (
            "Delivery",
            {"recipients": ["ana@example.org"], "smtpResponse": "250 ok"},
            "",
            "delivered",
            "250 ok",
        ),
        ("Open", {"userAgent": "x"}, "", "opened", ""),
        ("Click", {"link": "https://example.org/a"}, "", "clicked", "https://example.org/a"),
        ("Reject", {"reason": "Bad content"}, "", "refused", "Bad content"),
        ("Rendering Failure", {"errorMessage": "x is missing"}, "failure", "refused", "x is missing"),
        (
            "DeliveryDelay",
            {"delayType": "MailboxFull", "delayedRecipients": [{"emailAddress": "ana@example.org"}]},
            "deliveryDelay",
            "deferred",
            "MailboxFull",
        ),
        (
            "Complaint",
            {"complainedRecipients": [{"emailAddress": "ana@example.org"}], "complaintFeedbackType": "abuse"},
            "",
            "complained",
            "abuse",
        ),
        ("Subscription", {"newTopicPreferences": {"unsubscribeAll": True}}, "", "unsubscribed", ""),
    ],
)
def test_their_words_become_ours(word: str, own: object, member: str, kind: str, detail: str) -> None:
    [event] = parse_events(report(word, own, member))
    assert (event.kind, event.detail, event.recipient) == (kind, detail, "ana@example.org")
    assert event.reference == "r-1"


@pytest.mark.parametrize(
    "body",
    [
        report("Complaint", {"complaintFeedbackType": "not-spam"}),
        report("Subscription", {"newTopicPreferences": {"unsubscribeAll": False}}),
        report("Something New"),
        json.dumps(envelope("Successfully validated SNS topic for Amazon SES event publishing.")).encode(),
    ],
)
def test_what_is_no_fate_of_a_message_is_passed_over(body: bytes) -> None:
    assert list(parse_events(body)) == []


def test_a_recipient_who_cannot_be_read_takes_no_other_with_him() -> None:
    whom = [{"emailAddress": "bo@example.org"}, {"status": "5.1.1"}, {"emailAddress": "cy@example.org"}]
    events = parse_events(report("Bounce", {"bounceType": "Permanent", "bouncedRecipients": whom}))
    assert [next(events).recipient, next(events).recipient] == ["bo@example.org", "cy@example.org"]
    with pytest.raises(PartUnread, match=r"^1 of 3 events: an event without an address$") as error:
        next(events)
    [unread] = error.value.unread
    assert unread.kind == "bounced"
    assert isinstance(unread.raw, dict)
    assert unread.raw["eventType"] == "Bounce"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        json.dumps(envelope("not JSON")).encode(),
        json.dumps(envelope("[]")).encode(),
        report("Bounce", {"bouncedRecipients": [3]}),
    ],
)
def test_a_malformed_report_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnEvent):
        list(parse_events(body))
