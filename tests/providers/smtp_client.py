"""What the tests of SMTP share: the provider, batches, scripts, and a real server."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TypeAlias, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from tests.providers.mail_server import PIPELINING, Answer, MailServer, Script, Stage

from lpdownload.model.delivery import Outcome, Throttled
from lpdownload.providers.base import Batch
from lpdownload.providers.smtp import Settings, Smtp
from lpdownload.providers.smtp_connection import Waits

QUICK = Waits(connect=10, reply=10, final=10, pause=0)
PASSWORD = "sesame-ö-83"
LOST = Throttled("the connection was lost before the message was whole")


Wrap: TypeAlias = Callable[[Script], Script]


def provider(port: int, waits: Waits = QUICK, /, **fields: object) -> "closing[Smtp]":
    """To be closed; over one connection, unless the fields say else."""
    given: dict[str, object] = {"host": "127.0.0.1", "port": port, "tls": "none", "connections": 1}
    return closing(Smtp(Settings.model_validate(given | fields), waits=waits))


def batch(count: int = 1, message: bytes = b"Subject: x\r\n\r\nHi\r\n") -> Batch:
    references = tuple(f"r-{number}" for number in range(count))
    addresses = tuple(f"{reference}@example.org" for reference in references)
    return Batch("k-1", references, addresses, (message,) * count, sender="news@example.org")


def submitted(
    script: Script, count: int = 1, waits: Waits = QUICK, /, **fields: object
) -> tuple[Outcome, ...]:
    with MailServer(script) as server, provider(server.port, waits, **fields) as smtp:
        return smtp.submit(batch(count))


def at(stage: Stage, answer: Answer, *, connections: Sequence[int] = range(100), say: str = "") -> Script:
    """That answer at one step, where the command holds ``say``."""

    def script(found: Stage, line: str, connection: int) -> Answer:
        return answer if found == stage and connection in connections and say in line else None

    return script


def pipelining(script: Script) -> Script:
    def both(stage: Stage, line: str, connection: int) -> Answer:
        found = script(stage, line, connection)
        return PIPELINING if stage == "EHLO" and found is None else found

    return both


WRAPS = [pytest.param(lambda script: script, id="plain"), pytest.param(pipelining, id="pipelining")]
"""A script as it is, and by a server that offers PIPELINING."""


class Inbox:
    """aiosmtpd's handler: keeps what comes."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.envelopes.append(envelope)
        return "250 2.0.0 Ok: queued as A1B2"


class _OnAnyPort(Controller):
    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


@contextmanager
def real_server(handler: Inbox, **options: object) -> Iterator[int]:
    # Its options are of several types.
    controller = cast(Callable[..., Controller], _OnAnyPort)(handler, hostname="127.0.0.1", port=0, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
