"""What is handed to a provider, and what can become of it for each recipient."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TypeAlias

from lpdownload.model.content import Content
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.mime import MimePieces, mime_pieces


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person's copy of an issue."""

    reference: str
    """Ours for this copy, by which an event finds it again: letters, digits and dashes, at most 64."""
    to: Mailbox
    values: Mapping[str, str]
    """Every merge field's value, the system's own (SYSTEM_FIELDS) among them."""


@dataclass(frozen=True)
class Mail:
    """A variant of an issue, the same for all its recipients but for the slots."""

    content: Content
    issue: str
    """As in lpny/2024-09: for tags and metadata."""
    send: str
    """Ours for the send, as ``Recipient.reference`` is for a copy."""
    date: datetime = field(kw_only=True)
    """Date of each copy, with its time zone. Kept with the batch: a second try builds the same bytes."""

    def __post_init__(self) -> None:
        if self.date.tzinfo is None:
            raise ValueError("a mail's date needs a time zone")

    @cached_property
    def sender(self) -> Mailbox:
        return Mailbox.parse(self.header("From"))

    @cached_property
    def reply_to(self) -> Mailbox | None:
        return Mailbox.parse(found) if (found := self.header("Reply-To")) else None

    def header(self, name: str) -> str:
        """A header without slots, unencoded; empty if there is none."""
        return next((pieces.fill({}) for key, pieces in self.content.headers if key == name), "")

    @cached_property
    def mime(self) -> MimePieces:
        return mime_pieces(self.content)


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has taken it on."""

    provider_id: str | None = None
    """Its own name for the message, where it gives one."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider will not deliver it, and would refuse it again."""

    reason: str
    account: bool = False
    """It refuses whoever asks with these credentials, whatever the recipient."""


@dataclass(frozen=True, slots=True)
class Throttled:
    """The provider has not taken it, and may later."""

    reason: str
    seconds: float | None = None
    """When it said to come back."""


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It may have been taken: what is not known, in words."""

    reason: str


Outcome: TypeAlias = Accepted | Refused | Throttled | InDoubt
