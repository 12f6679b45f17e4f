"""What the hub knows of one issue or piece of news: enough for every page but its own."""

import hashlib
from typing import Literal

from lpdownload.model.news import Feed
from lpdownload.model.text import Value

Hidden = Literal["", "not-yet", "kept-off", "unwritten"]
"""Why it is not on the hub: its day has not come, its file says so, or it has words still to be written."""


class Kept(Value, str_strip_whitespace=False):
    """What is read back from the memory of the last build as it was: a VEVENT ends with its line's end."""


class CardPicture(Kept):
    """A picture of a card; ``src`` is a path from the hub's root, or an https address."""

    src: str
    alt: str
    caption: str
    credit: str
    width: int
    height: int | None

    def at(self, root: str) -> str:
        """Its address from a page that is ``root`` (``../``, ``../../``) away from the front page."""
        return self.src if self.src.startswith("https://") else root + self.src


class Translation(Kept):
    """The same in another language; ``name`` is what that language calls itself."""

    lang: str
    name: str
    path: str


class Entry(Kept):
    """A card. Texts are plain, dates YYYY-MM-DD."""

    key: str
    feed: Feed
    kicker: str
    """The newsletter's name with its emoji, or what kind of news it is."""
    title: str
    """Of an issue its highlights or its subject, else its period."""
    period: str
    """As an issue writes it; empty for news, and where the title says it."""
    teaser: str
    path: str
    """Of its own page from the hub's root; empty if it has none."""
    outside: str
    """The address of what it tells of, where it has no page of its own."""
    source: str
    """Who published that."""
    date: str
    """Empty where no date is known."""
    sort: str
    lang: str
    newsletter: str
    """The folder; empty for news."""
    translation_of: str
    """The key of the original."""
    picture: CardPicture | None
    topics: tuple[str, ...]
    chapters: tuple[str, ...]
    translations: tuple[Translation, ...]

    @property
    def full_title(self) -> str:
        """The subject line, for an issue."""
        parts = (self.kicker, self.title, self.period) if self.newsletter else (self.title,)
        return " | ".join(part for part in parts if part)

    def at(self, root: str) -> str:
        return self.outside or root + self.path


class Correction(Kept):
    """``note`` is HTML."""

    date: str
    note: str


class Record(Kept):
    """All that is kept of one file between two builds.

    ``read``: the digest of each file that it was made of, by path from the newsroom.
    """

    key: str
    read: dict[str, str]
    siblings: tuple[str, ...]
    """The files of the same issue in other languages, which its page names."""
    turns: dict[str, bool] = {}
    """The days from which on those are on the hub: whether they had come."""
    slug: str
    day: str
    """From which on it is on the hub."""
    hidden: Hidden
    entry: Entry | None = None
    content: str = ""
    """The digest of what it says: another one means that it was edited."""
    card: str = ""
    """The digest of the entry."""
    page: str = ""
    """The digest of its own page, before what surrounds it is put in."""
    assets: tuple[str, ...] = ()
    """Paths from the hub's root."""
    events: tuple[str, ...] = ()
    """Each a VEVENT."""
    corrections: tuple[Correction, ...] = ()

    @property
    def corrected(self) -> str:
        """The corrections, as one text."""
        return "\n".join(f"{one.date} {one.note}" for one in self.corrections)


def digest(*parts: str | bytes) -> str:
    """Of texts in order; 24 hexadecimal digits."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        found.update(f"{len(data)}:".encode() + data)
    return found.hexdigest()[:24]
