"""Addresses never to be mailed. Of an erased one only a salted hash is left, to know it again by."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, func, select, update

from lpdownload.model.suppression import SuppressionReason
from lpdownload.store.bulk import insert_if_new, is_one_of
from lpdownload.store.facts import fact, lasting
from lpdownload.store.tables import suppressions

_SALT = "suppression salt"


def hash_of(connection: Connection, key: str) -> str:
    """HMAC-SHA256 of an address's key, with this database's own salt, in hexadecimal."""
    return _hash(bytes.fromhex(lasting(connection, _SALT, lambda: secrets.token_hex(32))), key)


def _hash(salt: bytes, key: str) -> str:
    return hmac.digest(salt, key.encode(), "sha256").hex()


def _salt(connection: Connection) -> bytes | None:
    """None in a database that has suppressed nobody yet."""
    found = fact(connection, _SALT)
    return None if found is None else bytes.fromhex(found)


def suppress(
    connection: Connection, key: str, reason: SuppressionReason, *, at: datetime, source: str
) -> bool:
    """Never mail this address again; False if it was suppressed already, which stays as it was, but for good:
    if an import said so, the undoing of that import no longer takes it away.

    An erasure takes the place of any other reason, and the address with it.
    """
    hashed = hash_of(connection, key)
    said: dict[str, object] = {"reason": reason, "at": at, "source": source}
    said["address_key"] = None if reason == "erased" else key
    if insert_if_new(connection, suppressions, said | {"address_hash": hashed}):
        return True
    values: dict[str, object] = {"import_id": None} | (said if reason == "erased" else {})
    connection.execute(update(suppressions).where(suppressions.c.address_hash == hashed).values(values))
    return False


def lift(connection: Connection, key: str) -> SuppressionReason | None:
    """Take the suppression away, whose reason is returned; None if there was none."""
    reason = reason_of(connection, key)
    if reason is not None:
        mine = suppressions.c.address_hash == hash_of(connection, key)
        connection.execute(delete(suppressions).where(mine))
    return reason


def reason_of(connection: Connection, key: str) -> SuppressionReason | None:
    """Why the address is suppressed; None if it is not."""
    salt = _salt(connection)
    if salt is None:
        return None
    mine = suppressions.c.address_hash == _hash(salt, key)
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
    salt = _salt(connection)
    if salt is not None and connection.execute(erased).scalar():
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
