"""What the webhooks of all providers need: a body read with care, a signature and its age compared."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.providers.events import (
    DEEPEST,
    LARGEST_BODY,
    NotAnEvent,
    json_of,
    moment,
    object_of,
    same,
    within,
)

NOW = datetime(2024, 9, 1, 12, tzinfo=UTC)

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=10,
)


@given(JSON)
def test_any_json_is_read_as_it_was_written(value: object) -> None:
    assert json_of(json.dumps(value).encode()) == value


@given(st.binary())
def test_any_body_is_json_or_is_refused_and_never_quoted(body: bytes) -> None:
    try:
        said = json.dumps(json_of(body))
    except NotAnEvent as error:
        said = error.reason
    assert said == "not JSON" or json.loads(body) == json.loads(said)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"[" * 100_000, "too deep"),
        (b'{"a":' * 100_000, "too deep"),
        (b"[" * 100_000 + b"]" * 100_000, "too deep"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "too deep"),
        (b'{"a":' * DEEPEST + b"[]" + b"}" * DEEPEST, "too deep"),
        (b"9" * 10_000, "not JSON"),
        (b"[NaN]", "not JSON"),
        (b"[-Infinity]", "not JSON"),
        (b"[1e400]", "not JSON"),
        (b'{"a": -1.0E+9999}', "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"", "not JSON"),
        (b"a=b&c=d", "not JSON"),
        (b'"' + b"x" * LARGEST_BODY + b'"', "more than"),
    ],
)
def test_what_is_too_deep_too_large_or_no_json_is_refused(body: bytes, reason: str) -> None:
    with pytest.raises(NotAnEvent, match=reason):
        json_of(body)


def test_what_is_just_not_too_deep_is_read() -> None:
    assert json.dumps(json_of(b"[" * DEEPEST + b"]" * DEEPEST)) == "[" * DEEPEST + "]" * DEEPEST


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (rb'["\ud83d"]', ["\ufffd"]),
        (rb'["\uDC00 x"]', ["\ufffd x"]),
        (rb'{"\ud83d": {"a\u0000b": [["\u0000"]]}}', {"\ufffd": {"a\ufffdb": [["\ufffd"]]}}),
        (rb'"\\u0000"', r"\u0000"),
    ],
)
def test_what_no_database_takes_becomes_a_mark_for_it(body: bytes, value: object) -> None:
    assert json_of(body) == value


def test_a_whole_pair_of_surrogates_is_its_character() -> None:
    assert json_of(rb'["\ud83d\ude00"]') == ["😀"]


@pytest.mark.parametrize("value", [None, [], "x", 1, True])
def test_what_should_be_an_object_and_is_none_is_refused(value: object) -> None:
    with pytest.raises(NotAnEvent):
        object_of(value)


@pytest.mark.parametrize(
    "value",
    [
        1725192000,
        1725192000.0,
        "2024-09-01T12:00:00Z",
        "2024-09-01T12:00:00.000Z",
        "2024-09-01 12:00:00",
        "2024-09-01T07:00:00-05:00",
        "2024-09-01 12:00:00+00",
    ],
)
def test_a_time_is_read_from_seconds_or_text(value: object) -> None:
    assert moment(value) == NOW
    assert moment(value).tzinfo is UTC


@pytest.mark.parametrize(
    "value", [None, True, "", "today", "1725192000x", 1e300, -1e300, float("nan"), 10**400, [], {}]
)
def test_what_is_no_time_is_refused(value: object) -> None:
    with pytest.raises(NotAnEvent, match="time"):
        moment(value)


@given(JSON | st.floats() | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"))
def test_any_value_is_a_time_or_is_refused(value: object) -> None:
    with contextlib.suppress(NotAnEvent):
        assert moment(value).tzinfo is UTC


@pytest.mark.parametrize(("seconds", "inside"), [(0, True), (300, True), (301, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_time_is_bounded_before_and_after(seconds: int, inside: bool, sign: int) -> None:
    assert within(NOW + timedelta(seconds=sign * seconds), NOW, 300) is inside


@given(st.text(), st.text())
def test_secrets_are_the_same_when_every_character_is(one: str, other: str) -> None:
    assert same(one, one)
    assert same(one, other) is (one == other)
    assert same(one, one.encode())


def test_a_secret_of_letters_that_ascii_lacks_is_compared_too() -> None:
    assert same("pässword", "pässword".encode())
    assert not same("pässword", "password")
