"""What Postmark says it took, by its search for messages of a send.

https://postmarkapp.com/developer/api/messages-api#outbound-message-search. It filters by one field of the
metadata (https://postmarkapp.com/support/article/1125-custom-metadata-faq), newest first, and shows 10,000
messages of a search: the next search ends where those began.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from lpdownload.model.delivery import Accepted, Refused
from lpdownload.providers.answers import page_of, part_in, text_in
from lpdownload.providers.events import NotAnEvent, moment
from lpdownload.providers.http import Caller

_PAGE: Final = 500
_WINDOW: Final = 10_000
MOST_PAGES: Final = 200
_APART: Final = timedelta(hours=1, minutes=1)
"""Their clock and ours; and its times have no offset, so that an hour of autumn comes twice."""


def look_up(
    caller: Caller, stream: str, send: str, references: Sequence[str], since: datetime, *, secret: str
) -> Mapping[str, Accepted | Refused]:
    """As LooksUp's. What Postmark refused is in no search: it is missing."""
    wanted, found = set(references), dict[str, Accepted | Refused]()
    query: dict[str, str | int] = {
        "count": _PAGE,
        "messagestream": stream,
        "metadata_send": send,
        "fromdate": _eastern(since - _APART),
    }
    until: datetime | None = None
    oldest: datetime | None = None
    offset = 0
    for _ in range(MOST_PAGES):
        if wanted <= found.keys():
            break
        if offset + _PAGE > _WINDOW:
            if oldest is None or (until and oldest >= until):
                break
            query["todate"], until, offset = _eastern(oldest + timedelta(seconds=1)), oldest, 0
        path = "/messages/outbound?" + urlencode(query | {"offset": offset})
        exchange = caller.call("GET", path, idempotent=True)
        _, items = page_of(exchange, "Messages", title="Postmark", secret=secret)
        if not items:
            break
        for item in items:
            metadata = part_in(item, "Metadata")
            reference, own_id = text_in(metadata, "reference"), text_in(item, "MessageID")
            if own_id and reference in wanted and text_in(metadata, "send") == send:
                found[reference] = Accepted(own_id)
        oldest = _received(items[-1]) or oldest
        offset += len(items)
    return found


def _received(message: Mapping[str, object]) -> datetime | None:
    try:
        return moment(message.get("ReceivedAt"))
    except NotAnEvent:
        return None


def _eastern(at: datetime) -> str:
    """ "Our API uses Eastern Time Zone." """
    return at.astimezone(ZoneInfo("America/New_York")).strftime("%Y-%m-%dT%H:%M:%S")
