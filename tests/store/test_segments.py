"""Segments as SQL, over both databases, beside the same rules in Python."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, make_url, select, true

from lpdownload.audience.evaluate import matches
from lpdownload.model.address import address_of
from lpdownload.model.segment import MAX_COMPARISONS, MAX_DEPTH, Segments, sizes_of
from lpdownload.store import subscribers
from lpdownload.store.database import Database
from lpdownload.store.segments import condition_of, count, members, sample, sample_ids
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import issues, recipients, subscriptions
from lpdownload.store.tables import subscribers as people

NOW = datetime(2024, 9, 1, tzinfo=UTC)
ISSUES = ("town/2024-08", "town/2024-09", "lpny/2024-09")

Attributes = Mapping[str, str | tuple[str, ...]]


def put(
    connection: Connection,
    email: str,
    attributes: Attributes,
    states: Mapping[str, str] | None = None,
    received: Sequence[str] = (),
) -> int:
    """A person, with subscriptions by newsletter, and issues that were mailed to them."""
    number = subscribers.add(connection, address_of(email), attributes, NOW)
    for newsletter, state in (states or {}).items():
        row = {"newsletter": newsletter, "subscriber_id": number, "state": state, "since": NOW}
        connection.execute(insert(subscriptions).values(row))
    for issue in received:
        mailed = {"issue_id": ISSUES.index(issue) + 1, "subscriber_id": number, "send_id": 1}
        connection.execute(insert(recipients).values(mailed | {"email": email, "batch": 1, "edition": 0}))
    return number


def put_issues(connection: Connection) -> None:
    rows = [
        {"id": number, "key": key, "newsletter": key.partition("/")[0]}
        for number, key in enumerate(ISSUES, 1)
    ]
    connection.execute(insert(issues), rows)


def found_by(connection: Connection, segments: Segments, name: str) -> set[int]:
    condition = condition_of(segments.root[name], segments)
    return set(connection.execute(select(people.c.id).where(condition)).scalars())


def is_in(connection: Connection, rule: object, **others: object) -> bool:
    """Whether the one person there is, is in; asked in SQL and in Python, and of the rule's opposite."""
    segments = Segments.model_validate({"it": rule, "opposite": {"not": "it"}, **others})
    ids = set(connection.execute(select(people.c.id)).scalars())
    found = found_by(connection, segments, "it")
    assert found_by(connection, segments, "opposite") == ids - found
    (person,) = (
        subscribers.find(connection, key)
        for key in connection.execute(select(people.c.address_key)).scalars()
    )
    assert person
    assert matches(segments.root["it"], person.reader, segments) is bool(found)
    return bool(found)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"state": "NY"}, True),
        ({"state": "ny"}, False),
        ({"state": "NJ"}, False),
        ({"state": ["NJ", "NY"]}, True),
        ({"state": {"in": ["NJ"]}}, False),
        ({"state": {"has": "NY"}}, True),
        ({"state": {"not": "NJ"}}, True),
        ({"state": {"not": "NY"}}, False),
        ({"email": "Ana@example.org"}, True),
        ({"interests": {"has": "housing"}}, True),
        ({"interests": {"has": "Housing"}}, False),
        ({"interests": {"has": "hous"}}, False),
        ({"interests": {"has": "h%"}}, False),
        ({"interests": {"has": "h______"}}, False),
        ({"interests": {"has": "100% \\ 'a' \"b\"; --"}}, True),
        ({"interests": "housing"}, True),
        ({"interests": {"in": ["climate", "housing"]}}, True),
        ({"interests": {"in": ["climate", "health"]}}, False),
        ({"interests": {"not": "housing"}}, False),
        ({"interests": {"not": "climate"}}, True),
        ({"interests": {"exists": "true"}}, True),
        ({"caucuses": {"exists": "false"}}, True),
        ({"caucuses": {"not": "any"}}, False),
        ({"interests": {"before": "z"}}, False),
        ({"interests": {"after": "a"}}, False),
        ({"first_name": {"exists": "true"}}, True),
        ({"last_name": {"exists": "false"}}, True),
        ({"last_name": {"exists": "false", "equals": "Z"}}, False),
        ({"last_name": {"not": "Z"}}, False),
        ({"last_name": {"before": "Z"}}, False),
        ({"member_since": {"after": "2021-01-01", "before": "2022-01-01"}}, True),
        ({"member_since": {"after": "2021-05-01"}}, False),
        ({"member_since": {"before": "2021-05-01"}}, False),
        ({"first_name": {"after": "Z"}}, True),  # Ł comes after Z by code point, before it in a dictionary
        ({"first_name": {"before": "a"}}, False),
        ({"ward": "7"}, True),
        ({"ward": {"not": "7"}}, False),
        ({"ward": {"in": ["6", "7"]}}, True),
        ({"ward": {"after": "60"}}, True),
        ({"ward": {"exists": "false"}}, False),
        ({"block.a-1_b": {"has": "ñ 😀"}}, True),
        ({"skills": {"has": "translation"}}, True),
        ({"skills": {"has": "trans"}}, False),
        ({"skills": {"in": ["cooking", "design"]}}, True),
        ({"skills": {"not": "design"}}, False),
        ({"skills": {"before": "z"}}, False),
        ({"pronouns": {"exists": "false"}}, True),
        ({"pronouns": {"not": "x"}}, False),
        ({"tag": "vip"}, True),
        ({"tag": "press"}, False),
        ({"subscribed": "federal"}, True),
        ({"subscribed": "town"}, False),
        ({"subscribed": "lpny"}, False),
        ({"received": "town/2024-09"}, True),
        ({"received": "town/2024-09.es"}, True),
        ({"received": "town/2024-08"}, False),
        ({"received": "town/1999-01"}, False),
        ({"all": [{"state": "NY"}, {"office": "mayor"}]}, False),
        ({"any": [{"state": "NJ"}, {"not": {"office": "mayor"}}]}, True),
        ({"not": {"any": [{"subscribed": "town"}, {"received": "lpny/2024-09"}]}}, True),
        ("other", True),
        ({"not": "other"}, False),
    ],
)
def test_a_rule_holds_or_does_not(database: Database, rule: object, expected: bool) -> None:
    with database.writing() as connection:
        put_issues(connection)
        ana: Attributes = {
            "first_name": "Łucja",
            "state": "NY",
            "interests": ("education", "housing", "100% \\ 'a' \"b\"; --"),
            "tags": ("vip",),
            "member_since": "2021-05-01",
            "ward": "7",
            "skills": ("design", "translation"),
            "block.a-1_b": "ñ 😀",
        }
        states = {"federal": "active", "town": "unsubscribed"}
        put(connection, "Ana@Example.org", ana, states, ["town/2024-09"])
        assert is_in(connection, rule, other=[{"state": "NY"}, {"ward": "7"}]) is expected


def test_what_is_missing_in_every_way_is_out_and_its_opposite_in(database: Database) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org", {})
        for name in ("state", "interests", "term_end", "ward"):
            for operator in ("equals", "has", "before", "after", "not"):
                assert not is_in(connection, {name: {operator: "Z"}})
            assert not is_in(connection, {name: {"in": ["Z", "Y"]}})
            assert is_in(connection, {name: {"exists": "false"}})


def test_the_largest_rules_that_are_allowed_can_be_asked(database: Database) -> None:
    words = [f"w{number}" for number in range(MAX_COMPARISONS)]
    deep: object = {"all": [{"ward": {"in": ["x"], "not": "y"}}, {"not": {"received": "a/x"}}]}
    for number in range(MAX_DEPTH - 3):
        deep = {("any", "all")[number % 2]: [{"ward": "z"}, {"not": {"state": "x"}}, deep]}
    segments = Segments.model_validate(
        {
            "orders": {"all": [{"ward": {"before": word}} for word in words]},
            "nots": {"any": [{"interests": {"not": word}} for word in words]},
            "words": {"interests": {"in": words}},
            "own-words": {"ward": {"in": words}},
            "newsletters": {"all": [{"subscribed": word} for word in words[: MAX_COMPARISONS // 10]]},
            "deep": deep,
        }
    )
    assert not any(size.is_too_large for size in sizes_of(segments).values())
    with database.writing() as connection:
        put(connection, "ana@example.org", {"ward": "w0", "interests": ("w299",)})
        found = [bool(found_by(connection, segments, name)) for name in segments.root]
    assert found == [False, True, True, True, False, True]


def test_own_attributes_are_ordered_by_code_point_wherever_the_database_stands() -> None:
    """The tests' PostgreSQL knows no other order, so its SQL has to be read."""
    segments = Segments.model_validate({"it": {"ward": {"before": "b"}}})
    dialect = make_url("postgresql+psycopg://").get_dialect()()
    written = str(condition_of(segments.root["it"], segments).compile(dialect=dialect))
    assert '(subscribers.attributes ->> %(param_1)s::VARCHAR) COLLATE "C"' in written


def test_members_who_could_be_mailed_are_active_somewhere_and_not_suppressed(database: Database) -> None:
    segments = Segments.model_validate({"ny": {"state": "NY"}})
    condition = condition_of(segments.root["ny"], segments)
    with database.writing() as connection:
        put(connection, "a@example.org", {"state": "NY"}, {"town": "active", "lpny": "active"})
        put(connection, "b@example.org", {"state": "NY"}, {"town": "unsubscribed"})
        put(connection, "c@example.org", {"state": "NY"})
        put(connection, "d@example.org", {"state": "NJ"}, {"town": "active"})
        put(connection, "e@example.org", {"state": "NY"}, {"town": "active"})
        suppress(connection, "e@example.org", "complained", at=NOW, source="test")
        assert count(connection, condition) == 4
        assert members(connection, condition) == (4, 1)


def test_a_sample_is_of_members_and_spread_over_the_list(database: Database) -> None:
    segments = Segments.model_validate({"ny": {"state": "NY"}})
    condition = condition_of(segments.root["ny"], segments)
    with database.writing() as connection:
        numbers = [
            put(connection, f"p{number}@example.org", {"state": "NY" if number % 2 else "NJ"})
            for number in range(80)
        ]
        chosen = sample_ids(connection, condition, 4, seed=7)
        assert len(set(chosen)) == 4
        assert set(chosen) <= set(numbers[1::2])
        assert max(chosen) - min(chosen) > 20
        assert sample_ids(connection, condition, 4, seed=7) == chosen
        assert any(sample_ids(connection, condition, 4, seed) != chosen for seed in range(5))
        assert len(sample_ids(connection, condition, 100)) == 40


def test_a_sample_does_not_tell_who_it_is(database: Database) -> None:
    segments = Segments.model_validate({"ny": {"state": "NY"}})
    condition = condition_of(segments.root["ny"], segments)
    with database.writing() as connection:
        put(connection, "ana.ruiz@example.org", {"state": "NY", "first_name": "Ana", "role": "press"})
        assert sample(connection, condition, 5) == [
            {
                "email": "a…@e…e.org",
                "state": "NY",
                "chapter": None,
                "office": None,
                "role": "press",
                "language": None,
            }
        ]


# Few words, so that rules and people meet; among them what SQL, JSON, LIKE and sorting might take amiss.
WORDS = ("a", "A", "ab", "é", "e\u0301", "😀", "\ue000", "%", "_", "a'b\"", "\\")
word = st.sampled_from(WORDS)
several = st.lists(word, min_size=1, max_size=3, unique=True).map(tuple)
SCALARS = ("first_name", "state", "office", "member_since")
LISTS = ("interests", "tags")
OWN = ("ward", "a.b-c_d")  # stored as text or as a list: what network.yaml says may have changed since
NEWSLETTERS = ("town", "lpny")

person = st.tuples(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(SCALARS, word),
            **dict.fromkeys(LISTS, several),
            **dict.fromkeys(OWN, word | several),
        },
    ),
    st.dictionaries(
        st.sampled_from(NEWSLETTERS),
        st.sampled_from(["pending", "active", "unsubscribed", "bounced", "complained"]),
    ),
    st.lists(st.sampled_from(ISSUES), unique=True),
)
operator = st.one_of(
    *(st.tuples(st.just(name), word) for name in ("equals", "has", "before", "after", "not")),
    st.tuples(st.just("in"), several.map(list)),
    st.tuples(st.just("exists"), st.booleans()),
)
condition = st.lists(operator, min_size=1, max_size=2).map(dict)
attribute = st.tuples(st.sampled_from((*SCALARS, *LISTS, *OWN, *OWN, "email", "missing")), condition).map(
    lambda pair: {pair[0]: pair[1]}
)
leaf = st.one_of(
    *[attribute] * 6,
    st.sampled_from(NEWSLETTERS).map(lambda name: {"subscribed": name}),
    st.sampled_from((*ISSUES, "town/2024-09.es", "town/1999-01")).map(lambda key: {"received": key}),
    word.map(lambda tag: {"tag": tag}),
)


def trees(leaves: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.recursive(
        leaves,
        lambda inner: (
            st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts})
            | st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts})
            | inner.map(lambda part: {"not": part})
        ),
        max_leaves=6,
    )


named = st.sampled_from(["one", "two"]).map(lambda name: {"segment": name})
rules = st.fixed_dictionaries(
    {
        "one": trees(leaf),
        "two": trees(leaf | st.just({"segment": "one"})),
        "three": trees(leaf | named),
        "four": trees(leaf | named),
    }
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(crowd=st.lists(person, min_size=12, max_size=12), written=rules)
def test_sql_and_python_agree_about_everybody(
    database: Database, crowd: list[tuple[Attributes, dict[str, str], list[str]]], written: dict[str, object]
) -> None:
    segments = Segments.model_validate(written)
    with database.engine.connect() as connection, connection.begin() as transaction:
        put_issues(connection)
        readers = {}
        for number, (attributes, states, received) in enumerate(crowd):
            email = f"p{number}@example.org"
            key = put(connection, email, attributes, states, received)
            stored = subscribers.find(connection, email)
            assert stored
            readers[key] = stored.reader
        for name, rule in segments.root.items():
            expected = {key for key, reader in readers.items() if matches(rule, reader, segments)}
            assert found_by(connection, segments, name) == expected
        transaction.rollback()


@pytest.mark.parametrize("seed", [0, 2**32 - 1, 2**63, -1])
def test_a_sample_may_have_any_seed(database: Database, seed: int) -> None:
    with database.writing() as connection:
        number = put(connection, "ana@example.org", {})
    with database.reading() as connection:
        assert sample_ids(connection, true(), 5, seed) == (number,)
