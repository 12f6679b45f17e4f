"""What a provider reports of a message, in our words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias

EventKind: TypeAlias = Literal[
    "accepted",
    "delivered",
    "deferred",
    "bounced",
    "complained",
    "unsubscribed",
    "opened",
    "clicked",
    "refused",
]
"""deferred: it tries again by itself. refused: it never tried, as for an address on its own list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One thing that became of one recipient's message. What is shown of it names nobody."""

    kind: EventKind
    recipient: str = field(repr=False)
    """The mail address as the provider wrote it."""
    reference: str | None
    """Ours for the copy (``Recipient.reference``), if the provider gave it back."""
    send: str | None
    """Ours for the send (``Mail.send``), if the provider gave it back."""
    at: datetime
    """When it happened, UTC."""
    provider: str
    """A name of the registry."""
    provider_id: str | None = None
    """Its own name for the message, as in ``Accepted.provider_id``; never that of this report of it."""
    detail: str = field(default="", repr=False)
    """Its words: the reason of a bounce, the link of a click."""
    permanent: bool | None = None
    """Of a bounce: whether the address is dead for good; None where the provider does not say."""
    raw: Mapping[str, object] = field(default_factory=dict, repr=False)
    """What it sent, but for what no database takes (``providers.events.json_of``)."""

    def __post_init__(self) -> None:
        if self.at.utcoffset() is None:
            raise ValueError("an event's time needs a zone")
        if self.at.tzinfo is not UTC:
            object.__setattr__(self, "at", self.at.astimezone(UTC))

    @property
    def identity(self) -> str:
        """The same whenever the provider reports this again: 32 hex digits, by which a replay is ignored.

        Without the report's own id: SendGrid may give a repeated report a new one. A click's link is part of
        it, as there may be several in one second.
        """
        return self._digest(self.detail) if self.kind == "clicked" else self._digest()

    @property
    def identity_without_link(self) -> str:
        """What ``identity`` was of clicks up to schema 0003: databases hold it."""
        return self._digest()

    def _digest(self, *more: str) -> str:
        copy = self.reference or self.provider_id or ""
        known = [self.provider, self.kind, self.recipient.lower(), self.at.isoformat(), copy, *more]
        return hashlib.sha256(json.dumps(known).encode()).hexdigest()[:32]
