"""The public app over a test's newsroom and database, and what a reader does with it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlencode

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from lxml import html
from starlette.applications import Starlette
from tests.newsroom import Newsroom
from tests.people import NOW, mail, put

from lpdownload.model.subscriber import Subscriber
from lpdownload.model.token import Purpose, Tokens
from lpdownload.settings import Settings, load_settings
from lpdownload.store import subscribers
from lpdownload.store.database import Database
from lpdownload.store.facts import token_keys
from lpdownload.store.tables import batches
from lpdownload.web.app import public_app

ANA = "ana.ruiz@example.org"
BASE = "https://news.example.org"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
LAB = """\
name: Lab Letter
kind: topic
subtitle: What we try out
topics: [housing]
cadence: monthly
timezone: America/New_York
sender: {name: Lab Letter, email: lab@example.org}
why: You get this because you asked for it.
"""


@dataclass
class Clock:
    """What the app takes the time for."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Site:
    """The app while it runs."""

    app: Starlette
    portal: BlockingPortal
    database: Database
    tokens: Tokens
    clock: Clock = field(default_factory=Clock)

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: bytes = b"",
        client: str = "198.51.100.7",
    ) -> httpx.Response:
        """``client``: the address it comes from."""

        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False, client=(client, 1234))
            async with httpx.AsyncClient(transport=transport, base_url=BASE) as caller:
                return await caller.request(method, path, headers=headers, content=content)

        return self.portal.call(partial(asked))

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.request("GET", path, _named(headers))

    def post(
        self, path: str, fields: Mapping[str, str | list[str]] | None = None, **headers: str
    ) -> httpx.Response:
        """A form as a browser sends it."""
        form = {"content-type": "application/x-www-form-urlencoded"} | _named(headers)
        return self.request("POST", path, form, urlencode(fields or {}, doseq=True).encode())

    def put(self, email: str = ANA, **more: object) -> int:
        """A person who gets town, if nothing else is said."""
        with self.database.writing() as connection:
            return put(connection, email, **{"states": {"town": "active"}, **more})  # type: ignore[arg-type]

    def token(self, number: int, purpose: Purpose = "unsubscribe", newsletter: str = "town") -> str:
        return self.tokens.sign(number, newsletter, purpose)

    def person(self, number: int) -> Subscriber:
        with self.database.reading() as connection:
            found = subscribers.with_number(connection, number)
        assert found is not None
        return found

    def state(self, number: int, newsletter: str = "town") -> str | None:
        found = self.person(number).subscriptions.get(newsletter)
        return found[0] if found else None

    def consent(self, number: int) -> list[tuple[str | None, str, str]]:
        """Newsletter, what and source."""
        with self.database.reading() as connection:
            record = subscribers.consent_of(connection, number)
        return [(one.newsletter, one.what, one.evidence.source) for one in record]

    def rows(self, number: int) -> object:
        """All that the database holds of a person, to be compared."""
        with self.database.reading() as connection:
            return subscribers.with_number(connection, number), subscribers.consent_of(connection, number)


@contextmanager
def running(
    newsroom: Newsroom, database: Database, environ: Mapping[str, str] | None = None
) -> Iterator[Site]:
    """The app with its background work, as `lpdownload serve` runs it."""
    newsroom.write("newsletters/lab/newsletter.yaml", LAB)
    clock = Clock()
    settings: Settings = load_settings(None, environ or {})
    app = public_app(newsroom.library, database, settings, now=clock)
    with database.reading() as connection:
        tokens = Tokens(token_keys(connection))
    life = app.router.lifespan_context(app)
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(life):
        yield Site(app, portal, database, tokens, clock)


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def words(response: httpx.Response) -> str:
    """What a page says."""
    (main,) = html.fromstring(response.text).xpath("//main")
    return " ".join(main.text_content().split())


def field_of(response: httpx.Response, name: str) -> str:
    """The value of a page's hidden field."""
    (value,) = set(html.fromstring(response.text).xpath(f"//input[@name='{name}']/@value"))
    return str(value)


def just_mailed(site: Site, number: int, seconds: int) -> None:
    """A copy of town went to a person; its batch was settled so many seconds before the app's now."""
    with site.database.writing() as connection:
        send = mail(connection, "town/2024-09", [number])
        row = {"send_id": send, "number": 1, "variant": 0, "people": 1, "state": "accepted", "attempts": 1}
        row |= {"reason": "", "settled_at": site.clock.now - timedelta(seconds=seconds)}
        row |= dict.fromkeys(("accepted", "refused", "failed", "in_doubt"), 0)
        connection.execute(batches.insert().values(row))
