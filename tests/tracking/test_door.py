"""Which reports are let in, and what is kept of them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.newsroom import Newsroom
from tests.providers import sns_messages
from tests.providers.test_event_sources import REPORTS
from tests.tracking.reporting import ENVIRON, SIGNED, knock, mailgun, ses

from lpdownload.providers.events import LARGEST_BODY, NotAnEvent
from lpdownload.providers.sendgrid import parse_events
from lpdownload.settings import Provider, load_settings
from lpdownload.tracking import door as door_module
from lpdownload.tracking.door import MOST_FETCHES, MOST_READ, MOST_TOKENS, Door, NotAdmitted, TryLater

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Amazon:
    """What our calls bring."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.away = False

    def get(self, address: str) -> bytes:
        self.asked.append(address)
        if self.away:
            raise OSError("no answer")
        return sns_messages.CERTIFICATE


@pytest.fixture
def amazon() -> Amazon:
    return Amazon()


@pytest.fixture
def door(newsroom: Newsroom, amazon: Amazon) -> Door:
    newsroom.add("newsletters/network.yaml", "accounts: {ny-mail: {provider: sendgrid}}\n")
    return door_of(newsroom, amazon)


def door_of(newsroom: Newsroom, amazon: Amazon) -> Door:
    return Door(load_settings(None, ENVIRON), newsroom.library.network, fetch=amazon.get)


def admitted(door: Door, provider: Provider, headers: dict[str, str], body: bytes) -> bytes | None:
    return door.admit(provider, provider, headers, body, NOW)


@pytest.mark.parametrize("provider", SIGNED)
def test_what_a_provider_has_signed_is_kept_as_it_came(door: Door, provider: Provider) -> None:
    headers, body = knock(provider, NOW)
    assert admitted(door, provider, headers, body) == body
    assert admitted(door, provider, headers, body) == body


@pytest.mark.parametrize("provider", [name for name in SIGNED if name != "postmark"])
def test_what_was_signed_long_ago_is_not_let_in(door: Door, provider: Provider) -> None:
    headers, body = knock(provider, NOW - timedelta(days=2))
    with pytest.raises(NotAdmitted):
        admitted(door, provider, headers, body)


@pytest.mark.parametrize("provider", SIGNED)
@pytest.mark.parametrize("wrong", ["account", "unset", "nobody", "provider", "nowhere"])
def test_only_the_named_account_s_own_provider_is_let_in(door: Door, provider: Provider, wrong: str) -> None:
    headers, body = knock(provider, NOW)
    names = {
        "account": (provider, "main"),
        "unset": (provider, "ny-mail"),  # it has no key
        "nobody": ("nobody", provider),
        "provider": ("smtp", "smtp"),
        "nowhere": ("../etc", "passwd"),
    }
    with pytest.raises(NotAdmitted):
        door.admit(*names[wrong], headers, body, NOW)


@pytest.mark.parametrize("provider", [name for name in SIGNED if name not in {"postmark", "mailgun"}])
def test_a_changed_body_is_not_let_in(door: Door, provider: Provider) -> None:
    headers, body = knock(provider, NOW)
    with pytest.raises(NotAdmitted):
        admitted(door, provider, headers, body.replace(b"ana@", b"bob@"))


def test_a_token_of_mailgun_signs_one_report_however_often_it_comes(door: Door) -> None:
    _, first = mailgun(REPORTS["mailgun"], NOW)
    _, other = mailgun({"event-data": {"event": "complained"}}, NOW)
    assert admitted(door, "mailgun", {}, first) == first
    with pytest.raises(NotAdmitted):
        admitted(door, "mailgun", {}, other)
    assert admitted(door, "mailgun", {}, first) == first
    assert MOST_TOKENS >= 50_000


@pytest.mark.parametrize("provider", ["mailgun", "ses"])
def test_a_body_in_which_its_signature_stands_is_not_read_if_it_is_large(
    door: Door, provider: Provider
) -> None:
    headers, body = knock(provider, NOW)
    with pytest.raises(NotAnEvent, match="1,000,000 bytes"):
        admitted(door, provider, headers, body + b" " * 1_000_000)


def test_a_malformed_body_of_mailgun_is_none(door: Door) -> None:
    with pytest.raises(NotAnEvent):
        admitted(door, "mailgun", {}, b"[")


def test_a_subscription_to_the_topic_is_confirmed_and_nothing_is_kept(door: Door, amazon: Amazon) -> None:
    address = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=x"
    asks = {"Type": "SubscriptionConfirmation", "SubscribeURL": address, "Token": "x"}
    _, body = ses({}, NOW, **asks)
    assert admitted(door, "ses", {}, body) is None
    assert amazon.asked == [sns_messages.CERTIFICATE_URL, address]


@pytest.mark.parametrize(
    "change",
    [
        {"TopicArn": "arn:aws:sns:us-east-1:123456789012:another"},
        {"SubscribeURL": "https://sns.us-east-1.amazonaws.com.example.org/"},
        {"SubscribeURL": "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription"},
    ],
)
def test_no_other_subscription_is_confirmed(door: Door, amazon: Amazon, change: dict[str, str]) -> None:
    asks = {
        "Type": "SubscriptionConfirmation",
        "SubscribeURL": "https://sns.us-east-1.amazonaws.com/",
        "Token": "x",
    }
    _, body = ses({}, NOW, **(asks | change))
    with pytest.raises(NotAdmitted):
        admitted(door, "ses", {}, body)
    assert amazon.asked in ([], [sns_messages.CERTIFICATE_URL])


def test_forged_messages_of_a_topic_send_us_to_amazon_a_few_times_only(
    newsroom: Newsroom, amazon: Amazon
) -> None:
    moment = 0.0
    settings = load_settings(None, ENVIRON)
    door = Door(settings, newsroom.library.network, fetch=amazon.get, clock=lambda: moment)
    _, genuine = ses({"eventType": "Send"}, NOW)
    amazon.away = True
    for number in range(3 * MOST_FETCHES):
        forged = f"https://sns.us-east-1.amazonaws.com/{number}.pem"
        _, body = ses({}, NOW, SigningCertURL=forged)
        with pytest.raises(TryLater):
            admitted(door, "ses", {}, body)
    assert len(amazon.asked) == MOST_FETCHES
    amazon.away = False
    with pytest.raises(TryLater):
        admitted(door, "ses", {}, genuine)
    moment = 61.0
    assert admitted(door, "ses", {}, genuine) == genuine


def test_a_certificate_of_another_region_is_not_fetched(door: Door, amazon: Amazon) -> None:
    _, body = ses({}, NOW, SigningCertURL="https://sns.eu-west-1.amazonaws.com/x.pem")
    with pytest.raises(NotAdmitted):
        admitted(door, "ses", {}, body)
    assert amazon.asked == []


def test_opens_are_thrown_away_at_the_door_and_clicks_are_kept(door: Door) -> None:
    items = [{"event": word, "email": "a@example.org", "timestamp": 1} for word in ("open", "click", "other")]
    headers, body = knock("sendgrid", NOW, items)
    kept = admitted(door, "sendgrid", headers, body)
    assert kept is not None
    assert json.loads(kept) == [items[1]]
    headers, body = knock("sendgrid", NOW, items[:1])
    assert admitted(door, "sendgrid", headers, body) is None


def test_a_report_in_which_an_event_cannot_be_read_is_kept_whole(door: Door) -> None:
    items: list[object] = [{"event": "open", "email": "a@example.org", "timestamp": 1}, {"event": "click"}]
    headers, body = knock("sendgrid", NOW, items)
    assert admitted(door, "sendgrid", headers, body) == body


def test_of_a_large_report_nothing_is_read_before_it_is_answered(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not to be kept of it is left out when it is applied (test_apply)."""
    items = [{"event": "open", "email": "a@example.org", "timestamp": 1}] * 1_200
    headers, body = knock("sendgrid", NOW, items)
    assert len(body) > MOST_READ
    monkeypatch.setattr(door_module, "wanted", None)
    assert admitted(door, "sendgrid", headers, body) == body


def test_ten_thousand_clicks_with_all_that_they_may_hold_are_let_in(door: Door) -> None:
    headers, body = knock("sendgrid", NOW, [sendgrid_click(number) for number in range(10_000)])
    assert 6_000_000 < len(body) < LARGEST_BODY < 10_000_000
    assert admitted(door, "sendgrid", headers, body) == body
    assert sum(event.kind == "clicked" for event in parse_events(body)) == 10_000


def sendgrid_click(number: int) -> dict[str, object]:
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event"""
    link = "https://www.example.org/news/2026/11/eleven-towns-protect-their-renters"
    return {
        "email": f"somebody.with.a.longer.name.{number}@mail.example.org",
        "event": "click",
        "ip": "203.0.113.117",
        "sg_content_type": "html",
        "sg_event_id": f"Y2xpY2stMTA5OTQ5MTktTFJ6WGxfTkhT{number:08}",
        "sg_machine_open": False,
        "sg_message_id": "LRzXl_NHStOGhQ4kofSm_A.recvd-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
        "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@geopod-ismtpd-canary-0>",
        "timestamp": 1_763_812_800 + number,
        "url": f"{link}?utm_source=town&utm_medium=email&utm_campaign=town-2026-11&utm_content=lead",
        "url_offset": {"index": 12, "type": "html"},
        "useragent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
        "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "category": ["town/2026-11"],
        "lp_reference": f"0123456789ab-12-{number}",
        "lp_send": "0123456789ab-12",
    }


def test_a_newsroom_that_tracks_opens_keeps_them(newsroom: Newsroom, amazon: Amazon) -> None:
    newsroom.add("newsletters/network.yaml", "tracking: {opens: true, clicks: false}\n")
    door = door_of(newsroom, amazon)
    for word, is_kept in (("email.opened", True), ("email.clicked", False)):
        report = {"type": word, "created_at": "2026-11-22T12:00:00Z", "data": {"to": ["a@example.org"]}}
        headers, body = knock("resend", NOW, report)
        assert admitted(door, "resend", headers, body) == (body if is_kept else None)


def test_an_account_that_cannot_be_heard_is_told_once_without_its_values(
    newsroom: Newsroom, amazon: Amazon, caplog: pytest.LogCaptureFixture
) -> None:
    environ = {
        "LPDOWNLOAD_POSTMARK_TOKEN": "a secret",
        "LPDOWNLOAD_SES_REGION": "the moon",
        "LPDOWNLOAD_SES_TOPIC_ARN": sns_messages.TOPIC,
    }
    door = Door(load_settings(None, environ), newsroom.library.network, fetch=amazon.get)
    headers, body = knock("postmark", NOW)
    for name in ("postmark", "ses", "smtp"):
        for _ in range(2):
            with pytest.raises(NotAdmitted):
                door.admit(name, name, headers, body, NOW)
    found = [message for message in caplog.messages if "cannot be heard" in message]
    assert found == [
        "reports to the account postmark cannot be heard: LPDOWNLOAD_POSTMARK_API_KEY is not set",
        "reports to the account ses cannot be heard: LPDOWNLOAD_SES_REGION is not valid",
    ]
