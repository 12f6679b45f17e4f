"""The list of newsletters and issues: each issue with its subject, its day and how many findings it has."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal

from lpdownload.check.run import Checked
from lpdownload.errors import Finding
from lpdownload.preview.shapes import Json

State = Literal["waiting", "ready", "broken"]


@dataclass(frozen=True, slots=True)
class Row:
    """An issue in the list; while it is ``waiting``, nobody has read it yet."""

    key: str
    state: State = "waiting"
    subject: str = ""
    date: str = ""
    language: str = ""
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    problem: str = ""

    @property
    def newsletter(self) -> str:
        return self.key.partition("/")[0]

    @property
    def json(self) -> dict[str, Json]:
        return {**asdict(self), "newsletter": self.newsletter, "name": self.key.partition("/")[2]}


def row_of(checked: Checked) -> Row:
    """The row of an issue that was checked."""
    issue = checked.loaded.issue if checked.loaded else None
    return Row(
        checked.key,
        state="broken" if checked.has_errors else "ready",
        subject=checked.rendering.subject if checked.rendering else "",
        date=issue.date.isoformat() if issue else "",
        language=issue.language if issue else "",
        errors=_count(checked.findings, "error"),
        warnings=_count(checked.findings, "warning"),
        infos=_count(checked.findings, "info"),
        problem=next((one.message for one in checked.findings if one.severity == "error"), ""),
    )


def in_order(keys: Iterable[str]) -> list[str]:
    """A newsletter's issues from the newest name to the oldest, each before its translations."""
    by_language = sorted(keys)
    return sorted(by_language, key=lambda key: key.partition("/")[2].partition(".")[0], reverse=True)


def _count(findings: Iterable[Finding], severity: str) -> int:
    return sum(finding.severity == severity for finding in findings)
