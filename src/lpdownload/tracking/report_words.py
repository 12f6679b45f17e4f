"""A report's numbers in words, alike on the terminal and on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lpdownload.model.audience import EXCLUSIONS
from lpdownload.model.report import LIMITS, Numbers, RateName, Report, Scope, Verdict, verdict

NAMES: Final[Mapping[RateName, str]] = {
    "delivered": "Delivered",
    "bounced": "Bounced",
    "complained": "Complained",
    "unsubscribed": "Unsubscribed",
    "clicked": "Clicked",
    "opened": "Opened",
}
VERDICTS: Final = {"good": "good", "watch": "look into it", "too_high": "too high"}
PARTS: Final[Mapping[Scope, str]] = {"issue": "Send", "newsletter": "Issue", "all": "Newsletter"}


@dataclass(frozen=True, slots=True)
class Rate:
    """One that can be told, with what it is compared with."""

    name: RateName
    people: int
    rate: float
    usual: float | None
    limits: tuple[float, float] | None
    state: Verdict | None

    @property
    def verdict(self) -> str:
        return VERDICTS[self.state] if self.state else ""


def percent(share: float | None) -> str:
    """Two digits that count: 12 %, 1.2 %, 0.12 %."""
    if share is None:
        return "–"
    value = 100 * share
    digits = 0 if value >= 10 or not value else 1 if value >= 1 else 2
    return f"{value:.{digits}f} %"


def account(numbers: Numbers) -> list[tuple[str, int, str]]:
    """How the candidates come to what became of them: words, people, and what kind of line it is."""
    lines = [("Candidates", numbers.candidates, "sum")]
    for name, people in numbers.excluded.items():
        lines.append((EXCLUSIONS.get(name, name.replace("_", " ")), -people, "less"))
    lines.append(("Planned", numbers.planned, "sum"))
    lines += [
        (name, getattr(numbers, field), "part")
        for name, field in (
            ("Accepted by the provider", "accepted"),
            ("Refused by the provider", "refused"),
            ("Failed: nothing could be handed over", "failed"),
            ("In doubt", "in_doubt"),
            ("Not handed over yet", "pending"),
        )
        if field == "accepted" or getattr(numbers, field)
    ]
    return lines


def rates(report: Report) -> list[Rate]:
    """In the order in which they are told."""
    before = report.usual.rates if report.usual else {}
    return [
        Rate(
            name,
            int(getattr(report.numbers, name)),
            rate,
            before.get(name),
            LIMITS.get(name),
            verdict(name, rate),
        )
        for name, rate in report.numbers.rates.items()
    ]
