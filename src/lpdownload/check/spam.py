"""What this machine's SpamAssassin says of a mail's content; nothing leaves the machine.

A message that was never sent has no way through servers, no signature and no history. Rules about those say
nothing about what was written: they are left out, and so do not count.
"""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from lpdownload.check.inspection import Inspection
from lpdownload.errors import Finding, Loc, LpdownloadError, Severity
from lpdownload.render.output import message
from lpdownload.render.render import fill_values

ADDRESS: Final = ("127.0.0.1", 783)
TIMEOUT: Final = 10.0
"""Seconds for one message; spamd takes a tenth of one."""

FAILS: Final = 5.0
"""Points from which SpamAssassin calls a mail spam, unless somebody told it otherwise."""
WARNS: Final = 2.0
"""What is left must do for what only the way of a mail shows."""

UNAVAILABLE: Final = "spam-unavailable"

NOT_CONTENT: Final = re.compile(
    r"(?:T_)?(?:"
    r"ALL_TRUSTED|NO_RELAYS|NO_RECEIVED|UNPARSEABLE_RELAY|RCVD_\w+|RDNS_\w+|HELO_\w+|TVD_RCVD\w*"  # its way
    r"|SPF_\w+|DKIM\w*|DMARC_\w+|ARC_\w+|USER_IN_\w+|NO_DNS_FOR_FROM"  # who signed
    r"|HEADER_FROM_DIFFERENT_DOMAINS"
    r"|DATE_IN_\w+|INVALID_DATE\w*"  # the preview's own date
    r"|TO_\w*|MISSING_HEADERS|UNDISC_\w+|FREEMAIL_REPLY"  # the made-up reader
    r"|URIBL_\w+|DNS_\w+|SURBL_\w+|DBL_\w+|PYZOR_\w+|RAZOR2_\w+|DCC_\w+|IADB_\w+|ASN_\w*"  # lists
    r"|BAYES_\w+|AWL|TXREP\w*|SHORTCIRCUIT"  # what it learnt here
    r")"
)
"""Rules about other things than what the mail says, by name."""

_PLACES: Final[dict[str, Loc]] = {"SUBJ": ("subject",), "FROM": ("sender",), "FREEMAIL": ("sender",)}
_ROW = re.compile(r"^\s*(-?\d+(?:\.\d+)?)\s+([A-Z][A-Z0-9_]+)\s+(\S.*)$")
_MORE = re.compile(r"^\s{10,}(\S.*)$")
_MOST: Final = 1_000_000


class NoSpamd(LpdownloadError):
    """Nobody answers, or not as spamd does."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule of SpamAssassin that a mail meets; negative points speak for it."""

    name: str
    points: float
    description: str

    @property
    def is_content(self) -> bool:
        return NOT_CONTENT.fullmatch(self.name) is None


@dataclass(slots=True)
class SpamAssassin:
    """The check that ``--spam`` asks for. It says once that nobody answers, and asks no more."""

    address: tuple[str, int] = ADDRESS
    _is_gone: bool = False

    @property
    def name(self) -> str:
        return "spam"

    def look(self, inspection: Inspection) -> Iterator[Finding]:
        if self._is_gone:
            return
        rendering = inspection.rendering
        for finding in check_spam(message(rendering, fill_values(rendering, {})), address=self.address):
            self._is_gone = finding.rule == UNAVAILABLE
            yield replace(finding, place=inspection.place(finding.loc))


def check_spam(mail: bytes, *, address: tuple[str, int] = ADDRESS) -> tuple[Finding, ...]:
    """A finding for each rule that counts against the content, the dearest first; all as severe as their sum.

    ValueError for an address that is not this machine's.
    """
    try:
        hits = [hit for hit in ask(mail, address) if hit.is_content]
    except NoSpamd as error:
        hint = "apt install spamassassin, and spamd -L; without it nothing is asked"
        return (Finding(UNAVAILABLE, f"no SpamAssassin was asked: {error}", hint, "info"),)
    total = round(sum(hit.points for hit in hits), 1)
    severity: Severity = "error" if total >= FAILS else "warning" if total >= WARNS else "info"
    against = sorted((hit for hit in hits if hit.points >= 0.1), key=lambda hit: -hit.points)
    return tuple(
        Finding(
            f"spam-{hit.name.lower().replace('_', '-')}",
            f"{hit.points:g} of {total:g} points for {hit.name}: {hit.description}",
            f"{FAILS:g} points make a mail spam; every rule avoided makes room for what its way adds",
            severity,
            _PLACES.get(hit.name.partition("_")[0], ()),
        )
        for hit in against
    )


def ask(mail: bytes, address: tuple[str, int]) -> list[Hit]:
    """The rules that spamd at ``address`` finds. NoSpamd if there is no answer within ten seconds."""
    if not ip_address(address[0]).is_loopback:
        raise ValueError(
            f"{address[0]} is not this machine: mails are not shown to others before they are sent"
        )
    request = b"REPORT SPAMC/1.5\r\nContent-length: %d\r\n\r\n%s" % (len(mail), mail)
    try:
        answer = _exchange(request, address)
    except OSError as error:
        where = f"{address[0]}:{address[1]}"
        raise NoSpamd(f"{where} does not answer ({error.strerror or 'no answer in time'})") from None
    head, _, report = answer.decode("utf-8", "replace").partition("\r\n\r\n")
    if not re.match(r"SPAMD/[\d.]+ 0 ", head):
        raise NoSpamd(f"{address[0]}:{address[1]} answers “{head.splitlines()[0][:60] if head else ''}”")
    return list(_hits(report))


def _exchange(request: bytes, address: tuple[str, int]) -> bytes:
    """The whole answer; the deadline is for all of it."""
    until = time.monotonic() + TIMEOUT
    parts: list[bytes] = []
    with socket.create_connection(address, TIMEOUT) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        while sum(map(len, parts)) < _MOST:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError
            connection.settimeout(left)
            part = connection.recv(65536)
            if not part:
                break
            parts.append(part)
    return b"".join(parts)


def _hits(report: str) -> Iterator[Hit]:
    """The rows of the report's table; a long description goes on in the next line."""
    hit: Hit | None = None
    for line in report.splitlines():
        if row := _ROW.match(line):
            if hit:
                yield hit
            hit = Hit(row[2], float(row[1]), " ".join(row[3].split()))
        elif hit and (more := _MORE.match(line)):
            hit = replace(hit, description=f"{hit.description} {' '.join(more[1].split())}")
        elif hit:
            yield hit
            hit = None
    if hit:
        yield hit
