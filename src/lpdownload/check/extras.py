"""Checks that need more than the newsroom's files, and run only when they are asked for."""

from collections.abc import Iterable
from typing import Final, Protocol

from lpdownload.check.inspection import Inspection
from lpdownload.errors import Finding

RULES: Final = {
    "browser": {
        "axe-*": "a rule of axe-core, by its own name: an error if axe calls it serious or critical",
        "view-invisible": "a text has the colour of its ground: an error",
        "view-overflow": "something makes the mail wider than a phone",
        "view-clipped": "a text is cut off by its box",
        "view-tap-target": "a button is smaller than a finger",
    },
    "online": {
        "link-dead": "there is no such page: an error",
        "link-certificate": "the site cannot prove that it is the one: an error",
        "link-unreachable": "the page does not answer, fails, or asks for a password",
        "link-moved": "the page leads on to another site, or has moved for good",
        "link-unchecked": "the site does not let programs look",
    },
    "spam": {
        "spam-*": "a rule of SpamAssassin, by its own name: an error if a mail has five points or more",
        "spam-unavailable": "no spamd answers on this machine",
    },
}
"""By extra, the rules that it alone finds and what they say; ``*`` stands for the rest of a name."""


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
