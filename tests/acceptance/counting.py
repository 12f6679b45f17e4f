"""Mail services on this machine that count the copies each address got, and take their time over a call.

A copy counts as soon as the service has it whole, as with a real one: whether its answer arrives is another
matter, and that is where a process dies.
"""

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from tests.desk import Desk
from tests.providers.loopback import Answer, Asked, Loopback
from tests.providers.mail_server import PIPELINING, MailServer, Stage
from tests.providers.mail_server import Answer as Reply
from tests.sending import TAKEN, sendgrid_to, through

_TO: Final = re.compile(rb"^To:.*?([^\s<>]+@[^\s<>]+?)>?\r?$", re.MULTILINE)


class Counted(Protocol):
    """What a service took. Nobody gets a copy that is not in it."""

    @property
    def copies(self) -> Counter[str]:
        """By address."""

    @property
    def total(self) -> int: ...


class Count:
    """Of a service that answers; its threads share it."""

    def __init__(self, seed: int = 0, slowest: float = 0.02) -> None:
        """``slowest``: seconds to an answer, at most."""
        self._copies: Counter[str] = Counter()
        self._total = 0
        self._calls = 0
        self._seed = seed
        self._slowest = slowest
        self._lock = threading.Lock()
        self._asked = 0
        self.refuses: dict[int, Answer] = {}
        """By the number of the request, from 1: what it answers without taking it."""
        self.forgets: dict[int, Answer] = {}
        """What it answers although it has taken it."""

    def asked(self) -> int:
        """The number of a request that has come."""
        with self._lock:
            self._asked += 1
            return self._asked

    def took(self, addresses: list[str]) -> None:
        """Returns when it is time to say so."""
        with self._lock:
            self._copies.update(addresses)
            self._total += len(addresses)
            self._calls += 1
            seconds = random.Random(f"{self._seed} {self._calls}").uniform(0, self._slowest)
        time.sleep(seconds)

    @property
    def copies(self) -> Counter[str]:
        with self._lock:
            return Counter(self._copies)

    @property
    def total(self) -> int:
        return self._total


@dataclass(frozen=True)
class Folder:
    """Of the outbox."""

    path: Path

    @property
    def copies(self) -> Counter[str]:
        found = [_TO.search(file.read_bytes()) for file in self.path.glob("*.eml")]
        return Counter(to[1].decode() if to else "" for to in found)

    @property
    def total(self) -> int:
        return sum(1 for _ in self.path.glob("*.eml"))

    @property
    def listed(self) -> Counter[str]:
        """References in its index."""
        lines = (self.path / "index.jsonl").read_text("ascii").splitlines()
        return Counter(json.loads(line)["reference"] for line in lines)


@dataclass(frozen=True)
class Style:
    """A kind of service."""

    provider: str
    knows_keys: bool
    """The same batch once more does no harm."""
    one_by_one: bool
    """Outcomes of single messages are known before the batch is through."""
    opened: Callable[[Desk, int], AbstractContextManager[Counted]]
    """The newsroom sends through it. The number is a seed."""

    @property
    def pace(self) -> str:
        """Of its account, so that a few hundred people are many batches."""
        return "recipients_per_call: 12, calls_at_once: 2" if self.one_by_one else "recipients_per_call: 3"


@contextmanager
def sendgrid(desk: Desk, seed: int = 0, slowest: float = 0.02) -> Iterator[Count]:
    """No ids of single messages, and no keys."""
    count = Count(seed, slowest)

    def respond(asked: Asked) -> Answer:
        number = count.asked()
        if number in count.refuses:
            return count.refuses[number]
        count.took(sendgrid_to(asked))
        return count.forgets.get(number, TAKEN)

    with Loopback(respond) as service:
        through(desk, "sendgrid", service)
        yield count


@contextmanager
def resend(desk: Desk, seed: int = 0) -> Iterator[Count]:
    """https://resend.com/docs/dashboard/emails/idempotency-keys: other bytes under a key are refused, and so
    is a key whose first call is not through.
    """
    count = Count(seed)
    known: dict[str, tuple[bytes, list[dict[str, str]]]] = {}
    busy: set[str] = set()
    lock = threading.Lock()

    def respond(asked: Asked) -> Answer:
        key = asked.headers["idempotency-key"]
        number = count.asked()
        if number in count.refuses:
            return count.refuses[number]
        with lock:
            if key in busy:
                return Answer.json({"name": "concurrent_idempotent_requests"}, 409)
            if key in known:
                body, ids = known[key]
                is_same = body == asked.body
                return Answer.json(
                    {"data": ids} if is_same else {"name": "invalid_idempotent_request"},
                    200 if is_same else 409,
                )
            busy.add(key)
            addresses = [_address(item["to"][0]) for item in json.loads(asked.body)]
            known[key] = asked.body, [{"id": f"{key}-{place}"} for place in range(len(addresses))]
        count.took(addresses)
        with lock:
            busy.remove(key)
            return count.forgets.get(number) or Answer.json({"data": known[key][1]})

    with Loopback(respond) as service:
        through(desk, "resend", service)
        yield count


@contextmanager
def _smtp(desk: Desk, seed: int) -> Iterator[Count]:
    count = Count(seed)
    to: dict[int, str] = {}

    def script(stage: Stage, line: str, connection: int) -> Reply:
        if stage == "EHLO":
            return PIPELINING
        if stage == "RCPT":
            to[connection] = _address(line)
        if stage == "message":
            count.took([to[connection]])
        return None

    with MailServer(script) as server:
        settings = ("PROVIDER=smtp", "SMTP_HOST=127.0.0.1", f"SMTP_PORT={server.port}", "SMTP_TLS=none")
        desk.newsroom.write(".env", "".join(f"LPDOWNLOAD_{setting}\n" for setting in settings))
        yield count


@contextmanager
def _outbox(desk: Desk, _: int) -> Iterator[Folder]:
    desk.newsroom.write(".env", "LPDOWNLOAD_PROVIDER=outbox\n")
    yield Folder(desk.root / "outbox")


def _address(mailbox: str) -> str:
    return mailbox.rpartition("<")[2].partition(">")[0]


STYLES: Final = {
    style.provider: style
    for style in (
        Style("sendgrid", knows_keys=False, one_by_one=False, opened=sendgrid),
        Style("resend", knows_keys=True, one_by_one=False, opened=resend),
        Style("smtp", knows_keys=False, one_by_one=True, opened=_smtp),
        Style("outbox", knows_keys=True, one_by_one=False, opened=_outbox),
    )
}
