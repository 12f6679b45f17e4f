"""What the database knows of itself."""

import re

from sqlalchemy import insert

from lpdownload.store.database import Database
from lpdownload.store.facts import fact, lasting, ledger_name, token_keys
from lpdownload.store.tables import facts


def test_a_fact_is_made_once_and_stays(database: Database) -> None:
    with database.writing() as connection:
        assert fact(connection, "salt") is None
        assert lasting(connection, "salt", lambda: "first") == "first"
        assert lasting(connection, "salt", lambda: "second") == "first"
    with database.reading() as connection:
        assert fact(connection, "salt") == "first"


def test_of_two_who_make_a_fact_the_first_wins(database: Database) -> None:
    with database.writing() as connection:

        def late() -> str:
            connection.execute(insert(facts).values(name="salt", value="first"))
            return "second"

        assert lasting(connection, "salt", late) == "first"


def test_the_ledger_s_name_is_eight_hex_digits(database: Database) -> None:
    with database.writing() as connection:
        name = ledger_name(connection)
        assert re.fullmatch("[0-9a-f]{8}", name)
        assert ledger_name(connection) == name


def test_the_first_key_is_made_and_others_stand_beside_it(database: Database) -> None:
    with database.writing() as connection:
        (first,) = token_keys(connection).values()
        assert len(first) == 32
        connection.execute(insert(facts).values(name="token key 2", value="ab" * 32))
        assert token_keys(connection) == {1: first, 2: bytes.fromhex("ab" * 32)}
