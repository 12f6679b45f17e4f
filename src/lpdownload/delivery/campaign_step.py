"""Keeps the ledger in step with campaigns that others run: what stands there is what is so.

Their schedule fires, and people decide things on their site, so a send follows its campaign by the legal
moves. Only a draft of theirs moves nothing at first: whoever makes the campaign may be at it just now.
"""

import time
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Final

from sqlalchemy import Connection

from lpdownload.delivery.campaign import BY, known_to_them, pause
from lpdownload.delivery.campaign_services import CampaignServices
from lpdownload.errors import InvalidInput
from lpdownload.model.delivery import Refused
from lpdownload.model.ledger import LIVE, SEND_MOVES, Counts, Send, SendState
from lpdownload.providers.campaigns import Campaign, CampaignFault, CampaignState
from lpdownload.providers.registry import holds_the_list
from lpdownload.store import sends
from lpdownload.store.database import Database

EVERY: Final = 60.0
"""Seconds between two looks of a worker."""
_AT_IT: Final = timedelta(minutes=10)
"""As long as making a campaign may take, all its calls being slow."""

_OURS: Final[Mapping[CampaignState, SendState]] = {
    "scheduled": "scheduled",
    "sending": "sending",
    "paused": "paused",
    "sent": "done",
    "cancelled": "cancelled",
}
"""A draft, and a word of theirs that is not known, are not here."""


def keep_in_step(database: Database, services: CampaignServices, send: Send) -> tuple[Send, Campaign | None]:
    """The send as its campaign stands, and the campaign; None if there is none.

    Raises CampaignFault if they cannot be asked now; where they refuse to say, the send is paused.
    """
    provider = services.of(send.account)
    with database.reading() as connection:
        send = sends.find(connection, send.id)  # before they are asked: later decisions are newer than that
    try:
        found = known_to_them(database, provider, send)
    except CampaignFault as fault:
        if isinstance(fault.outcome, Refused) and send.state in {"scheduled", "sending"}:
            pause(database, send.id, fault.outcome.reason)
        raise
    with database.writing() as connection:
        now = sends.find(connection, send.id, lock=True)
        if (now.state, now.starts_at, now.reason) == (send.state, send.starts_at, send.reason):
            _follow(connection, now, found, provider.capabilities.title)
        return sends.find(connection, send.id), found


def _follow(connection: Connection, send: Send, found: Campaign | None, title: str) -> None:
    now = datetime.now(UTC)
    if found:
        names = ("delivered", "bounced", "complained")
        sends.change(connection, send.id, **{name: found.statistics.get(name, 0) for name in names})
    if send.state not in LIVE:
        return
    if found is None or found.state == "draft":
        last = sends.decisions(connection, send.id)[-1].at
        if send.state != "paused" and now - last > _AT_IT:
            what = "holds it as a draft" if found else "has no campaign of it"
            why = f"{title} {what}, so it goes to nobody: lpdownload sends resume {send.id}"
            sends.move(connection, send.id, "paused", by=BY, why=why, now=now)
        return
    wanted = _OURS.get(found.state, send.state)
    for state in _steps(send.state, wanted):
        why = _numbers(found) if state == "done" else ""
        sends.move(connection, send.id, state, by=title, why=why, now=now)
    if found.at and wanted == "scheduled" and found.at != send.starts_at:
        sends.change(connection, send.id, starts_at=found.at)
        sends.note(connection, send.id, now, title, f"rescheduled to {found.at:%Y-%m-%dT%H:%M:%SZ}", "")
    if found.at and wanted == "done":
        sends.change(connection, send.id, started_at=found.at)


def _steps(found: SendState, wanted: SendState) -> tuple[SendState, ...]:
    """The legal moves from one state to the other, of live ones: one, or two."""
    if found == wanted:
        return ()
    if wanted in SEND_MOVES[found]:
        return (wanted,)
    return next((middle, wanted) for middle in SEND_MOVES[found] if wanted in SEND_MOVES[middle])


def _numbers(found: Campaign) -> str:
    return ", ".join(f"{number:,} {kind}" for kind, number in found.statistics.items())


def counts_of(found: Campaign) -> Counts:
    """People as the provider counts them."""
    accepted = found.statistics.get("accepted", 0)
    planned = accepted if found.state in {"sent", "cancelled"} else max(accepted, found.recipients or 0)
    return Counts(
        candidates=planned,
        planned=planned,
        excluded={},
        pending=planned - accepted,
        accepted=accepted,
        refused=0,
        failed=0,
        in_doubt=0,
        delivered=found.statistics.get("delivered", 0),
        bounced=found.statistics.get("bounced", 0),
        complained=found.statistics.get("complained", 0),
    )


class InStep(AbstractContextManager["InStep"]):
    """A worker's look, now and then and beside its other work, at the campaigns of all live sends."""

    def __init__(self, database: Database, services: CampaignServices, instance: str) -> None:
        self._database = database
        self._services = services
        self._instance = instance
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="campaigns")
        self._looking: Future[None] | None = None
        self._next = 0.0
        self._stopped = Event()

    def __call__(self) -> None:
        """Returns at once. Raises what the database raised at the last look."""
        if self._looking and not self._looking.done():
            return
        if self._looking:
            self._looking.result()
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY
            self._looking = self._pool.submit(self.look)

    def look(self) -> None:
        """Once; what cannot be asked or opened now stays as it is, and is asked about again."""
        with self._database.reading() as connection:
            live = [send for send in sends.live(connection) if holds_the_list(send.provider)]
        for send in live:
            if send.instance == self._instance and not self._stopped.is_set():
                try:
                    keep_in_step(self._database, self._services, send)
                except InvalidInput:
                    continue

    def stop(self) -> None:
        """Asks about no further one."""
        self._stopped.set()

    def __exit__(self, *_: object) -> None:
        """Waits for the look that is under way; for each campaign it may take as long as a call may."""
        self._pool.shutdown()
        if self._looking:
            self._looking.result()
