"""Batches in doubt, settled: by asking the provider, or by the word of somebody who has looked."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.delivery.outgoing import open_send
from lpdownload.delivery.recovery import look_up
from lpdownload.delivery.services import Services
from lpdownload.errors import Finding, InvalidInput
from lpdownload.store import doubt, sends
from lpdownload.store.database import Database

_EVERY: Final = timedelta(minutes=10)
_PATIENCE: Final = timedelta(days=1)
"""How often a provider is asked about a send that is over, and how long: some keep their records a day."""


@dataclass(frozen=True)
class AskingLater:
    """Asks about sends that are over: what a provider has taken shows in its records some minutes later.

    About a send that is under way the engine asks.
    """

    database: Database
    services: Services
    _asked: dict[int, datetime] = field(default_factory=dict)

    def __call__(self) -> None:
        now = datetime.now(UTC)
        with self.database.reading() as connection:
            doubtful = doubt.sends_in_doubt(connection, now - _PATIENCE)
            over = [number for number in doubtful if sends.find(connection, number).state != "sending"]
        for number in over:
            if number not in self._asked or now - self._asked[number] >= _EVERY:
                self._asked[number] = now
                with suppress(InvalidInput):  # it cannot be asked: `sends show` leaves it to a person
                    ask_provider(self.database, self.services, number)


def ask_provider(database: Database, services: Services, number: int) -> int:
    """Asks the provider of a send; how many batches are settled by what it says."""
    with database.writing() as connection:
        send = sends.find(connection, number)
        service = services.of(send.account)
        doubtful = doubt.in_doubt(connection, [number])
        outgoing = open_send(connection, send, service.provider, service.pace)
    if doubtful and not service.provider.capabilities.can_look_up:
        title = service.provider.capabilities.title
        hint = "look on its site or in its log, then --assume accepted or --assume not-sent"
        raise InvalidInput([Finding("cannot-ask", f"{title} cannot be asked what it took", hint)])
    return look_up(database, outgoing, doubtful, datetime.now(UTC))


def assume_all(
    connection: Connection,
    number: int,
    *,
    taken: bool,
    only: Sequence[int],
    by: str,
    why: str,
    now: datetime,
) -> int:
    """A person's word on a send's batches in doubt, all or some; how many people it is about.

    What was not sent waits again; a send that was done goes on, when it is resumed.
    """
    send = sends.find(connection, number, lock=True)
    doubtful = [batch for batch in doubt.in_doubt(connection, [number]) if not only or batch.number in only]
    if not doubtful:
        raise InvalidInput(
            [Finding("no-doubt", "no such batch is in doubt", f"lpdownload sends show {number}")]
        )
    what = "assumed accepted" if taken else "assumed not sent"
    for batch in doubtful:
        doubt.assume(connection, batch, taken, now, why=why)
        sends.note(connection, number, now, by, what, why, batch.number)
    if not taken and send.state == "done":
        sends.move(connection, number, "sending", by=by, why=why, now=now, what="goes on")
    if not taken and send.state == "cancelled":
        sends.spare(connection, number)
    return sum(batch.people for batch in doubtful)
