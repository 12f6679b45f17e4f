"""The .ics file of an event, read back by icalendar."""

from datetime import UTC, datetime

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import Newsroom

from lpdownload.model.sections.events import Event
from lpdownload.model.text import FORBIDDEN
from lpdownload.render.calendar import calendar_file

EVENT = """\
- type: event
  title: Bargaining 101
  start: 2024-10-10 12:00
  end: 2024-10-10 13:30
  timezone: America/Denver
  venue: {name: Union Hall, address: "5 Main Street, Denver"}
  register_url: https://example.org/register?x=1&y=2
  body: Bring a friend.
"""


def event(**fields: object) -> Event:
    return Event.model_validate(
        {
            "type": "event",
            "title": "Workshop",
            "start": "2024-10-10 12:00",
            "timezone": "America/Denver",
            "to_be_announced": True,
        }
        | fields
    )


def file_of(one: Event, place: str = "Union Hall") -> bytes:
    return calendar_file(
        one,
        uid="town-2024-09-s1@example.org",
        stamp=datetime(2024, 9, 1, 12, tzinfo=UTC),
        place=place,
        organizer="town@example.org",
    )


def entry(data: bytes) -> icalendar.cal.Component:
    calendar = icalendar.Calendar.from_ical(data)
    (found,) = calendar.walk("VEVENT")
    return found


def shipped(newsroom: Newsroom) -> bytes:
    (asset,) = [asset for asset in newsroom.render().assets if asset.name.endswith(".ics")]
    return asset.data


@pytest.mark.parametrize(
    ("start", "zone", "utc"),
    [
        ("2024-10-10 12:00", "America/Denver", datetime(2024, 10, 10, 18, tzinfo=UTC)),
        ("2024-12-10 12:00", "America/Denver", datetime(2024, 12, 10, 19, tzinfo=UTC)),
        ("2024-12-31 23:30", "America/New_York", datetime(2025, 1, 1, 4, 30, tzinfo=UTC)),
        ("2024-10-10 00:30", "Asia/Kolkata", datetime(2024, 10, 9, 19, tzinfo=UTC)),
    ],
)
def test_times_are_in_utc(start: str, zone: str, utc: datetime) -> None:
    found = entry(file_of(event(start=start, timezone=zone)))
    assert found.decoded("dtstart") == utc
    assert b"TZID" not in file_of(event(start=start, timezone=zone))


def test_an_event_without_end_has_none() -> None:
    assert "dtend" not in entry(file_of(event()))


def test_same_event_same_bytes() -> None:
    assert file_of(event()) == file_of(event())


def test_lines_end_as_the_format_wants_and_are_no_longer_than_75_bytes() -> None:
    data = file_of(event(title="Straße 🚌 " * 30, body="Lang " * 100))
    assert data.endswith(b"\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    "hostile",
    [
        "Semi; comma, back\\slash",
        "END:VEVENT",
        "BEGIN:VALARM",
        'Quotes " and : colons',
        "newline \\n in letters",
        "a" * 400,
        "🧑‍🏫 مرحبا",
    ],
)
def test_hostile_text_stays_text(hostile: str) -> None:
    found = entry(file_of(event(title=hostile, body=f"{hostile}\n{hostile}", host=hostile), place=hostile))
    assert found["summary"] == hostile
    assert found["location"] == hostile
    assert found["description"] == f"{hostile}\n{hostile}"
    assert found["organizer"] == "mailto:town@example.org"


@given(st.text(max_size=200).filter(lambda text: not FORBIDDEN.search(text)))
def test_any_title_comes_back_as_it_was(text: str) -> None:
    title = f"A{text}"
    one = event(title=title, host=title)
    found = entry(file_of(one, place=title))
    assert found["summary"] == one.title
    assert found.decoded("dtstart") == datetime(2024, 10, 10, 18, tzinfo=UTC)


def test_an_issue_ships_its_event_s_file_and_the_mail_links_to_it(newsroom: Newsroom) -> None:
    newsroom.write_issue(EVENT)
    (asset,) = newsroom.render().assets
    found = entry(asset.data)
    assert found["summary"] == "Bargaining 101"
    assert found["location"] == "Union Hall, 5 Main Street, Denver"
    assert found.decoded("dtend") == datetime(2024, 10, 10, 19, 30, tzinfo=UTC)
    assert found["url"] == "https://example.org/register?x=1&y=2"
    assert f"https://news.example.org/assets/town/2024-09/{asset.name}" in newsroom.html()
    assert f"https://news.example.org/assets/town/2024-09/{asset.name}" in newsroom.text()


def test_the_id_stays_when_the_event_moves_and_its_section_has_an_id(newsroom: Newsroom) -> None:
    newsroom.write_issue(EVENT + "  id: bargaining\n")
    before = entry(shipped(newsroom))
    newsroom.change("newsletters/town/2024-09.yaml", "start: 2024-10-10 12:00", "start: 2024-10-10 11:00")
    after = entry(shipped(newsroom))
    assert before["uid"] == after["uid"]
    assert before.decoded("dtstart") != after.decoded("dtstart")


def test_an_event_may_offer_no_file(newsroom: Newsroom) -> None:
    newsroom.write_issue(EVENT + "  calendar: false\n")
    assert newsroom.render().assets == ()
    assert ".ics" not in newsroom.html()


def test_a_file_for_everybody_holds_nobody_s_name(newsroom: Newsroom) -> None:
    newsroom.write_issue(EVENT.replace("Bargaining 101", 'Come, {{ first_name | default("friend") }}'))
    assert entry(shipped(newsroom))["summary"] == "Come, friend"


def test_a_calendar_shows_no_markdown_and_names_who_sends(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        EVENT.replace("Bring a friend.", "Bring a **friend**, see [the map](https://example.org/map).")
    )
    found = entry(shipped(newsroom))
    assert found["description"] == ("Bring a friend, see the map [1].\n\n[1] https://example.org/map")
    assert found["organizer"].params["CN"] == "Town Download"
