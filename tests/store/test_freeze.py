"""The audience frozen into recipients and batches: SQL beside plain Python."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import IntegrityError
from tests.ledger import ISSUE, check, cut_of, new_send, plan, stands
from tests.people import NOW, put, put_all

from lpdownload.model.ledger import Send
from lpdownload.store import sends
from lpdownload.store.candidates import Question
from lpdownload.store.database import Database
from lpdownload.store.freeze import Cut, Variant, freeze
from lpdownload.store.tables import batches, recipients, subscribers

LANGUAGES = ("en", "es")
VISIBLE = {"en": frozenset({"ny"}), "es": frozenset({"ny", "press"})}
FLAGS = {
    "ny": subscribers.c.state.is_not(None) & (subscribers.c.state == "NY"),
    "press": subscribers.c.role.is_not(None) & (subscribers.c.role == "press"),
}
QUESTION = Question("town", ISSUE, languages=LANGUAGES, flags=FLAGS)
MOMENTS = (NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=3))
SLOTS = {"America/New_York": 0, "America/Chicago": 1, "America/Denver": 1, "America/Los_Angeles": 2}

Batch = tuple[int, datetime | None, list[int]]
"""Variant, moment, people."""


@dataclass(frozen=True)
class Person:
    language: str | None
    state: str | None
    role: str | None
    timezone: str | None
    domain: str
    subscription: str


people_given = st.lists(
    st.builds(
        Person,
        language=st.sampled_from([None, "en", "es", "es-MX", "fr"]),
        state=st.sampled_from([None, "NY", "NJ"]),
        role=st.sampled_from([None, "press"]),
        timezone=st.sampled_from([None, "Europe/Paris", *SLOTS]),
        domain=st.sampled_from(["example.org", "example.com", "b.example", "a.example"]),
        subscription=st.sampled_from(["active", "active", "active", "unsubscribed"]),
    ),
    max_size=14,
)


def store(connection: Connection, people: Sequence[Person]) -> dict[int, Person]:
    names = ("language", "state", "role", "timezone")
    found = {}
    for place, person in enumerate(people):
        attributes = {name: value for name in names if (value := getattr(person, name))}
        found[put(connection, f"p{place}@{person.domain}", attributes, {"town": person.subscription})] = (
            person
        )
    return found


def segments_of(person: Person) -> tuple[str, frozenset[str]]:
    """The variant a person gets."""
    language = "es" if (person.language or "").startswith("es") else "en"
    theirs = {
        name for name, is_in in (("ny", person.state == "NY"), ("press", person.role == "press")) if is_in
    }
    return language, VISIBLE[language] & theirs


def variants_of(people: Mapping[int, Person]) -> tuple[Variant, ...]:
    found = {segments_of(person) for person in people.values() if person.subscription == "active"}
    ordered = sorted(found, key=lambda each: (each[0], sorted(each[1])))
    return tuple(Variant(number, language, segments) for number, (language, segments) in enumerate(ordered))


def expected(people: Mapping[int, Person], cut: Cut) -> Iterator[Batch]:
    """The batches, as straightforward as can be."""
    numbers = {(variant.language, variant.segments): variant.number for variant in cut.variants}
    placed = sorted(
        (
            numbers[segments_of(person)],
            cut.slots.get(person.timezone or "", 0),
            person.domain if cut.by_domain else "",
            number,
        )
        for number, person in people.items()
        if person.subscription == "active"
    )
    for (variant, slot, _), group in groupby(placed, key=lambda each: each[:3]):
        theirs = [number for *_, number in group]
        for start in range(0, len(theirs), cut.size):
            yield variant, cut.moments[slot], theirs[start : start + cut.size]


def frozen(connection: Connection, question: Question, cut: Cut) -> tuple[Send, int]:
    send = sends.add(connection, new_send(), NOW)
    number = sends.lock_issue(connection, send.issue, send.newsletter)
    count = freeze(connection, question, cut, send_id=send.id, issue_id=number, edition=0)
    sends.change(connection, send.id, planned=count, excluded={})
    return send, count


def found_in(connection: Connection, send: Send) -> list[Batch]:
    rows = connection.execute(select(recipients).where(recipients.c.send_id == send.id)).all()
    by_number: dict[int, list[int]] = {}
    for row in sorted(rows, key=lambda row: int(row.subscriber_id)):
        by_number.setdefault(row.batch, []).append(row.subscriber_id)
    listed = select(batches).where(batches.c.send_id == send.id).order_by(batches.c.number)
    return [(row.variant, row.not_before, by_number[row.number]) for row in connection.execute(listed).all()]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people=people_given, size=st.integers(1, 6), local=st.booleans(), by_domain=st.booleans())
def test_everybody_is_in_the_batch_in_which_plain_python_puts_them(
    database: Database, people: list[Person], size: int, local: bool, by_domain: bool
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        known = store(connection, people)
        included = sum(person.subscription == "active" for person in people)
        slots, moments = (SLOTS, MOMENTS) if local else ({}, (None,))
        cut = Cut(size, included, variants_of(known), VISIBLE, slots, moments, by_domain)
        send, count = frozen(connection, QUESTION, cut)
        assert count == included
        found = found_in(connection, send)
        assert found == list(expected(known, cut))
        assert all(len(mine) <= size for _, _, mine in found)
        check(connection)
        transaction.rollback()


def test_the_same_database_is_frozen_to_the_same_rows(database: Database) -> None:
    crowd = [
        Person(language, state, role, zone, domain, "active")
        for language, state, role, zone, domain in product(
            (None, "es"),
            (None, "NY"),
            (None, "press"),
            (None, "America/Denver"),
            ("example.org", "b.example"),
        )
    ]
    with database.writing() as connection:
        known = store(connection, crowd)
    cut = Cut(3, len(known), variants_of(known), VISIBLE, SLOTS, MOMENTS)
    rows = []
    for _ in range(2):
        with database.engine.connect() as connection, connection.begin() as transaction:
            send, _ = frozen(connection, QUESTION, cut)
            columns = [recipients.c[name] for name in ("subscriber_id", "edition", "batch", "email")]
            mine = (
                select(*columns).where(recipients.c.send_id == send.id).order_by(recipients.c.subscriber_id)
            )
            rows.append((connection.execute(mine).all(), found_in(connection, send)))
            transaction.rollback()
    assert rows[0] == rows[1]
    assert len(rows[0][0]) == len(crowd)


def test_everybody_keeps_the_address_of_the_moment(database: Database) -> None:
    with database.writing() as connection:
        (ana,) = put_all(connection, ["Ana@example.org"])
        frozen(connection, Question("town", ISSUE), cut_of(5, 1))
        connection.execute(subscribers.update().values(email="new@example.org"))
        row = connection.execute(select(recipients)).one()
        assert (row.subscriber_id, row.email, row.edition) == (ana, "Ana@example.org", 0)
        assert (row.outcome, row.reason) == (None, None)


def test_nobody_makes_no_batch(database: Database) -> None:
    with database.writing() as connection:
        for variants in ([], [Variant(0, "en", frozenset())]):
            send, count = frozen(connection, Question("town", ISSUE), cut_of(5, 0, variants))
            assert (count, found_in(connection, send)) == (0, [])
            sends.cancel(connection, send.id, by="bo", why="", now=NOW)


def test_nobody_is_frozen_into_a_variant_that_does_not_exist(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        put(connection, "ana@example.org", {"state": "NY"}, {"town": "active"})
        without = [Variant(0, "en", frozenset()), Variant(1, "es", frozenset())]
        with pytest.raises(IntegrityError):
            frozen(connection, QUESTION, replace(cut_of(5, 1, without), visible=VISIBLE))
        transaction.rollback()


def test_a_second_send_of_the_issue_is_for_those_who_came_since(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, ["a@example.org", "b@example.org"])
        first = plan(connection)
        sends.move(connection, first.id, "done", by="bo", why="", now=NOW)
        (new,) = put_all(connection, ["c@example.org"])
        second = plan(connection)
        assert list(stands(connection, second.id)) == [new]
        check(connection)


def test_a_person_s_row_cannot_be_there_twice(database: Database) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        put_all(connection, ["a@example.org"])
        first = plan(connection)
        connection.execute(delete(batches))
        with pytest.raises(IntegrityError):
            freeze(connection, Question("town", "no issue"), cut_of(5, 1), send_id=99, issue_id=1, edition=0)
        assert first.id != 99
        transaction.rollback()
