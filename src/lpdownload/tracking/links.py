"""Clicks by link and section: what leads to the same page is one link, and nobody's own link is shown."""

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from lpdownload.model.issue import Issue
from lpdownload.model.report import Link
from lpdownload.model.report import Section as Clicked
from lpdownload.model.sections.base import Section, walk_texts
from lpdownload.model.token import LENGTH
from lpdownload.store.reporting import Clicks

_OURS: Final = "utm_"
_TITLES: Final = ("heading", "title", "headline", "name", "program", "committee", "org", "label")
"""Where a section's own title stands, in the order they are looked for."""
_OWN: Final = re.compile(rf"[A-Za-z0-9_-]{{{LENGTH}}}")
"""A reader's token, or something as long that is as much theirs."""
_READABLE: Final = 300
"""Characters of an address."""


def sections_of(clicks: Iterable[Clicks], issue: Issue | None, public_url: str) -> tuple[Clicked, ...]:
    """Those with clicks, the most by persons first. ``issue``: as its file is now, to name its sections."""
    gathered: dict[tuple[str, str], list[Clicks]] = defaultdict(list)
    for one in clicks:
        address, section = _told(one, public_url)
        gathered[section or _place(issue, address), address].append(one)
    links: dict[str, list[Link]] = defaultdict(list)
    for (section, address), some in gathered.items():
        persons = [one for one in some if not one.is_machine]
        machine = sum(one.clicks for one in some if one.is_machine)
        people, count = sum(one.people for one in persons), sum(one.clicks for one in persons)
        links[section].append(Link(address, section, people, count, machine))
    titles = _titles(issue)
    found = [
        Clicked(
            name,
            titles.get(name, ""),
            sum(link.clicks for link in some),
            sum(link.machine_clicks for link in some),
            tuple(sorted(some, key=lambda link: (-link.clicks, -link.machine_clicks, link.address))),
        )
        for name, some in links.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.clicks, -one.machine_clicks, one.name)))


def _told(one: Clicks, public_url: str) -> tuple[str, str]:
    """The address without what tells whose mail it stood in, and the section by its own ``utm_content``."""
    try:
        parts = urlsplit(one.address)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return one.address.partition("?")[0][:_READABLE], ""
    section = next((value for name, value in query if name == "utm_content"), "")
    kept = [(name, value) for name, value in query if not name.startswith(_OURS)]
    if one.people < 2 or _is_own(parts, public_url):
        kept = []  # a query of one person alone may be about that person
    path = "/".join("…" if _OWN.fullmatch(part) else part for part in parts.path.split("/"))
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit(SplitResult(parts.scheme, host, path, urlencode(kept), ""))
    return address[:_READABLE], section[:100]


def _is_own(parts: SplitResult, public_url: str) -> bool:
    """Whether it is a page of ours, whose queries are readers' own."""
    return parts.netloc == urlsplit(public_url).netloc


def _place(issue: Issue | None, address: str) -> str:
    """The first section that the address stands in."""
    for index, section in enumerate(issue.sections if issue else ()):
        if any(address in text for text, _ in walk_texts(section)):
            return _name(section, index)
    return ""


def _titles(issue: Issue | None) -> dict[str, str]:
    found = {}
    for index, section in enumerate(issue.sections if issue else ()):
        title = next((str(words) for name in _TITLES if (words := getattr(section, name, None))), "")
        found[_name(section, index)] = title or _type(section).replace("_", " ")
    return found


def _name(section: Section, index: int) -> str:
    """As in the links of a mail (render/html_context.py)."""
    return section.id or f"{_type(section)}-{index + 1}"


def _type(section: Section) -> str:
    return str(getattr(section, "type"))  # noqa: B009 - each concrete section has it, their base has not
