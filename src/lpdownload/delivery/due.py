"""Scheduled sends whose time has come: planned, or left to a person where it is too late."""

from datetime import UTC, datetime, timedelta

from lpdownload.content.library import Library
from lpdownload.delivery.gate import Order
from lpdownload.delivery.plan import first_moment, plan_send
from lpdownload.delivery.schedule import lateness
from lpdownload.delivery.services import Services
from lpdownload.errors import InvalidInput
from lpdownload.model.ledger import IllegalMove, Send
from lpdownload.store import sends
from lpdownload.store.database import Database
from lpdownload.store.lease import Worker
from lpdownload.store.tables import sends as table

BY = "lpdownload"


def plan_due(
    database: Database, library: Library, services: Services, worker: Worker, only: int | None = None
) -> None:
    """Plans what is due of this database's sends, or pauses or cancels it with the reason."""
    now = datetime.now(UTC)
    with database.reading() as connection:
        waiting = sends.listed(connection, table.c.state == "scheduled", table.c.instance == worker.instance)
        moments = {
            send: first_moment(connection, send, library.newsletter(send.newsletter)[1].timezone)
            for send in waiting
            if only in {None, send.id} and not send.campaign
        }
    for send, starts_at in sorted(moments.items(), key=lambda item: (item[1], item[0].id)):
        if starts_at <= now:
            _plan(database, library, services, send, starts_at, now)


def _plan(
    database: Database,
    library: Library,
    services: Services,
    send: Send,
    starts_at: datetime,
    now: datetime,
) -> None:
    match lateness(send.late, starts_at, now):
        case "ask":
            why = f"it is {_late(now - starts_at)} late: lpdownload sends resume {send.id} sends it now"
            _move(database, send, "paused", why, now)
            return
        case "skip":
            _move(database, send, "cancelled", f"{_late(now - starts_at)} late", now)
            return
    try:
        fresh = Library(library.root, library.settings)  # a worker may be older than the files
        service = services.of(send.account)
        order = order_of(database, send, services)
        plan_send(database, fresh, service.provider, order, now)
    except InvalidInput as error:
        errors = [finding.message for finding in error.findings if finding.severity == "error"]
        _move(database, send, "paused", "; ".join(errors), now)


def order_of(database: Database, send: Send, services: Services) -> Order:
    """What was asked for when the send was made."""
    service = services.of(send.account)
    with database.reading() as connection:
        said = [one.what for one in sends.decisions(connection, send.id)]
    return Order(
        key=send.issue,
        account=service.account,
        pace=service.pace,
        starts_at=send.starts_at,
        by=send.by,
        late=send.late,
        local=send.local,
        only_to=send.only_to,
        why=send.reason,
        waived=frozenset(what.removeprefix("waived ") for what in said if what.startswith("waived ")),
        own_send=send.id,
    )


def _move(database: Database, send: Send, to: str, why: str, now: datetime) -> None:
    try:
        with database.writing() as connection:
            if to == "cancelled":
                sends.cancel(connection, send.id, by=BY, why=why, now=now)
            else:
                sends.move(connection, send.id, "paused", by=BY, why=why, now=now)
    except IllegalMove:
        pass  # somebody decided something just now


def _late(by: timedelta) -> str:
    minutes = int(by.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
