"""A piece of news: one section with what its card and its page on the news page need around it.

The section is written exactly as an issue would write it, so that an issue can name the piece instead of
copying it: ``{type: shared, ref: news/NAME}``.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Self

from pydantic import Field, model_validator

from lpdownload.model.sections import NewsSection, NewsUnion
from lpdownload.model.sections.base import Image, Lines
from lpdownload.model.sections.events import EventRecap
from lpdownload.model.sections.media import BlogPost, InTheNews, PressRelease, Resource
from lpdownload.model.sections.stories import Story, Text
from lpdownload.model.text import Day, FixedMarkdown, Language, Line, Slug, Value, refuse

Feed = Literal["blog", "in-the-news", "press-releases"]
"""The three feeds of the news page; the words are in its addresses."""

FEEDS: tuple[Feed, ...] = ("blog", "in-the-news", "press-releases")


class Correction(Value):
    """Something that was put right after it was published."""

    date: Day = Field(description="The day it was put right.")
    note: FixedMarkdown = Field(description="What was wrong, and what is right.")


class NewsFile(Value):
    """newsletters/news/NAME.yaml: a blog post, event recap, press release, article or resource."""

    date: Day | None = Field(
        None, description="The day it was published; that of a blog post, resource or article if not given."
    )
    sort: Day | None = Field(
        None, description="Its place among the others where no date is known; it is shown without a date."
    )
    teaser: Line | None = Field(
        None, description="A sentence or two for its card; if not given, the section's own first words."
    )
    image: Image | None = Field(
        None, description="The picture of its card; the section's first if not given."
    )
    topics: Lines = Field((), description="Tags by which the news page collects it.")
    chapters: Lines = Field((), description="Chapters it concerns, as in NY.")
    language: Language = Field("en", description="Its language: en, es and so on.")
    slug: Slug | None = Field(
        None, description="Name in web addresses; the file's if not given. Frozen once published."
    )
    published: bool = Field(
        True, description="false keeps it off the news page; else it stands there from its day on."
    )
    corrections: tuple[Correction, ...] = Field(
        (), description="What was put right after it was published: its page says so, by day."
    )
    section: NewsSection = Field(description="The piece itself, as an issue would write it.")

    @model_validator(mode="after")
    def _shown_by_itself(self) -> Self:
        if isinstance(self.section, InTheNews) and len(self.section.items) != 1:
            message = f"{len(self.section.items)} articles are in one file"
            raise refuse("bad-news", message, "give each article its own file: each has its own card")
        if isinstance(self.section, Text) and not self.section.heading:
            raise refuse("bad-news", "the text has no heading, so its card has no title", "heading: …")
        if self.date and self.sort:
            raise refuse("two-dates", "date and sort both say where it stands", "leave out sort")
        if self.day is None:
            hint = "date: 2024-10-10, or sort: 2024-10-10 where no date is known"
            raise refuse("missing-key", "neither date nor sort says where it stands", hint)
        return self

    @property
    def shown_date(self) -> Day | None:
        """The day of publication, if it is known."""
        if self.date or self.sort:
            return self.date
        match self.section:
            case BlogPost() | Resource():
                return self.section.date
            case InTheNews():
                return self.section.items[0].date
        return None

    @property
    def day(self) -> Day | None:
        """By which it is ordered, and from which on it is shown; never None once it is read."""
        return self.shown_date or self.sort


@dataclass(frozen=True)
class News:
    """A piece with its name; pictures' ``src`` are paths from the newsroom or https addresses."""

    name: str
    written: NewsFile

    @property
    def key(self) -> str:
        """As in news/road-to-good-cause."""
        return f"news/{self.name}"

    @property
    def section(self) -> NewsUnion:
        return self.written.section

    @property
    def slug(self) -> str:
        return self.written.slug or self.name.replace(".", "-").lower()

    @property
    def date(self) -> Day:
        """By which it is ordered."""
        assert self.written.day is not None  # the model refuses one with none
        return self.written.day

    @property
    def feed(self) -> Feed:
        match self.section:
            case PressRelease():
                return "press-releases"
            case InTheNews():
                return "in-the-news"
        return "blog"

    @property
    def title(self) -> str:
        match self.section:
            case PressRelease():
                return self.section.headline
            case InTheNews():
                return self.section.items[0].headline
            case Text():
                return self.section.heading or ""
            case section:
                return section.title

    @cached_property
    def image(self) -> Image | None:
        """The picture of its card."""
        if self.written.image:
            return self.written.image
        match self.section:
            case EventRecap():
                return next(iter(self.section.photos), None)
            case InTheNews():
                return self.section.items[0].image
            case BlogPost() | Resource() | Story() | Text():
                return self.section.image
        return None

    @property
    def teaser(self) -> str:
        """Markdown; the words that stand first in the section where no teaser is given."""
        if self.written.teaser:
            return self.written.teaser
        match self.section:
            case PressRelease():
                return self.section.subhead or self.section.body
            case BlogPost():
                return self.section.teaser
            case InTheNews():
                return self.section.items[0].summary or ""
            case EventRecap() | Resource() | Story() | Text():
                return self.section.body or ""
        return ""

    @property
    def outside(self) -> str | None:
        """Where its card leads, if it has nothing of its own to read: an article elsewhere."""
        match self.section:
            case BlogPost():
                return self.section.url
            case InTheNews():
                return self.section.items[0].url
            case Resource():
                return None if self.section.body else self.section.url
        return None
