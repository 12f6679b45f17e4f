"""UTM parameters on links: newsletter, issue and section, so that a site's statistics tell them apart."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lpdownload.model.text import MERGE_FIELD

_WEB = re.compile("https?://", re.IGNORECASE)


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
