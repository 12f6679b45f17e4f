"""Who opened or clicked: a person, or a program on the way to one. The rules, by name, are ``RULES``.

Known is only what the provider tells. HEAD requests it does not report; where its address is of a data centre
nobody can say without a list that is always old. Gmail's and Yahoo's proxies fetch a picture mostly when
somebody looks, so what comes through them is a person's.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.model.event import Event, EventKind
from lpdownload.model.tracking import By
from lpdownload.store import events as store
from lpdownload.store.events import Reported, Seen

READERS: Final[frozenset[EventKind]] = frozenset({"opened", "clicked"})
"""What readers do, and programs in their place."""
AT_ONCE: Final = timedelta(seconds=10)
"""Nobody has read a newsletter so soon after it was delivered; a filter looks before or while it is."""
BOTH_LINKS: Final = timedelta(seconds=1)
"""Nobody follows two links in such a time."""

AGENTS: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "sendgrid": (("useragent",),),
    "mailgun": (("client-info", "user-agent"),),
    "postmark": (("UserAgent",),),
    "resend": (("data", "open", "userAgent"), ("data", "click", "userAgent")),
    "ses": (("open", "userAgent"), ("click", "userAgent")),
}
"""Where a provider's report names the program that opened or clicked."""
MARKS: Final[Mapping[str, tuple[str, ...]]] = {
    "sendgrid": ("sg_machine_open",),
    "mailgun": ("client-info", "bot"),
}
"""Where a provider says itself that it was one: true, or its name.

https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event,
https://www.mailgun.com/blog/product/bot-detection/
"""

_SCANNERS: Final = re.compile(
    r"barracuda|mimecast|proofpoint|ironport|symantec|messagelabs|trend ?micro|fortinet|sophos|zscaler"
    r"|cloudmark|urlscan|virustotal|safebrowsing",
    re.IGNORECASE,
)
_PROGRAMS: Final = re.compile(
    r"(?<!cu)bot\b|crawler|spider|headlesschrome|phantomjs|slurp|python|aiohttp|curl/|wget|go-http-client|^java/"
    r"|apache-httpclient|libwww|scrapy|axios|node-fetch|externalhit|linkexpanding|preview",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes an open or click a program's, by what its report says."""

    name: str
    why: str
    kinds: frozenset[EventKind]
    is_met: Callable[[Event, str | None], bool]
    """By the event and the name of its program; None where that is not told."""


RULES: Final = (
    Rule("marked", "the provider itself says so", READERS, lambda event, _: _is_marked(event)),
    Rule(
        "apple-privacy",
        "Apple's Mail Privacy Protection fetches every picture, read or not, and says Mozilla/5.0 alone",
        frozenset({"opened"}),
        lambda _, agent: agent == "Mozilla/5.0",
    ),
    Rule(
        "scanner",
        "the name of a mail filter that follows links before anybody sees them",
        READERS,
        lambda _, agent: bool(agent and _SCANNERS.search(agent)),
    ),
    Rule(
        "program",
        "the name of a crawler, a link preview or a programming library",
        READERS,
        lambda _, agent: bool(agent and _PROGRAMS.search(agent)),
    ),
    Rule("nameless", "no browser is without a name", READERS, lambda _, agent: agent == ""),
)
"""By one report alone. Two more, ``at-once`` and ``both-links``, go by all reports of a copy: ``by_time``."""


def rule_of(event: Event) -> str | None:
    """The name of the rule that makes it a program's; None if it seems to be a person's."""
    if event.kind not in READERS:
        return None
    agent = _agent(event)
    return next((rule.name for rule in RULES if event.kind in rule.kinds and rule.is_met(event, agent)), None)


def by(event: Event) -> By | None:
    """As far as its own report tells; None where nobody opened or clicked anything."""
    if event.kind not in READERS:
        return None
    return "machine" if rule_of(event) else "person"


def mark(connection: Connection, new: Sequence[Reported]) -> None:
    """Writes down which opens and clicks are programs' by the time at which they happened.

    Whatever the order in which reports come, the outcome is the same.
    """
    kinds = READERS | {"delivered"}
    copies = {(one.copy.send_id, one.copy.subscriber_id) for one in new if one.event.kind in kinds}
    if not copies:
        return
    machines: list[str] = []
    for seen in store.seen(connection, copies).values():
        machines += sorted(by_time(seen))
    if machines:
        store.mark(connection, machines, "machine")


def by_time(seen: Collection[Seen]) -> set[str]:
    """Of all that is known of one copy: the identities of opens and clicks that are programs'.

    at-once: before, or within ``AT_ONCE`` after, it was delivered. both-links: clicks on different links
    within ``BOTH_LINKS``.
    """
    found: set[str] = set()
    delivered = [one.at for one in seen if one.kind == "delivered"]
    if delivered:
        until = min(delivered) + AT_ONCE
        found |= {one.identity for one in seen if one.kind in READERS and one.at <= until}
    clicks = sorted((one for one in seen if one.kind == "clicked"), key=lambda one: (one.at, one.detail))
    return found | _of_both_links(clicks)


def _of_both_links(clicks: Sequence[Seen]) -> set[str]:
    """Clicks in order of time with one on another link within ``BOTH_LINKS``, whatever lies between them."""
    found: set[str] = set()
    links: Counter[str] = Counter()
    first = told = 0
    for last, one in enumerate(clicks):
        links[one.detail] += 1
        while one.at - clicks[first].at > BOTH_LINKS:
            links -= Counter([clicks[first].detail])
            first += 1
        if len(links) > 1:
            found |= {each.identity for each in clicks[max(first, told) : last + 1]}
            told = last + 1
    return found


def _agent(event: Event) -> str | None:
    for way in AGENTS.get(event.provider, ()):
        found = _at(event.raw, way)
        if isinstance(found, str):
            return found.strip()
    return None


def _is_marked(event: Event) -> bool:
    found = _at(event.raw, MARKS.get(event.provider, ()))
    return found is True or (isinstance(found, str) and found.strip().lower() not in {"", "false", "none"})


def _at(raw: object, way: Sequence[str]) -> object:
    """None if there is no such way, or if there is nothing at its end."""
    for name in way:
        raw = raw.get(name) if isinstance(raw, Mapping) else None
    return raw if way else None
