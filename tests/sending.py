"""A desk that is ready to send: an approved issue with readers, services that take mail, time that passes."""

import email
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from typing import Final, cast

from sqlalchemy import select, update
from tests.desk import Desk
from tests.newsroom import KEY
from tests.people import put_all
from tests.providers.loopback import Answer, Asked, Loopback

from lpdownload.content.library import Library
from lpdownload.delivery.engine import Engine
from lpdownload.delivery.services import services
from lpdownload.model.ledger import Counts, Send
from lpdownload.settings import load_settings
from lpdownload.store.lease import working
from lpdownload.store.tables import batches, paces, sends

ANA, BO = "ana@example.org", "bo@example.org"
ACCOUNTS: Final[Mapping[str, tuple[str, ...]]] = {
    "sendgrid": ("API_KEY=k",),
    "resend": ("API_KEY=k",),
    "postmark": ("API_KEY=k",),
    "mailgun": ("API_KEY=k", "DOMAIN=news.example.org"),
    "ses": ("REGION=us-east-1", "ACCESS_KEY_ID=AK", "SECRET_ACCESS_KEY=sk"),
}
"""Settings of each provider that takes messages by HTTP."""
TAKEN: Final = Answer(202, headers={"X-Message-Id": "sg-1"})
"""SendGrid's."""
_MOMENTS: Final = (batches.c.not_before, batches.c.submitted_at, batches.c.settled_at, paces.c.held_until)


def through(desk: Desk, provider: str, service: Loopback) -> None:
    """Mail goes out through that provider, whose address is the loopback server's."""
    address = f"{'ENDPOINT_URL' if provider == 'ses' else 'BASE_URL'}={service.url}"
    own = [f"LPDOWNLOAD_{provider.upper()}_{setting}\n" for setting in (*ACCOUNTS[provider], address)]
    desk.newsroom.write(".env", "".join([f"LPDOWNLOAD_PROVIDER={provider}\n", *own]))


def readers(desk: Desk, count: int, name: str = "p") -> list[str]:
    """So many more people who get town; their addresses, in order."""
    addresses = [f"{name}{number}@example.org" for number in range(1, count + 1)]
    with desk.open() as database, database.writing() as connection:
        put_all(connection, addresses)
    return addresses


def approve(desk: Desk, by: str = ANA) -> None:
    desk.run("approve", KEY, "--by", by)


def send(desk: Desk, *words: str, code: int = 0) -> dict[str, object]:
    """The issue sent; the report at the end."""
    return desk.json("send", KEY, "--yes", "--by", BO, *words, code=code)


def due_now(desk: Desk, *words: str) -> None:
    """The issue's send, which a worker should start now."""
    desk.run("send", KEY, "--yes", "--by", BO, "--at", "2030-09-30 09:00", *words)
    with desk.open() as database, database.writing() as connection:
        connection.execute(update(sends).values(starts_at=datetime.now(UTC)))


def shown(desk: Desk, number: int = 1) -> dict[str, object]:
    return desk.json("sends", "show", str(number))


def counts(report: Mapping[str, object]) -> dict[str, object]:
    """Of a report, without what is zero or empty."""
    found = cast(Mapping[str, object], report["counts"])
    return {name: number for name, number in found.items() if number}


def log(report: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """Who decided what, and why."""
    said = cast(list[dict[str, str]], report["log"])
    return [(one["by"], one["what"], one["why"]) for one in said]


def rules(desk: Desk, *words: str) -> list[str]:
    """What is wrong with a send."""
    return [finding.rule for finding in desk.refused("send", KEY, "--yes", *words) if _is_error(finding)]


def _is_error(finding: object) -> bool:
    return getattr(finding, "severity", "") == "error"


def outbox(desk: Desk) -> dict[str, EmailMessage]:
    """The messages by the address they went to."""
    found: dict[str, EmailMessage] = {}
    for file in sorted((desk.root / "outbox").glob("*.eml")):
        message = email.message_from_bytes(file.read_bytes(), policy=policy.default)
        assert isinstance(message, EmailMessage)
        address = str(message["To"].addresses[0].addr_spec)
        assert address not in found, "two copies"
        found[address] = message
    return found


def part(message: EmailMessage, kind: str = "html") -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def posted(service: Loopback) -> list[Asked]:
    return [asked for asked in service.asked if asked.method == "POST"]


def sendgrid_to(asked: Asked) -> list[str]:
    """Whom a call of SendGrid's is for."""
    return [person["to"][0]["email"] for person in json.loads(asked.body)["personalizations"]]


def later(desk: Desk, seconds: float) -> None:
    """As if so much time had passed: whatever the ledger waits for was noted so much earlier."""
    by = timedelta(seconds=seconds)
    with desk.open() as database, database.writing() as connection:
        for column in _MOMENTS:
            for moment in connection.execute(select(column).where(column.is_not(None)).distinct()).scalars():
                connection.execute(
                    update(column.table).where(column == moment).values({column.name: moment - by})
                )


@contextmanager
def at_work(
    desk: Desk, until: Callable[[Send, Counts], bool] = lambda *_: False, only: int = 1
) -> Iterator[Engine]:
    """An engine for one send, to be run, that stops by itself as soon as ``until`` holds."""
    library = Library(desk.root, load_settings(desk.root))
    with (
        services(library) as opened,
        desk.open() as database,
        working(database, datetime.now(UTC)) as worker,
    ):
        assert worker is not None

        def watch(sending: Send, counted: Counts) -> None:
            if until(sending, counted):
                engine.stop()

        engine = Engine(database, library, worker, opened, only=only, watch=watch)
        yield engine


def after(looks: int) -> Callable[[object, object], bool]:
    """Holds when the engine has looked up so often."""
    left = iter(range(looks))
    return lambda *_: next(left, None) is None


def work(desk: Desk, until: Callable[[Send, Counts], bool]) -> None:
    """Goes on with the first send until something holds, as one who presses Ctrl-C then."""
    with at_work(desk, until) as engine:
        engine.run(for_ever=True)


def poisoned(addresses: Iterable[str]) -> Callable[[Asked], Answer]:
    """A SendGrid that refuses every call that one of these is in."""
    bad = [f'"{address}"' for address in addresses]

    def respond(asked: Asked) -> Answer:
        if any(address in asked.body.decode() for address in bad):
            return Answer.json({"errors": [{"message": "Does not contain a valid address."}]}, 400)
        return TAKEN

    return respond
