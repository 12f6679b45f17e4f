"""Who listens to what is open: each page has a queue of server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from lpdownload.preview.shapes import Json
from lpdownload.preview.view import View

_WAITING: Final = 200
"""Events; a page that takes none of so many has gone to sleep, and asks again when it wakes up."""

_HEARTBEAT: Final = 15.0
"""Seconds."""


def event(name: str, data: Json) -> bytes:
    """A server-sent event."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode("utf-8", "replace")


@dataclass(eq=False)
class Listener:
    """A page, and what it looks at: None for the list alone."""

    view: View | None
    queue: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))


class Hub:
    """Passes events on. Used by the event loop's thread alone."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()
        self._closed = False

    def views(self) -> Iterator[View]:
        """What is looked at, each view once."""
        return iter(dict.fromkeys(one.view for one in self._listeners if one.view is not None))

    def send(self, octets: bytes, view: View | None = None) -> None:
        """To those who look at the view; to everybody if it is None."""
        for listener in tuple(self._listeners):
            if view is None or listener.view == view:
                self._put(listener, octets)

    def close(self) -> None:
        """Ends every stream, after a last word."""
        self._closed = True
        for listener in tuple(self._listeners):
            self._put(listener, event("bye", {}))
            self._put(listener, None)

    async def listen(
        self, view: View | None, hello: bytes, heard: Callable[[], None] = lambda: None
    ) -> AsyncIterator[bytes]:
        """The events for a page, until it goes or the server stops; ``heard`` is called when it listens."""
        listener = Listener(view)
        if self._closed:
            return
        self._listeners.add(listener)
        heard()
        try:
            yield hello
            while True:
                try:
                    octets = await asyncio.wait_for(listener.queue.get(), _HEARTBEAT)
                except TimeoutError:
                    octets = b": still here\n\n"
                if octets is None:
                    return
                yield octets
        finally:
            self._listeners.discard(listener)

    def _put(self, listener: Listener, octets: bytes | None) -> None:
        try:
            listener.queue.put_nowait(octets)
        except asyncio.QueueFull:
            while not listener.queue.empty():
                listener.queue.get_nowait()
            listener.queue.put_nowait(None)
