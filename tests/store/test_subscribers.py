"""People: found, added, changed, told, erased."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from tests.people import NOW, SAID, Attributes, mail, put
from tests.store.waiting import wait_for_blocked

from lpdownload.errors import InvalidInput
from lpdownload.model.address import address_of
from lpdownload.store import subscribers
from lpdownload.store.database import FILE, Database, open_database
from lpdownload.store.imports import Changed, remember, start
from lpdownload.store.subscribers import add, consent_of, count, erase, everybody, find, set_attributes
from lpdownload.store.subscriptions import ask, change
from lpdownload.store.suppressions import reason_of, suppress
from lpdownload.store.tables import ATTRIBUTE_COLUMNS, metadata, recipients

ANA = "ana@example.org"
LISTS = ("caucuses", "committees", "interests", "tags")

word = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
several = st.lists(word, min_size=1).map(tuple)
attributes = st.fixed_dictionaries(
    {},
    optional={
        **{name: several if name in LISTS else word for name in ATTRIBUTE_COLUMNS},
        "ward": word,
        "a.b-c_d": several,
    },
)
both = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def attributes_now(database: Database, key: str = ANA) -> Attributes:
    with database.reading() as connection:
        found = find(connection, key)
        assert found
        return found.attributes


@both
@given(given_first=attributes, written=attributes)
def test_attributes_come_back_as_they_were_given_and_new_ones_are_written_over(
    database: Database, given_first: Attributes, written: Attributes
) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        number = add(connection, address_of(ANA), given_first, NOW)
        found = find(connection, ANA)
        assert found
        assert dict(found.attributes) == given_first
        set_attributes(connection, number, written)
        found = find(connection, ANA)
        assert found
        assert dict(found.attributes) == {**given_first, **written}
        set_attributes(connection, number, dict.fromkeys((*given_first, *written), ""))
        found = find(connection, ANA)
        assert found
        assert dict(found.attributes) == {}
        transaction.rollback()


def test_nobody_is_found_under_an_address_that_is_not_there(database: Database) -> None:
    with database.writing() as connection:
        put(connection, ANA)
        assert find(connection, "bo@example.org") is None
        assert find(connection, "' OR 1=1 --") is None


def test_a_person_is_found_with_all_that_is_known(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, "Ana@EXAMPLE.org", {"state": "NY"}, {"town": "active", "lpny": "bounced"})
        mail(connection, "town/2024-08", [number])
        mail(connection, "lpny/2024-08", [number])
        suppress(connection, ANA, "complained", at=NOW, source="a report")
        found = find(connection, ANA)
        assert found
        assert (found.id, found.email, found.key) == (number, "Ana@example.org", ANA)
        assert found.subscriptions == {"lpny": ("bounced", NOW), "town": ("active", NOW)}
        assert found.received == ("lpny/2024-08", "town/2024-08")
        assert (found.suppressed, found.created_at, found.import_id) == ("complained", NOW, None)


def test_one_person_is_one_row(database: Database) -> None:
    with database.writing() as connection:
        put(connection, ANA)
    with pytest.raises(InvalidInput) as caught, database.writing() as connection:
        put(connection, "ANA@Example.org")
    assert "ana" not in str(caught.value.findings).lower()


def test_what_is_set_leaves_other_people_and_other_attributes_alone(database: Database) -> None:
    with database.writing() as connection:
        number = put(connection, ANA, {"state": "NY", "ward": "7", "block": "3"})
        put(connection, "bo@example.org", {"state": "NY", "ward": "7"})
        set_attributes(connection, number, {"ward": "", "role": "press", "skills": ("a", "b")})
    assert attributes_now(database) == {"state": "NY", "role": "press", "block": "3", "skills": ("a", "b")}
    assert attributes_now(database, "bo@example.org") == {"state": "NY", "ward": "7"}


def test_two_who_set_attributes_at_once_lose_nothing(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        number = put(connection, ANA, {"ward": "7"})

    def set_another() -> None:
        with postgres_database.writing() as connection:
            set_attributes(connection, number, {"block": "3"})

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            set_attributes(connection, number, {"street": "A"})
            other = threads.submit(set_another)
            wait_for_blocked(postgres_database)
        other.result()
    assert attributes_now(postgres_database) == {"ward": "7", "street": "A", "block": "3"}


def test_everybody_is_told_in_order_with_their_subscriptions(database: Database) -> None:
    with database.writing() as connection:
        numbers = [
            put(connection, f"p{n}@example.org", {"ward": str(n)}, {"town": "active"} if n % 2 else {})
            for n in range(7)
        ]
        put(connection, "last@example.org", states={"lpny": "unsubscribed", "town": "pending"})
        found = list(everybody(connection))
        assert [person.id for person in found] == sorted(person.id for person in found)
        assert [person.id for person in found][:7] == numbers
        assert [person.attributes["ward"] for person in found[:7]] == [str(n) for n in range(7)]
        assert [set(person.subscriptions) for person in found[:2]] == [set(), {"town"}]
        assert found[-1].subscriptions == {"lpny": ("unsubscribed", NOW), "town": ("pending", NOW)}
        assert [person.id for person in everybody(connection, "town")] == [*numbers[1::2], found[-1].id]
        assert list(everybody(connection, "federal")) == []
        assert count(connection) == 8


def test_everybody_is_told_across_the_portions_they_are_read_in(database: Database) -> None:
    with database.writing() as connection:
        rows = [
            {"address_key": f"p{n}@example.org", "email": f"p{n}@example.org", "created_at": NOW}
            for n in range(5_003)
        ]
        connection.execute(insert(metadata.tables["subscribers"]), rows)
        ids = [person.id for person in everybody(connection)]
        assert len(ids) == 5_003
        assert ids == sorted(set(ids))
        for number in (ids[0], ids[4_999], ids[-1]):
            change(connection, number, "town", "subscribed", SAID)
        found = {person.id: set(person.subscriptions) for person in everybody(connection, "town")}
        assert found == {number: {"town"} for number in (ids[0], ids[4_999], ids[-1])}
        assert connection.execute(select(1)).scalar() == 1  # the connection is as before


def known_all_over(database: Database) -> int:
    """A person of whom every table knows something."""
    with database.writing() as connection:
        number = put(connection, ANA, {"first_name": "Ana", "last_name": "Ruiz", "ward": "7"})
        change(connection, number, "lpny", "subscribed", SAID)
        ask(connection, number, "town", SAID)
        change(connection, number, "lpny", "complained", SAID)
        suppress(connection, ANA, "complained", at=NOW, source="a report")
        mail(connection, "town/2024-08", [number])
        import_id = start(connection, source="s", file="f", at=NOW, waiting=lambda: None)
        remember(connection, import_id, [Changed(number, {"first_name": "Anna"}, {"first_name": "Ana"})])
        put(connection, "bo@example.org", states={"town": "active"})
    return number


def test_an_erased_person_leaves_a_hash_and_the_ledger_s_counts(database: Database) -> None:
    number = known_all_over(database)
    with database.writing() as connection:
        assert erase(connection, ANA, at=NOW + timedelta(days=1), source="asked")
    with database.reading() as connection:
        assert find(connection, ANA) is None
        assert reason_of(connection, ANA) == "erased"
        for table in metadata.sorted_tables:
            rows = [dict(row) for row in connection.execute(select(table)).mappings()]
            told = json.dumps(rows, default=str)
            assert "ana" not in told.lower()
            assert "ruiz" not in told.lower()
            if table.name not in {"recipients", "suppressions"}:
                assert all(row.get("subscriber_id") != number for row in rows)
        mailed = select(recipients.c.subscriber_id, recipients.c.email)
        assert connection.execute(mailed).all() == [(number, "")]
        assert count(connection) == 1
        other = find(connection, "bo@example.org")
        assert other
        assert other.subscriptions == {"town": ("active", NOW)}
        assert consent_of(connection, number) == ()


def test_an_erased_person_is_not_in_the_file_s_free_space_either(tmp_path: Path) -> None:
    with open_database(tmp_path) as database:
        with database.writing() as connection:
            put(connection, "someone.unusual@example.org", {"last_name": "Wolkenstein" * 400})
        with database.writing() as connection:
            erase(connection, "someone.unusual@example.org", at=NOW, source="asked")
    content = (tmp_path / FILE).read_bytes()
    assert b"unusual" not in content
    assert b"Wolkenstein" not in content


def test_who_is_not_known_is_erased_for_the_future(database: Database) -> None:
    with database.writing() as connection:
        assert not erase(connection, ANA, at=NOW, source="asked")
        assert reason_of(connection, ANA) == "erased"
        assert not erase(connection, ANA, at=NOW, source="asked")


def test_a_number_is_never_given_twice(database: Database) -> None:
    with database.writing() as connection:
        first = put(connection, ANA)
        erase(connection, ANA, at=NOW, source="asked")
        assert put(connection, "bo@example.org") > first


def test_whom_an_import_is_just_bringing_is_erased_after_it(postgres_database: Database) -> None:
    def forget() -> bool:
        with postgres_database.writing() as connection:
            return erase(connection, ANA, at=NOW, source="asked")

    with ThreadPoolExecutor(1) as threads:
        with postgres_database.writing() as connection:
            start(connection, source="s", file="f", at=NOW, waiting=lambda: None)
            put(connection, ANA)
            erasing = threads.submit(forget)
            wait_for_blocked(postgres_database)
        assert erasing.result()
    with postgres_database.reading() as connection:
        assert subscribers.count(connection) == 0
