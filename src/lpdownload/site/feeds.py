"""What programs read: RSS 2.0, Atom, JSON Feed 1.1, iCalendar, sitemap, robots.txt."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from urllib.parse import quote
from xml.etree import ElementTree as ET

from lpdownload.render.calendar import escaped, folded_lines
from lpdownload.site.entry import Entry
from lpdownload.site.frame import Frame

NEWEST = 40
"""Entries in a feed."""

_ATOM = "http://www.w3.org/2005/Atom"
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


class Days:
    """The days of what was published: when each was first on the hub, and last changed."""

    def __init__(self, first: Mapping[str, date], changed: Mapping[str, date]) -> None:
        self._first = first
        self._changed = changed

    def first(self, entry: Entry) -> date:
        """As it says itself; else when it was first seen here."""
        return date.fromisoformat(entry.date) if entry.date else self._first[entry.key]

    def changed(self, entry: Entry) -> date:
        return max(self.first(entry), self._changed.get(entry.key, date.min))


def address_of(frame: Frame, entry: Entry) -> str:
    return entry.outside or f"{frame.home}{quote(entry.path)}"


def identity_of(frame: Frame, entry: Entry) -> str:
    """The same whatever becomes of its slug."""
    return f"{frame.home}#{entry.key}"


def rss(frame: Frame, path: str, title: str, entries: Sequence[Entry]) -> bytes:
    """Of a shelf at ``path``. What has no date has none here either."""
    ET.register_namespace("atom", _ATOM)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", title)
    _add(channel, "link", f"{frame.home}{path}")
    _add(channel, "description", frame.network.about or title)
    _add(channel, "language", frame.language)
    own = {"href": f"{frame.home}{path}feed.xml", "rel": "self", "type": "application/rss+xml"}
    ET.SubElement(channel, f"{{{_ATOM}}}link", own)
    for entry in entries[:NEWEST]:
        item = ET.SubElement(channel, "item")
        _add(item, "title", entry.full_title)
        _add(item, "link", address_of(frame, entry))
        _add(item, "guid", identity_of(frame, entry), {"isPermaLink": "false"})
        if entry.date:
            _add(item, "pubDate", format_datetime(_noon(date.fromisoformat(entry.date)), usegmt=True))
        if entry.teaser:
            _add(item, "description", entry.teaser)
        for topic in entry.topics:
            _add(item, "category", topic)
    return _document(root)


def atom(frame: Frame, title: str, entries: Sequence[Entry], days: Days) -> bytes:
    ET.register_namespace("", _ATOM)
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": frame.language})
    newest = entries[:NEWEST]
    _add(root, f"{{{_ATOM}}}title", title)
    _add(root, f"{{{_ATOM}}}id", frame.home)
    changed = max((days.changed(entry) for entry in newest), default=date(2024, 1, 1))
    _add(root, f"{{{_ATOM}}}updated", _noon(changed).isoformat())
    ET.SubElement(root, f"{{{_ATOM}}}link", {"href": frame.home})
    ET.SubElement(root, f"{{{_ATOM}}}link", {"href": f"{frame.home}atom.xml", "rel": "self"})
    author = ET.SubElement(root, f"{{{_ATOM}}}author")
    _add(author, f"{{{_ATOM}}}name", frame.name)
    for entry in newest:
        item = ET.SubElement(root, f"{{{_ATOM}}}entry")
        _add(item, f"{{{_ATOM}}}title", entry.full_title)
        _add(item, f"{{{_ATOM}}}id", identity_of(frame, entry))
        ET.SubElement(item, f"{{{_ATOM}}}link", {"href": address_of(frame, entry), "hreflang": entry.lang})
        if entry.date:
            _add(item, f"{{{_ATOM}}}published", _noon(days.first(entry)).isoformat())
        _add(item, f"{{{_ATOM}}}updated", _noon(days.changed(entry)).isoformat())
        if entry.teaser:
            _add(item, f"{{{_ATOM}}}summary", entry.teaser)
        for topic in entry.topics:
            ET.SubElement(item, f"{{{_ATOM}}}category", {"term": topic})
    return _document(root)


def json_feed(frame: Frame, title: str, entries: Sequence[Entry], days: Days) -> bytes:
    items = []
    for entry in entries[:NEWEST]:
        item: dict[str, object] = {
            "id": identity_of(frame, entry),
            "url": address_of(frame, entry),
            "title": entry.full_title,
            "content_text": entry.teaser or entry.full_title,
            "language": entry.lang,
            "tags": [*entry.topics],
        }
        if entry.outside:
            item["external_url"] = entry.outside
        if entry.picture:
            item["image"] = entry.picture.at(frame.home)
        if entry.date:
            item["date_published"] = _noon(days.first(entry)).isoformat()
            item["date_modified"] = _noon(days.changed(entry)).isoformat()
        items.append(item)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": frame.home,
        "feed_url": f"{frame.home}feed.json",
        "language": frame.language,
        "authors": [{"name": frame.name, "url": frame.home}],
        "items": items,
    }
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode()


def calendar(frame: Frame, title: str, events: Iterable[str]) -> bytes:
    """All events in one calendar that people can subscribe to; each VEVENT once."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//lpdownload//EN", "METHOD:PUBLISH"]
    head += [f"NAME:{escaped(title)}", f"X-WR-CALNAME:{escaped(title)}", f"SOURCE:{frame.home}events.ics"]
    unique = dict.fromkeys(events)
    return folded_lines(head) + "".join(unique).encode() + b"END:VCALENDAR\r\n"


def sitemap(
    frame: Frame, pages: Mapping[str, date | None], languages: Mapping[str, Mapping[str, str]]
) -> bytes:
    """``pages``: path and the day of its last change, if known; ``languages``: by path, its translations."""
    ET.register_namespace("", _SITEMAP)
    ET.register_namespace("xhtml", _XHTML)
    root = ET.Element(f"{{{_SITEMAP}}}urlset")
    for path, changed in sorted(pages.items()):
        url = ET.SubElement(root, f"{{{_SITEMAP}}}url")
        _add(url, f"{{{_SITEMAP}}}loc", f"{frame.home}{quote(path)}")
        if changed:
            _add(url, f"{{{_SITEMAP}}}lastmod", changed.isoformat())
        for language, other in languages.get(path, {}).items():
            link = {"rel": "alternate", "hreflang": language, "href": f"{frame.home}{quote(other)}"}
            ET.SubElement(url, f"{{{_XHTML}}}link", link)
    return _document(root)


def robots(frame: Frame) -> bytes:
    return f"User-agent: *\nAllow: /\nSitemap: {frame.home}sitemap.xml\n".encode()


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def _add(parent: ET.Element, tag: str, text: str, attributes: dict[str, str] | None = None) -> None:
    ET.SubElement(parent, tag, attributes or {}).text = text


def _document(root: ET.Element) -> bytes:
    ET.indent(root, " ")
    text = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode()
