"""A name with an address, written as mail headers want it.

The standard library is not trusted with the whole: ``policy.SMTP`` serialises ``josé@exámple.org`` wrongly.
"""

import re
from dataclasses import dataclass, field
from email.header import Header
from functools import lru_cache
from typing import Final

from lpdownload.errors import LpdownloadError

_ATEXT = r"[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]"
_ATOMS = re.compile(rf"{_ATEXT}+(?: {_ATEXT}+)*")
_LOCAL_PART = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MAILBOX = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^"<>]*?))\s*<(?P<address>[^<>]*)>\s*')
_LINE: Final = 76


class BadMailbox(LpdownloadError, ValueError):
    """A name or address no mail header can carry."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Raises BadMailbox for control characters, a malformed address, or a local part that needs SMTPUTF8.

    The address is kept as written; ``wire_address`` has the domain in punycode (IDNA 2008). A name's spaces
    at its ends are dropped: some parsers would drop them, too.
    """

    name: str
    address: str
    wire_address: str = field(init=False, repr=False, compare=False)
    """The address in pure ASCII."""

    def __post_init__(self) -> None:
        if not self.name.isprintable() and _UNPRINTABLE.search(self.name):
            raise BadMailbox(f"the name {self.name!r} holds a line break or another control character")
        object.__setattr__(self, "name", self.name.strip())
        object.__setattr__(self, "wire_address", _wire_address(self.address))

    @classmethod
    def parse(cls, text: str) -> "Mailbox":
        """Reads ``Name <address>``, ``"Name" <address>`` or ``address``: one mailbox, no comments."""
        if "<" not in text:
            return cls("", text.strip())
        found = _MAILBOX.fullmatch(text)
        if not found:
            raise BadMailbox(f"{text!r} is not of the form Name <address>")
        quoted = found["quoted"]
        return cls(found["plain"] if quoted is None else re.sub(r"\\(.)", r"\1", quoted), found["address"])

    def header(self) -> str:
        """For a header of at most nine letters: pure ASCII, folded with CRLF and a space where it is long."""
        address = self.wire_address
        if not self.name:
            return address
        if self.name.isascii() and len(self.name) <= 200 and "=?" not in self.name:
            return f"{self._phrase()} <{address}>"
        words = Header(self.name, "utf-8", maxlinelen=_LINE, header_name="Reply-To").encode(linesep="\r\n")
        last = words.rpartition("\n")[2]
        margin = len("Reply-To: ") if last == words else 0
        seam = " " if margin + len(last) + len(address) + 3 <= _LINE else "\r\n "
        return f"{words}{seam}<{address}>"

    def __str__(self) -> str:
        """As ``parse`` reads it: the name unencoded, in quotes where RFC 5322 wants them."""
        return f"{self._phrase()} <{self.address}>" if self.name else self.address

    def _phrase(self) -> str:
        if _ATOMS.fullmatch(self.name):
            return self.name
        return '"' + self.name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _wire_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if not at:
        raise BadMailbox(f"{address!r} is no mail address: it has no @")
    if not local.isascii():
        raise BadMailbox(f"{address!r} has a non-ASCII part before the @, which few servers accept")
    if not _LOCAL_PART.fullmatch(local) or len(local) > 64:
        raise BadMailbox(f"{address!r} is malformed before the @")
    return f"{local}@{_wire_domain(domain, address)}"


def _wire_domain(domain: str, address: str) -> str:
    wire = domain if domain.isascii() else _punycode(domain)
    if not _DOMAIN.fullmatch(wire) or len(wire) > 253:
        raise BadMailbox(f"{address!r} is malformed after the @")
    return wire


@lru_cache(maxsize=1024)
def _punycode(domain: str) -> str:
    import idna  # 5 ms, for the few domains that need it

    try:
        # Not the standard library's codec: IDNA 2003 sends mail for straße.de to strasse.de.
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadMailbox(f"{domain!r} is not a valid domain: {error}") from None
