"""The .ics file of an event (RFC 5545); same bytes every time."""

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, vCalAddress, vText
from icalendar import Event as CalendarEvent

from lpdownload.model.sections.events import Event


@lru_cache(maxsize=256)
def calendar_file(event: Event, *, uid: str, stamp: datetime, place: str, organizer: str) -> bytes:
    """One VEVENT in UTC, which calendars turn into their own zone; ``uid`` stays when the event moves."""
    entry = CalendarEvent()
    zone = ZoneInfo(event.timezone)
    entry.add("uid", uid)
    entry.add("dtstamp", stamp.astimezone(UTC))
    entry.add("dtstart", event.start.replace(tzinfo=zone).astimezone(UTC))
    if event.end:
        entry.add("dtend", event.end.replace(tzinfo=zone).astimezone(UTC))
    entry.add("summary", event.title)
    entry.add("location", place)
    if event.body:
        entry.add("description", event.body)
    if event.register_url and "{{" not in event.register_url:
        entry.add("url", event.register_url)
    contact = vCalAddress(f"mailto:{organizer}")
    contact.params["cn"] = vText(event.host or organizer)
    entry["organizer"] = contact
    calendar = Calendar()
    calendar.add("prodid", "-//lpdownload//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(entry)
    return bytes(calendar.to_ical())
