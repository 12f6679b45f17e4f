"""The .ics file of an event (RFC 5545); same bytes every time.

Written by hand, and read back by icalendar in the tests: importing that library takes 25 ms of a command
that should take 400, and ten lines of one component need none of it.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from lpdownload.model.sections.events import Event

_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


def calendar_file(event: Event, *, uid: str, stamp: datetime, place: str, organizer: str) -> bytes:
    """One VEVENT in UTC, which calendars turn into their own zone; ``uid`` stays when the event moves."""
    zone = ZoneInfo(event.timezone)
    speaker = (event.host or organizer).replace('"', "'").replace("\n", " ")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//lpdownload//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{escaped(uid)}",
        f"DTSTAMP:{_moment(stamp)}",
        f"DTSTART:{_moment(event.start.replace(tzinfo=zone))}",
        f"DTEND:{_moment(event.end.replace(tzinfo=zone))}" if event.end else "",
        f"SUMMARY:{escaped(event.title)}",
        f"LOCATION:{escaped(place)}",
        f"DESCRIPTION:{escaped(event.body)}" if event.body else "",
        f"URL:{event.register_url}" if event.register_url and "{{" not in event.register_url else "",
        f'ORGANIZER;CN="{speaker}":mailto:{organizer}',
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return folded_lines(line for line in lines if line)


def folded_lines(lines: Iterable[str]) -> bytes:
    """Content lines as they stand in a file (RFC 5545, 3.1)."""
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line.encode()))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(words: str) -> str:
    """Escaped (RFC 5545, 3.3.11)."""
    return words.translate(_ESCAPES)


def _folded(line: bytes) -> Iterator[bytes]:
    """In parts of 75 octets at most, each but the first after a blank; no character is cut (3.1)."""
    at, room = 0, 75
    while at < len(line):
        end = min(at + room, len(line))
        while end < len(line) and line[end] & 0xC0 == 0x80:
            end -= 1
        yield (b" " if at else b"") + line[at:end]
        at, room = end, 74
