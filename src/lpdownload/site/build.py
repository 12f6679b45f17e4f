"""The hub, from a newsroom to a folder of static pages.

Four steps: what there is (gathering), what was there before (published), which pages follow from it (pages,
feeds), and which of their files are others than last time (output). One edited issue costs its own page, its
neighbours', and the lists it stands in.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.news import FEEDS
from lpdownload.model.text import NEWS
from lpdownload.render.environment import labels
from lpdownload.render.output import write
from lpdownload.site import shelves
from lpdownload.site.around import Neighbours, filled
from lpdownload.site.digests import Digests
from lpdownload.site.entry import Entry, Record, digest
from lpdownload.site.feed_files import feed_files
from lpdownload.site.frame import Frame, make_frame
from lpdownload.site.gather import Made
from lpdownload.site.gathering import Work, gathered, is_current, keys_of
from lpdownload.site.memory import Memory, frame_digest, path_of, recall, remember
from lpdownload.site.output import Output
from lpdownload.site.pages import Pages, Planned
from lpdownload.site.published import (
    Published,
    after,
    edited_on,
    former_slugs,
    published_text,
    read_published,
)
from lpdownload.site.search import is_there, search_files


@dataclass(frozen=True)
class Options:
    """``record``: newsletters/published.yaml is kept; ``dry``: nothing is written at all."""

    as_of: date
    record: bool = True
    dry: bool = False
    search: bool = True
    processes: int | None = None


@dataclass(frozen=True)
class Built:
    """Paths are from the hub's root; ``hidden``: key and reason of what is not on it."""

    pages: int
    rendered: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    new: tuple[str, ...]
    """Keys that were not published before."""
    edited: tuple[str, ...]
    gone: tuple[str, ...]
    """Keys that were published once, and are no longer on the hub."""
    search: bool
    """Whether there is a search page: not without the extra of that name."""


def build(
    library: Library, out: Path, options: Options, told: Callable[[int, int], None] = lambda _done, _of: None
) -> Built:
    """Raises InvalidInput, with the hub as it was, if any file that is to be shown is wrong.

    ``told``: how many files are rendered, of how many.
    """
    site = _Site.of(library, out, options)
    made = site.gather(told)
    site.publish()
    pages = site.pages()
    output = Output.at(out, dry=options.dry)
    for record in site.shown:
        for asset in record.assets:
            output.keep(asset)
    own = list(site.own_pages(made))
    rendered = len(made)
    for planned in _unique([*own, *site.moved(pages), *pages.planned(), *site.feeds(pages)]):
        _put(output, planned)
    if site.frame.search:
        for planned in search_files(output, [page.path for page in own]):
            _put(output, planned)
    output.finish()
    site.remember()
    return site.built(output, rendered)


def _put(output: Output, planned: Planned) -> None:
    if not output.has(planned.path, planned.key):
        output.put(planned.path, planned.key, planned.make())


def _unique(planned: Iterable[Planned]) -> list[Planned]:
    """InvalidInput if two pages have one address."""
    found: dict[str, Planned] = {}
    for one in planned:
        if one.path in found:
            message = f"two pages would have the address /{one.path.removesuffix('index.html')}"
            hint = "give one of them another slug or folder; what was public there before counts too"
            raise InvalidInput([Finding("duplicate-address", message, hint)])
        found[one.path] = one
    return list(found.values())


@dataclass
class _Site:
    """One build's state, step by step."""

    library: Library
    options: Options
    work: Work
    digests: Digests
    memory: Path
    made_of: str
    known: Mapping[str, Record]
    records: dict[str, Record]
    before: Published
    published: Published

    @classmethod
    def of(cls, library: Library, out: Path, options: Options) -> "_Site":
        frame = make_frame(library, search=options.search and is_there())
        memory = path_of(library.root, out)
        last = recall(memory)
        digests = Digests(library.root, dict(last.seen) if last else {})
        made_of = frame_digest(library, digests)
        known = {one.key: one for one in last.records} if last and last.frame == made_of else {}
        if last and last.around != frame.digest:
            known = {key: one for key, one in known.items() if not key.startswith(NEWS)}
        before = read_published(library)
        target = None if options.dry else out
        work = Work(library.root, library.settings, frame, options.as_of, target)
        return cls(library, options, work, digests, memory, made_of, known, {}, before, before)

    @property
    def frame(self) -> Frame:
        return self.work.frame

    @cached_property
    def shown(self) -> list[Record]:
        """What is on the hub, once it is gathered."""
        return [record for record in self.records.values() if record.entry is not None]

    def gather(self, told: Callable[[int, int], None]) -> dict[str, Made]:
        """Reads what is new or changed; the pages of that, by key."""
        stale = []
        for key in keys_of(self.library):
            record = self.known.get(key)
            if (
                record
                and is_current(record, self.library, self.digests, self.options.as_of)
                and self._shipped(record)
            ):
                self.records[key] = record
            else:
                stale.append(key)
        made = gathered(self.work, stale, lambda done: told(done, len(stale)), self.options.processes)
        self.records |= {key: one.record for key, one in made.items()}
        for record in self.records.values():
            self.digests.are(record.read)
        return made

    def _shipped(self, record: Record) -> bool:
        """Whether its pictures still are where the last build put them."""
        out = self.work.out
        return out is None or all(os.path.isfile(f"{out}/{asset}") for asset in record.assets)  # noqa: PTH113

    def publish(self) -> None:
        """Finds what is new, edited or moved today."""
        self.published = after(self.before, self.shown, self.options.as_of)

    def own_pages(self, made: dict[str, Made]) -> Iterator[Planned]:
        """The page of each issue and piece of news, with what surrounds it. Each of ``made`` is used up."""
        neighbours = Neighbours([record.entry for record in self.shown if record.entry])
        for record in self.shown:
            entry = record.entry
            if entry is None or not entry.path:
                continue
            around = neighbours.of(entry)
            edited = edited_on(self.published[record.key])
            beside = (str(one and (one.path, one.title, one.period, one.kicker)) for one in around)
            key = digest(record.page, *beside, str(edited), record.corrected, self.made_of)

            def make(
                record: Record = record,
                entry: Entry = entry,
                around: tuple[Entry | None, Entry | None] = around,
                edited: date | None = edited,
            ) -> bytes:
                html = made.pop(record.key).html if record.key in made else self._again(record.key)
                return filled(html.decode(), self.frame, record, entry, around, edited).encode()

            yield Planned(f"{entry.path}index.html", key, make)

    def _again(self, key: str) -> bytes:
        """The page of a file that is known, since only what surrounds it is other than before."""
        return gathered(self.work, [key], lambda _done: None, 1)[key].html

    def moved(self, pages: Pages) -> Iterator[Planned]:
        """Pages at addresses that something had before."""
        for record in self.shown:
            if record.entry and record.entry.path:
                folder = record.entry.path.partition("/")[0]
                for slug in former_slugs(self.published[record.key]):
                    yield pages.redirect(f"{folder}/{slug}/", record.entry.path)

    def pages(self) -> Pages:
        known = {name: self.library.newsletter(name)[1] for name in self.library.newsletter_names}
        said = labels(self.frame.templates, self.frame.language)
        entries = shelves.in_order(record.entry for record in self.shown if record.entry)
        titles: dict[str, str] = {feed: said[f"hub_{feed.replace('-', '_')}"] for feed in FEEDS}
        return Pages(
            frame=self.frame,
            digest=digest(self.made_of, self.frame.digest, repr(known)),
            cards={record.key: record.card for record in self.shown},
            feeds=shelves.feeds(entries, titles),
            newsletters=shelves.newsletters(entries, known),
            chapters=shelves.chapters(entries, known),
            topics=shelves.topics(entries),
            known=known,
            events=any(record.events for record in self.shown),
        )

    def feeds(self, pages: Pages) -> Iterator[Planned]:
        """What programs read, and the style sheet."""
        yield from feed_files(self.frame, self.made_of, self.shown, self.published, pages)

    def remember(self) -> None:
        """Leaves what the next build needs: newsletters/published.yaml, and the memory of this one."""
        if self.options.dry:
            return
        if self.options.record and self.published != self.before:
            write(self.library.published_path, published_text(self.published).encode())
        records = tuple(self.records[key] for key in sorted(self.records))
        seen, around = self.digests.trusted(), self.frame.digest
        remember(self.memory, Memory(frame=self.made_of, seen=seen, records=records, around=around))

    def built(self, output: Output, rendered: int) -> Built:
        shown = {record.key for record in self.shown}
        changed = [key for key in self.published if self.published[key] != self.before.get(key)]
        return Built(
            pages=sum(path.endswith(".html") for path in output.paths),
            rendered=rendered,
            written=tuple(sorted(output.written)),
            removed=tuple(output.removed),
            hidden=tuple(sorted((one.key, one.hidden) for one in self.records.values() if one.hidden)),
            new=tuple(sorted(key for key in changed if key not in self.before)),
            edited=tuple(sorted(key for key in changed if key in self.before)),
            gone=tuple(sorted(self.before.keys() - shown)),
            search=self.frame.search,
        )
