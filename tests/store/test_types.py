"""What goes into a column comes out of it, alike from both databases."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from tests.people import NOW, put

from lpdownload.store.database import Database
from lpdownload.store.tables import imports, subscribers

both = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@both
@given(
    at=st.datetimes(
        datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
        datetime(2200, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=-4)), timezone(timedelta(hours=13))]),
    )
)
def test_a_moment_comes_back_in_utc_to_the_second(database: Database, at: datetime) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        row = {"at": at, "source": "s", "file": "f", "counts": {}}
        number = connection.execute(insert(imports).values(row).returning(imports.c.id)).scalar_one()
        found = connection.execute(select(imports).where(imports.c.id == number)).one()
        assert found.at == at.replace(microsecond=0)
        assert found.at.tzinfo is UTC
        assert found.undone_at is None
        transaction.rollback()


@both
@given(
    counts=st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(0, 2**53)
    )
)
def test_a_document_comes_back_as_it_was(database: Database, counts: dict[str, int]) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        row = {"at": NOW, "source": "s", "file": "f", "counts": counts}
        number = connection.execute(insert(imports).values(row).returning(imports.c.id)).scalar_one()
        found = connection.execute(select(imports.c.counts).where(imports.c.id == number)).scalar_one()
        assert found == counts
        transaction.rollback()


def test_a_document_that_is_missing_is_null(database: Database) -> None:
    with database.writing() as connection:
        put(connection, "ana@example.org")
        missing = subscribers.c.attributes.is_(None)
        assert connection.execute(select(subscribers.c.id).where(missing)).scalars().all() == [1]


def test_words_are_in_the_order_of_their_code_points(database: Database) -> None:
    words = ["z", "Z", "é", "a", "A", "😀", "\ue000", "_"]
    with database.writing() as connection:
        for number, word in enumerate(words):
            put(connection, f"p{number}@example.org", {"first_name": word})
        name = subscribers.c.first_name
        assert list(connection.execute(select(name).order_by(name)).scalars()) == sorted(words)
