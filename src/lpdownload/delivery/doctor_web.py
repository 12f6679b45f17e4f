"""Our public pages, and our clock, as machines elsewhere see them."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urlsplit

from lpdownload.delivery.doctor_dns import Dns, DnsUnknown
from lpdownload.providers.base import Check
from lpdownload.providers.http import Caller

_SKEW: Final = 60.0
"""Seconds between our clock and theirs that are worth a word; Amazon refuses signatures at 300."""
_WORST_SKEW: Final = 300.0
_PATIENCE: Final = 10.0
"""Seconds for a connection, and for a clock."""


def check_public(dns: Dns, public_url: str) -> Check:
    """Whether the address that one-click unsubscribing stands on answers over HTTPS, with a trusted name."""
    what, parts = "one-click address", urlsplit(public_url)
    host, port = parts.hostname or "", parts.port or 443
    if parts.scheme != "https":
        return Check(what, "error", f"{public_url} is not https", "mail programs want https: set public_url")
    try:
        addresses = dns.addresses(host)
    except DnsUnknown as error:
        return Check(what, "unknown", str(error), "try again where there is a network")
    if not addresses:
        remedy = "set public_url in network.yaml, or make its DNS record"
        return Check(what, "error", f"there is no {host}", remedy)
    context = ssl.create_default_context()
    for address in addresses[:2]:
        try:
            with (
                socket.create_connection((address, port), _PATIENCE) as plain,
                context.wrap_socket(plain, server_hostname=host),
            ):
                return Check(what, "ok", f"{host} answers over HTTPS")
        except ssl.SSLCertVerificationError as error:
            says = f"the certificate of {host} is not accepted: {error.verify_message}"
            return Check(what, "error", says, "renew it, or have it made out to this name")
        except (OSError, ValueError):
            continue
    says = f"{host} does not answer this machine over HTTPS"
    return Check(what, "error", says, "start the public pages: without them nobody can unsubscribe")


def clock_of(address: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Check:
    """Our clock beside that of the server at ``address``, which gets no credentials."""
    caller = Caller(address, headers={}, at_once=1, connect_seconds=_PATIENCE / 2, total_seconds=_PATIENCE)
    try:
        found = caller.call("HEAD", "/", idempotent=True)
    finally:
        caller.close()
    return compare_clocks(urlsplit(address).hostname or "", found.headers.get("date", ""), now())


def compare_clocks(host: str, date: str, now: datetime) -> Check:
    """``date`` is an HTTP Date header of ``host``."""
    try:
        theirs = parsedate_to_datetime(date)
        apart = (now - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
    except ValueError:
        says = f"{host} does not say what time it is"
        return Check("clock", "unknown", says, "see that this machine sets its clock by NTP")
    says = f"{abs(apart):,.0f} seconds {'ahead of' if apart > 0 else 'behind'} that of {host}"
    if abs(apart) >= _WORST_SKEW:
        return Check("clock", "error", says, "set it by NTP: signatures and times of sending go wrong")
    if abs(apart) >= _SKEW:
        return Check("clock", "warning", says, "set it by NTP")
    return Check("clock", "ok", f"as that of {host}")
