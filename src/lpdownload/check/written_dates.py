"""Dates within sentences, with the weekday beside them: “Tuesday, October 22”, “martes 22 de octubre”.

Only what can mean one day: no spans (“Friday–Sunday, October 4–6”), and no day without its month.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

_NEAR = timedelta(days=120)
"""A date without a year is meant to be the one next to the issue if it is so near."""


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """``weekday`` counts from Monday, 0; ``year`` is None if it is not written."""

    words: str
    month: int
    day: int
    year: int | None
    weekday: int | None

    def days(self, issued: date) -> tuple[date, ...]:
        """The days that it can mean in an issue of that day; none if there is no such day."""
        if self.year is not None:
            return tuple(self._in(self.year))
        found = [day for year in (-1, 0, 1) for day in self._in(issued.year + year)]
        near = [day for day in found if abs(day - issued) <= _NEAR]
        return tuple(near or found)

    def _in(self, year: int) -> Iterator[date]:
        try:
            yield date(year, self.month, self.day)
        except ValueError:
            return


@dataclass(frozen=True, slots=True)
class _Language:
    dates: tuple[re.Pattern[str], ...]
    spans: re.Pattern[str]
    """What stands before a weekday that is only the end of a span or of a list."""
    weekdays: Mapping[str, int]
    months: Mapping[str, int]


def _numbered(lists: str, first: int) -> dict[str, int]:
    """By each of the words: the number of their group."""
    return {word: number for number, group in enumerate(lists.split(), first) for word in group.split("/")}


def _either(words: Mapping[str, int]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_EN_DAYS = _numbered(
    "Monday/Mon Tuesday/Tues/Tue Wednesday/Wed Thursday/Thurs/Thur/Thu Friday/Fri Saturday/Sat Sunday/Sun", 0
)
_EN_MONTHS = _numbered(
    "January/Jan February/Feb March/Mar April/Apr May June/Jun July/Jul August/Aug September/Sept/Sep"
    " October/Oct November/Nov December/Dec",
    1,
)
_ES_DAYS = _numbered("lunes martes miércoles/miercoles jueves viernes sábado/sabado domingo", 0)
_ES_MONTHS = _numbered(
    "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre noviembre diciembre", 1
)
_YEAR = r"(?P<year>(?:19|20)\d\d)(?!:?\d)"
_NO_SPAN = r"(?!:?\d)(?!\s*(?:–|—|-|to\b|through\b)\s*\w*\.?\s*\d)"
_EN_WEEKDAY = (
    rf"(?:\b(?P<weekday>{_either(_EN_DAYS)})\b\.?(?:\s+(?:morning|afternoon|evening|night))?"
    r",?\s*\(?(?:the\s+)?)?"
)
_EN_MONTH = rf"\b(?P<month>{_either(_EN_MONTHS)})\b\.?"
_ES_WEEKDAY = rf"(?:\b(?P<weekday>{_either(_ES_DAYS)})\b,?\s*\(?(?:el\s+)?(?:día\s+)?)?"

_LANGUAGES: Final = {
    "en": _Language(
        (
            re.compile(
                rf"{_EN_WEEKDAY}{_EN_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?\b{_NO_SPAN}(?:,?\s+{_YEAR})?"
            ),
            re.compile(
                rf"{_EN_WEEKDAY}\b(?P<day>\d\d?)(?:st|nd|rd|th)?\s+(?:of\s+)?{_EN_MONTH}(?:,?\s+{_YEAR})?"
            ),
        ),
        re.compile(rf"\b(?:{_either(_EN_DAYS)})s?\b\.?,?\s*(?:–|—|-|/|&|,|to|through|thru|and|or)?\s*$"),
        _EN_DAYS,
        _EN_MONTHS,
    ),
    "es": _Language(
        (
            re.compile(
                rf"{_ES_WEEKDAY}\b(?P<day>\d\d?)(?:\.?[º°])?\s+de\s+(?P<month>{_either(_ES_MONTHS)})\b"
                rf"(?:,?\s+(?:del?\s+)?{_YEAR})?",
                re.IGNORECASE,
            ),
        ),
        re.compile(
            rf"\b(?:{_either(_ES_DAYS)})s?\b,?\s*(?:–|—|-|/|,|a|al|y|e|o|u|hasta)?(?:\s+el)?\s*$",
            re.IGNORECASE,
        ),
        _ES_DAYS,
        _ES_MONTHS,
    ),
}
_PAPER = re.compile(r"\b[A-Z]\w+\s$")


@lru_cache(maxsize=4096)
def written_dates(block: str, language: str) -> tuple[WrittenDate, ...]:
    """In the order of the text; nothing in a language whose months are not known here."""
    known = _LANGUAGES.get(language)
    if known is None or not any(char.isdigit() for char in block):
        return ()
    return tuple(_found(block, known))


def _found(block: str, known: _Language) -> Iterator[WrittenDate]:
    for pattern in known.dates:
        for match in pattern.finditer(block):
            name = match["weekday"]
            before = block[: match.start()]
            if name and (known.spans.search(before) or (name in {"Sat", "Sun"} and _PAPER.search(before))):
                name = None
            yield WrittenDate(
                match[0].strip(" ("),
                _number(known.months, match["month"]),
                int(match["day"]),
                int(match["year"]) if match["year"] else None,
                _number(known.weekdays, name) if name else None,
            )


def _number(words: Mapping[str, int], word: str) -> int:
    return words[word] if word in words else words[word.lower()]
