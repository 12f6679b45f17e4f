"""When a send begins: words and local times as moments, quiet hours, and what becomes of a late one.

All moments are in UTC. A local time that its zone skips, or has twice, is refused where a person can choose;
where nobody can, it moves forward by the gap, or is the first of the two.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.contact import QuietHours
from lpdownload.model.issue import Issue
from lpdownload.model.late import most_late
from lpdownload.model.text import exists_in, is_ambiguous

_DAY: Final = r"(?:199\d|20\d\d|21\d\d|2200)-\d\d-\d\d"
_MOMENT: Final = re.compile(
    rf"({_DAY})(?:T|\s+)([01]?\d|2[0-3]):(\d\d)(:\d\d)?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
_ONE_MINUTE: Final = timedelta(minutes=1)


def moment_given(text: str, zone: str) -> datetime:
    """``2030-09-30 09:00`` in ``zone``, the same with an offset or Z, or ``now``.

    InvalidInput if it cannot be read (bad-time), or if ``zone`` skips it (no-such-time) or has it twice
    (two-times); the hint of these names the two moments it could mean.
    """
    text = text.strip()
    if text.lower() == "now":
        return datetime.now(UTC)
    if re.fullmatch(_DAY, text, re.ASCII):
        raise _refused("bad-time", f"a day without a time: {text}", f'add the time, as in "{text} 09:00"')
    try:
        said = _read(text)
    except ValueError:
        message = f"not a date and time: {text}"
        hint = f'"2030-09-30 09:00" in {zone}, 2030-09-30T09:00-04:00, or now'
        raise _refused("bad-time", message, hint) from None
    if said.tzinfo is not None:
        return said.astimezone(UTC)
    if not exists_in(said, zone):
        before, after = (_moment(said, zone, fold).astimezone(ZoneInfo(zone)) for fold in (1, 0))
        message = f"{zone} skips {said:%Y-%m-%d %H:%M}: its clocks go forward"
        hint = f'"{before:%Y-%m-%d %H:%M}" (before) or "{after:%Y-%m-%d %H:%M}" (after)'
        raise _refused("no-such-time", message, hint)
    if is_ambiguous(said, zone):
        first, second = (
            _moment(said, zone, fold).astimezone(ZoneInfo(zone)).isoformat(timespec="minutes")
            for fold in (0, 1)
        )
        message = f"{zone} has {said:%Y-%m-%d %H:%M} twice: its clocks go back"
        raise _refused("two-times", message, f"{first} (first) or {second} (second)")
    return _moment(said, zone)


def moment_written(issue: Issue) -> datetime | None:
    """When the issue's file says that it goes out; None if it says no time."""
    said = issue.written.send_at
    return None if said is None else _moment(said, issue.newsletter.timezone)


def quiet_until(moment: datetime, quiet: QuietHours | None, zone: str) -> datetime | None:
    """When the quiet hours end that hold at a moment; None if none do.

    Quiet is what the clocks of ``zone`` show, whatever they were put forward or back to: hence every minute
    is asked, some 1,500 at the most.
    """
    if quiet is None:
        return None
    local = ZoneInfo(zone)
    asked = moment.astimezone(UTC)
    while quiet.holds(asked.astimezone(local).time()):
        asked = asked.replace(second=0, microsecond=0) + _ONE_MINUTE
    return asked if asked != moment else None


def lateness(late: str, starts_at: datetime, now: datetime) -> Literal["go", "ask", "skip"]:
    """What becomes of a send that should have begun at ``starts_at``; ``late`` is a normal form of Late."""
    if now - starts_at <= most_late(late):
        return "go"
    return "ask" if late == "ask" else "skip"


def local_moments(
    wall: datetime, zones: Iterable[str | None], default_zone: str
) -> dict[str | None, datetime]:
    """When clocks show ``wall`` (without a zone), by zone; where a zone is missing or unknown, the default's.

    The earliest of them is when a send in each reader's own time begins.
    """
    default = _moment(wall, default_zone)
    found: dict[str | None, datetime] = {}
    for zone in zones:
        try:
            found[zone] = _moment(wall, zone) if zone else default
        except (ValueError, OSError, ZoneInfoNotFoundError):
            found[zone] = default
    return found


def _read(text: str) -> datetime:
    """Without a zone if the text has none. ValueError if it is no date and time."""
    if not (found := _MOMENT.fullmatch(text)):
        raise ValueError(text)
    day, hour, minute, second, offset = found.groups(default="")
    return datetime.fromisoformat(f"{day}T{hour:0>2}:{minute}{second or ':00'}{offset.upper()}")


def _moment(wall: datetime, zone: str, fold: int = 0) -> datetime:
    """By PEP 495: with fold 0 what a zone skips moves forward, and of what it has twice this is the first."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def _refused(rule: str, message: str, hint: str) -> InvalidInput:
    return InvalidInput([Finding(rule, message, hint)])
