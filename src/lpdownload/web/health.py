"""`/healthz`: the process answers. `/readyz`: it can do its work, so a balancer may send readers to it."""

import asyncio
from typing import Final

from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from lpdownload.errors import InvalidInput
from lpdownload.web.public import Public

WITHIN: Final = 3.0
"""Seconds in which the database must answer."""


class Health:
    """The room, for the app's ``routes``."""

    def __init__(self, public: Public) -> None:
        self._public = public

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.lives, methods=["GET"]),
            Route("/readyz", self.is_ready, methods=["GET"]),
        ]

    async def lives(self, _: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def is_ready(self, _: Request) -> Response:
        asked = self._public.read(lambda connection: connection.execute(text("SELECT 1")).scalar())
        try:
            await asyncio.wait_for(asked, WITHIN)
        except (InvalidInput, TimeoutError):
            return PlainTextResponse("the database does not answer\n", 503)
        return PlainTextResponse("ready\n")
