"""Scheduled sends whose time has come: planned, or left to a person where it is too late."""

from datetime import UTC, datetime, timedelta

from lpdownload.content.library import Library
from lpdownload.delivery.gate import Order
from lpdownload.delivery.plan import first_moment, plan_send
from lpdownload.delivery.schedule import lateness
from lpdownload.delivery.services import Services
from lpdownload.errors import InvalidInput
from lpdownload.model.ledger import Send
from lpdownload.providers.registry import holds_the_list
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
        mine = [send for send in waiting if only in {None, send.id} and not holds_the_list(send.provider)]
        moments: list[tuple[datetime, Send]] = []
        for send in mine:
            try:
                zone = library.newsletter(send.newsletter)[1].timezone
            except InvalidInput:  # the gate says what is wrong with it, when its time has come
                moments.append((send.starts_at, send))
            else:
                moments.append((first_moment(connection, send, zone), send))
    for starts_at, send in sorted(moments, key=lambda item: (item[0], item[1].id)):
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
    # in readers' own time the first of them may have been before it was made
    since = max(starts_at, send.created_at) if send.local else starts_at
    match lateness(send.late, since, now):
        case "ask":
            why = f"it is {_late(now - since)} late: lpdownload sends resume {send.id} sends it now"
            _move(database, send, "paused", why, now)
            return
        case "skip":
            _move(database, send, "cancelled", f"{_late(now - since)} late", now)
            return
    try:
        fresh = Library(library.root, library.settings)  # a worker may be older than the files
        service = services.of(send.account)
        order = order_of(database, send, services)
        plan_send(database, fresh, service.provider, order, now)
    except InvalidInput as error:
        if any(finding.rule == "database" for finding in error.findings):
            return  # another worker is planning it, or somebody is writing: the next look tells
        errors = [finding for finding in error.findings if finding.severity == "error"]
        said = [f"{one.place.file}: {one.message}" if one.place else one.message for one in errors]
        _move(database, send, "paused", "; ".join(dict.fromkeys(said)), now)


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
    with database.writing() as connection:
        if sends.find(connection, send.id, lock=True) != send:
            return  # somebody has planned it, or decided something, just now
        if to == "cancelled":
            sends.cancel(connection, send.id, by=BY, why=why, now=now)
        else:
            sends.move(connection, send.id, "paused", by=BY, why=why, now=now)


def _late(by: timedelta) -> str:
    minutes = int(by.total_seconds() // 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min"
