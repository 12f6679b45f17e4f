"""Which reports are let in, and what is kept of them."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from tests.newsroom import Newsroom
from tests.providers import sns_messages
from tests.providers.test_event_sources import REPORTS
from tests.tracking.reporting import ENVIRON, SIGNED, knock, mailgun, ses

from lpdownload.providers.events import NotAnEvent
from lpdownload.settings import Provider, load_settings
from lpdownload.tracking.door import MOST_FETCHES, MOST_TOKENS, Door, NotAdmitted, TryLater

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


def test_a_newsroom_that_tracks_opens_keeps_them(newsroom: Newsroom, amazon: Amazon) -> None:
    newsroom.add("newsletters/network.yaml", "tracking: {opens: true, clicks: false}\n")
    door = door_of(newsroom, amazon)
    for word, is_kept in (("email.opened", True), ("email.clicked", False)):
        report = {"type": word, "created_at": "2026-11-22T12:00:00Z", "data": {"to": ["a@example.org"]}}
        headers, body = knock("resend", NOW, report)
        assert admitted(door, "resend", headers, body) == (body if is_kept else None)


def test_accounts_that_could_be_reported_to_are_told(door: Door) -> None:
    assert {account.name for account in door.listening()} == set(SIGNED)
