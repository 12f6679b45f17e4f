"""Which database this is, so that a copy of it does not fire the sends of the original.

A database that was restored from yesterday's copy knows nothing of what went out since. So each worker that
takes the lease of an SQLite database writes a new secret word into it and into the lease's file: where the
two differ, the database is older than the file, or is a copy. PostgreSQL has no such file: there a database
restored under another name or on another server is known, one restored over itself is not.
"""

import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, text, update

from lpdownload.model.ledger import LIVE
from lpdownload.store.bulk import insert_if_new
from lpdownload.store.database import Database
from lpdownload.store.facts import fact
from lpdownload.store.tables import facts, sends

WORD: Final = "lease"
"""The fact that holds it. A backup has one of its own, so it is known for a copy, even of a worker's time."""
_MACHINE: Final = Path("/etc/machine-id")


def instance_of(connection: Connection, database: Database) -> str:
    """16 hex digits; a copy at another place has others."""
    path = database.path
    if path is not None:
        machine = _MACHINE.read_text("ascii", "replace").strip() if _MACHINE.is_file() else ""
        place = f"{machine}\0{path.resolve()}"
    else:
        system = connection.execute(text("SELECT system_identifier FROM pg_control_system()")).scalar_one()
        mine = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        place = f"{system}\0{connection.execute(mine).scalar_one()}"
    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def renew(connection: Connection, database: Database, descriptor: int | None) -> str:
    """This database's instance. ``descriptor``: of the lease's file, locked.

    If the database is older than that file, or was never there, its live sends have to be adopted first.
    """
    instance = instance_of(connection, database)
    if descriptor is None:
        return instance
    written, known = os.pread(descriptor, 200, 0).decode("ascii", "replace").split(), fact(connection, WORD)
    if known not in written and not (known is None and not written):
        connection.execute(update(sends).where(sends.c.state.in_(LIVE)).values(instance=""))
    word = secrets.token_hex(16)
    _write(descriptor, [*([known] if known else []), word])  # both: a crash may come before or after
    if not insert_if_new(connection, facts, {"name": WORD, "value": word}):
        connection.execute(update(facts).where(facts.c.name == WORD).values(value=word))
    return instance


def confirm(descriptor: int) -> None:
    """After ``renew`` was committed: the word before no longer counts."""
    _write(descriptor, os.pread(descriptor, 200, 0).decode("ascii").split()[-1:])


def _write(descriptor: int, words: list[str]) -> None:
    octets = "\n".join(words).encode("ascii")
    os.pwrite(descriptor, octets, 0)
    os.ftruncate(descriptor, len(octets))
    os.fsync(descriptor)
