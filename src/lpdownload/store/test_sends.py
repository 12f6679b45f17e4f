"""Mail that was sent to try an issue out: written down before it leaves."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, update

from lpdownload.store.tables import test_sends


def begin(
    connection: Connection, issue: str, account: str, addresses: Sequence[str], at: datetime
) -> tuple[int, ...]:
    """Notes that these addresses are about to be mailed; the rows' numbers, in order."""
    row = {"issue": issue, "account": account, "at": at}
    new = insert(test_sends).returning(test_sends.c.id)
    return tuple(
        connection.execute(new.values(row | {"address": address})).scalar_one() for address in addresses
    )


def end(connection: Connection, number: int, outcome: str) -> None:
    """Notes what became of one."""
    connection.execute(update(test_sends).where(test_sends.c.id == number).values(outcome=outcome))
