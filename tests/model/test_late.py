"""How late an issue may go out, as its file says it and as the ledger keeps it."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lpdownload.model.late import Late, most_late

LATE: TypeAdapter[str] = TypeAdapter(Late)


@pytest.mark.parametrize(
    ("written", "kept", "most"),
    [
        ("ask", "ask", timedelta(hours=1)),
        (" skip ", "skip", timedelta(minutes=5)),
        ("within 2h", "7200", timedelta(hours=2)),
        ("within 90m", "5400", timedelta(minutes=90)),
        ("within 1d", "86400", timedelta(days=1)),
        ("within  3 h", "10800", timedelta(hours=3)),
        ("within 9999d", "863913600", timedelta(days=9999)),
    ],
)
def test_a_rule_for_a_late_send_is_kept_as_a_word_or_as_seconds(
    written: str, kept: str, most: timedelta
) -> None:
    assert LATE.validate_python(written) == kept
    assert most_late(kept) == most


@pytest.mark.parametrize(
    "written",
    [
        *("", "never", "Ask", "ask skip", "7200", "2h", "within 2", "within2h", "within 2w", "within 2h\n"),
        *("within 0h", "within -1h", "within 1.5h", "within ٢h", "within 10000d"),
    ],
)
def test_what_is_no_rule_for_a_late_send_is_met_with_those_there_are(written: str) -> None:
    with pytest.raises(ValidationError) as refused:
        LATE.validate_python(written)
    (error,) = refused.value.errors()
    assert error["type"] == "bad-late"
    assert error["ctx"] == {"hint": "ask, skip, or within 2h (also 90m, 1d)"}


def test_a_number_is_no_rule_for_a_late_send() -> None:
    with pytest.raises(ValidationError):
        LATE.validate_python(7200)


words = st.sampled_from(["ask", "skip", "within", " ", "0", "2", "90", "m", "h", "d", "w", "H"])


@given(st.lists(words, max_size=6).map("".join))
def test_an_editor_takes_exactly_the_rules_that_we_can_read(written: str) -> None:
    pattern = LATE.json_schema()["pattern"]
    try:
        LATE.validate_python(written)
        readable = True
    except ValidationError:
        readable = False
    assert (re.search(pattern, written) is not None) == readable


@pytest.mark.parametrize("kept", ["", "within 2h", "never"])
def test_the_ledger_keeps_no_other_rule(kept: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        most_late(kept)
