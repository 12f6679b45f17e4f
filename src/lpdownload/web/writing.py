"""Group commit: the writes of many requests in one durable transaction, each answered after its commit.

A commit waits for the disk for a millisecond or ten, however much is in it; so what comes in meanwhile goes
together into the next one. A change may be carried out twice, the first time undone, as when another one of
its group fails: it does nothing but what it does to the connection.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeVar

from sqlalchemy import Connection

from lpdownload.errors import LpdownloadError
from lpdownload.store.database import Database

T = TypeVar("T")
Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE: Final = 500
"""Changes in one transaction."""
MOST_WAITING: Final = 5_000
"""More are turned away: they would wait for longer than anybody listens."""


class Busy(LpdownloadError):
    """There are more changes than can be written in time."""


class _Alike(Protocol):
    def __call__(self, connection: Connection, items: Sequence[object], /) -> Sequence[object]: ...


@dataclass(eq=False, slots=True)
class _Job:
    """``alike``: carries out all jobs of its kind together. Else ``item`` is the change itself."""

    alike: _Alike | None
    item: object
    done: "asyncio.Future[object]"


@dataclass(slots=True)
class _Try:
    """How far a transaction came."""

    begun: bool = False
    changed: bool = False
    results: dict[int, object] = field(default_factory=dict)


class Writer:
    """One per process, of one event loop. ``close`` it at the end: what waits is written before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: list[_Job] = []
        self._thread = ThreadPoolExecutor(1, "writer")
        self._turn: asyncio.Task[None] | None = None
        self._over = False

    async def __call__(self, change: Callable[[Connection], T], /) -> T:
        """Carries the change out; its result when it is on the disk. Raises what it raises, or Busy."""
        result: T = await self._add(None, change)  # type: ignore[assignment]  # what the change returns
        return result

    async def alike(
        self, change: Callable[[Connection, Sequence[Item]], Sequence[Result]], item: Item
    ) -> Result:
        """The same for a change that carries out many of its kind at once, with a result for each."""
        result: Result = await self._add(change, item)  # type: ignore[assignment, arg-type]  # as above
        return result

    async def close(self) -> None:
        self._over = True
        if self._turn is not None:
            await self._turn
        self._thread.shutdown()

    async def _add(self, alike: _Alike | None, item: object) -> object:
        if self._over or len(self._waiting) >= MOST_WAITING:
            raise Busy("too many changes wait to be written")
        job = _Job(alike, item, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._turn is None or self._turn.done():
            self._turn = asyncio.create_task(self._write())
        return await job.done

    async def _write(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            tried, error = await self._together(group)
            if error is None:
                _settle(group, tried)
            elif tried.begun and not tried.changed and len(group) > 1:
                for job in group:
                    tried, error = await self._together([job])
                    _settle([job], tried, error)
            else:
                _settle(group, tried, error)

    async def _together(self, group: Sequence[_Job]) -> tuple[_Try, BaseException | None]:
        tried = _Try()
        ended = asyncio.get_running_loop().run_in_executor(self._thread, self._transact, group, tried)
        await asyncio.wait([ended])
        return tried, ended.exception()

    def _transact(self, group: Sequence[_Job], tried: _Try) -> None:
        """In the writer's thread."""
        kinds: dict[_Alike, list[int]] = {}
        with self._database.writing() as connection:
            tried.begun = True
            for place, job in enumerate(group):
                if job.alike is not None:
                    kinds.setdefault(job.alike, []).append(place)
                else:
                    tried.results[place] = job.item(connection)  # type: ignore[operator]  # it is the change
            for alike, places in kinds.items():
                found = alike(connection, [group[place].item for place in places])
                tried.results.update(zip(places, found, strict=True))
            tried.changed = True


def _settle(group: Sequence[_Job], tried: _Try, error: BaseException | None = None) -> None:
    for place, job in enumerate(group):
        if job.done.done():  # nobody waits for it any more
            continue
        if error is None:
            job.done.set_result(tried.results[place])
        else:
            job.done.set_exception(error)
