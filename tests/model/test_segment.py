"""Segments: every way to write a rule, and what is no rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from lpdownload.model.segment import (
    AllOf,
    AnyOf,
    Attribute,
    Named,
    NotOf,
    Received,
    Segments,
    Subscribed,
    Tagged,
    original_of,
    sizes_of,
    walk,
)


def rule(written: object) -> object:
    return Segments.model_validate({"it": written}).root["it"]


def test_a_bare_word_is_the_segment_of_that_name() -> None:
    assert rule("teachers") == Named(segment="teachers")


def test_a_list_means_all_of_it() -> None:
    assert rule(["teachers", {"tag": "vip"}]) == AllOf(all=(Named(segment="teachers"), Tagged(tag="vip")))


def test_several_keys_mean_all_of_them() -> None:
    both = rule({"state": "NY", "office": "mayor"})
    assert isinstance(both, AllOf)
    assert [part.name for part in both.all if isinstance(part, Attribute)] == ["state", "office"]


def test_a_bare_value_must_be_equal_and_a_list_must_hold_it() -> None:
    one, several = rule({"state": "NY"}), rule({"state": ["NY", "NJ"]})
    assert isinstance(one, Attribute)
    assert isinstance(several, Attribute)
    assert one.condition.equals == "NY"
    assert several.condition.in_ == ("NY", "NJ")


def test_operators_stand_below_the_attribute() -> None:
    found = rule({"member_since": {"after": "2020-01-01", "before": "2024-01-01"}})
    assert isinstance(found, Attribute)
    assert (found.condition.after, found.condition.before) == ("2020-01-01", "2024-01-01")


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ({"any": ["a", "b"]}, AnyOf),
        ({"all": ["a", "b"]}, AllOf),
        ({"not": "a"}, NotOf),
        ({"subscribed": "lpny"}, Subscribed),
        ({"received": "lpny/2024-09"}, Received),
    ],
)
def test_each_key_makes_its_rule(written: object, kind: type) -> None:
    assert isinstance(rule(written), kind)


def test_a_walk_meets_every_rule_once() -> None:
    top = rule({"all": ["a", {"any": ["b", {"not": "c"}]}]})
    assert isinstance(top, AllOf)
    assert [found.segment for found in walk(top) if isinstance(found, Named)] == ["a", "b", "c"]


@pytest.mark.parametrize(
    "written",
    [
        {},
        [],
        None,
        {"all": []},
        {"any": []},
        {"state": {}},
        {"state": {"like": "N%"}},
        {"not": None},
        "No Name",
    ],
)
def test_what_says_nothing_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        rule(written)


TREES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["all", "any", "not", "segment", "tag", "state", "in", "has", "subscribed"])
            | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(TREES)
def test_any_tree_is_a_rule_or_refused(written: object) -> None:
    try:
        segments = Segments.model_validate({"it": written})
    except ValidationError:
        return
    for part in walk(segments.root["it"]):
        if isinstance(part, Attribute):
            assert part.name
            assert part.condition.model_fields_set


@pytest.mark.parametrize("written", [{"state": {"equals": None}}, {"state": {"in": []}}, {"state": {}}])
def test_a_condition_that_compares_with_nothing_is_none(written: object) -> None:
    with pytest.raises(ValidationError):
        rule(written)


def test_the_size_of_a_rule_counts_the_segments_it_names_each_time() -> None:
    segments = Segments.model_validate(
        {
            "c": ["b", {"not": "b"}],
            "b": ["a", {"subscribed": "lpny"}],
            "a": {"state": {"in": ["NY", "NJ"], "not": "PA"}},
        }
    )
    assert sizes_of(segments) == {"a": (3, 1), "b": (13, 3), "c": (26, 6)}


def test_a_translation_goes_by_its_original_s_name() -> None:
    assert original_of("lpny/2024-09.es") == "lpny/2024-09"
    assert original_of("lp.ny/2024-09") == "lp.ny/2024-09"
