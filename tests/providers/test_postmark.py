"""Postmark: what is sent, its answer to each message, and its credentials."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from pydantic import SecretStr, ValidationError
from tests.providers.asking import says, serving, submitted
from tests.providers.hostile import hostile_mail, person, some
from tests.providers.loopback import Answer, Asked

from lpdownload.model.content import Pieces
from lpdownload.model.delivery import Accepted, InDoubt, Outcome, Refused, Throttled
from lpdownload.providers.postmark import Postmark, Settings, open_provider

KEY = "server-token-secret"
PROVIDER = Postmark(Settings(api_key=SecretStr(KEY), message_stream="news"))
ACCEPTED = {"ErrorCode": 0, "Message": "OK", "MessageID": "b7bc2f4a", "To": "r-0@example.org"}


def opened(url: str) -> Postmark:
    return open_provider(Settings(api_key=SecretStr(KEY), base_url=url))


def outcomes(status: int, answer: object, count: int = 3) -> Sequence[Outcome]:
    with serving(opened, says(status, answer, Retry_After="90")) as (provider, _):
        return submitted(provider, count)


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


def test_the_call_carries_the_token_and_the_body_of_the_batch() -> None:
    with serving(opened, says(200, [ACCEPTED])) as (provider, service):
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
        (404, {"ErrorCode": 1226, "Message": "no such stream"}, ["wrong-stream"]),
        (404, b"<html>", ["unknown-stream"]),
        (200, b"<html>", ["unknown-stream"]),
    ],
)
def test_a_stream_that_would_lose_our_unsubscribe_headers_is_refused(
    status: int, answer: object, rules: list[str]
) -> None:
    with serving(opened, says(status, answer)) as (provider, service):
        found = provider.refusals(hostile_mail())
    assert [finding.rule for finding in found] == rules
    assert [finding.severity for finding in found] == [
        "warning" if rule == "unknown-stream" else "error" for rule in rules
    ]
    assert all(finding.hint for finding in found)
    assert service.asked[0].path == "/message-streams/broadcast"


def test_the_stream_is_asked_about_until_postmark_tells() -> None:
    with serving(opened, says(200, stream())) as (provider, service):
        service.script.append(says(400))
        assert provider.refusals(hostile_mail())
        assert not provider.refusals(hostile_mail())
        assert not provider.refusals(hostile_mail())
    assert len(service.asked) == 2


def test_what_postmark_has_no_room_for_is_refused() -> None:
    mail = hostile_mail()
    long = replace(
        mail,
        send="s" * 81,
        content=replace(mail.content, subject=Pieces.of("s" * 2001), text=Pieces.of("é" * 2_500_001)),
    )
    with serving(opened, says(200, stream())) as (provider, service):
        assert {finding.rule for finding in provider.refusals(long)} == {
            "long-send",
            "long-subject",
            "too-large",
        }
    assert not service.asked, "a mail that cannot go anyway is no reason to ask"


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


@pytest.mark.parametrize("code", [10, 400, 405, 412])
def test_an_error_of_the_account_is_no_recipients_fault_and_says_what_to_do(code: int) -> None:
    [outcome] = outcomes(200, [{"ErrorCode": code, "Message": "says why"}], count=1)
    assert isinstance(outcome, Refused)
    assert outcome.account
    assert outcome.reason.startswith(f"Postmark's error {code}: says why; ")


@pytest.mark.parametrize("code", [100, 429])
def test_an_error_of_the_hour_is_a_throttle(code: int) -> None:
    [outcome] = outcomes(200, [{"ErrorCode": code, "Message": "says why"}], count=1)
    assert outcome == Throttled(f"Postmark's error {code}: says why")


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
        ([ACCEPTED, ACCEPTED, {"ErrorCode": False}], 1),  # the second is for somebody else
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

    with serving(opened, respond) as (provider, service):
        checks = provider.check()
    assert {call.method for call in service.asked} == {"GET"}
    assert [check.state for check in checks] == states
    assert KEY not in str(checks)


def test_a_stream_s_name_cannot_leave_its_place_in_the_address() -> None:
    with pytest.raises(ValidationError):
        Settings(api_key=SecretStr(KEY), message_stream="../server")
