"""The kinds of text a YAML file may hold: each refuses what would break a mail, with a hint."""

import re
from datetime import date, datetime
from difflib import get_close_matches
from typing import Annotated
from unicodedata import category
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

MERGE_FIELD = re.compile(r"\{\{.*?\}\}")
_WHOLE_MERGE_FIELD = re.compile(r"\{\{[^{}]*\}\}")
_PLANES = "".join(f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17))
PLACEHOLDER = "Replace this"
"""How every text begins that `lpdownload new` leaves for the author to write."""
FORBIDDEN = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_PLANES}]")
"""Control characters, lone surrogates and noncharacters: no HTML document can carry them."""


class Value(BaseModel):
    """Base of everything read from YAML: frozen, and a key that is not declared is an error.

    Validators are built at first use: an issue has a dozen of the 34 types of section.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def refuse(kind: str, message: str, hint: str) -> PydanticCustomError:
    """An error whose words reach the organiser as they are; the hint says what to write instead."""
    return PydanticCustomError(kind, message, {"hint": hint})


def _printable(text: str) -> str:
    if found := FORBIDDEN.search(text):
        raise refuse("bad-character", f"character U+{ord(found.group()):04X} cannot be mailed", "delete it")
    return text


def _prose(text: str) -> str:
    if all(category(char) in {"Cc", "Cf", "Zl", "Zp", "Zs"} for char in _printable(text)):
        raise refuse("missing-value", "nothing of this text can be seen", "write words, or delete the key")
    return text


def _line(text: str) -> str:
    return " ".join(_prose(text).split("\n")).replace("\r", " ").replace("\t", " ")


def _url(text: str, schemes: frozenset[str]) -> str:
    if _WHOLE_MERGE_FIELD.fullmatch(text):
        return text
    bare = MERGE_FIELD.sub("x", text)
    example = "write it in full, as in https://example.org/page"
    try:
        parts = urlsplit(bare)
        _ = parts.port
    except ValueError:
        raise refuse("bad-url", f"not a valid address: {text}", example) from None
    if re.search(r"[\s<>\"\\^`{|}]", bare):
        raise refuse("bad-url", f"an address may not hold spaces, quotes or brackets: {text}", example)
    if parts.scheme not in schemes:
        raise refuse(
            "bad-url", f"not an address that starts with {', '.join(sorted(schemes))}: {text}", example
        )
    if parts.scheme in {"http", "https"} and not parts.hostname:
        raise refuse("bad-url", f"the address has no host: {text}", example)
    if parts.scheme in {"mailto", "tel"} and not parts.path:
        raise refuse("bad-url", f"nothing follows {parts.scheme}: in {text}", "mailto:press@example.org")
    return text


def _any_url(text: str) -> str:
    return _url(_printable(text), frozenset({"http", "https", "mailto", "tel"}))


def _web_url(text: str) -> str:
    return _url(_printable(text), frozenset({"http", "https"}))


def _base_url(text: str) -> str:
    if "?" in text or "#" in text:
        message = f"other addresses are built on it, so nothing may follow its path: {text}"
        raise refuse("bad-url", message, "delete it from the ? or # on")
    return _web_url(text).rstrip("/")


def _color(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise refuse(
            "bad-color", f"not a colour: {text}", 'six hexadecimal digits in quotes, as in "#0b6e75"'
        )
    return text.lower()


def is_slug(text: str) -> bool:
    """Whether it can stand in an address and name a folder."""
    return re.fullmatch(r"[a-z0-9]+(?:[._-][a-z0-9]+)*", text) is not None


def _slug(text: str) -> str:
    if not is_slug(text):
        raise refuse(
            "bad-slug",
            f"not a short name: {text}",
            "lower-case letters, digits and dashes, as in road-to-good-cause",
        )
    return text


# What nearly every address looks like; importing the library for the others takes 25 ms.
_USUAL_EMAIL = re.compile(
    r"[a-z0-9]{1,15}(?:[._+-][a-z0-9]{1,15}){0,3}@(?:[a-z0-9]{1,30}\.){1,3}(?:com|edu|gov|net|org)"
)


def _email(text: str) -> str:
    if _USUAL_EMAIL.fullmatch(text):
        return text
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise refuse(
            "bad-email", f"not a mail address: {text}: {error}".rstrip("."), "press@example.org"
        ) from None


def is_language(text: str) -> bool:
    """Whether it has the form of a BCP 47 tag: language, script, region."""
    return re.fullmatch(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?", text) is not None


def _language(text: str) -> str:
    if not is_language(text):
        raise refuse("bad-language", f"not a language: {text}", "a BCP 47 tag, as in en, es or pt-BR")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        near = get_close_matches(text, available_timezones(), 1, 0.5)
        hint = near[0] if near else "an IANA name, as in America/New_York"
        raise refuse("bad-zone", f"not a time zone: {text}", hint) from None
    return text


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()):
        raise refuse("bad-date", f"not a date: {value}", "year-month-day, as in 2024-10-10")
    return value.strip()


def _local_time(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not re.fullmatch(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d", value.strip()):
        raise refuse(
            "bad-time",
            f"not a date and time: {value}",
            "year-month-day hour:minute, as in 2024-10-10 18:00; the zone is a key of its own",
        )
    if not "1990" <= value.strip()[:4] <= "2200":
        raise refuse("bad-time", f"not a year of ours: {value}", "a year from 1990 to 2200")
    return value.strip()


Line = Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_line)]
"""One line of plain text (line breaks become spaces); may hold merge fields."""


def _no_field(text: str) -> str:
    if "{{" in text or "}}" in text:
        message = "merge fields do not work here: these words are the same for everybody"
        raise refuse("merge-field", message, "write the words themselves")
    return text


FixedLine = Annotated[Line, AfterValidator(_no_field)]
"""One line that is the same for every reader."""

MarkdownText = Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(_prose)]
"""CommonMark with tables; may hold merge fields; no raw HTML."""

FixedMarkdown = Annotated[MarkdownText, AfterValidator(_no_field)]
"""CommonMark that is the same for every reader."""

HtmlText = Annotated[str, Field(min_length=1, max_length=50_000), AfterValidator(_printable)]
"""HTML that is sanitised when rendered."""

_URL_SCHEMA: dict[str, JsonValue] = {"format": "uri-reference", "pattern": r"^\s*([A-Za-z]+:|\{\{)"}

Url = Annotated[str, Field(max_length=2000, json_schema_extra=_URL_SCHEMA), AfterValidator(_any_url)]
"""http, https, mailto or tel, or one merge field."""

WebUrl = Annotated[str, Field(max_length=2000, json_schema_extra=_URL_SCHEMA), AfterValidator(_web_url)]
BaseUrl = Annotated[
    str, Field(max_length=500, json_schema_extra={"format": "uri"}), AfterValidator(_base_url)
]
"""Kept without a trailing slash."""

Color = Annotated[str, Field(json_schema_extra={"pattern": "^#[0-9a-fA-F]{6}$"}), AfterValidator(_color)]
Slug = Annotated[
    str,
    Field(max_length=80, json_schema_extra={"pattern": "^[a-z0-9]+([._-][a-z0-9]+)*$"}),
    AfterValidator(_slug),
]
NEWS = "news/"


def _ref(text: str) -> str:
    _slug(text.removeprefix(NEWS))
    return text


Ref = Annotated[
    str,
    Field(max_length=85, json_schema_extra={"pattern": f"^({NEWS})?[a-z0-9]+([._-][a-z0-9]+)*$"}),
    AfterValidator(_ref),
]
"""A short name, with news/ before it where a piece of news is meant."""
Email = Annotated[str, Field(json_schema_extra={"format": "email"}), AfterValidator(_email)]
Language = Annotated[
    str,
    Field(json_schema_extra={"pattern": r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$"}),
    AfterValidator(_language),
]
Zone = Annotated[
    str,
    Field(json_schema_extra={"pattern": r"^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"}),
    AfterValidator(_zone),
]
Day = Annotated[date, BeforeValidator(_day)]
LocalTime = Annotated[
    datetime,
    BeforeValidator(_local_time),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d$"}),
]
"""A wall-clock time without zone, to the minute."""


def exists_in(moment: datetime, zone: str) -> bool:
    """False for the local times that a zone skips when its clocks go forward."""
    local = moment.replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment


def is_ambiguous(moment: datetime, zone: str) -> bool:
    """True for the local times that happen twice when a zone's clocks go back."""
    local = moment.replace(tzinfo=ZoneInfo(zone))
    return local.utcoffset() != local.replace(fold=1).utcoffset() and exists_in(moment, zone)
