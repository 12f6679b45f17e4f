"""A segment asked of one reader."""

import pytest

from lpdownload.audience.evaluate import Reader, matches, memberships
from lpdownload.model.segment import Segments

ANA: Reader = {
    "first_name": "Ana",
    "state": "NY",
    "office": "school_board",
    "interests": ("education", "housing"),
    "tags": ("vip",),
    "subscribed": ("town", "federal"),
    "received": ("town/2024-09",),
    "member_since": "2021-05-01",
}


def is_in(rule: object, reader: Reader = ANA, **others: object) -> bool:
    segments = Segments.model_validate({"it": rule, **others})
    return matches(segments.root["it"], reader, segments)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"state": "NY"}, True),
        ({"state": "NJ"}, False),
        ({"state": ["NJ", "NY"]}, True),
        ({"state": {"in": ["NJ"]}}, False),
        ({"interests": {"has": "housing"}}, True),
        ({"interests": {"has": "hous"}}, False),
        ({"interests": {"in": ["climate", "housing"]}}, True),
        ({"state": {"not": "NJ"}}, True),
        ({"state": {"not": "NY"}}, False),
        ({"interests": {"not": "housing"}}, False),
        ({"first_name": {"exists": "true"}}, True),
        ({"first_name": {"exists": "false"}}, False),
        ({"last_name": {"exists": "false"}}, True),
        ({"member_since": {"after": "2021-01-01", "before": "2022-01-01"}}, True),
        ({"member_since": {"after": "2021-05-01"}}, False),
        ({"member_since": {"before": "2021-05-01"}}, False),
        ({"tag": "vip"}, True),
        ({"tag": "press"}, False),
        ({"subscribed": "federal"}, True),
        ({"subscribed": "lpny"}, False),
        ({"received": "town/2024-09"}, True),
        ({"all": [{"state": "NY"}, {"office": "mayor"}]}, False),
        ({"any": [{"state": "NJ"}, {"office": "school_board"}]}, True),
        ({"not": {"office": "mayor"}}, True),
        ({"state": "NY", "office": "school_board"}, True),
        ({"state": "NY", "office": "mayor"}, False),
    ],
)
def test_a_rule_holds_or_does_not(rule: object, expected: bool) -> None:
    assert is_in(rule) is expected


@pytest.mark.parametrize("operator", ["equals", "has", "before", "after", "not"])
def test_a_missing_value_compares_false_whatever_is_asked(operator: str) -> None:
    assert not is_in({"last_name": {operator: "Z"}})
    assert not is_in({"last_name": {operator: "Z"}}, {"last_name": ""})


def test_an_attribute_that_must_not_exist_can_equal_nothing() -> None:
    assert not is_in({"last_name": {"exists": "false", "equals": "Z"}})


def test_a_segment_may_name_another() -> None:
    assert is_in("teachers", teachers={"office": "school_board"})
    assert not is_in({"not": "teachers"}, teachers={"office": "school_board"})


def test_a_reader_belongs_to_every_segment_that_takes_them() -> None:
    segments = Segments.model_validate(
        {"a": {"state": "NY"}, "b": {"state": "NJ"}, "c": ["a", {"tag": "vip"}]}
    )
    assert memberships(ANA, segments) == {"a", "c"}


def test_nobody_in_particular_belongs_only_where_something_is_missing() -> None:
    segments = Segments.model_validate({"a": {"state": "NY"}, "b": {"state": {"exists": "false"}}})
    assert memberships({}, segments) == {"b"}


def test_a_list_stands_neither_before_nor_after_anything() -> None:
    assert not is_in({"interests": {"before": "zzz"}})
    assert not is_in({"interests": {"after": "a"}})


def test_a_translation_is_received_with_its_original() -> None:
    assert is_in({"received": "town/2024-09.es"})
    assert is_in({"received": "town/2024-09"}, {"received": ("town/2024-09.es",)})
    assert not is_in({"received": "town/2024-10.es"})
