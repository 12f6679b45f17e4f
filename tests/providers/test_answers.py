"""One answer to a whole batch: what it means, and which of its words a person gets to see."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.model.delivery import InDoubt, Outcome, Refused, Throttled
from lpdownload.providers.answers import answered, json_value, not_taken, part_in, quoted, text_in, why
from lpdownload.providers.http import Exchange
from lpdownload.providers.retry import Verdict, judge

SECRET = "s3cr3t"
REMEDY = "check the account's API_KEY"


def exchange(status: int, body: object = b"", seconds: float | None = None) -> Exchange:
    verdict = judge(status, None, retry_after=seconds is not None, idempotent=False)
    encoded = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(verdict, status, None, body=encoded, seconds=seconds)


def outcome(found: Exchange) -> Outcome | None:
    return not_taken(found, title="Post", remedy=REMEDY, secret=SECRET)


def test_what_was_taken_is_left_to_the_provider_to_read() -> None:
    assert outcome(exchange(202)) is None


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Refused("Post refused the request (HTTP 400: no)")),
        (401, Refused(f"Post does not let this account send (HTTP 401: no): {REMEDY}", account=True)),
        (403, Refused(f"Post does not let this account send (HTTP 403: no): {REMEDY}", account=True)),
        (429, Throttled("Post: HTTP 429: no", 90.0)),
        (503, Throttled("Post: HTTP 503: no", 90.0)),
        (500, InDoubt("Post may have taken it: HTTP 500: no")),
    ],
)
def test_a_status_is_an_outcome_in_words(status: int, expected: Outcome) -> None:
    assert outcome(exchange(status, {"message": "no"}, 90.0)) == expected


@pytest.mark.parametrize(
    "found",
    [
        exchange(302),
        exchange(407),
        Exchange(Verdict("credentials"), None, "not connected", cause="the address has to begin with …"),
    ],
)
def test_where_the_service_was_never_asked_the_key_is_not_blamed(found: Exchange) -> None:
    said = outcome(found)
    assert isinstance(said, Refused)
    assert said.account
    assert "cannot be reached" in said.reason
    assert found.reason in said.reason
    assert "API_KEY" not in said.reason
    assert "address" in said.reason


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "no such domain"}, "HTTP 400: no such domain"),
        ({"Message": "Invalid 'To'", "ErrorCode": 300}, "HTTP 400: Invalid 'To'"),
        ({"errors": [{"message": "a", "field": "to"}, {"message": "b"}, "c", 7, {}]}, "HTTP 400: a; b; c"),
        ({"errors": [{"message": str(number)} for number in range(9)]}, "HTTP 400: 0; 1; 2; 3; 4"),
        ({"errors": {"message": "x"}, "message": ["x"]}, "HTTP 400"),
        (["no"], "HTTP 400"),
        (b"<html><h1>Bad Gateway</h1></html>", "HTTP 400"),
        (b'{"message": "cut o', "HTTP 400"),
        (b"", "HTTP 400"),
    ],
)
def test_why_quotes_what_the_vendor_says_in_whichever_form(body: object, said: str) -> None:
    assert why(exchange(400, body)) == said


def test_a_secret_and_an_address_are_never_quoted() -> None:
    words = f"key {SECRET} may not mail ana.ruiz@example.org"
    assert why(exchange(400, {"message": words}), SECRET) == "HTTP 400: key … may not mail a…@e…e.org"
    assert quoted(words, "", SECRET) == "key … may not mail a…@e…e.org"


@pytest.mark.parametrize("before", [" ", "x@example.org ", f"{'x' * 64}@{'example-' * 8}.org, ", "\n\t\0"])
@pytest.mark.parametrize("secret", ["ana.ruiz@example.org", SECRET])
def test_no_part_of_a_secret_or_an_address_is_left_where_long_words_are_cut(before: str, secret: str) -> None:
    for count in range(0, 2_000, 7):
        said = quoted(before * count + secret + " and more", SECRET)
        assert not any(secret[:size] in said for size in (len(secret), 5))


@given(st.text() | st.text("a @.\n\u2028\ud800", max_size=1_000))
def test_any_words_are_shown_on_one_line_that_can_be_kept(words: str) -> None:
    said = quoted(words)
    assert len(said) <= 300
    assert said.isprintable() or not said.encode().splitlines()[1:]
    assert said == " ".join(said.split())


@pytest.mark.parametrize("words", [None, 7, ["x"], {"message": "x"}, True])
def test_what_is_no_text_is_not_quoted(words: object) -> None:
    assert quoted(words) == ""


@given(st.binary())
def test_any_body_is_read_or_passed_over(body: bytes) -> None:
    json_value(body)
    assert isinstance(answered(body), dict)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{", b"\xff", b"[" * 100_000, b"9" * 10_000, b"NaN"])
def test_what_is_no_json_is_nothing(body: bytes) -> None:
    assert json_value(body) is None
    assert answered(body) == {}


def test_an_id_that_no_database_takes_is_mended() -> None:
    assert text_in(answered(b'{"id": "a\\u0000b\\ud800"}'), "id").encode() == "a\ufffdb\ufffd".encode()


def test_only_text_and_objects_are_found_by_name() -> None:
    item: dict[str, object] = {"text": "x", "part": {"y": 1}, "number": 7, "none": None}
    assert [text_in(item, name) for name in (*item, "missing")] == ["x", "", "", "", ""]
    assert [part_in(item, name) for name in (*item, "missing")] == [{}, {"y": 1}, {}, {}, {}]
