"""Addresses never to be mailed."""

from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, update
from tests.people import NOW, put

from lpdownload.store import subscribers, suppressions
from lpdownload.store.database import Database, open_database
from lpdownload.store.suppressions import hash_of, lift, reason_of, suppress, suppressed_among
from lpdownload.store.tables import facts
from lpdownload.store.tables import suppressions as table

ANA = "ana@example.org"


def test_an_address_is_suppressed_once_and_its_first_reason_stays(database: Database) -> None:
    with database.writing() as connection:
        assert suppress(connection, ANA, "complained", at=NOW, source="a report")
        assert not suppress(connection, ANA, "staff", at=NOW, source="a call")
        row = connection.execute(select(table)).one()
        assert (row.address_key, row.reason, row.source, row.at) == (ANA, "complained", "a report", NOW)


def test_what_is_suppressed_again_no_longer_belongs_to_an_import(database: Database) -> None:
    with database.writing() as connection:
        suppress(connection, ANA, "bounced", at=NOW, source="a file")
        connection.execute(update(table).values(import_id=3))
        suppress(connection, ANA, "unsubscribed", at=NOW, source="a form")
        assert connection.execute(select(table.c.import_id)).scalars().all() == [None]


def test_a_suppression_is_lifted_with_its_reason(database: Database) -> None:
    with database.writing() as connection:
        assert lift(connection, ANA) is None
        suppress(connection, ANA, "bounced", at=NOW, source="a report")
        suppress(connection, "bo@example.org", "staff", at=NOW, source="a call")
        assert lift(connection, ANA) == "bounced"
        assert reason_of(connection, ANA) is None
        assert reason_of(connection, "bo@example.org") == "staff"


def test_an_erasure_keeps_a_hash_and_is_recognised_again(database: Database) -> None:
    with database.writing() as connection:
        assert suppress(connection, ANA, "erased", at=NOW, source="asked")
        row = connection.execute(select(table)).one()
        assert row.address_key is None
        assert row.address_hash == hash_of(connection, ANA)
        assert ANA not in str(row)
        assert reason_of(connection, ANA) == "erased"
        assert not suppress(connection, ANA, "staff", at=NOW, source="a call")
        assert reason_of(connection, ANA) == "erased"
        assert lift(connection, ANA) == "erased"


def test_an_erasure_takes_the_address_out_of_an_earlier_suppression(database: Database) -> None:
    with database.writing() as connection:
        suppress(connection, ANA, "complained", at=NOW, source="a report")
        assert not suppress(connection, ANA, "erased", at=NOW, source="asked")
        row = connection.execute(select(table)).one()
        assert (row.address_key, row.reason) == (None, "erased")


def test_several_may_be_erased(database: Database) -> None:
    with database.writing() as connection:
        for key in ("a@example.org", "b@example.org"):
            assert suppress(connection, key, "erased", at=NOW, source="asked")
        assert suppressions.counts(connection) == {"erased": 2}


def test_among_many_the_suppressed_and_the_erased_are_found(database: Database) -> None:
    keys = [f"p{number}@example.org" for number in range(3_000)]
    with database.writing() as connection:
        assert suppressed_among(connection, keys) == set()
        suppress(connection, keys[5], "staff", at=NOW, source="a call")
        assert suppressed_among(connection, keys) == {keys[5]}
        suppress(connection, keys[7], "erased", at=NOW, source="asked")
        suppress(connection, "other@example.org", "erased", at=NOW, source="asked")
        assert suppressed_among(connection, keys) == {keys[5], keys[7]}
        assert suppressed_among(connection, []) == set()


def test_suppressions_are_counted_by_reason(database: Database) -> None:
    with database.writing() as connection:
        for number, reason in enumerate(["staff", "bounced", "staff"]):
            suppress(connection, f"p{number}@example.org", reason, at=NOW, source="s")  # type: ignore[arg-type]
        assert suppressions.counts(connection) == {"bounced": 1, "staff": 2}


def test_each_database_salts_with_its_own(tmp_path: Path) -> None:
    hashes = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with open_database(tmp_path / name) as database, database.writing() as connection:
            hashes.add(hash_of(connection, ANA))
            assert hash_of(connection, ANA) == hash_of(connection, ANA)
    assert len(hashes) == 2


def test_looking_writes_nothing(database: Database) -> None:
    with database.writing() as connection:
        put(connection, ANA)
    with database.reading() as connection:
        found = subscribers.find(connection, ANA)
        assert found
        assert found.suppressed is None
        assert reason_of(connection, "bo@example.org") is None
        assert suppressed_among(connection, [ANA]) == set()
        assert connection.execute(select(func.count()).select_from(facts)).scalar() == 0


def test_two_who_suppress_the_first_address_at_once_share_a_salt(postgres_database: Database) -> None:
    with (
        postgres_database.engine.connect() as one,
        postgres_database.engine.connect() as other,
        one.begin(),
        other.begin(),
    ):
        assert suppressions._salt(one) is None
        assert suppressions._salt(other) is None
        connection_salt = "ab" * 32
        one.execute(insert(facts).values(name=suppressions._SALT, value=connection_salt))
        one.commit()
        hash_of(other, ANA)
        assert suppressions._salt(other) == bytes.fromhex(connection_salt)


@pytest.mark.parametrize("key", ["ä@example.org", "'; DROP TABLE facts; --@example.org"])
def test_any_address_may_be_suppressed(database: Database, key: str) -> None:
    with database.writing() as connection:
        suppress(connection, key, "staff", at=NOW, source="a call")
        assert reason_of(connection, key) == "staff"
        assert suppressed_among(connection, [key]) == {key}
