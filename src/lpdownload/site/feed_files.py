"""The files that programs read, planned as pages are: made anew only when something in them is new."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from lpdownload.render.environment import labels
from lpdownload.site import feeds, shelves
from lpdownload.site.entry import Record, digest
from lpdownload.site.frame import Frame
from lpdownload.site.pages import Pages, Planned
from lpdownload.site.published import Published, edited_on, first_day


def feed_files(
    frame: Frame, made_of: str, shown: Sequence[Record], published: Published, pages: Pages
) -> Iterator[Planned]:
    """Feeds, calendar, sitemap, robots.txt, style sheet."""
    entries = shelves.in_order(record.entry for record in shown if record.entry)
    first = {record.key: first_day(published[record.key]) for record in shown}
    changed = {record.key: day for record in shown if (day := _changed(record, published))}
    days = feeds.Days(first, changed)
    title = frame.network.hub.title or labels(frame.templates, frame.language)["hub_title"]
    title = f"{frame.name}: {title}"
    newest = entries[: feeds.NEWEST]
    key = digest(
        made_of, *(pages.cards[one.key] for one in newest), *(repr(days.changed(one)) for one in newest)
    )
    yield Planned("feed.xml", key, lambda: feeds.rss(frame, "", title, newest))
    yield Planned("atom.xml", key, lambda: feeds.atom(frame, title, newest, days))
    yield Planned("feed.json", key, lambda: feeds.json_feed(frame, title, newest, days))
    for shelf in (*pages.feeds, *pages.newsletters, *pages.chapters, *pages.topics):
        own = digest(made_of, shelf.title, *(pages.cards[one.key] for one in shelf.entries[: feeds.NEWEST]))
        yield Planned(f"{shelf.path}feed.xml", own, _rss_of(frame, shelf))
    keys = {entry.key for entry in entries}
    events = [event for record in shown if record.key in keys for event in record.events]
    if events:
        yield Planned(
            "events.ics", digest(made_of, *events), lambda: feeds.calendar(frame, frame.name, events)
        )
    found: dict[str, date | None] = {"": None, "newsletters/": None}
    for shelf in (*pages.feeds, *pages.newsletters, *pages.chapters, *pages.topics):
        found |= {leaf.path: None for leaf in shelves.leaves(shelf)}
    every = [record.entry for record in shown if record.entry and record.entry.path]
    found |= {entry.path: days.changed(entry) for entry in every}
    others = {
        entry.path: {entry.lang: entry.path}
        | {one.lang: one.path for one in entry.translations if one.path in found}
        for entry in every
        if entry.translations
    }
    yield Planned(
        "sitemap.xml",
        digest(made_of, repr(sorted(found.items())), repr(others)),
        lambda: feeds.sitemap(frame, found, others),
    )
    yield Planned("robots.txt", digest(made_of), lambda: feeds.robots(frame))
    yield Planned(frame.style, digest(frame.css), frame.css.encode)


def _changed(record: Record, published: Published) -> date | None:
    days = [date.fromisoformat(one.date) for one in record.corrections]
    edited = edited_on(published[record.key])
    return max([*days, *([edited] if edited else [])], default=None)


def _rss_of(frame: Frame, shelf: shelves.Shelf) -> Callable[[], bytes]:
    return lambda: feeds.rss(frame, shelf.path, f"{frame.name}: {shelf.title}", shelf.entries)
