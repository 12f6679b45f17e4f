"""Keeps every page as new as the files: sees a save, renders what is open, tells them, then looks closer.

All rendering is done by one thread, one thing after the other: what somebody waits for waits for one issue of
the list at most.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Final, TypeVar

from lpdownload.errors import Finding
from lpdownload.preview.hub import Hub, event
from lpdownload.preview.report import Report
from lpdownload.preview.rows import Row
from lpdownload.preview.session import Session, Shown, surprise
from lpdownload.preview.shapes import Json
from lpdownload.preview.view import BadView, View
from lpdownload.preview.watching import changes

T = TypeVar("T")

HALF_WRITTEN: Final = 0.05
"""Seconds that an empty or missing file is waited for before anybody is told."""

LOOK_CLOSER: Final = 0.05
"""Seconds after a save, without another one, until what is open is checked."""

_TELL: Final = 0.25
"""Seconds between two reports while the list is filled."""


class Live:
    """Runs in the event loop's thread; the session belongs to the thread that renders."""

    def __init__(self, session: Session, tidy: Callable[[], None] = lambda: None) -> None:
        """``tidy`` is called whenever there is nothing left to do."""
        self.session = session
        self._tidy = tidy
        self.report = Report(session)
        self.hub = Hub()
        self.epoch = token_urlsafe(9)
        self._renderer = ThreadPoolExecutor(1, "renderer")
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._saves = 0
        self._changed_since: set[Path] = set()
        self._to_check: dict[str, None] = {}
        self._looked_around = False
        self._look = asyncio.Event()
        self._fill = asyncio.Event()

    async def run(self, work: Callable[[], T]) -> T:
        """Does it in the thread that renders."""
        return await asyncio.get_running_loop().run_in_executor(self._renderer, work)

    async def start(self) -> None:
        watching = asyncio.create_task(self._watch())
        await asyncio.sleep(0)  # until the files are watched: whatever is read from now on cannot grow old
        await self.run(self._begin)
        others = [asyncio.create_task(work) for work in (self._closer(), self._list())]
        self._tasks = [watching, *others]
        self._look.set()

    def _begin(self) -> None:
        self.session.changed(())
        self.session.scan()

    def end_streams(self) -> None:
        """What would keep a server from stopping."""
        self._stop.set()
        self.hub.close()

    async def stop(self) -> None:
        self.end_streams()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._renderer.shutdown(wait=True, cancel_futures=True)

    def want_findings(self, key: str) -> None:
        """Somebody looks at an issue, who may not know what is wrong with it as it is now."""
        self._to_check[key] = None
        self._look.set()

    def show(self, view: View, *, plain: bool = False) -> Shown:
        """`Session.show`, where a bug comes back as a finding. Raises BadView. In the thread that renders."""
        try:
            return self.session.show(view, plain=plain)
        except BadView:
            raise
        except Exception as error:  # noqa: BLE001 - a bug must not end the preview: it is shown there
            return self._failed(view, surprise(error))

    def _failed(self, view: View, finding: Finding) -> Shown:
        version = self.session.open(view.key).version
        return Shown(view, version, "broken", False, "", (), (finding,), None, {})

    async def _watch(self) -> None:
        unsettled = False
        async for paths in changes(self.session.root, self._stop):
            if paths:
                await self._survived(self._changed(paths))
                unsettled = any(path.is_dir() for path in paths)
            elif unsettled:
                # What is put into a new folder before the system watches it is reported by nobody.
                unsettled = False
                await self._survived(self._changed(frozenset({self.session.library.folder})))

    async def _changed(self, paths: frozenset[Path]) -> None:
        at = time.time_ns() // 1_000_000
        self._saves += 1
        loop = asyncio.get_running_loop()

        def paint(view: View) -> None:
            loop.call_soon_threadsafe(self.hub.send, self._painted(view, at), view)

        views = tuple(self.hub.views())
        unfinished = await self.run(partial(self._repaint, paths, views, paint))
        if unfinished:
            await asyncio.sleep(HALF_WRITTEN)
            await self.run(partial(self._repaint, paths, unfinished, paint, last=True))
        self._changed_since |= paths
        self._look.set()

    def _repaint(
        self,
        paths: frozenset[Path],
        views: Iterable[View],
        paint: Callable[[View], None],
        *,
        last: bool = False,
    ) -> tuple[View, ...]:
        """Paints the views that these changes concern, but for those it returns: their files are not there or
        empty, which is believed only if it is the file's ``last`` word.
        """
        for view in views:  # however many others were looked at since
            if self.session.knows(view.key):
                self.session.open(view.key)
        concerned = self.session.changed(paths)
        unfinished = []
        for view in views:
            if view.key in concerned:
                if last or not self.session.is_unfinished(view.key):
                    paint(view)
                else:
                    unfinished.append(view)
        return tuple(unfinished)

    def _painted(self, view: View, at: int) -> bytes:
        try:
            shown = self.show(view)
        except BadView as error:
            shown = self._failed(view, Finding("bad-view", str(error), "choose another one"))
        if shown.state == "ready":
            return event("mail", self.report.mail(shown, at))
        return event("broken", self.report.broken(shown))

    async def _closer(self) -> None:
        """After the last of several saves, all that may wait until the mail is painted."""
        while True:
            await self._look.wait()
            before = -1
            while before != self._saves:
                before = self._saves
                await asyncio.sleep(LOOK_CLOSER)
            self._look.clear()
            await self._survived(self._look_closer())

    async def _look_closer(self) -> None:
        paths, self._changed_since = frozenset(self._changed_since), set()
        keys, self._to_check = self._to_check, {}
        views = tuple(self.hub.views())
        known = await self.run(lambda: {key for key in keys if self.session.is_checked(key)})
        changed = {view.key for view in views if paths and self.session.concerns(paths, view.key)}
        keys |= dict.fromkeys(changed)
        rows = [
            await self.run(partial(self.session.check, key)) for key in keys if key not in known - changed
        ]
        for view in tuple(self.hub.views()):  # those, too, who have come meanwhile
            if view.key in keys:
                self.hub.send(await self.run(partial(self._detailed, view)), view)
        if not paths and self._looked_around:
            self.hub.send(await self.run(partial(self._told, rows)))
            return
        self._looked_around = True
        new, gone = await self.run(self.session.scan)
        rows += [row for key in new if (row := self.session.rows.get(key)) is not None]
        await self.run(self.session.look_around)
        await self.run(lambda: self.session.forget(paths - self._files_of(keys)))
        self.hub.send(await self.run(partial(self._told, rows, gone, whole=True)))
        self._fill.set()

    def _files_of(self, keys: Iterable[str]) -> set[Path]:
        """Those whose change concerns these issues alone."""
        library = self.session.library
        return {library.issue_path(*key.split("/", 1)) for key in keys}

    def _detailed(self, view: View) -> bytes:
        try:
            return event("details", self.report.view(self.show(view), html=False))
        except BadView:
            return b""

    async def _list(self) -> None:
        """Reads the issues of the list one by one."""
        while True:
            await self._fill.wait()
            self._fill.clear()
            await self._survived(self._fill_list())

    async def _fill_list(self) -> None:
        rows: list[Row] = []
        told = time.monotonic()
        while (key := await self.run(self.session.unread)) is not None:
            rows.append(await self.run(partial(self.session.check, key)))
            if time.monotonic() - told > _TELL:
                self.hub.send(await self.run(partial(self._told, rows)))
                rows, told = [], time.monotonic()
        if rows:
            self.hub.send(await self.run(partial(self._told, rows)))
        await self.run(self._tidy)

    def _told(self, rows: Iterable[Row], gone: Iterable[str] = (), *, whole: bool = False) -> bytes:
        """What is new in the list; with ``whole`` what stands around it too."""
        said: dict[str, Json] = {"issues": [row.json for row in rows], "gone": [*gone]}
        if whole:
            said |= {"newsletters": self.report.titles(), "findings": self.report.newsroom_findings()}
            said |= self.session.people.json
        return event("library", said)

    async def _survived(self, work: Awaitable[None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the next save gets its chance; the page says what happened
            self.hub.send(event("trouble", {"message": surprise(error).message}))
