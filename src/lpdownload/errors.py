"""What can be wrong, with its place: findings, and the exceptions that carry them.

LpdownloadError
├── InvalidInput        the user's files or arguments; carries every finding; exit code 1
│   └── Unavailable     nobody's fault, and it may pass: who runs for ever tries again
└── (anything else)     a surprise; exit code 3
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Loc: TypeAlias = tuple[str | int, ...]
"""Steps from a document's root to a value: ``("sections", 1, "image", "width")``."""

Severity: TypeAlias = Literal["error", "warning", "info"]


def dotted(loc: Loc) -> str:
    """``("sections", 1, "image")`` as ``sections[1].image``."""
    path = ""
    for step in loc:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file a person wrote; line and column count from 1, columns in characters."""

    file: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check. ``loc`` leads to the value that caused it; ``place`` is where that stands.

    ``clients`` are the mail programs it is about, if not all.
    """

    rule: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    loc: Loc = ()
    place: Place | None = None
    clients: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        return dotted(self.loc)

    def at(self, place: Place) -> "Finding":
        return replace(self, place=place)

    def __str__(self) -> str:
        where = f"{self.place.file}:{self.place.line}:{self.place.column}: " if self.place else ""
        path = f"{self.path}: " if self.loc else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{where}{path}{self.message}{hint}"


class LpdownloadError(Exception):
    """Every error this program raises on purpose."""


class InvalidInput(LpdownloadError):
    """The user's input is wrong; ``findings`` holds all of it, never only the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class Unavailable(InvalidInput):
    """Something that is needed is busy or away for now; nothing was changed, and it may pass by itself."""
