"""Abbreviations of time zones that say whether it is summer: “12pm CST”, “9:00 a.m. EDT”."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

_ZONES: Final = {
    "A": "America/Anchorage",
    "C": "America/Chicago",
    "E": "America/New_York",
    "M": "America/Denver",
    "P": "America/Los_Angeles",
}
_CLOCK = re.compile(
    r"(?:\b\d\d?(?::\d\d)?\s*(?:[ap]\.?\s?m\b\.?)?|\b(?:noon|midnight|mediodía|medianoche))"
    r"\s*\(?(?P<name>(?:AK|[CEMP])[SD]T)\b(?!\s*/\s*(?:AK|[CEMP])[SD]T)",
    re.IGNORECASE,
)
_WITHOUT_SUMMER: Final = {
    "CST": re.compile(
        r"\b(?:M[eé]xico|Mexican|Saskatchewan|Regina|Guatemala|Honduras|El Salvador|Nicaragua|Costa Rica"
        r"|Belize|China|Chinese|Beijing|Shanghai|Taiwan|Taipei)\b"
    ),
    "EST": re.compile(r"\b(?:Panam[aá]|Jamaica|Canc[uú]n|Quintana Roo|Cayman)\b"),
    "MST": re.compile(r"\b(?:Arizona|AZ|Phoenix|Tucson|Mesa|Tempe|Flagstaff|Sonora|Yukon)\b"),
}
"""Where the abbreviation is right all year."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time with a zone: ``name`` is CST or the like, ``words`` the whole of it."""

    words: str
    name: str


@lru_cache(maxsize=4096)
def clocks(block: str) -> tuple[Clock, ...]:
    """The times that are written with such an abbreviation."""
    return tuple(
        Clock(match[0], match["name"]) for match in _CLOCK.finditer(block) if match["name"].isupper()
    )


def right_name(name: str, days: Iterable[date], zone: str | None) -> str | None:
    """What ``name`` should be on all of ``days``; None if it is right on one of them, or in ``zone``."""
    rights = set()
    for day in days:
        noon = datetime.combine(day, time(12))
        if zone and noon.replace(tzinfo=ZoneInfo(zone)).tzname() == name:
            return None
        rights.add(noon.replace(tzinfo=ZoneInfo(_ZONES[name[0]])).tzname())
    return rights.pop() if len(rights) == 1 and name not in rights else None


def around(issued: date) -> tuple[date, ...]:
    """The days that an issue speaks of when it names none: from then on, six weeks."""
    return (issued, issued + timedelta(weeks=6))


def is_without_summer(name: str, words: str) -> bool:
    """Whether ``words`` speak of a place where it is right all year."""
    places = _WITHOUT_SUMMER.get(name)
    return places is not None and places.search(words) is not None
