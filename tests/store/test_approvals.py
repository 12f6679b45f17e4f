"""Who approved an issue, and what of it still stands."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from tests.people import NOW

from lpdownload.store.approvals import approvals_of, approve, approvers, person, withdraw
from lpdownload.store.database import Database
from lpdownload.store.tables import approvals as table

KEY = "town/2024-09"
LATER = NOW + timedelta(days=1)


def test_approvals_are_listed_newest_first_with_what_they_stand_for(database: Database) -> None:
    with database.writing() as connection:
        first = approve(connection, KEY, "c1", "a1", "ana@example.org", NOW)
        second = approve(connection, KEY, "c2", "a1", "bo@example.org", LATER)
        approve(connection, "lab/2024-09", "c1", "a1", "cy@example.org", NOW)
    with database.reading() as connection:
        newest, oldest = approvals_of(connection, KEY)
    assert (newest.id, newest.content, newest.audience) == (second, "c2", "a1")
    assert (newest.by, newest.at) == ("bo@example.org", LATER)
    assert (oldest.id, oldest.issue, oldest.at) == (first, KEY, NOW)


def test_only_exactly_these_digests_count(database: Database) -> None:
    with database.writing() as connection:
        approve(connection, KEY, "c", "other", "ana@example.org", NOW)
        approve(connection, KEY, "other", "a", "bo@example.org", NOW)
        approve(connection, "lab/2024-09", "c", "a", "cy@example.org", NOW)
        assert approvers(connection, KEY, "c", "a") == ()
        approve(connection, KEY, "c", "a", "di@example.org", NOW)
        assert approvers(connection, KEY, "c", "a") == ("di@example.org",)


def test_one_person_counts_once_however_they_write_themselves(database: Database) -> None:
    with database.writing() as connection:
        for by in ("ÅSA", "åsa", " Åsa ", "Bo <Bo@Example.org>", "bo@example.org", "Cy"):
            approve(connection, KEY, "c", "a", by, NOW)
        assert approvers(connection, KEY, "c", "a") == ("ÅSA", "Bo <Bo@Example.org>", "Cy")


def test_what_is_withdrawn_counts_no_more_but_is_not_forgotten(database: Database) -> None:
    with database.writing() as connection:
        approve(connection, KEY, "c1", "a", "Ana", NOW)
        approve(connection, KEY, "c2", "a", "ana", NOW)
        approve(connection, KEY, "c2", "a", "Bo", NOW)
        approve(connection, "lab/2024-09", "c1", "a", "Ana", NOW)
        assert withdraw(connection, KEY, "ANA", LATER) == 2
        assert withdraw(connection, KEY, "ANA", LATER) == 0
        assert approvers(connection, KEY, "c2", "a") == ("Bo",)
        assert [each.by for each in approvals_of(connection, KEY)] == ["Bo"]
        assert approvers(connection, "lab/2024-09", "c1", "a") == ("Ana",)
        moments = connection.execute(select(table.c.withdrawn_at).order_by(table.c.id)).scalars().all()
        assert moments == [LATER, LATER, None, None]


def test_whoever_withdrew_may_approve_again(database: Database) -> None:
    with database.writing() as connection:
        approve(connection, KEY, "c", "a", "Ana", NOW)
        withdraw(connection, KEY, "Ana", NOW)
        approve(connection, KEY, "c", "a", "Ana", LATER)
        assert approvers(connection, KEY, "c", "a") == ("Ana",)


@pytest.mark.parametrize(("one", "other"), [("Ana", "Anna"), ("ana@example.org", "ana@example.com")])
def test_different_persons_are_two(database: Database, one: str, other: str) -> None:
    with database.writing() as connection:
        approve(connection, KEY, "c", "a", one, NOW)
        approve(connection, KEY, "c", "a", other, NOW)
        assert approvers(connection, KEY, "c", "a") == (one, other)


@given(st.text(st.characters(codec="ascii")))
def test_case_and_spaces_make_no_other_person(by: str) -> None:
    assert person(f" {by.upper()}  ") == person(by) == person(by.lower())
