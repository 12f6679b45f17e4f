"""What became of issues, in numbers: people by fate, rates against their limits, clicks, growth of lists.

A person counts once for each send, whatever happens how often. No number is about fewer than FEWEST people
where it could point at somebody, and none comes with an address.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from statistics import median
from typing import Final, Literal, TypeAlias

FEWEST: Final = 10
"""People at a mail domain that is named."""

Scope: TypeAlias = Literal["issue", "newsletter", "all"]
RateName: TypeAlias = Literal["delivered", "bounced", "complained", "unsubscribed", "clicked", "opened"]
Verdict: TypeAlias = Literal["good", "watch", "too_high"]

LIMITS: Final[Mapping[RateName, tuple[float, float]]] = {
    "complained": (0.001, 0.003),
    "bounced": (0.02, 0.05),
}
"""From the first on look into it, from the second on mailbox providers block or services suspend.

Complaints: what Gmail and Yahoo ask of bulk senders. Bounces: Amazon SES reviews an account from 5 % on, and
others do from about the same.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """People, by what became of the copies planned for them."""

    planned: int = 0
    pending: int = 0
    accepted: int = 0
    refused: int = 0
    failed: int = 0
    in_doubt: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0
    unsubscribed: int = 0
    """Who left the newsletter after the issue and before the next one."""
    clicked: int = 0
    """With at least one click that is taken to be a person's."""
    clicked_by_machine: int = 0
    """With clicks that are all taken to be programs'."""
    opened: int = 0
    opened_by_machine: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    """By reason."""

    def __add__(self, other: "Numbers") -> "Numbers":
        sums = {one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)[:-1]}
        reasons = {*self.excluded, *other.excluded}
        excluded = {name: self.excluded.get(name, 0) + other.excluded.get(name, 0) for name in reasons}
        return Numbers(**sums, excluded=dict(sorted(excluded.items(), key=lambda item: (-item[1], item[0]))))

    @property
    def candidates(self) -> int:
        return self.planned + sum(self.excluded.values())

    def rate(self, name: RateName) -> float | None:
        """Of those that the provider accepted; None if there were none."""
        return int(getattr(self, name)) / self.accepted if self.accepted else None

    @property
    def rates(self) -> dict[RateName, float]:
        """Those that can be told; of deliveries and opens only where any were reported."""
        found: dict[RateName, float] = {}
        for name in RATES:
            rate = self.rate(name)
            if rate is not None and (rate or name not in {"delivered", "opened"}):
                found[name] = rate
        return found


RATES: Final[tuple[RateName, ...]] = (
    "delivered",
    "bounced",
    "complained",
    "unsubscribed",
    "clicked",
    "opened",
)


def verdict(name: RateName, rate: float | None) -> Verdict | None:
    """How a rate stands to its limits; None where it has none."""
    if rate is None or name not in LIMITS:
        return None
    watch, most = LIMITS[name]
    return "too_high" if rate >= most else "watch" if rate >= watch else "good"


def total(numbers: Iterable[Numbers]) -> Numbers:
    return sum(numbers, Numbers())


@dataclass(frozen=True, slots=True)
class Row:
    """The numbers of a part: a send, an issue, a newsletter, a provider, a domain."""

    name: str
    numbers: Numbers
    at: datetime | None = None
    """When it began."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link of an issue in one of its sections."""

    address: str
    section: str
    """Its id or place, as in utm_content; empty if nobody knows."""
    people: int
    clicks: int
    """Of persons."""
    machine_clicks: int


@dataclass(frozen=True, slots=True)
class Section:
    """A section with the clicks on all of its links."""

    name: str
    title: str
    clicks: int
    machine_clicks: int
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """How a newsletter's list changed in a month, by UTC."""

    first: date
    joined: int
    left: int
    """By their own wish."""
    lost: int
    """Bounced or complained."""
    at_end: int
    """Active subscriptions at its end; of the current month, now."""


@dataclass(frozen=True, slots=True)
class Growth:
    newsletter: str
    active: int
    months: tuple[Month, ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """The medians of a newsletter's earlier issues."""

    issues: int
    accepted: float
    rates: Mapping[RateName, float]


def usual(earlier: Iterable[Numbers]) -> Usual | None:
    """None if nobody got an earlier issue."""
    known = [numbers for numbers in earlier if numbers.accepted]
    if not known:
        return None
    rates: dict[RateName, float] = {}
    for name in RATES:
        if values := [one.rates[name] for one in known if name in one.rates]:
            rates[name] = median(values)
    return Usual(len(known), median(one.accepted for one in known), rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Of an issue, a newsletter, or everything."""

    scope: Scope
    name: str
    title: str
    made_at: datetime
    since: datetime | None
    """What went out before is left out; None: nothing is."""
    numbers: Numbers
    parts: tuple[Row, ...]
    """Of an issue its sends, of a newsletter its issues, of everything its newsletters; the latest first."""
    sections: tuple[Section, ...] = ()
    providers: tuple[Row, ...] = ()
    domains: tuple[Row, ...] = ()
    """The largest first; the last may be ``OTHERS``."""
    growth: tuple[Growth, ...] = ()
    usual: Usual | None = None
    untracked: frozenset[str] = frozenset()
    """Kinds of events that are not kept, so that their zeros mean nothing."""


OTHERS: Final = "others"
"""All domains with fewer people than FEWEST."""
