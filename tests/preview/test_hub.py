"""Events reach those who look at what they are about."""

import asyncio

from lpdownload.preview.hub import Hub, event
from lpdownload.preview.view import view_of

ONE, OTHER = view_of("town/2024-09", {}), view_of("town/2024-10", {})


def test_an_event_is_one_line_of_json() -> None:
    assert event("mail", {"html": "a\n\nb é"}) == 'event: mail\ndata: {"html": "a\\n\\nb é"}\n\n'.encode()


def test_an_event_about_a_view_reaches_its_pages_alone() -> None:
    async def work() -> None:
        hub = Hub()
        one, other = hub.listen(ONE, b"hello"), hub.listen(OTHER, b"hello")
        assert [await anext(one), await anext(other)] == [b"hello", b"hello"]
        hub.send(b"for one", ONE)
        hub.send(b"for all")
        assert [await anext(one), await anext(one)] == [b"for one", b"for all"]
        assert await anext(other) == b"for all"
        assert set(hub.views()) == {ONE, OTHER}
        await one.aclose()  # type: ignore[attr-defined]
        assert set(hub.views()) == {OTHER}

    asyncio.run(work())


def test_a_page_that_sleeps_is_let_go_of() -> None:
    """It asks again when it wakes up; what was kept for it does not grow."""

    async def work() -> None:
        hub = Hub()
        page = hub.listen(ONE, b"hello")
        await anext(page)
        for _ in range(500):
            hub.send(b"x")
        assert sum([1 async for _ in page]) < 300
        assert not list(hub.views())

    asyncio.run(work())


def test_after_the_end_nobody_listens() -> None:
    async def work() -> None:
        hub = Hub()
        page = hub.listen(None, b"hello")
        await anext(page)
        hub.close()
        assert [octets async for octets in page] == [event("bye", {})]
        assert [octets async for octets in hub.listen(None, b"hello")] == []

    asyncio.run(work())
