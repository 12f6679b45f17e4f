"""What the database knows of itself: its salt, the keys of readers' links, its name towards providers."""

import secrets
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection, delete, insert, select

from lpdownload.errors import Finding, InvalidInput
from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import facts

_TOKEN_KEY: Final = "token key "


def fact(connection: Connection, name: str) -> str | None:
    """None if it was never needed."""
    return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()


def lasting(connection: Connection, name: str, make: Callable[[], str]) -> str:
    """A fact that is made when it is first needed, and stays. Of two who make it, the first wins."""
    found = fact(connection, name)
    if found is None:
        insert_if_new(connection, facts, {"name": name, "value": make()})
        found = fact(connection, name)
        assert found is not None
    return found


def ledger_name(connection: Connection) -> str:
    """Eight hex digits by which a provider's report is known to be about this database."""
    return lasting(connection, "ledger", lambda: secrets.token_hex(4))


def token_keys(connection: Connection) -> Mapping[int, bytes]:
    """The secrets that sign readers' links, by number (model/token.py); the first is made when needed.

    They stand here and not in the settings: everybody who sends or serves has this database anyway, and a
    key that was set otherwise on one machine would break the links of all its mails.
    """
    found = known_token_keys(connection)
    if not found:
        lasting(connection, f"{_TOKEN_KEY}1", lambda: secrets.token_hex(32))
        found = known_token_keys(connection)
    return found


def known_token_keys(connection: Connection) -> Mapping[int, bytes]:
    """The same, where nothing may be written: none, if none was ever needed."""
    rows = connection.execute(select(facts).where(facts.c.name.like(f"{_TOKEN_KEY}%")))
    return {int(row.name.removeprefix(_TOKEN_KEY)): bytes.fromhex(row.value) for row in rows}


def add_token_key(connection: Connection) -> int:
    """Makes a newer key, which signs from now on; its number. Links that older ones have signed still hold.

    InvalidInput if all 255 numbers are taken.
    """
    number = max(token_keys(connection)) + 1
    if number > 255:
        raise InvalidInput([Finding("token-key", "there are 255 keys", "revoke one that no mail needs")])
    connection.execute(insert(facts).values(name=f"{_TOKEN_KEY}{number}", value=secrets.token_hex(32)))
    return number


def revoke_token_key(connection: Connection, number: int) -> None:
    """No link that it has signed holds any more. InvalidInput if it signs, or there is none."""
    keys = token_keys(connection)
    if number not in keys:
        known = ", ".join(map(str, sorted(keys)))
        raise InvalidInput([Finding("token-key", f"there is no key {number}", f"there are: {known}")])
    if number == max(keys):
        hint = "make a newer one first: lpdownload db keys --new"
        raise InvalidInput([Finding("token-key", f"key {number} signs the links of new mails", hint)])
    connection.execute(delete(facts).where(facts.c.name == f"{_TOKEN_KEY}{number}"))
