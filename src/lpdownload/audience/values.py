"""What stands in a cell, as we write it: dates, languages, states, choices, lists.

Each function gives None for what it does not understand; nothing is guessed.
"""

import csv
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Final, TypeAlias
from unicodedata import normalize

from lpdownload.audience.exports import ListForm, plain_name
from lpdownload.model.subscriber import AttributeDeclaration
from lpdownload.model.text import FORBIDDEN, is_language

MAX_TEXT: Final = 500
MAX_LIST: Final = 20_000
"""Characters of a cell that holds a list; each of its words may have MAX_TEXT."""

# ASCII and the precomposed letters of Latin scripts: nothing to trim, to compose or to refuse.
_PLAIN: Final = re.compile(r"[!-~\u00c0-\u024f]+(?: [!-~\u00c0-\u024f]+)*")
_BETWEEN_WORDS: Final = re.compile("[,;|]")
_BETWEEN_GROUPS: Final = re.compile(r"(?<!\\)[,;|]")
_LINE_BREAK: Final = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE: Final = " \t\r\n\u00a0\u200b\u2060\ufeff"


class Refused(Exception):
    """A cell whose row cannot be imported; the message says why, without what stands there."""


def tidy(text: str, longest: int = MAX_TEXT) -> str:
    """Without spaces around it or two in a row. Refused if it could break a header, or is too long."""
    if not _PLAIN.fullmatch(text):
        text = text.strip(_INVISIBLE)
        if _LINE_BREAK.search(text):
            raise Refused("a line break")
        if found := FORBIDDEN.search(text):
            raise Refused(f"the control character U+{ord(found.group()):04X}")
        text = normalize("NFC", " ".join(text.split()))
    if len(text) > longest:
        raise Refused(f"more than {longest:,} characters")
    return text


def day(text: str, *, us_dates: bool) -> str | None:
    """A day as 2024-03-04. With ``us_dates`` 03/04/2024 is 4 March; without it, nobody knows."""
    if found := re.match(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)(?![\d/.-])", text):
        year, month, number = int(found[1]), int(found[3]), int(found[4])
    elif found := re.match(r"(\d\d?)([-/.])(\d\d?)\2(\d{4})(?!\d)", text):
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        if first > 12 or first == second:
            number, month = first, second
        elif second > 12 or (us_dates and found[2] != "."):
            month, number = first, second
        else:
            return None
    elif found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d\d?)(?:st|nd|rd|th)?,? (\d{4})", text):
        year, month, number = int(found[3]), _month(found[1]), int(found[2])
    elif found := re.fullmatch(r"(\d\d?)(?:st|nd|rd|th)? ([A-Za-z]{3,9})\.?,? (\d{4})", text):
        year, month, number = int(found[3]), _month(found[2]), int(found[1])
    else:
        return None
    try:
        return date(year, month, number).isoformat() if 1900 <= year <= 2200 else None
    except ValueError:
        return None


_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def _month(name: str) -> int:
    """0, which no date has, for a name that is none."""
    short = name[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def moment(text: str, *, us_dates: bool) -> int | None:
    """Unix seconds of a moment or a day; UTC if no offset is written."""
    try:
        found = datetime.fromisoformat(text.removesuffix(" UTC").removesuffix(" GMT").strip())
    except ValueError:
        if (iso := day(text, us_dates=us_dates)) is None:
            return None
        found = datetime.fromisoformat(iso)
        if clock := re.search(r" (\d\d?):(\d\d)(?::(\d\d))?(?: ?([AaPp])[Mm])?(?: UTC)?$", text):
            hour = int(clock[1]) % 12 + 12 * (clock[4] in {"P", "p"}) if clock[4] else int(clock[1])
            try:
                found = found.replace(hour=hour, minute=int(clock[2]), second=int(clock[3] or 0))
            except ValueError:
                return None
    if not 1970 < found.year <= 2200:
        return None
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


_NAMED: Final = """
AL Alabama, AK Alaska, AZ Arizona, AR Arkansas, CA California, CO Colorado, CT Connecticut
DE Delaware, DC District of Columbia, FL Florida, GA Georgia, HI Hawaii, ID Idaho, IL Illinois
IN Indiana, IA Iowa, KS Kansas, KY Kentucky, LA Louisiana, ME Maine, MD Maryland, MA Massachusetts
MI Michigan, MN Minnesota, MS Mississippi, MO Missouri, MT Montana, NE Nebraska, NV Nevada
NH New Hampshire, NJ New Jersey, NM New Mexico, NY New York, NC North Carolina, ND North Dakota
OH Ohio, OK Oklahoma, OR Oregon, PA Pennsylvania, PR Puerto Rico, RI Rhode Island, SC South Carolina
SD South Dakota, TN Tennessee, TX Texas, UT Utah, VT Vermont, VA Virginia, WA Washington
WV West Virginia, WI Wisconsin, WY Wyoming, AS American Samoa, GU Guam, MP Northern Mariana Islands
VI US Virgin Islands
"""
_STATES: Final = {plain_name(name): code for code, name in re.findall(r"([A-Z]{2}) ([A-Za-z ]+)", _NAMED)}
_CODES: Final = frozenset(_STATES.values())


def us_state(text: str) -> str:
    """A state's name or code as two letters; any other text as it is."""
    name = plain_name(text)
    return name.upper() if name.upper() in _CODES else _STATES.get(name, text)


def language(text: str) -> str | None:
    """A language's code or its English, Spanish or own name, as a BCP 47 tag."""
    names = _languages()
    if found := re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?", text):
        code = found[1].lower()
        if code in names.values():
            parts = (code, found[2] and found[2].title(), found[3] and found[3].upper())
            return "-".join(filter(None, parts))
    return names.get(text.partition("(")[0].strip().casefold())


@cache
def _languages() -> dict[str, str]:
    """Tags by name in lower case: 30 ms, so only for a file that holds languages."""
    from babel import Locale

    names: dict[str, str] = {}
    for code in ("en", "es"):
        for tag, name in Locale(code).languages.items():
            if is_language(tag.replace("_", "-")):
                names.setdefault(name.casefold(), tag.replace("_", "-"))
    for code in ("fr", "pt", "zh", "vi", "ko", "ar", "ru", "so", "pl", "de", "it", "am", "ja", "hi"):
        names.setdefault(Locale(code).languages[code].casefold(), code)
    return names


def zone(text: str) -> str | None:
    """An IANA time zone by its name in any case."""
    return _zones().get(text.replace(" ", "_").casefold())


@cache
def _zones() -> dict[str, str]:
    from zoneinfo import available_timezones

    return {name.casefold(): name for name in available_timezones()}


def choice_among(choices: Iterable[str]) -> Callable[[str], str | None]:
    """Finds one of the choices, whatever its case, spaces and dashes."""
    known = {plain_name(choice): choice for choice in choices}
    return lambda text: known.get(plain_name(text))


def words(text: str, form: ListForm) -> str | None:
    """The words of a list, each once, framed by line breaks as the store keeps them."""
    if form == "ours":
        parts = text.split(";")
    elif form == "commas":
        parts = text.split(",")
    elif form == "quoted" and text.startswith('"'):
        parts = next(csv.reader([text], skipinitialspace=True), [])
    elif form == "quoted":  # Mailchimp's groups write a comma inside a name as \,
        parts = [part.replace("\\,", ",") for part in _BETWEEN_GROUPS.split(text)]
    else:
        parts = _BETWEEN_WORDS.split(text)
    each = dict.fromkeys(filter(None, map(str.strip, parts)))
    if len(text) > MAX_TEXT and any(len(word) > MAX_TEXT for word in each):
        raise Refused(f"a word of more than {MAX_TEXT} characters")
    return "\n" + "\n".join(each) + "\n" if each else None


def words_among(choices: Iterable[str], form: ListForm) -> Callable[[str], str | None]:
    """As ``words``, for a list that holds some of the choices and nothing else."""
    find = choice_among(choices)

    def clean(text: str) -> str | None:
        found = [find(word) for word in (words(text, form) or "").strip("\n").split("\n")]
        each = [word for word in dict.fromkeys(found) if word is not None]
        return "\n" + "\n".join(each) + "\n" if each and None not in found else None

    return clean


Cleaner: TypeAlias = Callable[[str], str | None]


def cleaner_of(
    declared: AttributeDeclaration, lists: ListForm, *, us_dates: bool
) -> tuple[Cleaner, str, int]:
    """What cleans an attribute's cells, what to say of one it does not understand, how long one may be."""
    if declared.type == "list" and declared.choices:
        unclear = f"a word that is none of {', '.join(declared.choices)}"
        return words_among(declared.choices, lists), unclear, MAX_LIST
    if declared.type == "list":
        return (lambda text: words(text, lists)), "no word in it", MAX_LIST
    if declared.type == "choice":
        return choice_among(declared.choices), f"none of {', '.join(declared.choices)}", MAX_TEXT
    if declared.type == "date":
        unclear = "not a date as 2024-03-31, or one that can be read in two ways"
        return (lambda text: day(text, us_dates=us_dates)), unclear, MAX_TEXT
    if declared.name == "language":
        return language, "not a language as en or es-MX", MAX_TEXT
    if declared.name == "timezone":
        return zone, "not a time zone as America/New_York", MAX_TEXT
    return (us_state if declared.name == "state" else str), "not understood", MAX_TEXT
