"""The registry of rules: each is one small function in the file of its family, check/rules/FAMILY.py.

To add one, write it under ``@rule(…)`` in that file, and a broken issue under tests/check/broken/; a test
finds what is missing, and docs/checks.md is generated.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TypeAlias

from lpdownload.check.inspection import Inspection
from lpdownload.errors import Finding, Loc, Place, Severity

FAMILIES = {
    "content": "What an issue says",
    "spelling": "Spelling",
    "links": "Links",
    "images": "Pictures",
    "size": "Size",
    "compatibility": "Mail programs",
    "pipeline": "What rendering may lose",
    "compliance": "Law and mailbox providers",
    "accessibility": "Accessibility",
}
"""The families in the order of the documentation, each with its title."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found. ``within`` are words inside the text at ``loc``, for the exact line.

    ``severity`` and ``hint`` are the rule's own if None; ``place`` if it is no value of the issue.
    """

    message: str
    loc: Loc = ()
    within: str = ""
    hint: str | None = None
    severity: Severity | None = None
    clients: tuple[str, ...] = ()
    place: Place | None = None


RuleFunction: TypeAlias = Callable[[Inspection], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``says`` is a short sentence of what is wrong, ``why`` its reason, ``remedy`` what to do about it."""

    id: str
    family: str
    severity: Severity
    says: str
    why: str
    remedy: str
    function: RuleFunction

    def findings(self, inspection: Inspection) -> Iterator[Finding]:
        for found in self.function(inspection):
            yield Finding(
                self.id,
                found.message,
                self.remedy if found.hint is None else found.hint,
                found.severity or self.severity,
                found.loc[1:] if found.loc[:1] == ("newsletter",) else found.loc,
                found.place or inspection.place(found.loc, found.within),
                found.clients,
            )


_rules: dict[str, Rule] = {}


def rule(
    name: str, *, severity: Severity, says: str, why: str, remedy: str
) -> Callable[[RuleFunction], RuleFunction]:
    """Registers a rule; its family is the name of the module it stands in."""

    def register(function: RuleFunction) -> RuleFunction:
        if name in _rules:
            raise ValueError(f"there are two rules {name}")
        family = function.__module__.rpartition(".")[2]
        _rules[name] = Rule(name, family, severity, says, why, remedy, function)
        return function

    return register


def rules() -> tuple[Rule, ...]:
    """All static rules, by family."""
    return rules_of(frozenset(FAMILIES))


@cache
def rules_of(families: frozenset[str]) -> tuple[Rule, ...]:
    """The rules of these families, whose modules alone are imported."""
    order = list(FAMILIES)
    for family in families:
        import_module(f"lpdownload.check.rules.{family}")
    wanted = (one for one in _rules.values() if one.family in families)
    return tuple(sorted(wanted, key=lambda one: (order.index(one.family), one.id)))
