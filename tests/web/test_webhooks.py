"""What providers' reports are answered over HTTP, and what becomes of them."""

import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import anyio
import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import Connection, select
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from tests.newsroom import Newsroom
from tests.providers import sns_messages
from tests.tracking.mailed import ANA, BO, Mailed, mailed
from tests.tracking.reporting import ENVIRON, SIGNED, Knock, knock

from lpdownload.providers.events import LARGEST_BODY
from lpdownload.settings import Provider, load_settings
from lpdownload.store.database import Database
from lpdownload.store.tables import reports
from lpdownload.tracking.apply import Applied, apply_reports
from lpdownload.tracking.door import Door
from lpdownload.tracking.hearing import Hearing
from lpdownload.web import webhooks
from lpdownload.web.webhooks import Webhooks

T = TypeVar("T")
Seen = tuple[str, str]


class Site:
    """The webhooks of a newsroom, without a network."""

    def __init__(self, newsroom: Newsroom, database: Database, portal: BlockingPortal) -> None:
        self.database = database
        self.seen: list[Seen] = []
        self.woken = 0
        self._portal = portal

        def fetch(_: str) -> bytes:
            return sns_messages.CERTIFICATE

        door = Door(load_settings(None, ENVIRON), newsroom.library.network, fetch=fetch)
        room = Webhooks(door, self._write, wake=self._wake, observe=self._observe)
        self._app = Starlette(routes=room.routes)

    async def _write(self, change: Callable[[Connection], T], /) -> T:
        def written() -> T:
            with self.database.writing() as connection:
                return change(connection)

        return await run_in_threadpool(written)

    def _wake(self) -> None:
        self.woken += 1

    def _observe(self, provider: str, outcome: str, _seconds: float) -> None:
        self.seen.append((provider, outcome))

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: bytes | AsyncIterator[bytes] = b"",
    ) -> httpx.Response:
        return self._portal.call(partial(self._request, method, path, headers or {}, content))

    async def _request(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | AsyncIterator[bytes]
    ) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url="https://news.example.org") as client:
            return await client.request(method, path, headers=headers, content=content)

    def post(self, provider: str, told: Knock, account: str = "") -> httpx.Response:
        return self.request("POST", f"/webhooks/{provider}/{account or provider}", *told)

    def at_once(self, provider: str, told: list[Knock]) -> list[int]:
        """The answers to reports that come all at the same time."""

        async def all_of_them() -> list[int]:
            found: list[int] = []

            async def one(each: Knock) -> None:
                answer = await self._request("POST", f"/webhooks/{provider}/{provider}", *each)
                found.append(answer.status_code)

            async with anyio.create_task_group() as tasks:
                for each in told:
                    tasks.start_soon(one, each)
            return found

        return self._portal.call(all_of_them)

    @property
    def bodies(self) -> int:
        with self.database.reading() as connection:
            return len(connection.execute(select(reports.c.id)).all())


@pytest.fixture(scope="module")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def site(
    newsroom: Newsroom, database: Database, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> Site:
    monkeypatch.setattr(webhooks, "REFUSED_AFTER", 0.0)
    return Site(newsroom, database, portal)


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("provider", SIGNED)
def test_a_hard_bounce_is_kept_then_ends_mail_to_the_address(site: Site, provider: Provider) -> None:
    with site.database.writing() as connection:
        sent = mailed(connection, ANA, BO, provider=provider)
        reference, name = sent.reference(ANA), sent.name
    genuine = json.dumps(reports_of(provider)).replace("r-1", reference).replace("s-1", name)
    told = knock(provider, now(), json.loads(genuine))
    assert [site.post(provider, told).status_code for _ in range(2)] == [200, 200]
    assert (site.bodies, site.woken, site.seen) == (2, 2, [(provider, "kept")] * 2)
    applied = apply_reports(site.database, now())
    assert (applied.new, applied.again, applied.suppressed) == (1, 1, 1)
    with site.database.reading() as connection:
        assert Mailed(connection, sent.send).suppressed() == "bounced"


def reports_of(provider: Provider) -> object:
    from tests.providers.test_event_sources import REPORTS, SES_REPORT

    return SES_REPORT if provider == "ses" else REPORTS[provider]


@pytest.mark.parametrize("provider", SIGNED)
@pytest.mark.parametrize("wrong", ["signature", "old", "account", "provider", "none"])
def test_every_refusal_is_the_same_and_keeps_nothing(site: Site, provider: Provider, wrong: str) -> None:
    told = knock(provider, now() - timedelta(days=2 if wrong == "old" else 0))
    headers, body = told
    if wrong == "signature" or (wrong, provider) == ("old", "postmark"):  # Postmark signs no time
        headers = dict.fromkeys(headers, "Basic bm86bm8=")
        body = body.replace(b'"signature": "', b'"signature": "0').replace(
            b'"Signature": "', b'"Signature": "AAAA'
        )
    if wrong == "none":
        headers, body = {}, b"{}"
    where = {"account": (provider, "chapter"), "provider": ("nobody", provider)}.get(wrong, (provider, ""))
    answer = site.post(where[0], (headers, body), where[1])
    assert (answer.status_code, answer.text) == (401, "Refused\n")
    assert site.bodies == 0
    assert site.seen == [("unknown" if wrong == "provider" else provider, "refused")]


@pytest.mark.parametrize("body", [b"", b"email=ana%40example.org", b"\xff\xfe", b"<xml/>", b"null", b"   "])
def test_what_is_no_json_is_refused_before_anything_is_asked(site: Site, body: bytes) -> None:
    assert site.post("postmark", (knock("postmark", now())[0], body)).status_code == 401
    assert site.seen == [("postmark", "malformed")]


def test_a_body_larger_than_any_report_is_refused_whether_it_says_so_or_not(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"[" * 1_000_000

    headers, _ = knock("postmark", now())
    path = "/webhooks/postmark/postmark"
    assert site.request("POST", path, headers, b" " * (LARGEST_BODY + 1)).status_code == 413
    assert site.request("POST", path, headers, endless()).status_code == 413
    assert (site.bodies, [outcome for _, outcome in site.seen]) == (0, ["too-large"] * 2)


def test_a_body_that_does_not_come_is_not_waited_for(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"["
        await anyio.sleep(60)

    monkeypatch.setattr(webhooks, "BODY_WITHIN", 0.01)
    assert site.request("POST", "/webhooks/ses/ses", {}, slow()).status_code == 408


def test_ten_thousand_events_in_one_body_are_all_applied(site: Site) -> None:
    with site.database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        whose = {email: sent.reference(email) for email in (ANA, BO)}
    begun = int(now().timestamp()) - 5_000
    items = [
        {
            "event": "deferred",
            "email": email,
            "timestamp": begun + turn,
            "lp_reference": reference,
            "response": "451 later",
        }
        for turn in range(5_000)
        for email, reference in whose.items()
    ]
    assert site.post("sendgrid", knock("sendgrid", now(), items)).status_code == 200
    assert apply_reports(site.database, now()).new == 10_000


def test_reports_that_come_at_once_are_all_kept_and_applied_once(site: Site) -> None:
    with site.database.writing() as connection:
        sent = mailed(connection, ANA)
        reference = sent.reference(ANA)
    items = [
        {"event": "delivered", "email": ANA, "timestamp": int(now().timestamp()), "lp_reference": reference}
    ]
    told = knock("sendgrid", now(), items)
    applied: list[Applied] = []
    with Hearing(site.database, frozenset(), told=applied.append) as hearing:
        assert site.at_once("sendgrid", [told] * 40) == [200] * 40
        hearing.wake()
        until = time.monotonic() + 30
        while sum(each.reports for each in applied) < 40 and time.monotonic() < until:
            apply_reports_too(site, applied)
    whole = sum(applied, Applied())
    assert (whole.new, whole.again, whole.reports) == (1, 39, 40)


def apply_reports_too(site: Site, applied: list[Applied]) -> None:
    """As a worker beside the server does."""
    applied.append(apply_reports(site.database, now(), seconds=0.05))


def test_an_event_that_nobody_knows_is_taken_and_changes_nothing(site: Site) -> None:
    told = knock("resend", now(), {"type": "email.teleported", "created_at": "x", "data": {}})
    assert site.post("resend", told).status_code == 200
    assert apply_reports(site.database, now()) == Applied(reports=1)


def test_opens_are_answered_and_not_kept(site: Site) -> None:
    report = {"type": "email.opened", "created_at": "2026-11-22T12:00:00Z", "data": {"to": [ANA]}}
    assert site.post("resend", knock("resend", now(), report)).status_code == 200
    assert (site.bodies, site.woken, site.seen) == (0, 0, [("resend", "passed-over")])


def test_when_amazon_cannot_be_reached_the_report_is_to_come_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lpdownload.tracking.door import TryLater

    def later(*_: object) -> bytes | None:
        raise TryLater("Amazon cannot be reached")

    monkeypatch.setattr(Door, "admit", later)
    answer = site.post("ses", knock("ses", now()))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


@pytest.mark.parametrize("path", ["/webhooks/mailchimp/mailchimp", "/webhooks/ses/ses", "/webhooks/x/y"])
def test_looking_at_an_address_says_the_same_of_any(site: Site, path: str) -> None:
    answers = {(site.request(method, path).status_code) for method in ("GET", "HEAD")}
    assert answers == {200}
    assert site.request("GET", path).text == "Providers post their reports here.\n"
    assert site.request("PUT", path).status_code == 405


def test_hearing_ends_while_nothing_comes(site: Site) -> None:
    with Hearing(site.database, frozenset()):
        pass


def test_a_refusal_is_noted_for_an_account_of_ours_and_without_anything_of_the_body(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.post("postmark", ({}, b'{"Email": "ana@example.org"}'))
    site.post("postmark", ({}, b"{}"), "strange%0Aname")
    site.post("nobody", ({}, b"{}"))
    said = "report to the account postmark refused: the user name and password are not the webhook's"
    assert [record.getMessage() for record in caplog.records if record.name == "lpdownload.web"] == [said]
