"""Who may send from a database, so that what a dead worker had begun is known at once, and by no clock.

A worker holds a lock that only a living process can hold: on SQLite that of a file beside the database, so
that there is one worker at a time; on PostgreSQL one of the server's, bound to a connection, for any number
of workers on any machines. Who can take a worker's lock knows that it is dead.
"""

import fcntl
import os
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import SQLAlchemyError

from lpdownload.store.database import Database
from lpdownload.store.instance import confirm, renew
from lpdownload.store.tables import workers

_LOCKS: Final = 0x4C50  # "LP": the class of our locks on a PostgreSQL server


@dataclass(frozen=True)
class Worker:
    """A living process that may send."""

    number: int
    instance: str
    """Of the database: see instance.py."""
    _connection: Connection | None = field(default=None, repr=False)

    def is_alive(self) -> bool:
        """False if the server has lost our lock: then others take us for dead, and we must not go on."""
        if self._connection is None:
            return True
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:  # at the second question it is no longer the driver's: PendingRollbackError
            return False
        return True


@contextmanager
def working(database: Database, now: datetime) -> Iterator[Worker | None]:
    """This process as a worker; None if another one has the database to itself (SQLite)."""
    name = f"{platform.node()}:{os.getpid()}"
    path = database.path
    if path is None:
        with database.engine.connect() as plain:
            connection = plain.execution_options(isolation_level="AUTOCOMMIT")
            number = _enrol(database, name, now)
            # The server is to notice a machine that is gone within a minute, not after two hours.
            for setting in ("idle = 20", "interval = 10", "count = 3"):
                connection.execute(text(f"SET tcp_keepalives_{setting}"))
            connection.execute(text("SELECT pg_advisory_lock(:class, :number)"), _lock(number))
            with database.writing() as writing:
                instance = renew(writing, database, None)
            try:
                yield Worker(number, instance, connection)
            finally:
                plain.invalidate()  # back in the pool it would hold the lock of a worker that is no more
        return
    descriptor = os.open(path.with_name(f"{path.name}-lease"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        with database.writing() as writing:
            instance = renew(writing, database, descriptor)
        confirm(descriptor)
        yield Worker(_enrol(database, name, now), instance)
    finally:
        os.close(descriptor)


def dead(connection: Connection, owners: Sequence[int], me: Worker) -> tuple[int, ...]:
    """Those of them that live no more."""
    others = [number for number in owners if number != me.number]
    if connection.dialect.name == "sqlite":
        return tuple(others)
    free = text("SELECT pg_try_advisory_xact_lock(:class, :number)")
    return tuple(number for number in others if connection.execute(free, _lock(number)).scalar())


def _enrol(database: Database, name: str, now: datetime) -> int:
    with database.writing() as connection:
        row = {"name": name, "started_at": now}
        return int(connection.execute(insert(workers).values(row).returning(workers.c.id)).scalar_one())


def _lock(number: int) -> dict[str, int]:
    return {"class": _LOCKS, "number": number}
