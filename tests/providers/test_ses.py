"""Amazon SES: what is sent and signed, and an outcome for each call."""

import base64
import email
import email.policy
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from botocore.model import StringShape, StructureShape
from botocore.serialize import create_serializer
from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import given
from pydantic import SecretStr, ValidationError
from tests.providers.hostile import NOW, hostile_mail, mails, people, person
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.ses import Ses, Settings, open_provider

SECRET = "wJalrXUtnFEMI/K7MDENG+secret"
SETTINGS = Settings(
    region="us-east-1",
    access_key_id="AKIDEXAMPLE",
    secret_access_key=SecretStr(SECRET),
    configuration_set="newsletter",
)
PROVIDER = Ses(SETTINGS)


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


def test_a_request_has_the_tags_by_which_events_find_it_and_no_tracking() -> None:
    request = json.loads(PROVIDER.build(hostile_mail(), some(1), "key").parts[0])
    del request["Content"]
    assert request == {
        "Destination": {"ToAddresses": ["r-0@example.org"]},
        "EmailTags": [{"Name": "send", "Value": "send-7"}, {"Name": "reference", "Value": "r-0"}],
        "ConfigurationOverrides": {
            "Tracking": {"OpenTrackingEnabled": "DISABLED", "ClickTrackingEnabled": "DISABLED"}
        },
        "ConfigurationSetName": "newsletter",
    }


OPERATIONS = get_session().get_service_model("sesv2")


def input_of(operation: str) -> StructureShape:
    shape = OPERATIONS.operation_model(operation).input_shape
    assert isinstance(shape, StructureShape)
    return shape


@pytest.mark.parametrize("configuration_set", ["", "newsletter"])
def test_every_call_is_the_one_that_amazon_s_own_client_makes_of_the_same_input(
    configuration_set: str,
) -> None:
    with Loopback(lambda _: Answer.json({"MessageId": "taken"})) as service:
        more = {"configuration_set": configuration_set, "endpoint_url": service.url}
        provider = open_provider(SETTINGS.model_copy(update=more))
        provider.submit(provider.build(hostile_mail(), some(2), "key"))
        provider.check()
        provider.close()
    *sends, account = service.asked
    assert len(sends) == 2
    for call, name in (*((send, "SendEmail") for send in sends), (account, "GetAccount")):
        operation = OPERATIONS.operation_model(name)
        given = json.loads(call.body or "{}")
        if "Content" in given:  # botocore takes the message itself
            raw = given["Content"]["Raw"]
            given = given | {"Content": {"Raw": {**raw, "Data": base64.b64decode(raw["Data"])}}}
        # Names, types, required members, nothing unknown.
        assert ParamValidator().validate(given, input_of(name)).generate_report() == ""
        theirs = create_serializer("rest-json").serialize_to_request(given, operation)
        assert (call.method, call.path) == (theirs["method"], theirs["url_path"])
        assert json.loads(call.body or "{}") == json.loads(theirs["body"] or "{}")
        assert call.headers.get("content-type") == theirs["headers"].get("Content-Type")


def test_the_words_for_no_tracking_are_amazon_s() -> None:
    overrides = input_of("SendEmail").members["ConfigurationOverrides"]
    assert isinstance(overrides, StructureShape)
    tracking = overrides.members["Tracking"]
    assert isinstance(tracking, StructureShape)
    [part] = PROVIDER.build(hostile_mail(), some(1), "key").parts
    for name, word in json.loads(part)["ConfigurationOverrides"]["Tracking"].items():
        allowed = tracking.members[name]
        assert isinstance(allowed, StringShape)
        assert word in allowed.enum


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


def test_every_header_is_ours() -> None:
    mail, recipient = hostile_mail(), person("r-1", name="Ruiz, José")
    [part] = PROVIDER.build(mail, [recipient], "key").parts
    parsed = email.message_from_bytes(message_in(part), policy=email.policy.default)
    assert parsed["To"] == '"Ruiz, José" <r-1@example.org>'
    assert parsed["Subject"] == mail.content.subject.fill(recipient.values)
    assert (parsed["Date"].datetime, parsed["Message-ID"]) == (NOW, "<r-1@example.org>")
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
    assert [isinstance(outcome, Refused) and outcome.account for outcome in outcomes] == [True] * 3
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
    assert {outcome.account for outcome in found if isinstance(outcome, Refused)} <= {calls == 1}
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
