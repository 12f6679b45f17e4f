"""Amazon SES: what is sent and signed, an outcome for each call, and events that SNS has signed."""

import base64
import email
import email.policy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.session import get_session
from botocore.validate import ParamValidator
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from hypothesis import given
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers import sns
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.ses import Ses, Settings, confirm, open_provider, parse_events, verify

SECRET = "wJalrXUtnFEMI/K7MDENG+secret"
TOPIC = "arn:aws:sns:us-east-1:123456789012:newsletter"
SETTINGS = Settings(
    region="us-east-1",
    access_key_id="AKIDEXAMPLE",
    secret_access_key=SecretStr(SECRET),
    configuration_set="newsletter",
    topic_arn=TOPIC,
)
PROVIDER = Ses(SETTINGS)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CERTIFICATE_URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-1.pem"


def some(count: int) -> list[Recipient]:
    return [person(f"r-{number}", first_name="Ana") for number in range(count)]


@contextmanager
def opened(*answers: Answer) -> Iterator[tuple[Ses, Loopback]]:
    """Answers in turn, then that it was taken."""
    with Loopback(lambda _: Answer.json({"MessageId": "taken"})) as service:
        service.script.extend(answers)
        provider = open_provider(SETTINGS.model_copy(update={"endpoint_url": service.url}))
        try:
            yield provider, service
        finally:
            provider.close()


def failed(status: int, code: str, message: str = "says why") -> Answer:
    return Answer.json({"message": message}, status, x_amzn_ErrorType=f"{code}:http://internal.amazon.com/")


# What is sent


def test_a_request_is_what_the_service_model_of_botocore_wants() -> None:
    shape = get_session().get_service_model("sesv2").operation_model("SendEmail").input_shape
    assert shape
    request = json.loads(PROVIDER.build(hostile_mail(), some(1), "key").parts[0])
    assert not ParamValidator().validate(request, shape).has_errors()
    del request["Content"]
    assert request == {
        "Destination": {"ToAddresses": ["r-0@example.org"]},
        "EmailTags": [{"Name": "send", "Value": "send-7"}, {"Name": "reference", "Value": "r-0"}],
        "ConfigurationOverrides": {
            "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
        },
        "ConfigurationSetName": "newsletter",
    }


def message_in(part: bytes) -> bytes:
    return base64.b64decode(json.loads(part)["Content"]["Raw"]["Data"], validate=True)


@given(mails(), people)
def test_the_message_reads_as_plain_filling_gives(mail: Mail, recipients: list[Recipient]) -> None:
    batch = PROVIDER.build(mail, recipients, "key")
    assert batch == PROVIDER.build(mail, recipients, "key")
    unfit = {reference for reference, _ in batch.unfit}
    fit = [recipient for recipient in recipients if recipient.reference not in unfit]
    assert list(batch.references) == [recipient.reference for recipient in fit]
    for part, recipient in zip(batch.parts, fit, strict=True):
        parsed = email.message_from_bytes(message_in(part))
        found = [piece.get_payload(decode=True) for piece in parsed.walk() if not piece.is_multipart()]
        for octets, pieces in zip(found, (mail.content.text, mail.content.html), strict=True):
            expected = pieces.fill(recipient.values).encode("utf-8", "replace")
            assert isinstance(octets, bytes)
            assert octets.splitlines() == expected.splitlines()


def test_every_header_is_ours_but_date_and_message_id_which_amazon_writes() -> None:
    mail, recipient = hostile_mail(), person("r-1", name="Ruiz, José")
    [part] = PROVIDER.build(mail, [recipient], "key").parts
    parsed = email.message_from_bytes(message_in(part), policy=email.policy.default)
    assert parsed["To"] == '"Ruiz, José" <r-1@example.org>'
    assert parsed["Subject"] == mail.content.subject.fill(recipient.values)
    assert {"Date", "Message-ID"}.isdisjoint(parsed.keys())
    for name, pieces in mail.content.headers:
        if name not in {"From", "Reply-To"}:
            assert parsed[name] == pieces.fill(recipient.values)


def test_a_person_whose_values_break_the_message_is_left_out_and_told() -> None:
    odd = person("r-2", first_name="Ana\r\nBcc: eve@example.org")
    batch = PROVIDER.build(hostile_mail(), [odd, person("r-1"), replace(person("r-3"), values={})], "key")
    assert batch.references == ("r-1",)
    assert [reference for reference, _ in batch.unfit] == ["r-2", "r-3"]
    assert "eve@example.org" not in str(batch.unfit)


def test_the_envelope_has_the_address_in_punycode() -> None:
    batch = PROVIDER.build(hostile_mail(), [replace(person("r"), to=Mailbox("", "a@exámple.org"))], "key")
    assert json.loads(batch.parts[0])["Destination"] == {"ToAddresses": ["a@xn--exmple-qta.org"]}


def test_a_send_that_no_tag_can_carry_is_refused_beforehand() -> None:
    assert PROVIDER.refusals(hostile_mail()) == []
    assert [finding.rule for finding in PROVIDER.refusals(replace(hostile_mail(), send="a/b"))] == ["bad-tag"]


def test_the_signature_is_that_of_the_request_as_it_arrives() -> None:
    with opened() as (provider, service):
        batch = provider.build(hostile_mail(), some(1), "key")
        assert provider.submit(batch) == (Accepted("taken"),)
    [call] = service.asked
    assert (call.method, call.path, call.body) == ("POST", "/v2/email/outbound-emails", batch.parts[0])
    named, _, given_signature = call.headers["authorization"].partition(", Signature=")
    signed = named.partition("SignedHeaders=")[2].split(";")
    assert {"content-type", "host", "x-amz-date"} <= set(signed)
    request = AWSRequest(
        method=call.method,
        url=f"http://{call.headers['host']}{call.path}",
        data=call.body,
        headers={name: call.headers[name] for name in signed if name != "host"},
    )
    request.context["timestamp"] = call.headers["x-amz-date"]
    signer = SigV4Auth(ReadOnlyCredentials("AKIDEXAMPLE", SECRET, None), "ses", "us-east-1")
    to_sign = signer.string_to_sign(request, signer.canonical_request(request))
    assert signer.signature(to_sign, request) == given_signature


def test_temporary_credentials_send_their_token() -> None:
    with Loopback(lambda _: Answer.json({"MessageId": "taken"})) as service:
        more = {"endpoint_url": service.url, "session_token": SecretStr("token-1")}
        provider = open_provider(SETTINGS.model_copy(update=more))
        provider.submit(provider.build(hostile_mail(), some(1), "key"))
        provider.close()
    assert service.asked[0].headers["x-amz-security-token"] == "token-1"


def test_credentials_are_found_where_every_aws_program_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    with Loopback(lambda _: Answer.json({"MessageId": "taken"})) as service:
        provider = open_provider(Settings(region="us-east-1", endpoint_url=service.url))
        assert provider.submit(provider.build(hostile_mail(), some(1), "key")) == (Accepted("taken"),)
        provider.close()
    assert "Credential=AKIDOTHER/" in service.asked[0].headers["authorization"]


def test_half_a_key_is_an_outcome_for_everybody_and_no_call() -> None:
    with Loopback() as service:
        half = Settings(region="us-east-1", access_key_id="AKIDEXAMPLE", endpoint_url=service.url)
        provider = open_provider(half)
        outcomes = provider.submit(provider.build(hostile_mail(), some(3), "key"))
        assert [check.state for check in provider.check()] == ["error"]
        provider.close()
    assert [type(outcome) for outcome in outcomes] == [Refused] * 3
    assert service.asked == []


# Outcomes


@pytest.mark.parametrize(
    ("answer", "kinds", "calls"),
    [
        (failed(400, "BadRequestException"), [Refused, Accepted, Accepted], 3),
        (failed(400, "MessageRejected"), [Refused, Accepted, Accepted], 3),
        (failed(400, "LimitExceededException"), [Throttled] * 3, 1),
        (failed(400, "ThrottlingException"), [Throttled] * 3, 1),
        (failed(400, "SendingPausedException"), [Refused] * 3, 1),
        (failed(400, "AccountSuspendedException"), [Refused] * 3, 1),
        (failed(404, "NotFoundException"), [Refused] * 3, 1),
        (failed(403, "InvalidSignatureException"), [Refused] * 3, 1),
        (failed(500, "InternalFailure"), [InDoubt, Throttled, Throttled], 1),
        (Answer(breaks="after the body"), [InDoubt, Throttled, Throttled], 1),
        (Answer(200, b"<html>"), [InDoubt, Accepted, Accepted], 3),
        (Answer.json({}), [InDoubt, Accepted, Accepted], 3),
    ],
)
def test_what_stops_one_for_the_account_s_sake_stops_the_rest(
    answer: Answer, kinds: list[type[Outcome]], calls: int
) -> None:
    heard: list[tuple[int, Outcome]] = []
    with opened(answer) as (provider, service):
        batch = provider.build(hostile_mail(), some(3), "key")
        found = provider.submit(batch, told=lambda index, outcome: heard.append((index, outcome)))
    assert [type(outcome) for outcome in found] == kinds
    assert len(service.asked) == calls
    assert heard == list(enumerate(found))


def test_a_reason_has_amazon_s_words_without_addresses_or_secrets() -> None:
    words = f"Email address is not verified: r-0@example.org ({SECRET})"
    with opened(failed(400, "MessageRejected", words)) as (provider, _):
        [outcome] = provider.submit(provider.build(hostile_mail(), some(1), "key"))
    assert isinstance(outcome, Refused)
    assert "Email address is not verified" in outcome.reason
    assert "r-0@example.org" not in outcome.reason
    assert SECRET not in outcome.reason


@pytest.mark.parametrize(
    ("answer", "states"),
    [
        (
            Answer.json(
                {"SendingEnabled": True, "ProductionAccessEnabled": True, "SendQuota": {"MaxSendRate": 14}}
            ),
            ["ok", "ok"],
        ),
        (Answer.json({"SendingEnabled": True, "ProductionAccessEnabled": False}), ["ok", "warning"]),
        (Answer.json({"SendingEnabled": False}), ["ok", "error"]),
        (failed(403, "UnrecognizedClientException"), ["error"]),
        (Answer(200, b"<html>"), ["unknown"]),
    ],
)
def test_credentials_are_checked_without_sending(answer: Answer, states: list[str]) -> None:
    with opened(answer) as (provider, service):
        checks = provider.check()
    assert [(call.method, call.path) for call in service.asked] == [("GET", "/v2/email/account")]
    assert [check.state for check in checks] == states


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [
        ("eu-west-1", "https://email.eu-west-1.amazonaws.com"),
        ("us-gov-west-1", "https://email.us-gov-west-1.amazonaws.com"),
        ("cn-north-1", "https://email.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_the_endpoint_is_the_region_s(region: str, endpoint: str) -> None:
    assert Settings(region=region).endpoint == endpoint


def test_a_region_cannot_be_another_host() -> None:
    with pytest.raises(ValidationError):
        Settings(region="us-east-1.example.org/")


# Signatures


def certificate(key: rsa.RSAPrivateKey, until: datetime = NOW + timedelta(days=30)) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - timedelta(days=60)).not_valid_after(until)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CERTIFICATE = certificate(KEY)


def serving(pem: bytes = CERTIFICATE) -> tuple[Callable[[str], bytes], list[str]]:
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return pem

    return fetch, asked


def envelope(message: str = "hello", version: str = "2", **more: str) -> dict[str, str]:
    """Signed, as in https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html."""
    found = {
        "Type": "Notification",
        "MessageId": "22b80b92",
        "TopicArn": TOPIC,
        "Subject": "Amazon SES Email Event Notification",
        "Message": message,
        "Timestamp": NOW.isoformat().replace("+00:00", ".000Z"),
        "SignatureVersion": version,
        "SigningCertURL": CERTIFICATE_URL,
        **more,
    }
    algorithm = hashes.SHA1() if version == "1" else hashes.SHA256()
    signature = KEY.sign(sns.string_to_sign(found), padding.PKCS1v15(), algorithm)
    return {**found, "Signature": base64.b64encode(signature).decode()}


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
    "address",
    [
        "http://sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com.example.org/a.pem",
        "https://example.org/sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com@example.org/a.pem",
        "https://eve@sns.us-east-1.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com:8443/a.pem",
        "https://example.org\\.sns.us-east-1.amazonaws.com/a.pem",
        "https://bucket.s3.amazonaws.com/a.pem",
        "https://sns.us-east-1.amazonaws.com/?Action=Publish",
        "https://sns.us-east-1.amazonaws.com/a.pem?x=.pem",
        "https://[sns/a.pem",
        "",
    ],
)
def test_no_certificate_is_fetched_from_anywhere_else(address: str) -> None:
    fetch, asked = serving()
    with pytest.raises(BadSignature):
        checked(envelope(SigningCertURL=address), fetch)
    assert asked == []


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


# Events


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
        parse_events(body)
