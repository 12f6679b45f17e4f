"""Where entries stand together: the three feeds, newsletters, chapters, topics; and the pages of each.

Pages of an archive are counted from the oldest entry on: a page once full stays as it is for ever, so its
address keeps leading to the same things, and a new issue changes no old page.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lpdownload.model.news import FEEDS
from lpdownload.model.newsletter import Newsletter
from lpdownload.site.entry import Entry
from lpdownload.site.names import slugged, titled

PAGE = 24
"""Entries on a full page of an archive; its first page has between half and one and a half times as many."""


@dataclass(frozen=True)
class Shelf:
    """``entries``, the newest first; ``kind`` is feed, newsletter, chapter or topic."""

    kind: str
    name: str
    path: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Leaf:
    """One page of a shelf. ``newer`` and ``older`` are paths from the front page, empty at the ends."""

    path: str
    entries: tuple[Entry, ...]
    newer: str
    older: str
    number: int
    """0 is the first page, with the newest."""


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The newest first; without translations of what is there itself."""
    every = list(entries)
    keys = {entry.key for entry in every}
    originals = [entry for entry in every if entry.translation_of not in keys]
    originals.sort(key=lambda entry: entry.key)
    return tuple(sorted(originals, key=lambda entry: entry.sort, reverse=True))


def feeds(entries: Sequence[Entry], titles: Mapping[str, str]) -> tuple[Shelf, ...]:
    """The three, in the order of the front page. ``titles`` by feed."""
    return tuple(
        Shelf("feed", feed, f"{feed}/", titles[feed], tuple(one for one in entries if one.feed == feed))
        for feed in FEEDS
    )


def newsletters(entries: Sequence[Entry], known: Mapping[str, Newsletter]) -> tuple[Shelf, ...]:
    """Each newsletter that has published something, in the order of names."""
    found: dict[str, list[Entry]] = {name: [] for name in known}
    for entry in entries:
        if entry.newsletter in found:
            found[entry.newsletter].append(entry)
    shelves = (
        Shelf("newsletter", name, f"{name}/", known[name].name, tuple(own))
        for name, own in found.items()
        if own
    )
    return tuple(sorted(shelves, key=lambda shelf: shelf.title.casefold()))


def chapters(entries: Sequence[Entry], known: Mapping[str, Newsletter]) -> tuple[Shelf, ...]:
    """Each chapter that something concerns; named as its newsletter's masthead does."""
    names = {one.chapter: one.subtitle or one.chapter for one in known.values() if one.chapter}
    return _tagged("chapter", "chapters", ((entry, entry.chapters) for entry in entries), names)


def topics(entries: Sequence[Entry]) -> tuple[Shelf, ...]:
    return _tagged("topic", "topics", ((entry, entry.topics) for entry in entries), {})


def _tagged(
    kind: str, folder: str, tagged: Iterable[tuple[Entry, tuple[str, ...]]], names: Mapping[str, str]
) -> tuple[Shelf, ...]:
    """Tags that make the same address are one."""
    found: dict[str, list[Entry]] = {}
    titles: dict[str, str] = {}
    for entry, tags in tagged:
        for slug, tag in {slugged(tag): tag for tag in tags}.items():
            found.setdefault(slug, []).append(entry)
            titles.setdefault(slug, names.get(tag) or titled(tag))
    shelves = (
        Shelf(kind, slug, f"{folder}/{slug}/", titles[slug], tuple(own)) for slug, own in found.items()
    )
    return tuple(sorted(shelves, key=lambda shelf: shelf.title.casefold()))


def leaves(shelf: Shelf) -> Iterator[Leaf]:
    """Its pages, the first one first."""
    count = len(shelf.entries)
    archived = max(0, -(-(count - PAGE * 3 // 2) // PAGE))
    first = count - archived * PAGE
    paths = [shelf.path, *(f"{shelf.path}page/{number}/" for number in range(archived, 0, -1))]
    parts = [shelf.entries[:first], *_parts(shelf.entries[first:])]
    for place, (path, entries) in enumerate(zip(paths, parts, strict=True)):
        yield Leaf(
            path=path,
            entries=tuple(entries),
            newer=paths[place - 1] if place else "",
            older=paths[place + 1] if place + 1 < len(paths) else "",
            number=0 if place == 0 else archived - place + 1,
        )


def _parts(entries: Sequence[Entry]) -> list[Sequence[Entry]]:
    return [entries[start : start + PAGE] for start in range(0, len(entries), PAGE)]
