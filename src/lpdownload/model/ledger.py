"""The states of sends and batches, the moves between them, and how a send's people are accounted for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias

from lpdownload.errors import LpdownloadError

SendState: TypeAlias = Literal["scheduled", "sending", "paused", "done", "cancelled"]
BatchState: TypeAlias = Literal[
    "planned", "submitting", "accepted", "partly", "refused", "in_doubt", "cancelled"
]

SEND_MOVES: Final[Mapping[SendState, frozenset[SendState]]] = {
    "scheduled": frozenset({"sending", "paused", "cancelled"}),
    "sending": frozenset({"paused", "done", "cancelled"}),
    "paused": frozenset({"scheduled", "sending", "cancelled"}),
    "done": frozenset({"sending"}),  # what was in doubt was not sent after all, and goes out now
    "cancelled": frozenset(),
}
"""Planning is one transaction, so nobody ever sees a send in the middle of it."""

BATCH_MOVES: Final[Mapping[BatchState, frozenset[BatchState]]] = {
    "planned": frozenset({"submitting", "cancelled", "refused"}),
    # planned: the provider has certainly not taken it, and may later
    "submitting": frozenset({"accepted", "partly", "refused", "planned", "in_doubt"}),
    "accepted": frozenset(),
    "partly": frozenset(),
    "refused": frozenset(),
    # submitting: the same bytes under the same key, to a provider that knows keys
    "in_doubt": frozenset({"accepted", "partly", "refused", "planned", "submitting"}),
    "cancelled": frozenset(),
}

LIVE: Final[tuple[SendState, ...]] = ("scheduled", "sending", "paused")

RecipientOutcome: TypeAlias = Literal["accepted", "refused", "failed"]
"""refused: by the provider. failed: nothing could be handed over, as for somebody who has left since."""

FollowUp: TypeAlias = Literal["failed", "not-reached", "accepted"]
"""Whom a further send of an issue goes to: those it was refused for or failed; those, and the bounced; or
those who got it, with a correction.
"""


class IllegalMove(LpdownloadError):
    """A state that cannot follow the one that is: somebody else was faster, or it makes no sense."""

    def __init__(self, what: str, found: str, wanted: str) -> None:
        self.found = found
        self.wanted = wanted
        super().__init__(f"{what} is {found}, so it cannot become {wanted}")


@dataclass(frozen=True, slots=True)
class Counts:
    """People: candidates = planned + excluded, planned = pending + accepted + refused + failed + in_doubt."""

    candidates: int
    planned: int
    excluded: Mapping[str, int]
    pending: int
    accepted: int
    refused: int
    failed: int
    in_doubt: int
    delivered: int
    bounced: int
    complained: int


@dataclass(frozen=True, slots=True)
class Send:
    """An issue on its way to its audience through an account."""

    id: int
    issue: str
    newsletter: str
    edition: int
    """0; each further send of the issue to people of the first has the next number."""
    state: SendState
    account: str
    provider: str
    starts_at: datetime
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    by: str
    reason: str
    """Why it is paused or cancelled; of a correction, what it is for."""
    late: str
    """What to do if it cannot start in time: ask, skip, or so many seconds."""
    local: bool
    """Whether each gets it at this time of their own day."""
    only_to: FollowUp | None
    instance: str
    """Of the database that may fire it; empty: it has to be adopted first."""
    content_digest: str
    audience_digest: str
    planned: int | None
    """How many people; None until the audience is frozen."""
    campaign: str
    """The provider's own name for it, where the provider holds the list."""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """Recipients that are handed over in one call, as the ledger knows them."""

    send_id: int
    number: int
    variant: int
    people: int
    state: BatchState
    attempts: int
    digest: str | None
    """SHA-256 of what was, or is about to be, handed over."""
    reason: str
    not_before: datetime | None = None
    submitted_at: datetime | None = None
    settled_at: datetime | None = None
    owner: int | None = None
