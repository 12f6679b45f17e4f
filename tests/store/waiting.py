"""Waiting for another connection to PostgreSQL to be held up by a lock."""

import time

from sqlalchemy import text

from lpdownload.store.database import Database

_BLOCKED = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def wait_for_blocked(database: Database) -> None:
    """Returns once somebody waits for a lock; AssertionError if nobody does for half a minute."""
    until = time.monotonic() + 30
    with database.engine.connect() as connection:
        while not connection.execute(_BLOCKED).scalar():
            assert time.monotonic() < until, "nobody waits"
            connection.rollback()
            time.sleep(0.01)
