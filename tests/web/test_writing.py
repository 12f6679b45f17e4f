"""Many requests' changes in few transactions, each answered when it is on the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence

import pytest
from sqlalchemy import Connection, event, insert, select

from lpdownload.store.database import Database
from lpdownload.store.tables import consent_texts as table
from lpdownload.web import writing
from lpdownload.web.writing import Busy, Writer


def adding(name: str) -> Callable[[Connection], str]:
    def change(connection: Connection) -> str:
        connection.execute(insert(table).values(digest=name, language="en", text=name))
        return name

    return change


def refuse(_: Connection) -> str:
    raise LookupError("no")


def kept(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(table.c.digest)).scalars())


@pytest.fixture
def committed(database: Database) -> Iterator[list[int]]:
    """One more for each transaction that writes."""
    found: list[int] = []

    def count(_: object) -> None:
        found.append(1)

    event.listen(database.engine, "commit", count)
    yield found
    event.remove(database.engine, "commit", count)


def run(database: Database, work: Callable[[Writer], Awaitable[object]]) -> object:
    async def whole() -> object:
        writer = Writer(database)
        try:
            return await work(writer)
        finally:
            await writer.close()

    return asyncio.run(whole())


def test_changes_that_come_together_are_committed_together(database: Database, committed: list[int]) -> None:
    names = [f"n{number}" for number in range(300)]

    async def work(writer: Writer) -> list[str]:
        return await asyncio.gather(*(writer(adding(name)) for name in names))

    assert run(database, work) == names
    assert kept(database) == set(names)
    assert len(committed) <= 3


def test_an_answer_comes_when_others_can_see_the_change(database: Database) -> None:
    async def work(writer: Writer) -> set[str]:
        await writer(adding("a"))
        return await asyncio.to_thread(kept, database)

    assert run(database, work) == {"a"}


def test_a_change_that_fails_takes_no_other_along(database: Database) -> None:
    async def work(writer: Writer) -> list[str | BaseException]:
        changes = [adding("a"), refuse, adding("b"), adding("a"), adding("c")]
        return await asyncio.gather(*(writer(change) for change in changes), return_exceptions=True)

    found = run(database, work)
    assert isinstance(found, list)
    assert [found[place] for place in (0, 2, 4)] == ["a", "b", "c"]
    assert isinstance(found[1], LookupError)
    assert isinstance(found[3], Exception)  # the same key once more
    assert kept(database) == {"a", "b", "c"}


def test_what_is_alike_is_carried_out_at_once(database: Database) -> None:
    calls: list[int] = []

    def all_of_them(connection: Connection, items: Sequence[str]) -> list[str]:
        calls.append(len(items))
        connection.execute(insert(table), [{"digest": one, "language": "en", "text": one} for one in items])
        return [one.upper() for one in items]

    async def work(writer: Writer) -> list[str]:
        return await asyncio.gather(*(writer.alike(all_of_them, f"n{number}") for number in range(100)))

    assert run(database, work) == [f"N{number}" for number in range(100)]
    assert sum(calls) == 100
    assert len(calls) <= 3


def test_beyond_what_can_wait_it_says_so_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "MOST_WAITING", 10)

    async def work(writer: Writer) -> list[str | BaseException]:
        return await asyncio.gather(*(writer(adding(f"n{n}")) for n in range(30)), return_exceptions=True)

    found = run(database, work)
    assert isinstance(found, list)
    turned_away = [one for one in found if isinstance(one, Busy)]
    assert turned_away
    assert len(kept(database)) == 30 - len(turned_away)


def test_a_change_whose_asker_has_gone_is_carried_out_all_the_same(database: Database) -> None:
    async def work(writer: Writer) -> None:
        tasks = [asyncio.ensure_future(writer(adding(name))) for name in ("a", "b")]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await tasks[1]

    run(database, work)
    assert kept(database) == {"a", "b"}


def test_after_its_end_nothing_is_taken(database: Database) -> None:
    async def work(writer: Writer) -> None:
        await writer.close()
        with pytest.raises(Busy):
            await writer(adding("a"))

    run(database, work)
    assert kept(database) == set()
