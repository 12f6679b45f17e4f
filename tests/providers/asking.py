"""A provider in front of a server that gives every call the same answer."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from tests.providers.hostile import hostile_mail, some
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.model.delivery import Outcome
from lpdownload.providers.base import MessageProvider

P = TypeVar("P", bound=MessageProvider)


@contextmanager
def serving(
    opened: Callable[[str], P], answer: Answer | Callable[[Asked], Answer]
) -> Iterator[tuple[P, Loopback]]:
    """``opened`` at the server's address."""
    with Loopback(answer if callable(answer) else lambda _: answer) as service:
        provider = opened(service.url)
        try:
            yield provider, service
        finally:
            provider.close()


def says(status: int, answer: object = b"", **headers: str) -> Answer:
    """Bytes as they are, anything else as JSON."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Answer(status, body, {name.replace("_", "-"): text for name, text in headers.items()})


def submitted(provider: MessageProvider, count: int = 2) -> Sequence[Outcome]:
    """The outcomes of ``some`` people."""
    return provider.submit(provider.build(hostile_mail(), some(count), "send-7-1"))
