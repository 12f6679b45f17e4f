"""Content: an issue rendered once for a variant, as literal pieces and the slots between them.

A recipient's message is a join: nothing here parses; each slot escapes its value for the place it stands in.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from html import escape as escape_html
from typing import Final, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from lpdownload.errors import LpdownloadError

UNSUBSCRIBE_URL: Final = "unsubscribe_url"
"""The page behind the visible link."""
PREFERENCES_URL: Final = "preferences_url"
WEB_URL: Final = "web_url"
ONE_CLICK_URL: Final = "one_click_url"
"""The URI of RFC 8058, for the List-Unsubscribe header only."""
UNSUBSCRIBE_MAILTO: Final = "unsubscribe_mailto"
"""What follows ``mailto:`` in that header: ``unsubscribe@example.org?subject=TOKEN``."""

SYSTEM_FIELDS: Final = frozenset(
    {UNSUBSCRIBE_URL, PREFERENCES_URL, WEB_URL, ONE_CLICK_URL, UNSUBSCRIBE_MAILTO}
)
"""Fields the program fills for everybody, so they need no default."""

Context: TypeAlias = Literal["html", "html_url", "text", "url", "url_part", "url_rest", "header"]
"""Where a slot stands.

html      HTML text or a quoted attribute
html_url  a whole URL (or its beginning) in an HTML attribute
text      plain text
url       a whole URL in plain text or a header
url_part  inside a URL, after its host
url_rest  directly after ``mailto:`` or ``tel:``
header    a header's text; encoded (RFC 2047) after filling
"""


class PlainUrl(str):
    """An http address of ASCII letters, digits and ``-._~:/`` alone, for which its maker vouches.

    It stands as it is wherever a whole address may. Each reader's links are made for them alone, and stand in
    several places of a million mails.
    """

    __slots__ = ()


class MissingValue(LpdownloadError):
    """A recipient has no value for a merge field that has no default either."""

    def __init__(self, field: str) -> None:
        self.field = field
        super().__init__(f"no value for the merge field {field}, and it has no default")


class UnsafeValue(LpdownloadError, ValueError):
    """A value that cannot stand where it should without breaking the message."""


_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_HEADER_BREAKS = re.compile(r"[\r\n\0]")
_URL_SIGNS = "-._~:/?#[]@!$&'()*+,;=%"
_URL_START = re.compile(r"(?:https?://[^/?#\s]|(?:mailto|tel):[^\s])", re.IGNORECASE)
_PLAIN_REST = re.compile(r"[A-Za-z0-9_.\-~@?=+!$*/:;,]*")
_PLAIN_URL = re.compile(r"(?:https?://[A-Za-z0-9]|mailto:|tel:)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+")


def plain_text(value: str) -> str:
    """One line of valid Unicode: each run of control characters (C0, C1, line separators) becomes a space."""
    if value.isprintable():
        return value
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub(" ", value))


def html_text(value: str) -> str:
    return escape_html(plain_text(value))


def header_text(value: str) -> str:
    """``value`` for a header's text; CR, LF and NUL raise UnsafeValue instead of being mended."""
    if not value.isprintable() and _HEADER_BREAKS.search(value):
        raise UnsafeValue(f"{_shown(value)} holds a line break, which a header cannot carry")
    return plain_text(value)


def whole_url(value: str) -> str:
    """``value`` as pure ASCII if it is an https, http, mailto or tel URL; else raises UnsafeValue."""
    if _PLAIN_URL.fullmatch(value):
        return value
    if not _URL_START.match(value) or _CONTROLS.search(value):
        raise UnsafeValue(f"{_shown(value)} is not a URL that starts with https:, http:, mailto: or tel:")
    return quote(value, safe=_URL_SIGNS, errors="replace")


def _html_url(value: str) -> str:
    url = whole_url(value)
    return url.replace("&", "&amp;").replace("'", "&#x27;") if "&" in url or "'" in url else url


def _url_part(value: str) -> str:
    return quote(plain_text(value), safe="")


def _url_rest(value: str) -> str:
    # No & and no ': what comes out is the same in HTML, text and a header.
    if _PLAIN_REST.fullmatch(value):
        return value
    return quote(header_text(value), safe="@?=+!$*/:;,")


def _shown(value: str) -> str:
    return repr(value if len(value) <= 60 else value[:59] + "…")


_ESCAPES: Final[dict[Context, Callable[[str], str]]] = {
    "html": html_text,
    "html_url": _html_url,
    "text": plain_text,
    "url": whole_url,
    "url_part": _url_part,
    "url_rest": _url_rest,
    "header": header_text,
}


_Part = TypeVar("_Part")


def interleaved(literals: Sequence[_Part], values: Sequence[_Part]) -> list[_Part]:
    """``literals[0], values[0], literals[1], …``; there is one literal more than values."""
    parts: list[_Part] = [*literals, *values]
    parts[::2] = literals
    parts[1::2] = values
    return parts


@dataclass(frozen=True)
class Slot:
    """The place of one merge field."""

    field: str
    default: str | None
    context: Context

    def value(self, values: Mapping[str, str]) -> str:
        """The escaped value; a missing or blank one gives way to the default.

        Raises MissingValue without a default, UnsafeValue when the value cannot stand here.
        """
        value: str | None = values.get(self.field)
        if type(value) is PlainUrl and self.context != "url_part":
            return value
        if not value or value.isspace():
            value = self.default
            if value is None:
                raise MissingValue(self.field)
        try:
            return _ESCAPES[self.context](value)
        except UnsafeValue as error:
            raise UnsafeValue(f"merge field {self.field}: {error}") from None


@dataclass(frozen=True)
class Pieces:
    """Text with slots: ``literals[0] slots[0] literals[1] … literals[-1]``."""

    literals: tuple[str, ...]
    slots: tuple[Slot, ...] = ()

    def __post_init__(self) -> None:
        if len(self.literals) != len(self.slots) + 1:
            raise ValueError(f"{len(self.slots)} slots need {len(self.slots) + 1} literals")

    @classmethod
    def of(cls, text: str) -> "Pieces":
        """Text without slots."""
        return cls((text,))

    @cached_property
    def fields(self) -> frozenset[str]:
        return frozenset(slot.field for slot in self.slots)

    def fill(self, values: Mapping[str, str]) -> str:
        """The text for one recipient. Raises MissingValue, UnsafeValue."""
        return "".join(interleaved(self.literals, [slot.value(values) for slot in self.slots]))

    def bind(self, values: Mapping[str, str]) -> "Pieces":
        """These pieces with the slots of ``values`` filled and the others left. Raises as fill does."""
        literals, slots = [self.literals[0]], []
        for slot, literal in zip(self.slots, self.literals[1:], strict=True):
            if slot.field in values:
                literals[-1] += slot.value(values) + literal
            else:
                slots.append(slot)
                literals.append(literal)
        return Pieces(tuple(literals), tuple(slots))

    def with_tags(self, tag: Callable[[Slot], str], escape: Callable[[str], str]) -> str:
        """The text for a provider that merges by itself.

        ``tag`` writes a slot in the provider's syntax, ``escape`` defuses literal text that looks like it.
        """
        literals = [escape(text) for text in self.literals]
        return "".join(interleaved(literals, [tag(slot) for slot in self.slots]))


@dataclass(frozen=True)
class Content:
    """An issue rendered once for one variant.

    ``headers`` are all but Subject, To, Date and Message-ID (and MIME's own). Their text is unencoded; From
    and Reply-To read ``"Name" <address>``. ``variant`` joins the names of its segments, "" for all readers.
    """

    subject: Pieces
    preheader: Pieces
    html: Pieces
    text: Pieces
    headers: tuple[tuple[str, Pieces], ...] = ()
    variant: str = ""
    lang: str = "en"

    @cached_property
    def digest(self) -> str:
        """SHA-256 in hex over every literal, slot and header, the variant and the language."""
        named = (
            ("subject", self.subject),
            ("preheader", self.preheader),
            ("html", self.html),
            ("text", self.text),
            *((f"header {name}", pieces) for name, pieces in self.headers),
        )
        parts = [
            (name, pieces.literals, [(slot.field, slot.default, slot.context) for slot in pieces.slots])
            for name, pieces in named
        ]
        return hashlib.sha256(json.dumps([self.variant, self.lang, parts]).encode("ascii")).hexdigest()

    @cached_property
    def fields(self) -> frozenset[str]:
        every = (self.subject, self.preheader, self.html, self.text, *(pieces for _, pieces in self.headers))
        return frozenset[str]().union(*(pieces.fields for pieces in every))

    def bind(self, **values: str) -> "Content":
        """This content with some fields filled for everybody. Raises MissingValue, UnsafeValue."""
        return replace(
            self,
            subject=self.subject.bind(values),
            preheader=self.preheader.bind(values),
            html=self.html.bind(values),
            text=self.text.bind(values),
            headers=tuple((name, pieces.bind(values)) for name, pieces in self.headers),
        )
