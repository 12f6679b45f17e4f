"""Mail that asks whether a subscription was meant: how often it may be sent, and that it was.

A row is committed before the mail leaves, so nobody's mailbox can be filled by asking again and again, not
even past a process that dies in the middle.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, insert, or_, select, text, update

from lpdownload.store.tables import confirmation_mails, subscribers

PAUSE: Final = timedelta(minutes=15)
"""Between two mails to a mailbox about a newsletter."""
MOST_A_DAY: Final = 3
"""About a newsletter, in 24 hours."""
MOST_OF_ALL: Final = 6
"""About all newsletters together, in 24 hours: a form may list them all."""
_DAY: Final = timedelta(days=1)
_LOCK: Final = 0x4C505349  # "LPSI": whoever signs people up


def may_ask(connection: Connection, subscriber_id: int, newsletter: str, now: datetime) -> bool:
    """Whether another such mail may go to the person's mailbox, however its address is spelled."""
    same = _same_mailbox(connection, subscriber_id)
    mine = confirmation_mails.c.subscriber_id.in_(same), confirmation_mails.c.at > now - _DAY
    about_it = confirmation_mails.c.newsletter == newsletter
    columns = (
        func.count(),
        func.count().filter(about_it),
        func.max(confirmation_mails.c.at).filter(about_it),
    )
    of_all, of_it, last = connection.execute(select(*columns).where(*mine)).one()
    return of_all < MOST_OF_ALL and of_it < MOST_A_DAY and (last is None or last <= now - PAUSE)


def _same_mailbox(connection: Connection, subscriber_id: int) -> list[int]:
    columns = (subscribers.c.address_key, subscribers.c.mailbox_key)
    key, mailbox = connection.execute(select(*columns).where(subscribers.c.id == subscriber_id)).one()
    plainest = mailbox or key
    spelled = or_(subscribers.c.address_key == plainest, subscribers.c.mailbox_key == plainest)
    return [subscriber_id, *connection.execute(select(subscribers.c.id).where(spelled)).scalars()]


def begin(connection: Connection, subscriber_id: int, newsletter: str, account: str, at: datetime) -> int:
    """Notes that such a mail is about to leave; the row's number."""
    row = {"subscriber_id": subscriber_id, "newsletter": newsletter, "account": account, "at": at}
    new = insert(confirmation_mails).values(row).returning(confirmation_mails.c.id)
    return int(connection.execute(new).scalar_one())


def end(connection: Connection, number: int, outcome: str) -> None:
    """Notes what became of it."""
    mine = confirmation_mails.c.id == number
    connection.execute(update(confirmation_mails).where(mine).values(outcome=outcome))


def in_turn(connection: Connection) -> None:
    """PostgreSQL: until nobody else adds people, so that who is not found may be added."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE subscribers IN ROW EXCLUSIVE MODE")  # an import's end
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
