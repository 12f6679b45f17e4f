"""An issue's card: what the news page and the archive show of it (card.json beside its other files)."""

from lpdownload.model.text import Value


class CardPeriod(Value):
    """``label`` as written (Fall 2024), ``start`` by which periods are ordered (YYYY-MM-DD)."""

    label: str
    start: str


class CardTranslation(Value):
    """The same issue in another language."""

    lang: str
    url: str


class Card(Value):
    """One issue among others. ``date`` is YYYY-MM-DD; texts are plain, for nobody in particular."""

    title: str
    """The subject line, as on the news page."""
    name: str
    """The newsletter's."""
    highlights: str
    slug: str
    url: str
    newsletter: str
    date: str
    period: CardPeriod
    teaser: str
    image: str | None
    """A path from the issue's folder, or an https address."""
    alt: str
    credit: str
    topics: tuple[str, ...]
    chapters: tuple[str, ...]
    lang: str
    translations: tuple[CardTranslation, ...]
