"""The second port: a provider that holds the list itself and runs a campaign over it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.delivery import InDoubt, Mail, Refused, Throttled
from lpdownload.providers.base import Capabilities, Check

CampaignState: TypeAlias = Literal["draft", "scheduled", "sending", "paused", "sent", "cancelled", "unknown"]


@dataclass(frozen=True, slots=True)
class TheirAudience:
    """All whom one of their lists holds."""

    id: str
    name: str
    count: int | None
    """People who would get a mail; None where the provider does not say."""


@dataclass(frozen=True, slots=True)
class TheirSegment:
    """Some of an audience, by a rule of theirs."""

    id: str
    audience: str
    name: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Target:
    """Who is to get a campaign: a whole audience, or one of its segments."""

    audience: str
    segment: str | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """What the provider knows of one of ours."""

    id: str
    """Its own name for it."""
    state: CampaignState
    at: datetime | None = None
    """When it is to leave or has left, UTC."""
    recipients: int | None = None
    link: str = ""
    """Where a person sees it."""
    statistics: Mapping[str, int] = field(default_factory=dict)
    """How many of each kind of event, in the words of model/event.py."""


class CampaignFault(InvalidInput):
    """A campaign's call that did not go well; ``outcome`` says whether to mend, to wait or to look."""

    def __init__(self, outcome: Refused | Throttled | InDoubt, remedy: str = "") -> None:
        self.outcome = outcome
        rule = {Refused: "refused", Throttled: "throttled", InDoubt: "in-doubt"}[type(outcome)]
        super().__init__([Finding(rule, outcome.reason, remedy)])


class CampaignProvider(Protocol):
    """They hold the list. Whatever the provider or the network does wrong is a CampaignFault."""

    capabilities: Capabilities

    def audiences(self) -> Sequence[TheirAudience]: ...

    def segments(self, audience: str) -> Sequence[TheirSegment]: ...

    def refusals(self, mail: Mail) -> Sequence[Finding]:
        """What of this mail it cannot carry, each with the remedy; asked before anything is made."""

    def find(self, external_id: str) -> Campaign | None:
        """The campaign that was made under this id of ours."""

    def create(self, external_id: str, target: Target, mail: Mail) -> Campaign:
        """A draft without content, or the campaign that an earlier try has made under the same id.

        InvalidInput with the refusals, before anything is made.
        """

    def set_content(self, campaign: str, mail: Mail) -> None: ...

    def test(self, campaign: str, addresses: Sequence[str]) -> None:
        """Mails it to these addresses only."""

    def preflight(self, campaign: str) -> Sequence[Check]:
        """Their own list of what is missing."""

    def schedule(self, campaign: str, at: datetime) -> None: ...

    def send(self, campaign: str) -> None:
        """At once; never repeated by itself."""

    def cancel(self, campaign: str) -> None: ...

    def status(self, campaign: str) -> Campaign: ...

    def check(self) -> Sequence[Check]: ...

    def close(self) -> None: ...


def only_carried(findings: Sequence[Finding]) -> None:
    """InvalidInput with those that are errors, if there are any."""
    if errors := [finding for finding in findings if finding.severity == "error"]:
        raise InvalidInput(errors)


def made_once(find: Callable[[], Campaign | None], make: Callable[[], Campaign]) -> Campaign:
    """The campaign that an earlier try has made, or a new one; looked for again if the answer was lost."""
    if found := find():
        return found
    try:
        return make()
    except CampaignFault as fault:
        if isinstance(fault.outcome, InDoubt) and (made := find()):
            return made
        raise


def matches(ours: int, theirs: int | None, *, most_apart: float = 0.02) -> Check:
    """Whether a segment of theirs is plausibly the one of ours that it stands for.

    A few people always differ: who has just joined or left. ``most_apart`` is the share of ours that may.
    """
    what = "segment"
    if theirs is None:
        remedy = "look at the count on their site before sending"
        return Check(what, "unknown", f"{ours:,} people here; the provider does not say how many", remedy)
    says = f"{ours:,} people here, {theirs:,} there"
    if theirs == ours:
        return Check(what, "ok", says)
    if not theirs or not ours:
        return Check(what, "error", says, "choose another segment of theirs: this one is not the same")
    if abs(theirs - ours) <= max(most_apart * ours, 1):
        return Check(what, "warning", says, "bring their list up to date if the difference surprises")
    return Check(what, "error", says, "choose another segment of theirs, or bring their list up to date")
