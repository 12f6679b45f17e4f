"""What a provider is to the rest of the program.

How to add one: a module of its own with a pydantic settings model (its fields become
LPDOWNLOAD_<NAME>_<FIELD>), a ``Capabilities``, a class that fulfils MessageProvider or CampaignProvider, a
table from the vendor's event words to ours if it reports events, and one line in registry.py. The contract
suite (tests/providers/contract.py) then runs over it: give it a loopback server that speaks its protocol.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from pydantic import BaseModel

from lpdownload.errors import Finding, LpdownloadError
from lpdownload.model.delivery import Accepted, Mail, Outcome, Recipient, Refused
from lpdownload.model.event import Event, EventKind

Merging: TypeAlias = Literal["ours", "theirs"]
"""Who puts the values in: we, into a full message each, or they, into one body."""

Told: TypeAlias = Callable[[int, Outcome], None]
"""Hears of an outcome before the batch is through, with its index in ``Batch.references``."""


@dataclass(frozen=True)
class Capabilities:
    """What a provider can carry; the matrix in the documentation is made of it."""

    title: str
    """Its name for people."""
    family: Literal["messages", "campaigns", "people"]
    merging: Merging = "ours"
    most_recipients: int = 1
    """In one call."""
    most_bytes: int = 25_000_000
    """Of one call's body."""
    most_message_bytes: int = 10_000_000
    """Of one recipient's message."""
    unsubscribe_headers: bool = True
    """Whether each recipient's own List-Unsubscribe gets through."""
    idempotency_hours: int = 0
    """How long the same key is answered without a second message; 0 where there is no such key."""
    events: bool = False
    """Whether it reports what became of a message."""
    can_look_up: bool = False
    """Whether it can be asked later if it took a message."""
    schedules: bool = False
    delivers: bool = True
    """False where nothing leaves this machine."""


@dataclass(frozen=True)
class Batch:
    """Recipients with the request that hands them over: the same bytes whenever it is submitted."""

    key: str
    """The idempotency key, where the provider has one."""
    references: tuple[str, ...]
    """Of the recipients in it, in order; outcomes come in the same order."""
    addresses: tuple[str, ...]
    """Their wire addresses."""
    parts: tuple[bytes, ...]
    """One body for all, or a message each."""
    content_type: str = "application/json"
    unfit: tuple[tuple[str, Refused], ...] = ()
    """Recipients that are not in it because no message can be made for them, by reference."""
    sender: str = ""
    """The envelope's wire address, where it goes beside the messages."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex of what goes out."""
        found = hashlib.sha256()
        for part in self.parts:
            found.update(len(part).to_bytes(8, "big"))
            found.update(part)
        return found.hexdigest()


CheckState: TypeAlias = Literal["ok", "warning", "error", "unknown"]


@dataclass(frozen=True)
class Check:
    """One thing that ``providers check`` or ``doctor`` looked at.

    A provider names the variables of its own account, LPDOWNLOAD_<NAME>_<FIELD>: ``check_account`` puts
    another account's in their place.
    """

    what: str
    state: CheckState
    says: str
    remedy: str = ""


class TooLarge(LpdownloadError):
    """So many recipients do not fit into one call; ``fits`` do."""

    def __init__(self, fits: int) -> None:
        self.fits = fits
        super().__init__(f"only {fits} recipients fit into one call")


class CannotLookUp(LpdownloadError):
    """The provider cannot be asked now. Says why, without secrets and addresses."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        """``seconds``: when it said to come back."""
        self.seconds = seconds
        super().__init__(reason)


class MessageProvider(Protocol):
    """We hold the list: it takes batches of messages."""

    capabilities: Capabilities

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        """What of this mail it cannot carry, each with the remedy; asked before anything is sent.

        It may ask the provider how the account is set up, if nothing else is wrong with the mail. Where the
        provider does not tell, that is a warning: never an exception.
        """

    def build(self, mail: Mail, recipients: Sequence[Recipient], key: str) -> Batch:
        """The request for these recipients, at most ``most_recipients``. No I/O, and the same for the same
        arguments. Raises TooLarge if they do not fit ``most_bytes``.
        """

    def submit(self, batch: Batch, *, told: Told | None = None) -> tuple[Outcome, ...]:
        """Hands it over once, repeating only what is safe (retry.py): an outcome for each reference.

        Whatever the provider or the network does is an outcome, never an exception. Where messages go one by
        one, ``told`` is called in this thread as each outcome is known; where one answer settles the whole
        batch it may be left uncalled. A reason names a setting as "the account's API_KEY": each account has
        variables of its own.
        """

    def check(self) -> Sequence[Check]:
        """Whether it is reachable and takes the credentials, without sending anything."""

    def close(self) -> None: ...


@runtime_checkable
class LooksUp(Protocol):
    """It can be asked later what it took: ``Capabilities.can_look_up`` of a MessageProvider."""

    def look_up(
        self, send: str, references: Sequence[str], since: datetime
    ) -> Mapping[str, Accepted | Refused]:
        """What the provider says became of these copies of a send, by ``Recipient.reference``.

        They were handed over at ``since`` (with a time zone) or later. One it does not know is missing from
        the answer, which proves nothing: it may not know it yet or no longer, and there is a limit to the
        calls. Raises CannotLookUp.
        """


class EventSource(Protocol):
    """It reports what became of a message, by a webhook: its module has these functions."""

    EVENTS: Mapping[str, EventKind]
    """Its words for kinds of events, ours."""

    def verify(self, headers: Mapping[str, str], body: bytes, settings: BaseModel, now: datetime) -> None:
        """Raises BadSignature unless the body is the provider's, and recent; NotAnEvent if it is malformed.

        ``settings``: of the provider's own model. Within the time that the provider repeats itself a replay
        passes: ``Event.identity`` tells.
        """

    def parse_events(self, body: bytes) -> Iterator[Event]:
        """What a verified body reports, of the kinds we know. Raises NotAnEvent before the first if it is no
        report, PartUnread after the last if some of it cannot be read.
        """


@runtime_checkable
class Confirms(Protocol):
    """An EventSource that asks us first whether its reports are wanted, and signs with certificates that have
    to be fetched: ``fetch`` GETs one, and raises OSError.
    """

    def verify(
        self,
        headers: Mapping[str, str],
        body: bytes,
        settings: BaseModel,
        now: datetime,
        fetch: Callable[[str], bytes],
    ) -> None:
        """As of EventSource."""

    def confirm(self, body: bytes, fetch: Callable[[str], bytes]) -> bool:
        """Says yes, if a body that ``verify`` has passed asks; False if it does not. Raises OSError."""


@runtime_checkable
class SignsToken(Protocol):
    """An EventSource that signs a token instead of the report: whose token comes again with another report is
    no provider.
    """

    def token_of(self, body: bytes) -> str:
        """Of a body that ``verify`` has passed."""


def cut(provider: MessageProvider, mail: Mail, recipients: Iterable[Recipient], key: str) -> Iterator[Batch]:
    """Batches for any number of recipients, by count and by bytes; the keys are ``key-1``, ``key-2`` …"""
    waiting: list[Recipient] = []
    number = 0
    most = provider.capabilities.most_recipients
    stream = iter(recipients)
    exhausted = False
    while True:
        while not exhausted and len(waiting) < most:
            recipient = next(stream, None)
            if recipient is None:
                exhausted = True
            else:
                waiting.append(recipient)
        if not waiting:
            return
        take = min(most, len(waiting))
        while True:
            try:
                batch = provider.build(mail, waiting[:take], f"{key}-{number + 1}")
                break
            except TooLarge as error:
                if take == 1:  # ``build`` is to call it unfit: another try would be the same for ever
                    raise
                take = max(1, min(error.fits, take - 1))
        number += 1
        del waiting[:take]
        yield batch
