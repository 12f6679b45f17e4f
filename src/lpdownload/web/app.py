"""The public app: what readers and mail services reach, nothing of the staff's.

A room is a class in a file of its own that takes ``Public`` (web/public.py: pages, links, writer, counters)
and has ``routes``. To add one: its file, one line in ``_rooms``, its limits in rate.LIMITS, the words of its
pages in templates/labels/, and in ``LARGER`` what it reads beyond a form's 64 KB. A handler raises TooMany,
Busy or InvalidInput as it comes; the app answers them. Reads go through ``public.read``, writes through
``public.writer``: nothing else touches the database.
"""

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.providers.events import LARGEST_BODY
from lpdownload.settings import Settings
from lpdownload.store.database import Database
from lpdownload.tracking.door import Door
from lpdownload.tracking.hearing import Hearing
from lpdownload.web.health import Health
from lpdownload.web.limits import Limits
from lpdownload.web.metrics import Metrics
from lpdownload.web.preferences import Preferences
from lpdownload.web.public import Public
from lpdownload.web.rate import TooMany
from lpdownload.web.security import HEADERS, Guard
from lpdownload.web.sign_up import SignUp
from lpdownload.web.unsubscribe import Unsubscribe
from lpdownload.web.webhooks import Webhooks
from lpdownload.web.writing import Busy

LARGER: Final = {"/webhooks/": LARGEST_BODY}
"""Bytes of a body, by the beginning of the path."""

_LOG: Final = logging.getLogger("lpdownload.web")


def public_app(
    library: Library,
    database: Database,
    settings: Settings,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    started: Callable[[], None] = lambda: None,
) -> Starlette:
    """The application; who runs it closes the database after it. ``started`` is called when it can answer.

    InvalidInput if network.yaml, the templates or the database cannot be read.
    """
    public = Public(library, database, settings, now)
    pages = public.pages
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else None
    metrics = Metrics(database, token)
    hearing = Hearing(database, pages.network.tracking.untracked, told=metrics.applied, failed=_not_applied)
    webhooks = Webhooks(
        Door(settings, pages.network), public.writer, wake=hearing.wake, observe=metrics.observe
    )

    joining = SignUp(public, library)

    def rooms() -> Iterator[list[Route]]:
        yield Unsubscribe(public).routes
        yield Preferences(public).routes
        yield joining.routes
        yield webhooks.routes
        yield metrics.routes
        yield Health(public).routes

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        with hearing:
            started()
            try:
                yield
            finally:
                await public.writer.close()
                await run_in_threadpool(joining.close)

    async def too_many(request: Request, error: Exception) -> Response:
        assert isinstance(error, TooMany)
        answer = pages.message(request, "too_many", 429)
        answer.headers["retry-after"] = str(error.wait)
        return answer

    async def trouble(request: Request, error: Exception) -> Response:
        if isinstance(error, InvalidInput):
            _LOG.error("%s", "; ".join(finding.message for finding in error.findings))
        to_machine = request.url.path.startswith(tuple(LARGER))
        answer = PlainTextResponse("Later\n", 503) if to_machine else pages.message(request, "trouble", 503)
        answer.headers["retry-after"] = "60"
        return answer

    async def missing(request: Request, _: Exception) -> Response:
        return pages.message(request, "missing", 404)

    async def not_so(request: Request, error: Exception) -> Response:
        answer = pages.message(request, "missing", 405)
        answer.headers.update(getattr(error, "headers", None) or {})
        return answer

    async def gone(_: Request, __: Exception) -> Response:  # nobody hears it
        return PlainTextResponse("Not whole\n", 400)

    async def crash(_: Request, __: Exception) -> Response:  # outside of Guard
        return PlainTextResponse("Something went wrong here. Please try again later.\n", 500, HEADERS)

    app = Starlette(
        routes=[route for room in rooms() for route in room],
        middleware=[
            Middleware(Guard, public_url=pages.network.public_url, scheme=public.rates.scheme),
            Middleware(Limits, larger=LARGER),
        ],
        exception_handlers={
            404: missing,
            405: not_so,
            TooMany: too_many,
            Busy: trouble,
            InvalidInput: trouble,
            ClientDisconnect: gone,
            Exception: crash,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False  # RFC 8058: no redirects
    return app


def _not_applied(error: InvalidInput) -> None:
    _LOG.warning("reports wait: %s", "; ".join(finding.message for finding in error.findings))
