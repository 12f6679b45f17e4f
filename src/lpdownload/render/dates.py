"""Dates, times and periods in the words of a language, through Babel (CLDR).

English months are shortened as newsrooms do (AP style: Sept 2024), which CLDR's American English does not.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name

from lpdownload.model.period import Period, PeriodStyle
from lpdownload.model.sections.events import Event

_AP_MONTHS = ("Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


@lru_cache
def locale_of(language: str) -> Locale:
    """Babel's locale of a BCP 47 tag; English for languages that CLDR does not have."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@lru_cache
def direction(language: str) -> str:
    """``ltr`` or ``rtl``."""
    return str(locale_of(language).text_direction)


def day(moment: date, language: str) -> str:
    """October 10, 2024."""
    return format_date(moment, "long", locale_of(language))


def weekday(moment: date, language: str) -> str:
    """Thursday, October 10, 2024."""
    return format_date(moment, "full", locale_of(language))


def month_short(moment: date, language: str) -> str:
    """Oct."""
    return format_date(moment, "LLL", locale_of(language)).rstrip(".")


def period(value: Period, style: PeriodStyle, language: str, seasons: Mapping[str, str]) -> str:
    """September 2024, Sept 2024, Fall 2024, or the period's own words."""
    if value.text is not None:
        return value.text
    if value.season is not None:
        return f"{seasons[value.season]} {value.year}"
    locale = locale_of(language)
    if style == "month":
        return format_skeleton("yMMMM", value.start, locale=locale)
    if locale.language == "en":
        return f"{_AP_MONTHS[value.start.month - 1]} {value.year}"
    return format_skeleton("yMMM", value.start, locale=locale)


def _clock(moment: datetime, locale: Locale) -> str:
    if locale.language != "en":
        return format_time(moment, "short", locale=locale)
    minutes = f":{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour % 12 or 12}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def _zone_name(moment: datetime, locale: Locale) -> str:
    """PT for the zones Americans abbreviate; the zone's city elsewhere."""
    name = get_timezone_name(moment, width="short", zone_variant=None, locale="en_US", return_zone=False)
    generic = get_timezone_name(moment.tzinfo, width="short", locale="en_US")
    return (
        generic
        if len(generic) <= 4
        else get_timezone_name(moment.tzinfo, width="long", locale=locale) or name
    )


def event_time(event: Event, language: str) -> str:
    """Thursday, October 10, 2024, 12pm–1pm MT / 2pm–3pm ET.

    A zone in which it is another day says so.
    """
    locale = locale_of(language)
    start = event.start.replace(tzinfo=ZoneInfo(event.timezone))
    end = event.end.replace(tzinfo=ZoneInfo(event.timezone)) if event.end else None
    times = []
    for zone in event.display_zones or (event.timezone,):
        local = start.astimezone(ZoneInfo(zone))
        words = _clock(local, locale)
        if end:
            local_end = end.astimezone(ZoneInfo(zone))
            until = _clock(local_end, locale)
            words += (
                f"–{until}"
                if local_end.date() == local.date()
                else f" – {weekday(local_end, language)}, {until}"
            )
        words += f" {_zone_name(local, locale)}"
        if local.date() != start.date():
            words += f" ({format_date(local, 'EEE', locale)})"
        times.append(words)
    return f"{weekday(start, language)}, {' / '.join(times)}"
