"""Addresses never to be mailed. Of an erased one only a salted hash is left, to know it again by."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, insert, select, update

from lpdownload.model.suppression import SuppressionReason
from lpdownload.store.bulk import is_one_of
from lpdownload.store.tables import facts, suppressions

_SALT = "suppression salt"


def hash_of(connection: Connection, key: str) -> str:
    """HMAC-SHA256 of an address's key, with this database's own salt, in hexadecimal."""
    return _hash(_salt(connection), key)


def _hash(salt: bytes, key: str) -> str:
    return hmac.digest(salt, key.encode(), "sha256").hex()


def _salt(connection: Connection) -> bytes:
    found = connection.execute(select(facts.c.value).where(facts.c.name == _SALT)).scalar()
    if found is None:
        found = secrets.token_hex(32)
        connection.execute(insert(facts).values(name=_SALT, value=found))
    return bytes.fromhex(found)


def suppress(
    connection: Connection, key: str, reason: SuppressionReason, *, at: datetime, source: str
) -> bool:
    """Never mail this address again; False if it was suppressed already, which stays as it was.

    An erasure takes the place of any other reason, and the address with it.
    """
    hashed = hash_of(connection, key)
    found = connection.execute(
        select(suppressions.c.id).where(suppressions.c.address_hash == hashed)
    ).scalar()
    kept = None if reason == "erased" else key
    if found is None:
        row = {"address_key": kept, "address_hash": hashed, "reason": reason, "at": at, "source": source}
        connection.execute(insert(suppressions).values(row))
        return True
    if reason == "erased":
        values = {"address_key": None, "reason": reason, "at": at, "source": source, "import_id": None}
        connection.execute(update(suppressions).where(suppressions.c.id == found).values(values))
    return False


def lift(connection: Connection, key: str) -> SuppressionReason | None:
    """Take the suppression away, whose reason is returned; None if there was none."""
    mine = suppressions.c.address_hash == hash_of(connection, key)
    reason: SuppressionReason | None = connection.execute(select(suppressions.c.reason).where(mine)).scalar()
    if reason is not None:
        connection.execute(delete(suppressions).where(mine))
    return reason


def reason_of(connection: Connection, key: str) -> SuppressionReason | None:
    """Why the address is suppressed; None if it is not."""
    mine = suppressions.c.address_hash == hash_of(connection, key)
    reason: SuppressionReason | None = connection.execute(select(suppressions.c.reason).where(mine)).scalar()
    return reason


def suppressed_among(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that may not be mailed."""
    if not connection.execute(select(exists().where(suppressions.c.id > 0))).scalar():
        return set()
    found = set(
        connection.execute(
            select(suppressions.c.address_key).where(is_one_of(connection, suppressions.c.address_key, keys))
        ).scalars()
    )
    erased = select(func.count()).where(suppressions.c.address_key.is_(None))
    if connection.execute(erased).scalar():
        salt = _salt(connection)
        by_hash = {_hash(salt, key): key for key in keys}
        mine = is_one_of(connection, suppressions.c.address_hash, list(by_hash))
        found |= {
            by_hash[hashed]
            for hashed in connection.execute(select(suppressions.c.address_hash).where(mine)).scalars()
        }
    return found


def counts(connection: Connection) -> dict[str, int]:
    """How many addresses are suppressed, by reason."""
    rows = connection.execute(
        select(suppressions.c.reason, func.count().label("people"))
        .group_by(suppressions.c.reason)
        .order_by(suppressions.c.reason)
    )
    return {row.reason: row.people for row in rows}
