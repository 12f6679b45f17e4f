"""What the rooms of the public app share: pages, readers' links, the writer, counters, the database."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from lpdownload.content.library import Library
from lpdownload.model.token import Claim, Purpose
from lpdownload.settings import Settings
from lpdownload.store.database import Database
from lpdownload.web.links import Links
from lpdownload.web.pages import Pages
from lpdownload.web.rate import Rates
from lpdownload.web.writing import Writer

T = TypeVar("T")

READING: Final = 8
"""Questions to the database at the same time; SQLAlchemy keeps up to 15 connections."""


class Public:
    """One per app."""

    def __init__(
        self,
        library: Library,
        database: Database,
        settings: Settings,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """InvalidInput if network.yaml or the database cannot be read."""
        self.settings = settings
        self.database = database
        self.pages = Pages(library)
        self.rates = Rates(settings)
        self.links = Links(database, tuple(library.newsletter_names))
        self.writer = Writer(database)
        self.host = urlsplit(self.pages.network.public_url).netloc.lower()
        self.now = now
        self._reading = CapacityLimiter(READING)

    async def read(self, question: Callable[[Connection], T]) -> T:
        """What the database says, asked in a thread."""

        def asked() -> T:
            with self.database.reading() as connection:
                return question(connection)

        return await to_thread.run_sync(asked, limiter=self._reading)

    async def claim(self, token: str, purpose: Purpose) -> Claim | None:
        """What a token says that was made for this purpose."""
        found = self.links.claim(token, purpose)
        if found is None and self.links.is_old:
            await to_thread.run_sync(self.links.renew, limiter=self._reading)
            found = self.links.claim(token, purpose)
        return found

    async def refused(self, request: Request) -> Response:
        """The one answer to every link that is not good, whatever is wrong with it. Raises TooMany."""
        self.rates.count("wrong", self.rates.range_of(request.scope))
        return self.pages.message(request, "refused", 404, contact=True)
