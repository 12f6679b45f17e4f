"""What the next issue of a newsletter is called, and the period or day it stands for."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.issue import IssueFile
from lpdownload.model.newsletter import Cadence
from lpdownload.model.period import Period

_NAME = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_SEASONS = ("spring", "summer", "fall", "winter")


@dataclass(frozen=True, slots=True)
class LastIssue:
    """The newest issue; ``written`` is None if its file cannot be read, which need not stop the next one."""

    name: str
    day: date
    written: IssueFile | None


def last_issue(library: Library, newsletter: str, cadence: Cadence) -> LastIssue | None:
    """The newest original of a newsletter: by its period, or by its day where issues are called by days."""
    found = []
    for name in library.issue_names(newsletter):
        if "." in name:
            continue  # a translation
        try:
            written: IssueFile | None = library.issue_file(newsletter, name)[1]
        except InvalidInput:
            written = None
        if day := _day_of(written, cadence) or _day_in(name):
            found.append(LastIssue(name, day, written))
    return max(found, key=lambda issue: issue.day, default=None)


def next_name(cadence: Cadence, last: date | None, today: date) -> str:
    """``2024-10``, ``2024-fall`` or ``2024-10-02``: one step after ``last``, but nothing in the past."""
    match cadence:
        case "monthly" | "quarterly":
            step = 1 if cadence == "monthly" else 3
            month = max(_months_later(last, step), today.replace(day=1)) if last else today
            return f"{month:%Y-%m}"
        case "seasonal":
            season = max(_season(_months_later(last, 3)), _season(today)) if last else _season(today)
            return f"{season[0]}-{_SEASONS[season[1]]}"
        case "weekly":
            return f"{max(last + timedelta(weeks=1), today) if last else today}"
        case "irregular":
            return f"{today}"


def head(name: str, today: date) -> str:
    """The lines of an issue that say its period or day, as its name has it. InvalidInput for a bad name."""
    if not _NAME.fullmatch(name) or name == "newsletter":
        hint = "lower-case letters, digits and dashes, as in 2024-10, 2024-fall or convening-special"
        raise InvalidInput([Finding("bad-name", f"an issue cannot be called {name}", hint)])
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?", name):
        try:
            date.fromisoformat(name if len(name) > 7 else f"{name}-01")
        except ValueError:
            message = f"there is no {'day' if len(name) > 7 else 'month'} {name}"
            raise InvalidInput([Finding("bad-name", message, "as in 2024-10 or 2024-10-02")]) from None
        return f"date: {name}" if len(name) > 7 else f"period: {name}"
    try:
        Period.parse(name)
    except ValueError:
        words = re.sub("[_-]", " ", name).capitalize()
        return f'period: {{text: "{words}", sort: {today}}}\ndate: {today}'
    return f"period: {name}"


def _day_of(written: IssueFile | None, cadence: Cadence) -> date | None:
    if written is None:
        return None
    period = written.period.start if written.period else None
    by_day = cadence in {"weekly", "irregular"}
    return (written.date or period) if by_day else (period or written.date)


def _day_in(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if len(name) == 10 else Period.parse(name).start
    except ValueError:
        return None


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return date(day.year + years, month + 1, 1)


def _season(day: date) -> tuple[int, int]:
    """Year and number of the season; January belongs to the winter of the year before."""
    return day.year - (day.month < 3), (day.month - 3) % 12 // 3
