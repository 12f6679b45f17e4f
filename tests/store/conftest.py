"""What the tests of the store share."""

import pytest
from tests.conftest import empty

from lpdownload.store.database import Database


@pytest.fixture
def postgres_database(postgres_with_schema: Database) -> Database:
    """A PostgreSQL database without rows: for what only several writers at once can show."""
    empty(postgres_with_schema)
    return postgres_with_schema
