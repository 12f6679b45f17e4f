"""Resend: what is sent, its answers to a batch, and its credentials."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from pydantic import SecretStr
from tests.providers.asking import says, serving, submitted
from tests.providers.hostile import hostile_mail, person, some

from lpdownload.model.delivery import Accepted, InDoubt, Outcome, Refused, Throttled
from lpdownload.providers.resend import Resend, Settings, open_provider

KEY = "re_very_secret"
PROVIDER = Resend(Settings(api_key=SecretStr(KEY)))


def opened(url: str) -> Resend:
    return open_provider(Settings(api_key=SecretStr(KEY), base_url=url))


def outcomes(status: int, answer: object, count: int = 3) -> Sequence[Outcome]:
    with serving(opened, says(status, answer, Retry_After="90")) as (provider, _):
        return submitted(provider, count)


def test_the_fields_are_those_of_send_batch_emails() -> None:
    mail, recipient = hostile_mail(), person("r-1", name='Ana "A" Ruiz', first_name='José "x" 😀 {{a}}')
    [message] = json.loads(PROVIDER.build(mail, [recipient], "key").parts[0])
    content, values = mail.content, recipient.values
    assert message == {
        "to": ['"Ana \\"A\\" Ruiz" <r-1@example.org>'],
        "tags": [{"name": "reference", "value": "r-1"}, {"name": "send", "value": "send-7"}],
        "headers": {
            name: pieces.fill(values) for name, pieces in content.headers if name not in {"From", "Reply-To"}
        },
        "from": '"News, José" <news@example.org>',
        "reply_to": "reply@example.org",
        "subject": content.subject.fill(values),
        "html": content.html.fill(values),
        "text": content.text.fill(values),
    }


def test_a_send_that_no_tag_can_carry_is_refused_beforehand() -> None:
    assert PROVIDER.refusals(hostile_mail()) == []
    assert [finding.rule for finding in PROVIDER.refusals(replace(hostile_mail(), send="a/b"))] == ["bad-tag"]


def test_the_call_carries_the_key_and_asks_for_permissive_validation() -> None:
    with serving(opened, says(200, {"data": [{"id": "a"}]})) as (provider, service):
        batch = provider.build(hostile_mail(), some(1), "send-7-1")
        assert provider.submit(batch) == (Accepted("a"),)
    [call] = service.asked
    assert (call.method, call.path) == ("POST", "/emails/batch")
    assert call.headers["authorization"] == f"Bearer {KEY}"
    assert call.headers["idempotency-key"] == "send-7-1"
    assert call.headers["x-batch-validation"] == "permissive"
    assert call.headers["content-type"] == "application/json"
    assert call.body == batch.parts[0]


def test_every_id_is_of_the_message_in_its_place() -> None:
    answer = {"data": [{"id": "a"}, {"id": "b"}, {"id": "c"}]}
    assert outcomes(200, answer) == (Accepted("a"), Accepted("b"), Accepted("c"))


def test_errors_are_counted_out_before_ids_are_given_out() -> None:
    errors = [{"index": 1, "message": "Invalid `to` field: r-1@example.org"}]
    first, second, third = outcomes(200, {"data": [{"id": "a"}, {"id": "c"}], "errors": errors})
    assert (first, third) == (Accepted("a"), Accepted("c"))
    assert isinstance(second, Refused)
    assert "Invalid `to` field" in second.reason
    assert "r-1@example.org" not in second.reason


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>proxy</html>",
        b'{"data": [{"id": "a"}, {"i',
        [],
        {},
        {"data": [{"id": "a"}, {"id": "b"}]},
        {"data": [{"id": "a"}] * 4},
        {"data": {"id": "a"}},
        {"data": [{"id": ""}, {}, 3]},
        {"data": [{"id": "a"}] * 2, "errors": [{"index": 7}, {"index": True}, "x"]},
        b"[" * 100_000,
    ],
)
def test_an_answer_that_does_not_name_everybody_leaves_them_in_doubt(answer: object) -> None:
    found = outcomes(200, answer)
    assert len(found) == 3
    assert all(isinstance(outcome, InDoubt) for outcome in found)


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, {"name": "validation_error", "message": "bad"}, Refused),
        (401, {"name": "missing_api_key", "message": f"no {KEY}"}, Refused),
        (403, {"name": "invalid_api_key", "message": "API key is invalid"}, Refused),
        (409, {"name": "invalid_idempotent_request", "message": "other body"}, InDoubt),
        (409, {"name": "concurrent_idempotent_requests", "message": "wait"}, InDoubt),
        (409, b"<html>", InDoubt),
        (422, {"name": "missing_required_field", "message": "from"}, Refused),
        (429, {"name": "daily_quota_exceeded", "message": "quota"}, Throttled),
    ],
)
def test_a_status_is_an_outcome_for_everybody(status: int, answer: object, kind: type[Outcome]) -> None:
    found = outcomes(status, answer)
    assert len(found) == 3
    assert all(type(outcome) is kind and KEY not in str(outcome) for outcome in found)


def test_a_throttle_says_when_to_come_back() -> None:
    [outcome] = outcomes(429, {"name": "rate_limit_exceeded", "message": "5 a second"}, count=1)
    assert outcome == Throttled("Resend: HTTP 429: 5 a second", 90.0)


@pytest.mark.parametrize(
    ("status", "answer", "states"),
    [
        (200, {"data": [{"name": "example.org", "status": "verified"}]}, ["ok", "ok"]),
        (200, {"data": [{"name": "example.org", "status": "pending"}]}, ["ok", "error"]),
        (
            200,
            {"data": [{"name": "a.org", "status": "verified", "click_tracking": True}]},
            ["ok", "ok", "warning"],
        ),
        (401, {"name": "restricted_api_key", "message": "only send"}, ["ok"]),
        (403, {"name": "invalid_api_key", "message": f"{KEY} is invalid"}, ["error"]),
        (200, b"<html>", ["unknown"]),
    ],
)
def test_credentials_are_checked_without_sending(status: int, answer: object, states: list[str]) -> None:
    with serving(opened, says(status, answer)) as (provider, service):
        checks = provider.check()
    assert [(call.method, call.path) for call in service.asked] == [("GET", "/domains")]
    assert [check.state for check in checks] == states
    assert KEY not in str(checks)
