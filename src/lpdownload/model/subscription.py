"""A subscription: a person and a newsletter, its states and the moves between them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

SubscriptionState: TypeAlias = Literal["pending", "active", "unsubscribed", "bounced", "complained"]

STATES: Final[tuple[SubscriptionState, ...]] = ("active", "pending", "unsubscribed", "bounced", "complained")
"""In the order in which they are told."""

Change: TypeAlias = Literal[
    "asked", "confirmed", "subscribed", "chosen", "unsubscribed", "bounced", "complained", "undone"
]
"""What a consent record says happened.

asked         the person typed the address into a form; nothing is mailed but the question
confirmed     the person answered it
subscribed    somebody says that the person asked for it: an import, or staff
chosen        the person ticked it on their own preferences page, which only their mail leads to
undone        the import that brought the subscription was undone
"""

MOVES: Final[dict[tuple[SubscriptionState | None, Change], SubscriptionState]] = {
    (None, "asked"): "pending",
    (None, "subscribed"): "active",
    (None, "unsubscribed"): "unsubscribed",
    (None, "bounced"): "bounced",
    (None, "complained"): "complained",
    ("pending", "asked"): "pending",
    ("pending", "confirmed"): "active",
    ("pending", "unsubscribed"): "unsubscribed",
    ("active", "unsubscribed"): "unsubscribed",
    ("active", "bounced"): "bounced",
    ("active", "complained"): "complained",
    ("pending", "bounced"): "bounced",
    ("pending", "complained"): "complained",
    ("bounced", "unsubscribed"): "unsubscribed",
    ("bounced", "complained"): "complained",
    ("complained", "unsubscribed"): "complained",
    ("unsubscribed", "complained"): "complained",
    # Whoever left comes back by asking and confirming or by choosing, never by what somebody else says.
    (None, "chosen"): "active",
    ("pending", "chosen"): "active",
    ("unsubscribed", "chosen"): "active",
    ("bounced", "chosen"): "active",
    ("complained", "chosen"): "active",
    ("unsubscribed", "asked"): "pending",
    ("bounced", "asked"): "pending",
    ("complained", "asked"): "pending",
}
"""The whole state machine: what is not here changes nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """When something about a subscription happened, and how we know."""

    at: datetime
    source: str
    """Where it came from: a form, a file, a person of the newsroom."""
    proof: str | None = None
    """What would show it: a line of a file, the address of a machine."""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One entry of what a person agreed to or took back."""

    newsletter: str | None
    """None: everything."""
    what: str
    evidence: Evidence
