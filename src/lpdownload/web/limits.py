"""How much a request may bring, and how long its body may take; of its head, serve.py says how long."""

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD: Final = 16 * 1024
"""Bytes of a head: of its path and all its headers."""
FORM: Final = 64 * 1024
"""Bytes of a form."""
WITHIN: Final = 20.0
"""Seconds in which a body must have come."""
DRAINED: Final = 16 * 1024 * 1024
"""Bytes of a body that is refused and yet taken off the line: who still writes would not hear the answer."""
DRAINED_WITHIN: Final = 3.0
"""Seconds."""


class _TooLarge(Exception):
    pass


class _TooSlow(Exception):
    pass


class Limits:
    """Reads no more of a body than may be, and does not wait for it for ever."""

    def __init__(self, app: ASGIApp, larger: Mapping[str, int]) -> None:
        """``larger``: by the beginning of a path, bytes of a body there."""
        self._app = app
        self._larger = dict(larger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        head = len(scope.get("raw_path") or b"") + len(scope["query_string"])
        if head + sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD:
            await _refusal(431, "Too large a head")(scope, receive, send)
            return
        most = next((size for start, size in self._larger.items() if scope["path"].startswith(start)), FORM)
        headers = Headers(scope=scope)
        if "content-length" in headers and "transfer-encoding" in headers:
            await _refusal(400, "Two lengths")(scope, receive, send)  # RFC 9112, 6.1: perhaps a smuggler
            return
        said = headers.get("content-length", "0")
        if not said.isdecimal() or len(said) > 15 or int(said) > most:
            if said.isdecimal() and len(said) <= 15 and int(said) <= DRAINED and "expect" not in headers:
                await _drain(receive)
            await _refusal(413, "Too large")(scope, receive, send)
            return
        body = _Body(receive, most)
        answered = False

        async def heard(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, body, heard)
        except (_TooLarge, _TooSlow) as error:
            if answered:  # it cannot be taken back
                raise
            if isinstance(error, _TooLarge):
                await _drain(receive)
            status, words = (413, "Too large") if isinstance(error, _TooLarge) else (408, "Too slow")
            await _refusal(status, words)(scope, receive, send)


class _Body:
    """A ``receive`` that counts."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._left = most
        self._until: float | None = None
        self._whole = False

    async def __call__(self) -> Message:
        if self._whole:  # what comes now is that nobody listens any more
            return await self._receive()
        loop = asyncio.get_running_loop()
        self._until = self._until or loop.time() + WITHIN
        try:
            async with asyncio.timeout_at(self._until):
                message = await self._receive()
        except TimeoutError:
            raise _TooSlow from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise _TooLarge
            self._whole = not message.get("more_body", False)
        return message


async def _drain(receive: Receive) -> None:
    """Reads what is still to come of a body, so much and so long, and keeps nothing of it."""
    left = DRAINED
    try:
        async with asyncio.timeout(DRAINED_WITHIN):
            while left > 0:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body", False):
                    return
                left -= len(message.get("body", b""))
    except TimeoutError:
        return


def _refusal(status: int, words: str) -> PlainTextResponse:
    """The connection ends with it: what is left of the body is not read."""
    return PlainTextResponse(f"{words}\n", status, {"connection": "close"})
