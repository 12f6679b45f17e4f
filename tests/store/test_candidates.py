"""Each candidate has exactly one outcome, and it is the right one: SQL beside plain Python."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, true, update
from tests.people import NOW, mail, put, put_all

from lpdownload.model.address import address_of
from lpdownload.model.audience import EXCLUSIONS, INCLUDED
from lpdownload.store.candidates import Question, Rival, candidates, issue_id_of, last_sent
from lpdownload.store.database import Database
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import issues, subscribers, subscriptions

THIS, LAST, RIVAL, OTHER = "town/2024-09", "town/2024-08", "lpny/2024-09", "federal/2024-09"
NY = subscribers.c.state == "NY"
IS_NY = subscribers.c.state.is_not(None) & NY
IS_PRESS = subscribers.c.role.is_not(None) & (subscribers.c.role == "press")


@dataclass(frozen=True)
class Person:
    """A made-up person, as the database is to know them."""

    email: str
    town: str | None
    lpny: str | None = None
    attributes: Mapping[str, str] = ()  # type: ignore[assignment]  # given by name always
    received: frozenset[str] = frozenset()
    suppressed: bool = False
    broken: bool = False
    """Whether the address somehow is none."""
    since: datetime = NOW
    paused: int | None = None
    """Days from NOW until which nothing of the town is wanted."""

    @property
    def mailbox(self) -> str:
        address = address_of(self.email)
        return address.mailbox or address.key


@dataclass(frozen=True)
class Asked:
    """A question in words that both sides understand."""

    segment: bool = False
    exclude: bool = False
    languages: tuple[str, ...] = ("en",)
    cap: int | None = None
    rival: str | None = None
    """None; or of the rival issue, already mailed, everybody's, or New York's."""
    last: bool = False

    def question(self) -> Question:
        within = {"mailed": None, "all": true(), "ny": IS_NY}
        return Question(
            newsletter="town",
            issue=THIS,
            segment=IS_NY if self.segment else None,
            exclude=IS_PRESS if self.exclude else None,
            languages=self.languages,
            flags={"ny": IS_NY, "press": IS_PRESS},
            cap=self.cap,
            cap_from=NOW - timedelta(days=7) if self.cap else None,
            cap_to=NOW if self.cap else None,
            rivals=[Rival("lpny", RIVAL, within[self.rival])] if self.rival else [],
            last_issue=LAST if self.last else None,
            moment=NOW,
        )


Sends = Mapping[str, tuple[int, str]]
"""Days before NOW and state of the send of an issue."""


def store(
    connection: Connection, people: Sequence[Person], mailed: Sends, moment: datetime = NOW
) -> list[int]:
    numbers = []
    for person in people:
        states = {name: state for name in ("town", "lpny") if (state := getattr(person, name))}
        number = put(connection, person.email, person.attributes, states, person.since)
        if person.paused is not None:
            row = subscriptions.c.subscriber_id == number, subscriptions.c.newsletter == "town"
            until = NOW + timedelta(days=person.paused)
            connection.execute(update(subscriptions).where(*row).values(paused_until=until))
        if person.suppressed:
            suppress(connection, address_of(person.email).key, "staff", at=NOW, source="a call")
        if person.broken:
            mine = subscribers.c.id == number
            connection.execute(update(subscribers).where(mine).values(email="no address"))
        numbers.append(number)
    for issue, (days, state) in mailed.items():
        got = [number for number, person in zip(numbers, people, strict=True) if issue in person.received]
        mail(connection, issue, got, moment - timedelta(days=days), state)
    return numbers


# The same answers, as straightforward as can be.


def language_of(person: Person, languages: tuple[str, ...]) -> str:
    theirs = person.attributes.get("language")
    if theirs in languages:
        return theirs or ""
    for language in languages:
        if theirs and theirs.partition("-")[0] == language.partition("-")[0]:
            return language
    return languages[0]


def received(person: Person, issue: str, mailed: Sends) -> bool:
    """A send that was cancelled before it mailed anybody counts for nothing."""
    return issue in mailed and mailed[issue][1] != "cancelled" and issue in person.received


def alone(person: Person, asked: Asked, mailed: Sends) -> str:
    """The outcome of a person who has no other spelling."""
    got = {issue for issue in mailed if received(person, issue, mailed)}
    lately = [issue for issue in got if mailed[issue][0] in range(7)]
    in_ny, press = person.attributes.get("state") == "NY", person.attributes.get("role") == "press"
    gets_rival = person.lpny == "active" and (asked.rival == "all" or (asked.rival == "ny" and in_ny))
    if asked.segment and not in_ny:
        return "not_in_segment"
    if asked.exclude and press:
        return "in_excluded_segment"
    if person.suppressed:
        return "suppressed"
    if person.town != "active":
        return person.town or "no candidate"
    if person.paused is not None and person.paused > 0:
        return "paused"
    if person.broken:
        return "invalid"
    if THIS in got:
        return "already_received"
    if asked.rival and (RIVAL in got or gets_rival):
        return "held"
    if asked.cap and len(lately) >= asked.cap:
        return "over_cap"
    return INCLUDED


def outcomes(people: Sequence[Person], asked: Asked, mailed: Sends) -> list[str | None]:
    """Of each person; None for those who are no candidates."""
    found = [alone(person, asked, mailed) if person.town else None for person in people]
    taken = {
        person.mailbox for person, outcome in zip(people, found, strict=True) if outcome == "already_received"
    }
    for place, person in enumerate(people):
        if found[place] == INCLUDED:
            if person.mailbox in taken:
                found[place] = "duplicate"
            taken.add(person.mailbox)
    return found


def last_mailed(people: Sequence[Person], mailed: Sends) -> datetime | None:
    """When the last issue went out; one that went to nobody did not."""
    if not any(received(person, LAST, mailed) for person in people):
        return None
    return NOW - timedelta(days=mailed[LAST][0])


STATES = ("active", "active", "active", "active", "pending", "unsubscribed", "bounced", "complained")
SPELLINGS = (
    "ana.b@gmail.com",
    "anab@gmail.com",
    "A.nab+town@gmail.com",
    "anab@googlemail.com",
    "bo@gmail.com",
    "b.o@gmail.com",
    "ana.b@example.org",
    "anab@example.org",
    "Anab+town@example.org",
)
rarely = st.sampled_from([False, False, False, True])


def people_with(email: str) -> st.SearchStrategy[Person | None]:
    return st.one_of(
        st.none(),
        *[
            st.builds(
                Person,
                email=st.just(email),
                town=st.sampled_from([*STATES, None]),
                lpny=st.sampled_from([None, *STATES]),
                attributes=st.fixed_dictionaries(
                    {},
                    optional={
                        "state": st.sampled_from(["NY", "NJ"]),
                        "role": st.sampled_from(["press", "staff"]),
                        "language": st.sampled_from(
                            ["en", "es", "es-MX", "pt", "pt-BR", "pt-PT", "est", "fr"]
                        ),
                    },
                ),
                received=st.frozensets(st.sampled_from([THIS, LAST, LAST, RIVAL, OTHER])),
                suppressed=rarely,
                broken=rarely,
                paused=st.sampled_from([None, None, None, -1, 0, 60]),
                since=st.sampled_from([NOW - timedelta(days=40), NOW - timedelta(days=10), NOW]),
            )
        ]
        * 3,
    )


crowds = st.tuples(*map(people_with, SPELLINGS)).map(lambda found: [person for person in found if person])
questions = st.builds(
    Asked,
    segment=st.booleans(),
    exclude=st.booleans(),
    languages=st.sampled_from(
        [("en",), ("en", "es"), ("en", "es", "pt-BR"), ("es", "en"), ("pt-BR", "pt-PT")]
    ),
    cap=st.sampled_from([None, 1, 2, 3]),
    rival=st.sampled_from([None, "mailed", "all", "ny"]),
    last=st.booleans(),
)
one_send = st.tuples(st.integers(0, 8), st.sampled_from(["done", "done", "cancelled", "sending"]))
ledgers = st.dictionaries(st.sampled_from([THIS, LAST, RIVAL, OTHER]), one_send)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(people=crowds, asked=questions, mailed=ledgers)
def test_each_candidate_once_with_the_outcome_that_plain_python_finds(
    database: Database, people: list[Person], asked: Asked, mailed: Sends
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        numbers = store(connection, people, mailed)
        rows = connection.execute(select(candidates(connection, asked.question()))).all()
        found = {row.subscriber_id: row for row in rows}
        assert len(found) == len(rows)
        expected = {
            number: outcome
            for number, outcome in zip(numbers, outcomes(people, asked, mailed), strict=True)
            if outcome
        }
        assert {number: row.outcome for number, row in found.items()} == expected
        for number, person in zip(numbers, people, strict=True):
            if not person.town:
                continue
            row = found[number]
            assert row.language == language_of(person, asked.languages)
            assert row.in_last == (asked.last and received(person, LAST, mailed))
            last_at = last_mailed(people, mailed)
            assert row.since_last == (asked.last and last_at is not None and person.since > last_at)
            assert (row.flag0, row.flag1) == (
                person.attributes.get("state") == "NY",
                person.attributes.get("role") == "press",
            )
        transaction.rollback()


def found_in(database: Database, people: Sequence[Person], asked: Asked, mailed: Sends) -> list[str]:
    with database.writing() as connection:
        store(connection, people, mailed)
        table = candidates(connection, asked.question())
        rows = select(table.c.outcome).order_by(table.c.subscriber_id)
        return list(connection.execute(rows).scalars())


@pytest.mark.parametrize("reason", EXCLUSIONS)
def test_every_reason_can_be_the_one(database: Database, reason: str) -> None:
    ana = Person("ana@example.org", "active", attributes={"state": "NY"})
    asked = Asked()
    first: list[Person] = []
    if reason in {"unsubscribed", "pending", "bounced", "complained"}:
        ana = replace(ana, town=reason)
    elif reason == "not_in_segment":
        ana, asked = replace(ana, attributes={}), Asked(segment=True)
    elif reason == "in_excluded_segment":
        ana, asked = replace(ana, attributes={"role": "press"}), Asked(exclude=True)
    elif reason == "suppressed":
        ana = replace(ana, suppressed=True)
    elif reason == "paused":
        ana = replace(ana, paused=60)
    elif reason == "invalid":
        ana = replace(ana, broken=True)
    elif reason == "already_received":
        ana = replace(ana, received=frozenset({THIS}))
    elif reason == "held":
        ana, asked = replace(ana, lpny="active"), Asked(rival="all")
    elif reason == "over_cap":
        ana, asked = replace(ana, received=frozenset({OTHER})), Asked(cap=1)
    else:
        first, ana = [replace(ana, email="a.na@gmail.com")], replace(ana, email="ana@gmail.com")
    mailed = {THIS: (0, "done"), OTHER: (3, "done")}
    assert found_in(database, [*first, ana], asked, mailed) == [*([INCLUDED] * len(first)), reason]


def test_whose_pause_is_over_gets_it(database: Database) -> None:
    people = [Person("ana@example.org", "active", paused=0), Person("bo@example.org", "active", paused=-1)]
    assert found_in(database, people, Asked(), {}) == [INCLUDED, INCLUDED]


def test_who_asked_for_another_newsletter_alone_is_no_candidate(database: Database) -> None:
    assert found_in(database, [Person("ana@example.org", None, "active")], Asked(), {}) == []


def test_of_several_spellings_of_a_mailbox_the_first_that_may_be_mailed_is(database: Database) -> None:
    spelled = [Person(email, "active") for email in SPELLINGS[:4]]
    stopped = [replace(spelled[0], town="unsubscribed"), replace(spelled[1], suppressed=True), *spelled[2:]]
    assert found_in(database, stopped, Asked(), {}) == ["unsubscribed", "suppressed", INCLUDED, "duplicate"]


def test_a_spelling_in_another_newsletter_is_in_nobody_s_way(database: Database) -> None:
    people = [Person("an.a@gmail.com", None, "active"), Person("ana@gmail.com", "active")]
    assert found_in(database, people, Asked(), {}) == [INCLUDED]


def test_a_mailbox_that_got_the_issue_does_not_get_it_by_another_spelling(database: Database) -> None:
    people = [
        Person("ana@gmail.com", "active"),
        Person("an.a@gmail.com", "active", received=frozenset({THIS})),
        Person("a.na@gmail.com", "active"),
    ]
    mailed = {THIS: (0, "done")}
    assert found_in(database, people, Asked(), mailed) == ["duplicate", "already_received", "duplicate"]


def test_a_person_counts_towards_the_cap_once_for_an_issue_that_took_two_sends(database: Database) -> None:
    with database.writing() as connection:
        (number,) = store(connection, [Person("ana@example.org", "active")], {})
        mail(connection, OTHER, [number], NOW - timedelta(days=2))
        mail(connection, OTHER, [put(connection, "bo@example.org")], NOW - timedelta(days=1))
        for cap, outcome in ((1, "over_cap"), (2, INCLUDED)):
            table = candidates(connection, Asked(cap=cap).question())
            assert connection.execute(select(table.c.outcome)).scalars().all() == [outcome]


@pytest.mark.parametrize(
    ("languages", "theirs", "expected"),
    [
        (("en", "es"), "es-MX", "es"),
        (("en", "pt-BR"), "pt", "pt-BR"),
        (("en", "pt-BR", "pt"), "pt", "pt"),
        (("en", "pt-BR", "pt-PT"), "pt-AO", "pt-BR"),
        (("en", "es"), "est", "en"),
        (("en", "es"), "e", "en"),
        (("es", "en"), "fr", "es"),
        (("es", "en"), None, "es"),
        (("en-US", "es"), "en-GB", "en-US"),
    ],
)
def test_a_person_gets_it_in_the_nearest_language(
    database: Database, languages: tuple[str, ...], theirs: str | None, expected: str
) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org", {"language": theirs} if theirs else {}, {"town": "active"})
        table = candidates(connection, Asked(languages=languages).question())
        assert connection.execute(select(table.c.language)).scalars().all() == [expected]


def test_an_issue_was_mailed_last_by_its_latest_send_that_had_mailed_somebody(database: Database) -> None:
    with database.writing() as connection:
        assert last_sent(connection, THIS) is None
        assert last_sent(connection, None) is None
        assert issue_id_of(connection, THIS) is None
        assert issue_id_of(connection, None) is None
        ana, bo, cy = put_all(connection, ["ana@example.org", "bo@example.org", "cy@example.org"])
        for days, state, number in ((3, "done", ana), (2, "sending", bo), (1, "cancelled", cy)):
            mail(connection, THIS, [number], NOW - timedelta(days=days), state)
        mail(connection, THIS, [], NOW)
        assert last_sent(connection, THIS) == NOW - timedelta(days=2)
        known = connection.execute(select(issues.c.id)).scalar_one()
        assert issue_id_of(connection, THIS) == known
