"""What an issue may leave as it is, with its reason: ``waive: [{rule: …, reason: …}]``.

A waiver is for the whole issue. Law cannot be waived: errors of the family "compliance" stay.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from lpdownload.check.extras import extra_of
from lpdownload.check.registry import rules
from lpdownload.check.reported import REPORTED
from lpdownload.content.issues import LoadedIssue
from lpdownload.content.references import unknown
from lpdownload.errors import Finding


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that the issue lives with, and why."""

    finding: Finding
    reason: str


def waive(
    loaded: LoadedIssue, findings: Iterable[Finding], ran: Iterable[str] | None
) -> tuple[tuple[Finding, ...], tuple[Waived, ...]]:
    """The findings that are left, those about the waivers themselves included, and the waived ones.

    ``ran`` are the extras that had their say beside all static rules; None: not even these, so that a waiver
    without a finding means nothing.
    """
    reasons = {waiver.rule: waiver.reason for waiver in loaded.issue.written.waive}
    lawful = {rule.id for rule in rules() if rule.family == "compliance"}
    left: list[Finding] = []
    waived: list[Waived] = []
    for finding in findings:
        must_stay = finding.rule in lawful and finding.severity == "error"
        if finding.rule in reasons and not must_stay:
            waived.append(Waived(finding, reasons[finding.rule]))
        else:
            left.append(finding)
    used = {each.finding.rule for each in waived}
    if ran is not None:
        left += _about_waivers(loaded, used, frozenset(ran))
    return tuple(left), tuple(waived)


def _about_waivers(loaded: LoadedIssue, used: set[str], ran: frozenset[str]) -> Iterable[Finding]:
    known = {*(rule.id for rule in rules()), *REPORTED}
    lawful = {rule.id: rule.severity for rule in rules() if rule.family == "compliance"}
    seen: set[str] = set()
    for index, waiver in enumerate(loaded.issue.written.waive):
        loc = ("waive", index, "rule")
        place = loaded.place(loc)
        extra = extra_of(waiver.rule)
        if waiver.rule in seen:
            message = f"{waiver.rule} is waived already"
            yield Finding("unused-waiver", message, "leave one of them", "warning", loc, place)
        elif waiver.rule not in known and extra is None:
            yield unknown("rule", waiver.rule, sorted(known), loc, place)
        elif waiver.rule not in used and (extra is None or extra in ran):
            message = f"nothing of this issue breaks {waiver.rule}, or it cannot be waived"
            hint = "mend what it says: the law asks for it" if waiver.rule in lawful else "delete this waiver"
            yield Finding("unused-waiver", message, hint, "warning", loc, place)
        seen.add(waiver.rule)
