"""Many rows at once."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from tests.people import put_all

from lpdownload.store.bulk import framed, insert_if_new, insert_rows, is_one_of, words_of
from lpdownload.store.database import Database
from lpdownload.store.tables import facts, subscribers

# What no cell of an import holds any more: control characters, halves of characters.
plain = st.text(st.characters(exclude_categories=["Cs", "Cc"]))


@given(st.lists(plain.filter(bool)))
def test_a_list_is_framed_and_read_back(words: list[str]) -> None:
    text = framed(words)
    assert (text is None) is (not words)
    assert words_of(text) == tuple(words)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.dictionaries(plain | st.sampled_from(["\\N", "\\.", "a\tb", "'; --", "%s", "?"]), plain))
def test_any_text_is_stored_as_it_is(database: Database, rows: dict[str, str]) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        insert_rows(connection, facts, ("name", "value"), list(rows.items()))
        found = {row.name: row.value for row in connection.execute(select(facts))}
        assert found == rows
        transaction.rollback()


def test_a_missing_cell_is_null_and_not_a_word(database: Database) -> None:
    with database.writing() as connection:
        columns = ("address_key", "email", "first_name", "last_name", "created_at")
        insert_rows(connection, subscribers, columns, [("a@example.org", "a@example.org", None, "None", 7)])
        row = connection.execute(select(subscribers)).one()
        assert (row.first_name, row.last_name) == (None, "None")
        assert row.created_at.timestamp() == 7


@pytest.mark.parametrize("size", [0, 1, 40_000])
def test_a_column_is_compared_with_as_many_values_as_there_are(database: Database, size: int) -> None:
    emails = [f"p{number}@example.org" for number in range(5)]
    with database.writing() as connection:
        numbers = put_all(connection, emails)
        count = select(func.count()).select_from(subscribers)
        keys = ["' OR 1=1 --", *(f"p{number}@example.org" for number in range(size))]
        mine = is_one_of(connection, subscribers.c.address_key, keys)
        assert connection.execute(count.where(mine)).scalar() == min(5, size)
        ids = list(range(numbers[0], numbers[0] + size))
        assert connection.execute(count.where(is_one_of(connection, subscribers.c.id, ids))).scalar() == min(
            5, size
        )


def test_a_row_is_added_if_there_is_none_like_it(database: Database) -> None:
    with database.writing() as connection:
        assert insert_if_new(connection, facts, {"name": "a", "value": "1"})
        assert not insert_if_new(connection, facts, {"name": "a", "value": "2"})
        assert connection.execute(select(facts.c.value)).scalars().all() == ["1"]
