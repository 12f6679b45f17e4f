"""Webhooks: reports over HTTP into a database that keeps them durably, then applied to the ledger."""

import http.client
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from lpdownload.content.library import Library
from lpdownload.settings import load_settings
from lpdownload.store import reports
from lpdownload.store.database import Database, open_database
from lpdownload.tracking.apply import apply_reports
from lpdownload.tracking.door import Door
from lpdownload.tracking.hearing import Hearing
from measure import Timing, timing

T = TypeVar("T")

EVENTS_A_SECOND = 5_000
IN_A_BODY = 1_000
BODIES = 20
PEOPLE = 20_000
ANSWER = 0.020
"""Seconds."""


def timings(root: Path) -> Iterator[Timing | str]:
    """SendGrid's reports, signed, of one event and of a thousand, on SQLite as it is by default."""
    sys.path.insert(0, str(root))
    from tests.tracking.reporting import ENVIRON, knock

    door = Door(load_settings(None, ENVIRON), Library(root).network)
    with (
        tempfile.TemporaryDirectory(prefix="lpdownload-bench-") as folder,
        open_database(Path(folder)) as database,
    ):
        name = _sent(database)
        single = [knock("sendgrid", now(), _events(name, at, 1)) for at in range(300)]
        many = [knock("sendgrid", now(), _events(name, at * IN_A_BODY, IN_A_BODY)) for at in range(BODIES)]
        with _serving(door, database, wake=None) as port:
            seconds = _posted(port, single)
            yield timing("webhook: report of one event", seconds, ANSWER, "kept durably, then answered")
            begun = time.perf_counter()
            seconds = _posted(port, many)
            whole = time.perf_counter() - begun
            note = f"{len(many[0][1]):,} bytes each; {BODIES * IN_A_BODY / whole:,.0f} events/s taken in"
            yield timing(f"webhook: report of {IN_A_BODY:,} events", seconds, ANSWER, note)
            budget = BODIES * IN_A_BODY / EVENTS_A_SECOND
            yield timing(f"webhook: {BODIES * IN_A_BODY:,} events", [whole], budget)
        begun = time.perf_counter()
        applied = apply_reports(database, now())
        whole = time.perf_counter() - begun
        known = applied.new + applied.again
        yield timing("events applied", [whole], known / EVENTS_A_SECOND, f"{known / whole:,.0f} events/s")
        with database.writing() as connection:
            for at in range(BODIES):
                _, body = knock("sendgrid", now(), _events(name, at * IN_A_BODY, IN_A_BODY, "clicked"))
                reports.put(connection, "sendgrid", "sendgrid", body, now())
        with Hearing(database, frozenset()) as hearing, _serving(door, database, wake=hearing.wake) as port:
            seconds = _posted(port, single[:100])
        note = f"a report of one event, while {BODIES * IN_A_BODY:,} are applied"
        yield timing("webhook under load", seconds, ANSWER, note)


def now() -> datetime:
    return datetime.now(UTC)


def _sent(database: Database) -> str:
    """A send to PEOPLE that was taken; ours for it towards the provider."""
    from sqlalchemy import text

    from lpdownload.store.facts import ledger_name

    statements = (
        "INSERT INTO issues (id, key, newsletter) VALUES (1, 'lpny/2024-06', 'lpny')",
        "INSERT INTO sends (id, issue_id, edition, state, account, provider, starts_at, created_at, by, "
        "reason, late, local, instance, content_digest, audience_digest, planned, delivered, bounced, "
        "complained, campaign) VALUES (1, 1, 0, 'sending', 'sendgrid', 'sendgrid', 0, 0, '', '', 'ask', 0, "
        f"'', '', '', {PEOPLE}, 0, 0, 0, '')",
    )
    people = (
        "INSERT INTO subscribers (id, address_key, email, created_at) VALUES (:id, :email, :email, 0)",
        "INSERT INTO recipients (issue_id, subscriber_id, edition, send_id, batch, email) "
        "VALUES (1, :id, 0, 1, 1, :email)",
    )
    with database.writing() as connection:
        for statement in statements:
            connection.execute(text(statement))
        rows = [{"id": number, "email": f"p{number}@example.org"} for number in range(PEOPLE)]
        for statement in people:
            connection.execute(text(statement), rows)
        return f"{ledger_name(connection)}-1"


def _events(name: str, first: int, count: int, word: str = "delivered") -> list[dict[str, object]]:
    now = int(time.time())
    return [
        {
            "email": f"p{number % PEOPLE}@example.org",
            "timestamp": now,
            "smtp-id": "<14c5d75ce93.dfd.64b469@ismtpd-555>",
            "event": {"clicked": "click"}.get(word, word),
            "category": ["newsletter"],
            "sg_event_id": f"ZGVsaXZlcmVkLTAt{number:010}",
            "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
            "response": "250 OK",
            "url": "https://www.example.org/story?utm_source=lpny&utm_content=hero"
            if word == "clicked"
            else "",
            "useragent": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15",
            "lp_reference": f"{name}-{number % PEOPLE}",
            "lp_send": name,
        }
        for number in range(first, first + count)
    ]


@contextmanager
def _serving(door: Door, database: Database, wake: Callable[[], None] | None) -> Iterator[int]:
    """The port of a server in a thread: it has the processor for itself while the client waits."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool

    from lpdownload.web.webhooks import Webhooks

    async def write(change: Callable[[Connection], T], /) -> T:
        def written() -> T:
            with database.writing() as connection:
                return change(connection)

        return await run_in_threadpool(written)

    room = Webhooks(door, write, wake=wake or (lambda: None))
    config = uvicorn.Config(Starlette(routes=room.routes), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def _posted(port: int, told: list[tuple[dict[str, str], bytes]]) -> list[float]:
    """Seconds of each answer, one after the other over one connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    found = []
    for headers, body in told:
        begun = time.perf_counter()
        connection.request("POST", "/webhooks/sendgrid/sendgrid", body, headers)
        answer = connection.getresponse()
        answer.read()
        found.append(time.perf_counter() - begun)
        if answer.status != 200:
            raise RuntimeError(f"HTTP {answer.status}")
    connection.close()
    return found
