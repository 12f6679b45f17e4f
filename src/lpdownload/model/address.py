"""A mail address in the one spelling that is mailed, and the one that names a person.

Nearly every address is plain ASCII: one regular expression accepts those, fifty times faster than the
library, and only where the library would too (a test compares them). All else is the library's to judge.
"""

import re
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from lpdownload.errors import LpdownloadError

MAX_LENGTH: Final = 254
"""Octets of an address: RFC 3696, erratum 1690."""

# No label here holds two dashes in a row, so none is Punycode or reserved; the names that may never be mailed
# (RFC 6761 and others) and labels over 63 characters are left to the library.
_USUAL: Final = re.compile(
    r"([A-Za-z0-9_%+'&=~#/-]+(?:\.[A-Za-z0-9_%+'&=~#/-]+)*)"
    r"@(?=.{4,63}\Z)((?:[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*\.)+(?!(?:arpa|invalid|local|localhost|onion|test)\Z)[a-z]{2,})"
)
_SPACES: Final = (
    " \t\r\n\v\f\u00a0\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202f\u2060\u3000\ufeff"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
_GMAIL: Final = frozenset({"gmail.com", "googlemail.com"})


class BadAddress(LpdownloadError):
    """Not an address that can be mailed; the message says why and never holds the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address that can be mailed."""

    email: str
    """As it is mailed: domain in lower case and as A-label, local part as written."""
    key: str
    """Names the person: the same with the local part in lower case."""
    mailbox: str | None
    """Where other spellings lead to the same mailbox and ``key`` is not the plainest of them."""


def address_of(text: str) -> Address:
    """The address in a text; takes off spaces around it, ``mailto:`` and ``Name <…>``. BadAddress if none."""
    if found := _USUAL.fullmatch(text):
        return _plain(found)
    text = _unwrapped(text)
    if found := _USUAL.fullmatch(text):
        return _plain(found)
    return judged_by_the_library(text)


def _plain(found: re.Match[str]) -> Address:
    text = found.group()
    if len(text) > MAX_LENGTH:
        raise BadAddress(f"longer than {MAX_LENGTH} characters")
    key = text.lower()
    if text == key:  # as nearly always
        return Address(key, key, _mailbox(key) if key.endswith("mail.com") else None)
    local, domain = found.groups()
    return Address(f"{local}@{domain.lower()}", key, _mailbox(key) if key.endswith("mail.com") else None)


def judged_by_the_library(text: str) -> Address:
    """``address_of`` without its short cut, of a text with nothing around the address."""
    from email_validator import EmailNotValidError, validate_email

    if len(text) > MAX_LENGTH:
        raise BadAddress(f"longer than {MAX_LENGTH} characters")
    if text.count("@") > 1:
        raise BadAddress("more than one @")
    try:
        valid = validate_email(
            text, check_deliverability=False, test_environment=True, allow_quoted_local=False, strict=False
        )
    except EmailNotValidError as error:
        # What follows a colon or stands in parentheses may quote the address.
        why = re.split(r": | \(", str(error))[0].rstrip(".")
        raise BadAddress(why[:1].lower() + why[1:]) from None
    local = normalize("NFC", text.rpartition("@")[0])
    email = f"{local}@{valid.ascii_domain}"
    if len(email.encode()) > MAX_LENGTH:
        raise BadAddress(f"longer than {MAX_LENGTH} characters")
    folded = normalize("NFC", normalize("NFD", local).casefold())
    key = f"{folded}@{valid.ascii_domain}"
    return Address(email, key, _mailbox(key))


def _unwrapped(text: str) -> str:
    text = text.strip(_SPACES)
    if text.endswith(">") and "<" in text:
        text = text[text.rindex("<") + 1 : -1].strip(_SPACES)
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0].strip(_SPACES)
    return text


def _mailbox(key: str) -> str | None:
    """Gmail reads neither dots nor what follows a plus: https://support.google.com/mail/answer/7436150"""
    local, _, domain = key.rpartition("@")
    if domain not in _GMAIL:
        return None
    plainest = local.partition("+")[0].replace(".", "")
    mailbox = f"{plainest}@gmail.com"
    return mailbox if plainest and mailbox != key else None
