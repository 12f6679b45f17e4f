"""`POST /webhooks/PROVIDER/ACCOUNT`: a provider's report: kept as it came, then answered, applied later.

Whatever is not let in gets one answer after one time, so that nobody finds out which accounts there are.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lpdownload.providers.events import LARGEST_BODY, NotAnEvent
from lpdownload.settings import PROVIDERS
from lpdownload.store import reports
from lpdownload.tracking.door import Door, NotAdmitted, TryLater

T = TypeVar("T")
_LOG: Final = logging.getLogger("lpdownload.web")

REFUSED_AFTER: Final = 0.25
"""Seconds from the request to a refusal."""
BODY_WITHIN: Final = 20.0
"""Seconds in which a body must have come."""
_BEGINNINGS: Final = (b"{", b"[")
"""Of JSON that holds events; SNS calls it text/plain, so the type says nothing."""


class Write(Protocol):
    """Carries a change out in a durable transaction, perhaps with others'; returns after its commit."""

    async def __call__(self, change: Callable[[Connection], T], /) -> T: ...


class Webhooks:
    """The endpoint, for the app's ``routes``."""

    def __init__(
        self,
        door: Door,
        write: Write,
        *,
        wake: Callable[[], None] = lambda: None,
        observe: Callable[[str, str, float], None] = lambda _provider, _outcome, _seconds: None,
    ) -> None:
        """``wake``: there is a report to apply. ``observe`` hears provider, outcome and seconds."""
        self._door = door
        self._write = write
        self._wake = wake
        self._observe = observe

    @property
    def routes(self) -> list[Route]:
        path = "/webhooks/{provider}/{account}"
        return [
            Route(path, self.receive, methods=["POST"]),
            # Mailchimp and others look at an address before they take it: the same for any that may be
            Route(path, self.look, methods=["GET"]),
        ]

    async def look(self, _request: Request) -> Response:
        return PlainTextResponse("Providers post their reports here.\n")

    async def receive(self, request: Request) -> Response:
        begun = time.monotonic()
        provider, account = request.path_params["provider"], request.path_params["account"]
        outcome, response = await self._answer(request, provider, account)
        if outcome in {"refused", "malformed"}:
            await asyncio.sleep(max(0.0, begun + REFUSED_AFTER - time.monotonic()))
        self._observe(provider if provider in PROVIDERS else "unknown", outcome, time.monotonic() - begun)
        return response

    async def _answer(self, request: Request, provider: str, account: str) -> tuple[str, Response]:
        try:
            async with asyncio.timeout(BODY_WITHIN):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return "slow", PlainTextResponse("Too slow\n", 408)
        if body is None:
            return "too-large", PlainTextResponse("Too large\n", 413)
        if not body.lstrip().startswith(_BEGINNINGS):
            return "malformed", PlainTextResponse("Refused\n", 401)
        headers, now = dict(request.headers), datetime.now(UTC)
        try:
            kept = await run_in_threadpool(self._door.admit, provider, account, headers, body, now)
        except NotAdmitted as error:
            if error.account:  # a key that is set wrong is found by this; strangers' names are nobody's news
                _LOG.warning("report to the account %s refused: %s", error.account, error)
            return "refused", PlainTextResponse("Refused\n", 401)
        except NotAnEvent:
            return "refused", PlainTextResponse("Refused\n", 401)
        except TryLater:
            return "later", PlainTextResponse("Later\n", 503, {"Retry-After": "60"})
        if kept is None:
            return "passed-over", PlainTextResponse("OK\n")

        def keep(connection: Connection) -> int:
            return reports.put(connection, provider, account, kept, now)

        await self._write(keep)
        self._wake()
        return "kept", PlainTextResponse("OK\n")


async def _body(request: Request) -> bytes | None:
    """None if it is larger than any provider's report."""
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > LARGEST_BODY:
        return None
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)
