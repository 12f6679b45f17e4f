"""What every provider that takes messages over HTTP owes us, whatever its service or the network does."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tests.providers.dialects import SECRET, Dialect
from tests.providers.loopback import Answer, Loopback

from lpdownload.model.content import (
    ONE_CLICK_URL,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_URL,
    Content,
    Pieces,
    Slot,
)
from lpdownload.model.delivery import Accepted, InDoubt, Mail, Outcome, Recipient, Refused, Throttled
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import standard_headers
from lpdownload.providers.base import Batch, MessageProvider
from lpdownload.providers.http import ATTEMPTS

PEOPLE: Final = ("ana", "ben", "çelik")


def mail(size: int = 0) -> Mail:
    """Slots in subject, HTML, text and headers; ``size`` bytes of HTML more."""
    name, url = Slot("first_name", None, "html"), Slot(UNSUBSCRIBE_URL, None, "html_url")
    content = Content(
        subject=Pieces(("For ", ": 50% off {{ everything }}"), (Slot("first_name", "you", "header"),)),
        preheader=Pieces.of("Soon"),
        html=Pieces(("<p>Dear ", f"</p>{'é' * (size // 2)}<a href='", "'>out</a>"), (name, url)),
        text=Pieces(("Dear ", "\n"), (Slot("first_name", None, "text"),)),
        headers=standard_headers(
            sender=Mailbox("The Chapter", "news@example.org"),
            reply_to=Mailbox("", "reply@example.org"),
            list_name="News",
            list_id="news.example.org",
            help_url=None,
            archive_url=None,
            feedback_id="a:b:c:chapter",
            language="en",
            public_url="https://example.org",
        ),
    )
    return Mail(content, "lpny/2024-09", "send-1", date=datetime(2024, 9, 3, 12, 30, tzinfo=UTC))


def recipient(number: int, name: str, **values: str) -> Recipient:
    """``values`` beside the system's own."""
    link = f"https://example.org/u/{number}"
    system = {
        ONE_CLICK_URL: link,
        UNSUBSCRIBE_URL: f"{link}?a=1&b=2",
        UNSUBSCRIBE_MAILTO: f"out@example.org?subject={number}",
    }
    address = f"{name if name.isascii() else 'celik'}@example.org"
    return Recipient(f"copy-{number}", Mailbox(name, address), {"first_name": name, **system, **values})


def people() -> list[Recipient]:
    return [recipient(number, name) for number, name in enumerate(PEOPLE, 1)]


@dataclass(frozen=True)
class Fault:
    """What the service does to every call, and what that means."""

    answer: Answer
    outcome: type[Outcome]
    repeats: bool = False
    """By every provider."""
    repeats_with_key: bool = False
    """By a provider that knows the same call again."""
    stops: bool = True
    """Whether it is no use to try the next recipient."""
    seconds: float | None = None


def _said(status: int, **headers: str) -> Answer:
    """An error in all the vendors' words at once, with an address and the secret in it."""
    words = f"ana@example.org may not, with {SECRET}"
    errors = [{"message": words, "field": None}]
    value = {"message": words, "Message": words, "ErrorCode": 10, "errors": errors, "name": "x"}
    return Answer.json(value, status, **headers)


LATER: Final = 600.0
HTML: Final = b"<html><body>Dear ana@example.org, 502 Bad Gateway</body></html>"

FAULTS: Final = {
    "400": Fault(_said(400), Refused, stops=False),
    "401": Fault(_said(401), Refused),
    "403": Fault(_said(403), Refused),
    "403 in HTML": Fault(Answer(403, HTML), Refused),
    "413": Fault(_said(413), Refused, stops=False),
    "422": Fault(_said(422), Refused, stops=False),
    "429": Fault(_said(429), Throttled, repeats=True),
    "429, come back at once": Fault(_said(429, Retry_After="0"), Throttled, repeats=True, seconds=0.0),
    "429, come back later": Fault(_said(429, Retry_After="600"), Throttled, seconds=LATER),
    "500": Fault(_said(500), InDoubt, repeats_with_key=True),
    "502 in HTML": Fault(Answer(502, HTML), InDoubt, repeats_with_key=True),
    "503": Fault(_said(503), InDoubt, repeats_with_key=True),
    "503, come back later": Fault(_said(503, Retry_After="600"), Throttled, seconds=LATER),
    "redirected": Fault(Answer(302, headers={"Location": "https://example.org/"}), Refused),
    "reset before the body": Fault(Answer(breaks="before the body"), InDoubt, repeats_with_key=True),
    "reset after the body": Fault(Answer(breaks="after the body"), InDoubt, repeats_with_key=True),
    "closed without a word": Fault(Answer(raw=b""), InDoubt, repeats_with_key=True),
    "no answer": Fault(Answer(breaks="silent"), InDoubt, repeats_with_key=True),
}


def submitted(
    server: Loopback, provider: MessageProvider, *fault: Answer
) -> tuple[Batch, tuple[Outcome, ...]]:
    """A batch of PEOPLE, and its outcomes; ``fault`` is done to each call."""
    batch = provider.build(mail(), people(), "key-1")
    for answer in fault:
        server.script.extend([answer] * ATTEMPTS * len(PEOPLE))
    return batch, provider.submit(batch)


def holds(fault: Fault, dialect: Dialect, batch: Batch, outcomes: Sequence[Outcome]) -> None:
    """Asserts what ``fault`` means for each recipient."""
    rest = fault.outcome
    if dialect.a_call_each and fault.outcome is InDoubt and fault.stops:
        rest = Throttled  # the others were not tried
    kinds = [type(outcome) for outcome in outcomes]
    assert kinds == [fault.outcome, *[rest] * (len(batch.references) - 1)]
    if fault.seconds is not None:
        assert [getattr(outcome, "seconds", None) for outcome in outcomes] == [fault.seconds] * len(outcomes)


def calls_expected(fault: Fault, dialect: Dialect, provider: MessageProvider) -> int:
    with_key = provider.capabilities.idempotency_hours > 0
    each = ATTEMPTS if fault.repeats or (with_key and fault.repeats_with_key) else 1
    return each * (len(PEOPLE) if dialect.a_call_each and not fault.stops else 1)


def tells_nothing_secret(outcomes: Sequence[Outcome]) -> None:
    """No reason holds a secret or anybody's address."""
    for outcome in outcomes:
        if not isinstance(outcome, Accepted):
            assert SECRET not in outcome.reason
            assert not any(f"{name}@example.org" in outcome.reason for name in ("ana", "ben", "celik"))


def refused_by_name(outcomes: Sequence[Outcome]) -> None:
    """The second alone is refused."""
    assert [type(outcome) for outcome in outcomes] == [Accepted, Refused, Accepted]
