"""Readers that are made up: the newsroom's own, and one wherever it has none."""

from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.audience.evaluate import matches
from lpdownload.model.segment import Segments
from lpdownload.preview.personas import Persona, personas

RULES = """\
northern: {state: {in: [MN, WI]}}
parents: {interests: {has: education}}
both: [northern, parents]
either: {any: [northern, {tag: vip}]}
veterans: {member_since: {before: "2020-01-01"}}
newcomers: {member_since: {after: "2024-01-01"}}
nameless: {first_name: {exists: false}}
outsiders: {not: northern}
readers: {subscribed: town}
went: {received: town/2024-09}
impossible: {all: [{state: MN}, {not: {state: MN}}]}
"""


def made(newsroom: Newsroom, *languages: str) -> dict[str, Persona]:
    return {persona.name: persona for persona in personas(newsroom.library, languages)}


def test_the_newsrooms_own_come_first_with_the_segments_they_are_in(newsroom: Newsroom) -> None:
    found = made(newsroom)
    assert [*found][:2] == ["ana", "sam"]
    ana = found["ana"]
    assert ana.declared
    assert ana.segments == {"new-york"}
    assert ana.values["interests"] == "education, housing"
    assert "Ana" not in ana.title
    assert "NY" in ana.title


def test_a_segment_that_nobody_is_in_gets_a_reader(newsroom: Newsroom) -> None:
    teacher = made(newsroom)["segment:teachers"]
    assert teacher.segments == {"teachers"}
    assert not teacher.declared
    assert "segment:new-york" not in made(newsroom)


def test_a_language_gets_a_reader(newsroom: Newsroom) -> None:
    assert made(newsroom, "es", "en")["language:es"].reader == {"language": "es"}


def test_readers_are_found_for_rules_of_every_kind(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/segments.yaml", RULES)
    found = made(newsroom)
    covered = frozenset[str]().union(*(persona.segments for persona in found.values()))
    assert covered == newsroom.library.segments.root.keys() - {"impossible"}
    assert "segment:impossible" not in found


def test_a_persona_with_an_attribute_that_nobody_has_is_left_out(newsroom: Newsroom) -> None:
    newsroom.change("newsletters/network.yaml", "{role: press}", "{rolle: press}")
    assert "sam" not in made(newsroom)


names = st.sampled_from(["state", "role", "interests", "member_since"])
conditions = st.one_of(
    st.fixed_dictionaries({"equals": st.sampled_from("abc")}),
    st.fixed_dictionaries({"has": st.sampled_from("abc")}),
    st.fixed_dictionaries({"in": st.lists(st.sampled_from("abc"), min_size=1, max_size=2)}),
    st.fixed_dictionaries({"after": st.just("2024-01-01"), "before": st.just("2025-01-01")}),
)
rules = st.recursive(
    st.builds(lambda name, condition: {name: condition}, names, conditions),
    lambda rule: st.one_of(
        st.builds(lambda some: {"all": some}, st.lists(rule, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(rule, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, rule),
    ),
    max_leaves=6,
)


@given(rules)
def test_a_reader_that_is_made_for_a_segment_is_in_it(rule: dict[str, object]) -> None:
    from lpdownload.preview.personas import _member_of

    segments = Segments.model_validate({"one": rule})
    reader = _member_of("one", segments)
    assert reader is None or matches(segments.root["one"], reader, segments)
