"""Links as mails carry them: hosts in ASCII, and UTM parameters that tell newsletter, issue and section."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lpdownload.model.text import MERGE_FIELD

_WEB = re.compile("https?://", re.IGNORECASE)


def with_ascii_host(address: str) -> str:
    """``address`` with a host of other letters in punycode (IDNA 2008, UTS 46): mail programs want it so."""
    if address.isascii() or not _WEB.match(address):
        return address
    import idna  # 5 ms, for the few hosts that need it

    parts = urlsplit(address)
    written = parts.hostname or ""
    try:
        host = idna.encode(written, uts46=True).decode("ascii")
    except idna.IDNAError:
        return address
    user, at, place = parts.netloc.rpartition("@")
    _, colon, port = place.partition(":")
    return urlunsplit(parts._replace(netloc=f"{user}{at}{host}{colon}{port}"))


def with_utm(address: str, *, newsletter: str, issue: str, section: str, is_field: bool = False) -> str:
    """``address`` with ``utm_source``, ``utm_medium``, ``utm_campaign`` and ``utm_content``.

    Only http and https addresses; a parameter the author wrote stays as it is, and so does an address
    that is a merge field as a whole (``is_field``).
    """
    if is_field or MERGE_FIELD.fullmatch(address) or not _WEB.match(address):
        return address
    parts = urlsplit(address)
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    utm = {
        "utm_source": newsletter,
        "utm_medium": "email",
        "utm_campaign": f"{newsletter}-{issue}",
        "utm_content": section,
    }
    added = urlencode({name: value for name, value in utm.items() if name not in present})
    return urlunsplit(parts._replace(query="&".join(part for part in (parts.query, added) if part)))
