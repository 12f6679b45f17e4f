"""What Mailgun says it took, by its Events API.

https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/events/get-v3-domain_name-events. It
filters by no variable of ours, so all that the domain sent since then is read. Mailgun calls it deprecated in
favour of its Logs API, and keeps events for as long as the plan says, a day at least.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit

from lpdownload.model.delivery import Accepted, Refused
from lpdownload.providers.answers import page_of, part_in, quoted, text_in
from lpdownload.providers.base import CannotLookUp
from lpdownload.providers.http import Caller

_EVENTS: Final = "accepted OR rejected OR delivered OR failed"
_PAGE: Final = 100
"""Of at most 300: an event names everybody its message went to, and pages are read to 5 MB."""
MOST_PAGES: Final = 300
_APART: Final = timedelta(minutes=1)
"""Their clock and ours."""


def look_up(
    caller: Caller, domain: str, send: str, references: Sequence[str], since: datetime, *, secret: str
) -> Mapping[str, Accepted | Refused]:
    """As LooksUp's. Pages follow one another, oldest first, until one is empty."""
    wanted, found = set(references), dict[str, Accepted | Refused]()
    events = f"/v3/{domain}/events"
    begin = int((since - _APART).timestamp())
    query = {"begin": begin, "ascending": "yes", "limit": _PAGE, "event": _EVENTS}
    path = f"{events}?{urlencode(query)}"
    for _ in range(MOST_PAGES):
        if wanted <= found.keys():
            break
        exchange = caller.call("GET", path, idempotent=True)
        page, items = page_of(exchange, "items", title="Mailgun", secret=secret)
        if not items:
            break
        for item in items:
            variables = part_in(item, "user-variables")
            reference = text_in(variables, "lp_reference")
            if reference not in wanted or text_in(variables, "lp_send") != send:
                continue
            if not isinstance(found.get(reference), Refused):
                found[reference] = _said(item, secret)
        path = _next(page, events)
    return found


def _said(event: Mapping[str, object], secret: str) -> Accepted | Refused:
    """A failure comes after it was taken, so it is the delivery's, not the call's."""
    if text_in(event, "event") == "rejected":
        because = quoted(text_in(part_in(event, "reject"), "reason"), secret) or "without a reason"
        return Refused(f"Mailgun rejected it: {because}")
    own_id = text_in(part_in(part_in(event, "message"), "headers"), "message-id")
    return Accepted(own_id.strip("<>") or None)


def _next(page: Mapping[str, object], events: str) -> str:
    """Its path at our own address: the key goes nowhere else. Raises CannotLookUp."""
    try:
        parts = urlsplit(text_in(part_in(page, "paging"), "next"))
    except ValueError:
        parts = urlsplit("")
    start, _, rest = parts.path.partition("/events/")
    if f"{start}/events".lower() != events.lower() or not rest:
        raise CannotLookUp("Mailgun cannot be asked: its answer does not say where it goes on")
    return f"{events}/{rest}" + (f"?{parts.query}" if parts.query else "")
