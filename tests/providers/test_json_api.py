"""What is read out of a provider's JSON, whatever it turns out to hold."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.errors import InvalidInput
from lpdownload.providers.json_api import count, objects, part, path_part, text, time_in

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
VALUES = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(st.text(max_size=5), SCALARS, max_size=3)


@given(VALUES)
def test_a_value_of_another_type_is_nothing_of_this_one(value: object) -> None:
    assert isinstance(text(value), str)
    assert (count(value) is None) == (type(value) is not int or value < 0)
    assert all(isinstance(item, dict) for item in [part(value), *objects(value)])
    assert time_in(value) is None or isinstance(value, str | int)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-09-03T08:00:00-04:00", datetime(2024, 9, 3, 12, tzinfo=UTC)),
        ("2024-09-03T12:00:00Z", datetime(2024, 9, 3, 12, tzinfo=UTC)),
        ("2024-09-03T12:00:00", datetime(2024, 9, 3, 12, tzinfo=UTC)),
        ("", None),
        ("soon", None),
        ("0001-01-01T00:00:00+23:00", None),
        (None, None),
    ],
)
def test_a_moment_is_read_in_utc_or_not_at_all(written: object, meant: datetime | None) -> None:
    assert time_in(written) == meant


@given(st.text(alphabet="a1/.?%#\\\n", max_size=20))
def test_an_id_in_a_path_never_leads_elsewhere(identifier: str) -> None:
    shape = re.compile(r"[a-z0-9]{1,40}")
    if identifier.isalnum():
        assert path_part(identifier, shape, title="Someone", example="a1") == identifier
        return
    with pytest.raises(InvalidInput) as raised:
        path_part(identifier, shape, title="Someone", example="a1")
    assert raised.value.findings[0].hint == "as in a1"
