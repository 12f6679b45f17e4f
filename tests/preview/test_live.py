"""A save reaches every page that shows the issue: the mail first, then what is wrong with it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tests.newsroom import HEAD, ISSUE, KEY, STORY, Newsroom, issue

from lpdownload.preview import live as preview_live
from lpdownload.preview.hub import event
from lpdownload.preview.live import Live
from lpdownload.preview.session import Session
from lpdownload.preview.view import View, view_of

VIEW = view_of(KEY, {})
PATIENCE = 20.0


class Page:
    """What a page hears."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream = stream
        self.heard: list[str] = []

    async def next(
        self, name: str, holds: Callable[[dict[str, Any]], bool] = lambda _: True
    ) -> dict[str, Any]:
        """The next event of that name for which it holds; those before it are skipped."""
        async with asyncio.timeout(PATIENCE):
            async for octets in self._stream:
                first, _, rest = octets.decode().partition("\n")
                self.heard.append(first.removeprefix("event: "))
                if first == f"event: {name}":
                    said: dict[str, Any] = json.loads(rest.removeprefix("data: "))
                    if holds(said):
                        return said
        raise AssertionError(f"the stream ended after {self.heard}")


@asynccontextmanager
async def previewed(session: Session, view: View | None = VIEW) -> AsyncIterator[tuple[Live, Page]]:
    live = Live(session)
    await live.start()
    if view is not None:
        await live.run(lambda: live.show(view))
    page = Page(live.hub.listen(view, event("hello", {})))
    await page.next("hello")
    try:
        await page.next("library", lambda said: "newsletters" in said)
        await asyncio.sleep(0.3)  # until the system watches the files
        yield live, page
    finally:
        await live.stop()


def run(work: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(work())  # type: ignore[arg-type]


def test_a_save_brings_the_mail_and_then_the_details(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            newsroom.write(ISSUE, issue().replace("A river is clean", "A lake is clean"))
            mail = await page.next("mail")
            assert mail["key"] == KEY
            assert "A lake is clean" in mail["html"]
            assert 'data-lp="sections.0.title"' in mail["html"]
            assert mail["subject"].startswith("📣 Town Download")
            details = await page.next("details")
            assert details["version"] == mail["version"]
            assert details["findings"] is not None
            assert "html" not in details

    run(work)


def test_an_error_leaves_the_mail_and_says_where_it_is_until_it_is_mended(
    newsroom: Newsroom, session: Session
) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            newsroom.write(ISSUE, HEAD + "sections: 3\n")
            broken = await page.next("broken")
            assert (broken["state"], broken["stale"]) == ("broken", True)
            assert broken["errors"][0]["place"]["file"] == ISSUE
            row = (await page.next("library", lambda said: "newsletters" in said))["issues"][0]
            assert (row["key"], row["state"]) == (KEY, "broken")
            newsroom.write_issue()
            assert "A river is clean" in (await page.next("mail"))["html"]

    run(work)


def test_a_file_that_goes_and_comes_back(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            (newsroom.root / ISSUE).unlink()
            assert (await page.next("broken"))["state"] == "gone"
            assert KEY in (await page.next("library", lambda said: bool(said["gone"])))["gone"]
            newsroom.write_issue()
            assert (await page.next("mail"))["state"] == "ready"

    run(work)


def test_a_save_by_renaming_is_a_save(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            draft = newsroom.write("newsletters/town/.2024-09.yaml.swp", issue().replace("A river", "A lake"))
            draft.replace(newsroom.root / ISSUE)
            assert "A lake is clean" in (await page.next("mail"))["html"]
            assert "broken" not in page.heard

    run(work)


def test_a_file_that_is_empty_for_a_moment_is_no_error(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            newsroom.write(ISSUE, "")
            await asyncio.sleep(preview_live.HALF_WRITTEN / 2)
            newsroom.write(ISSUE, issue().replace("A river", "A lake"))
            assert "A lake is clean" in (await page.next("mail"))["html"]
            assert "broken" not in page.heard

    run(work)


def test_new_issues_and_newsletters_appear_in_the_list(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session, None) as (_, page):
            newsroom.write("newsletters/town/2024-10.yaml", issue())
            await page.next(
                "library", lambda said: any(row["key"] == "town/2024-10" for row in said["issues"])
            )
            newsletter = (newsroom.root / "newsletters/town/newsletter.yaml").read_text("utf-8")
            newsroom.write("newsletters/city/newsletter.yaml", newsletter.replace("Town", "City"))
            newsroom.write("newsletters/city/2024-09.yaml", issue())
            said = await page.next(
                "library",
                lambda said: (
                    any(row["key"] == "city/2024-09" for row in said["issues"]) and "newsletters" in said
                ),
            )
            assert {"name": "city", "title": "City Download"} in said["newsletters"]

    run(work)


def test_newsletters_that_vanish_and_come_back_are_watched_again(
    newsroom: Newsroom, session: Session
) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            newsletters, aside = newsroom.root / "newsletters", newsroom.root / "aside"
            newsletters.rename(aside)
            assert (await page.next("broken"))["stale"]
            aside.rename(newsletters)
            assert (await page.next("mail"))["state"] == "ready"
            await asyncio.sleep(1)
            newsroom.write(ISSUE, issue().replace("A river", "A lake"))
            await page.next("mail", lambda said: "A lake is clean" in said["html"])

    run(work)


def test_a_broken_network_is_survived_and_told(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (_, page):
            good = (newsroom.root / "newsletters/network.yaml").read_text("utf-8")
            newsroom.write("newsletters/network.yaml", "name: [")
            broken = await page.next("broken")
            assert broken["errors"][0]["place"]["file"] == "newsletters/network.yaml"
            said = await page.next("library", lambda said: bool(said.get("findings")))
            assert said["findings"][0]["place"]["file"] == "newsletters/network.yaml"
            newsroom.write("newsletters/network.yaml", good)
            assert (await page.next("mail"))["state"] == "ready"

    run(work)


def test_only_pages_that_show_the_issue_hear_of_its_mail(newsroom: Newsroom, session: Session) -> None:
    async def work() -> None:
        newsroom.write("newsletters/town/2024-10.yaml", issue())
        async with previewed(session, view_of("town/2024-10", {})) as (_, page):
            newsroom.write(ISSUE, issue(STORY, HEAD.replace("river", "lake")))
            await page.next("library")
            assert "mail" not in page.heard

    run(work)


def test_a_persona_that_is_deleted_is_told_to_who_looks_through_its_eyes(
    newsroom: Newsroom, session: Session
) -> None:
    async def work() -> None:
        async with previewed(session, view_of(KEY, {"persona": "sam"})) as (_, page):
            newsroom.change("newsletters/network.yaml", "  sam: {role: press}\n", "")
            broken = await page.next("broken")
            assert "there is no persona 'sam'" in broken["errors"][0]["message"]

    run(work)


def test_a_bug_is_told_and_the_next_save_gets_its_chance(
    newsroom: Newsroom, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def work() -> None:
        async with previewed(session) as (live, page):
            seen = session.show

            def fails(*_: object, **__: object) -> None:
                raise ZeroDivisionError("in a template")

            monkeypatch.setattr(session, "show", fails)
            newsroom.write(ISSUE, issue().replace("A river", "A lake"))
            broken = await page.next("broken")
            assert broken["errors"][0]["rule"] == "surprise"
            monkeypatch.setattr(session, "show", seen)
            newsroom.write(ISSUE, issue().replace("A river", "A sea"))
            assert "A sea is clean" in (await page.next("mail"))["html"]
            monkeypatch.setattr(session, "changed", fails)
            newsroom.write(ISSUE, issue())
            assert "ZeroDivisionError" in (await page.next("trouble"))["message"]
            assert live.epoch

    run(work)


def test_when_the_server_stops_the_pages_hear_it(session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (live, page):
            live.end_streams()
            await page.next("bye")

    run(work)


def test_a_page_that_comes_after_the_findings_were_told_is_told_them(session: Session) -> None:
    async def work() -> None:
        async with previewed(session) as (live, first):
            live.want_findings(KEY)
            await first.next("details", lambda said: said["findings"] is not None)
            second = Page(live.hub.listen(VIEW, event("hello", {}), lambda: live.want_findings(KEY)))
            await second.next("hello")
            details = await second.next("details")
            assert details["findings"] is not None

    run(work)
