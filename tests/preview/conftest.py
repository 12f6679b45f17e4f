"""A newsroom that is previewed, and what talks to its server without a network."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from starlette.applications import Starlette
from tests.newsroom import Newsroom

from lpdownload.content.library import Library
from lpdownload.preview.app import make_app
from lpdownload.preview.live import Live
from lpdownload.preview.safety import Hosts
from lpdownload.preview.session import Session
from lpdownload.settings import load_settings

ADDRESS = "http://localhost:8425"


@dataclass(frozen=True)
class Client:
    """Asks the application, which runs in an event loop of another thread."""

    app: Starlette
    portal: BlockingPortal

    def get(self, path: str, headers: Mapping[str, str | bytes] | None = None) -> httpx.Response:
        return self.request("GET", path, headers=headers)

    def post(
        self, path: str, json: object = None, headers: Mapping[str, str | bytes] | None = None
    ) -> httpx.Response:
        return self.request("POST", path, json=json, headers=headers)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: object = None,
        headers: Mapping[str, str | bytes] | None = None,
    ) -> httpx.Response:
        return self.portal.call(partial(self._request, method, path, json=json, headers=headers))

    def saved(self, *paths: Path) -> None:
        """As the one who watches the files would tell; all that follows at once is done when this returns."""
        live: Live = self.app.state.live
        self.portal.call(live.run, partial(live.session.changed, frozenset(paths)))

    def scanned(self) -> None:
        live: Live = self.app.state.live
        self.portal.call(live.run, live.session.scan)

    def checked(self, key: str) -> None:
        live: Live = self.app.state.live
        self.portal.call(live.run, partial(live.session.check, key))

    async def _request(
        self, method: str, path: str, *, json: object, headers: Mapping[str, str | bytes] | None
    ) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        given = {
            name: value.encode() if isinstance(value, str) else value
            for name, value in (headers or {}).items()
        }
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            return await client.request(
                method, path, json=json, headers=[(name.encode(), value) for name, value in given.items()]
            )


@pytest.fixture
def session(newsroom: Newsroom) -> Session:
    """Looked around already."""
    session = Session(Library(newsroom.root, load_settings(newsroom.root, {})))
    session.scan()
    return session


@pytest.fixture
def client(session: Session) -> Iterator[Client]:
    app = make_app(session, Hosts("127.0.0.1", 8425))
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(app.router.lifespan_context(app)),
    ):
        yield Client(app, portal)
