"""What is asked about an audience: how many of each kind, who is new, who dropped out, who gets two."""

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from tests.people import NOW, SAID, mail, put, put_all

from lpdownload.model.audience import INCLUDED
from lpdownload.store.audience import (
    dropped_people,
    groups,
    last_issue_of,
    new_people,
    over,
    overlap,
    received_last,
)
from lpdownload.store.candidates import Question, candidates
from lpdownload.store.database import Database
from lpdownload.store.subscribers import erase
from lpdownload.store.subscriptions import change
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import subscribers, subscriptions

THIS, LAST, OTHER = "town/2024-09", "town/2024-08", "lpny/2024-09"
TOWN = Question("town", THIS, last_issue=LAST)
LPNY = Question("lpny", OTHER)

person = st.fixed_dictionaries(
    {
        "town": st.sampled_from([None, "active", "active", "unsubscribed", "pending"]),
        "lpny": st.sampled_from([None, "active", "complained"]),
        "language": st.sampled_from([None, "es", "en"]),
        "state": st.sampled_from([None, "NY"]),
        "got": st.sampled_from([(), (LAST,), (LAST, THIS), (THIS,)]),
        "days": st.sampled_from([20, 40]),
    }
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(people=st.lists(person, max_size=8))
def test_what_is_counted_is_what_is_there(database: Database, people: list[dict[str, str]]) -> None:
    flags = {
        name: subscribers.c.state.is_not(None) & (subscribers.c.state == state)
        for name, state in (("ny", "NY"), ("nj", "NJ"))
    }
    question = Question("town", THIS, languages=("en", "es"), flags=flags, last_issue=LAST)
    with database.engine.connect() as connection, connection.begin() as transaction:
        got: dict[str, list[int]] = {LAST: [], THIS: []}
        for place, each in enumerate(people):
            attributes = {name: each[name] for name in ("language", "state") if each[name]}
            states = {name: each[name] for name in ("town", "lpny") if each[name]}
            since = NOW - timedelta(days=int(each["days"]))
            email = ("a.na@gmail.com", "ana@gmail.com", f"p{place}@example.org")[min(place, 2)]
            number = put(connection, email, attributes, states, since)
            for issue in each["got"]:
                got[issue].append(number)
        mail(connection, LAST, got[LAST], NOW - timedelta(days=30))
        mail(connection, THIS, got[THIS])
        rows = connection.execute(select(candidates(connection, question))).all()
        expected = Counter(
            (
                row.outcome,
                row.language,
                frozenset(name for name, is_in in (("ny", row.flag0), ("nj", row.flag1)) if is_in),
                bool(row.in_last),
                bool(row.since_last),
            )
            for row in rows
        )
        found = groups(connection, question)
        assert {
            (group.outcome, group.language, group.flags, group.in_last, group.since_last): group.people
            for group in found
        } == expected
        assert len(found) == len(expected)
        assert received_last(connection, question) == len(got[LAST])
        assert list(new_people(connection, question)) == sorted(
            (row.email, bool(row.since_last)) for row in rows if row.outcome == INCLUDED and not row.in_last
        )
        known = {row.subscriber_id: row.outcome for row in rows}
        assert sorted(why for _, why in dropped_people(connection, question)) == sorted(
            known.get(number, "gone") for number in got[LAST] if known.get(number) != INCLUDED
        )
        lpny = connection.execute(select(candidates(connection, LPNY))).all()
        mine = {row.subscriber_id for row in rows if row.outcome == INCLUDED}
        theirs = {row.subscriber_id for row in lpny if row.outcome == INCLUDED}
        assert overlap(connection, question, LPNY) == len(mine & theirs)
        assert over(connection, question, [LPNY], 1) == len(mine & theirs)
        assert over(connection, question, [LPNY, question], 2) == len(mine & theirs)
        assert over(connection, question, [LPNY, question], 1) == len(mine)
        transaction.rollback()


def test_an_issue_may_have_sections_for_very_many_segments(database: Database) -> None:
    flags = {f"s{number}": subscribers.c.state == "NY" for number in range(40)}
    with database.writing() as connection:
        put(connection, "ana@example.org", {"state": "NY"}, {"town": "active"})
        (group,) = groups(connection, Question("town", THIS, languages=("en", "es"), flags=flags))
        assert (group.flags, group.language, group.people) == (frozenset(flags), "en", 1)


def test_who_dropped_out_is_told_with_the_reason(database: Database) -> None:
    with database.writing() as connection:
        stays, left, gone, forgotten, stopped = put_all(
            connection, [f"p{number}@example.org" for number in range(5)]
        )
        mail(connection, LAST, [stays, left, gone, forgotten, stopped], NOW - timedelta(days=30))
        change(connection, left, "town", "unsubscribed", SAID)
        connection.execute(subscriptions.delete().where(subscriptions.c.subscriber_id == gone))
        erase(connection, "p3@example.org", at=NOW, source="asked")
        suppress(connection, "p4@example.org", "complained", at=NOW, source="a report")
        assert sorted(dropped_people(connection, TOWN)) == [
            ("", "gone"),
            (f"p{left}@example.org", "unsubscribed"),
            (f"p{gone}@example.org", "gone"),
            (f"p{stopped}@example.org", "suppressed"),
        ]


def test_the_last_issue_is_the_one_last_mailed_to_somebody_that_is_not_this_one(database: Database) -> None:
    with database.writing() as connection:
        assert last_issue_of(connection, "town", THIS) is None
        ana = put_all(connection, ["ana@example.org"])
        mail(connection, THIS, ana, NOW)
        assert last_issue_of(connection, "town", THIS) is None
        mail(connection, "town/2024-07", ana, NOW - timedelta(days=60))
        mail(connection, LAST, ana, NOW - timedelta(days=30))
        mail(connection, "town/2024-06", ana, NOW - timedelta(days=1), "cancelled")
        mail(connection, "town/2024-05", [], NOW)
        mail(connection, OTHER, ana, NOW)
        assert last_issue_of(connection, "town", THIS) == (LAST, NOW - timedelta(days=30))
        assert last_issue_of(connection, "town", LAST) == (THIS, NOW)
        assert last_issue_of(connection, "federal", THIS) is None


def test_without_a_last_issue_nobody_is_old_and_nobody_dropped(database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, ["b@example.org", "a@example.org"])
        question = Question("town", THIS)
        assert received_last(connection, question) == 0
        assert list(dropped_people(connection, question)) == []
        assert [email for email, _ in new_people(connection, question)] == ["a@example.org", "b@example.org"]
