"""How far a mailbox of ours has been read."""

from typing import NamedTuple

from sqlalchemy import Connection, select, update

from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import facts


class Place(NamedTuple):
    """Numbers of IMAP (RFC 9051, 2.3.1.1): a mail's UID means something only beside its UIDVALIDITY."""

    validity: int
    uid: int


def place(connection: Connection, mailbox: str, *, lock: bool = False) -> Place:
    """Up to where ``mailbox`` has been read; 0 and 0 at first. ``lock``: nobody else reads on meanwhile."""
    name = f"inbox {mailbox}"
    query = select(facts.c.value).where(facts.c.name == name)
    if lock:
        insert_if_new(connection, facts, {"name": name, "value": "0 0"})
        query = query.with_for_update()
    value: str | None = connection.execute(query).scalar()
    validity, _, uid = (value or "0 0").partition(" ")
    return Place(int(validity), int(uid))


def move(connection: Connection, mailbox: str, to: Place) -> None:
    """It has been read up to there; after ``place`` with its lock."""
    mine = facts.c.name == f"inbox {mailbox}"
    connection.execute(update(facts).where(mine).values(value=f"{to.validity} {to.uid}"))
