"""Checks that need more than the newsroom's files, and run only when they are asked for."""

from collections.abc import Iterable
from typing import Final, Protocol

from lpdownload.check.inspection import Inspection
from lpdownload.errors import Finding

RULES: Final = {
    "online": ("link-dead", "link-unreachable", "link-certificate", "link-moved", "link-unchecked"),
    "browser": ("axe-*", "view-*"),
    "spam": ("spam-*",),
}
"""By extra, the rules that it alone finds; ``*`` stands for the rest of a name."""


class Extra(Protocol):
    """A check that is asked for by an option of its name; it may hold what all issues share, as a browser."""

    @property
    def name(self) -> str: ...

    def look(self, inspection: Inspection) -> Iterable[Finding]:
        """Findings with their places."""
        ...


def extra_of(rule: str) -> str | None:
    """The extra that finds this rule."""
    for name, patterns in RULES.items():
        for pattern in patterns:
            if rule == pattern or (pattern.endswith("*") and rule.startswith(pattern[:-1])):
                return name
    return None
