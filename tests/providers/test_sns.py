"""Amazon SNS: where its addresses may lead, what its envelope must be, and what of it is believed."""

import json
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from tests.providers.loopback import Answer, Loopback
from tests.providers.sns_messages import (
    CERTIFICATE,
    CERTIFICATE_URL,
    KEY,
    NOW,
    TOPIC,
    certificate,
    envelope,
    serving,
)

from lpdownload.providers import sns
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.ses import Settings, confirm, parse_events, verify

SETTINGS = Settings(region="us-east-1", topic_arn=TOPIC)

HOST = "https://sns.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    "address",
    [
        f"{HOST}/SimpleNotificationService-9c6465fa7f48f5cacd23014631ec1136.pem",
        "https://sns.cn-north-1.amazonaws.com.cn/a.pem",
        f"{HOST}/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-east-1:123456789012:a&Token=2336",
    ],
)
def test_an_address_of_amazon_sns_is_kept_as_it_is(address: str) -> None:
    assert sns.amazon_url(address) == address


@pytest.mark.parametrize(
    "address",
    [
        None,
        1,
        [HOST],
        f"{HOST}.evil.example/a.pem",
        f"{HOST}@evil.example/a.pem",
        f"{HOST}#@evil.example/a.pem",
        f"{HOST}?@evil.example/a.pem",
        f"{HOST}\\@evil.example/a.pem",
        f"{HOST}\t/a.pem",
        f"{HOST}/a\n.pem",
        f"{HOST}/a\\b.pem",
        f"{HOST}/\x01.pem",
        f"{HOST}/é.pem",
        f"{HOST}/{'a' * 3000}.pem",
        f" {HOST}/a.pem",
        f"{HOST}:443/a.pem",
        f"{HOST}",
        "https://user@sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com.cn.evil.example/a.pem",
        "https://sns.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws\u3002com/a.pem",
        "https://evil.example/sns.us-east-1.amazonaws.com/a.pem",
        "https://sns-us-east-1.amazonaws.com/a.pem",
        "https://s3.amazonaws.com/sns.us-east-1.amazonaws.com/a.pem",
        "http://sns.us-east-1.amazonaws.com/a.pem",
        "file://sns.us-east-1.amazonaws.com/a.pem",
    ],
)
def test_an_address_that_may_lead_elsewhere_is_refused_and_never_fetched(address: object) -> None:
    with pytest.raises(BadSignature):
        sns.amazon_url(address)
    with pytest.raises(OSError, match="no address of Amazon SNS"):
        sns.fetch_from_amazon(str(address))


@pytest.mark.parametrize("kind", [[], {}, None, 1, True, "", "Notification "])
def test_an_envelope_of_no_known_type_is_none_of_amazon_s(kind: object) -> None:
    with pytest.raises(NotAnEvent):
        sns.envelope_of(json.dumps({"Type": kind}).encode())


@pytest.mark.parametrize("address", [f"{HOST}/a.pem#b.pem", f"{HOST}/a.pem?b.pem", f"{HOST}/a.crt"])
def test_a_certificate_is_a_file_and_nothing_that_is_asked_for(address: str) -> None:
    fetch, asked = serving()
    with pytest.raises(BadSignature, match="not at Amazon SNS"):
        checked(envelope(SigningCertURL=address), fetch)
    assert asked == []


def test_a_signature_without_a_certificate_of_amazon_s_is_none() -> None:
    fetch, asked = serving()
    with pytest.raises(BadSignature):
        checked(envelope(SigningCertURL="https://sns.us-east-1.amazonaws.com.evil.example/a.pem"), fetch)
    assert asked == []


def test_certificates_are_kept_few() -> None:
    fetch, asked = serving()
    for number in range(20):
        checked(envelope(SigningCertURL=f"{HOST}/{number}.pem"), fetch)
    checked(envelope(SigningCertURL=f"{HOST}/19.pem"), fetch)
    checked(envelope(SigningCertURL=f"{HOST}/0.pem"), fetch)
    assert asked == [f"{HOST}/{number}.pem" for number in [*range(20), 0]]


def test_amazon_is_called_over_tls_at_its_own_name_and_a_failure_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Loopback(lambda _: Answer(403, b"secret")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setattr(sns, "_FETCH_SECONDS", 20.0)
        with pytest.raises(OSError, match="no connection: the proxy does not let us through"):
            sns.fetch_from_amazon(f"{HOST}/a.pem")
    assert {(asked.method, asked.path) for asked in proxy.asked} == {
        ("CONNECT", "sns.us-east-1.amazonaws.com:443")
    }


def checked(message: Mapping[str, str], fetch: Callable[[str], bytes], settings: Settings = SETTINGS) -> None:
    verify({}, json.dumps(message).encode(), settings, NOW, fetch)


def test_the_text_that_is_signed_is_the_documented_one() -> None:
    found = sns.string_to_sign({"Type": "Notification", "Message": "m\n", "MessageId": "i", "TopicArn": "a"})
    assert found == b"Message\nm\n\nMessageId\ni\nTopicArn\na\nType\nNotification\n"


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_signed_message_of_the_topic_is_believed_and_its_certificate_kept(version: str) -> None:
    fetch, asked = serving()
    checked(envelope(version=version), fetch)
    checked(envelope("again, é", version=version), fetch)
    assert asked == [CERTIFICATE_URL]


@pytest.mark.parametrize(
    "changed",
    [
        {"Message": "changed"},
        {"Subject": "changed"},
        {"Signature": "AAAA"},
        {"Signature": "no base64"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": "1"},
    ],
)
def test_a_changed_message_is_not(changed: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        checked({**envelope(), **changed}, serving()[0])


@pytest.mark.parametrize(
    "more",
    [
        {"TopicArn": TOPIC + "-of-somebody-else"},
        {"Timestamp": "2026-11-22T10:00:00.000Z"},
        {"Timestamp": "2026-11-22T14:00:00.000Z"},
        {"Timestamp": "soon"},
    ],
)
def test_another_topic_or_time_is_refused_before_anything_is_fetched(more: dict[str, str]) -> None:
    fetch, asked = serving()
    with pytest.raises(BadSignature):
        checked(envelope(**more), fetch)
    assert asked == []


def test_without_a_topic_nothing_is_believed() -> None:
    with pytest.raises(BadSignature):
        checked(envelope(TopicArn=""), serving()[0], Settings(region="us-east-1"))


@pytest.mark.parametrize("pem", [b"<html>", b"", certificate(KEY, NOW - timedelta(days=1))])
def test_a_bad_or_old_certificate_is_not_believed(pem: bytes) -> None:
    with pytest.raises(BadSignature):
        checked(envelope(), serving(pem)[0])


def test_amazon_out_of_reach_is_no_proof_and_is_asked_again() -> None:
    answers = [b"<html>", CERTIFICATE]

    def fetch(_: str) -> bytes:
        if len(answers) == 2:
            answers.pop(0)
            raise OSError("no route")
        return answers.pop()

    with pytest.raises(BadSignature):
        checked(envelope(), fetch)
    checked(envelope(), fetch)
    assert answers == []


def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else() -> None:
    address = "https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&Token=t"
    fetch, asked = serving()
    asks = envelope(Type="SubscriptionConfirmation", Token="t", SubscribeURL=address)
    checked(asks, serving()[0])
    assert confirm(json.dumps(asks).encode(), fetch)
    assert not confirm(json.dumps(envelope()).encode(), fetch)
    assert asked == [address]
    with pytest.raises(BadSignature):
        confirm(json.dumps({**asks, "SubscribeURL": "https://example.org/"}).encode(), fetch)
    assert list(parse_events(json.dumps(asks).encode())) == []
