"""Why somebody is in a segment, or is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.audience.evaluate import Reader
from lpdownload.audience.explain import Explained, explain, in_words
from lpdownload.content.located import parse
from lpdownload.model.segment import Segments

ANA: Reader = {
    "state": "NY",
    "office": "mayor",
    "interests": ("education", "housing"),
    "subscribed": ("town", "federal"),
    "received": ("town/2024-09",),
}


def explained(rule: object, reader: Reader = ANA, **others: object) -> Explained:
    segments = Segments.model_validate({"it": rule, **others})
    return explain(segments.root["it"], reader, segments)


def test_a_group_holds_what_its_parts_say() -> None:
    found = explained({"all": [{"state": "NY"}, {"not": {"office": "mayor"}}, {"last_name": {"not": "Z"}}]})
    assert found == Explained(
        "all",
        False,
        None,
        (
            Explained("state: NY", True, ("NY",)),
            Explained("not", False, None, (Explained("office: mayor", True, ("mayor",)),)),
            Explained("last_name: {not: Z}", False, ()),
        ),
    )


def test_another_segment_is_explained_below_its_name() -> None:
    found = explained({"any": ["ny", {"state": "NJ"}]}, ny={"state": "NY"})
    assert found.holds
    assert found.parts[0] == Explained("segment: ny", True, None, (Explained("state: NY", True, ("NY",)),))


@pytest.mark.parametrize(
    ("rule", "has"),
    [
        ({"subscribed": "lpny"}, ("town", "federal")),
        ({"received": "town/2024-09.es"}, ("town/2024-09",)),
        ({"interests": {"has": "climate"}}, ("education", "housing")),
        ({"tag": "vip"}, ()),
    ],
)
def test_what_the_person_has_is_told(rule: object, has: tuple[str, ...]) -> None:
    assert explained(rule).has == has


@pytest.mark.parametrize(
    "line",
    [
        "state: NY",
        "state: [NY, NJ]",
        "interests: {has: education}",
        "term_end: {before: 2025-01-01, after: 2024-01-01}",
        "first_name: {exists: false}",
        'first_name: "a: b"',
        "subscribed: lpny",
        "received: lpny/2024-09",
        "tag: vip",
        "segment: teachers",
        "not: {state: NY}",
        "not: teachers",
        "all: [teachers, {any: [{state: NY}, {not: {tag: vip}}]}]",
    ],
)
def test_a_rule_is_said_as_yaml_says_it(line: str) -> None:
    segments = Segments.model_validate(parse(f"it: {{{line}}}\n".encode(), "segments.yaml").data)
    assert in_words(segments.root["it"]) == line


@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cn", "Cf", "Co")), min_size=1)
)
def test_any_word_can_be_read_back(word: str) -> None:
    segments = Segments.model_validate({"it": {"state": word}})
    line = in_words(segments.root["it"])
    assert Segments.model_validate(parse(f"it: {{{line}}}\n".encode(), "s").data) == segments
