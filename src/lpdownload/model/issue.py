"""An issue: one YAML file, content only (newsletters/NAME/ISSUE.yaml)."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated

from pydantic import Field

from lpdownload.model.audience import IssueAudienceField
from lpdownload.model.late import Late
from lpdownload.model.network import Entity, Network, Sender
from lpdownload.model.news import Correction
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.period import PeriodField
from lpdownload.model.sections import AnySection
from lpdownload.model.sections.base import Image, Lines, Section
from lpdownload.model.text import Day, Language, Line, LocalTime, Slug, Value
from lpdownload.model.theme import Theme


class Waiver(Value):
    """A rule that the issue breaks on purpose."""

    rule: Slug = Field(description="The rule's name, as `lpdownload check` prints it.")
    reason: Line = Field(description="Why it is right this time.")


class IssueFile(Value):
    """newsletters/NAME/ISSUE.yaml, as written. A translation is ISSUE.LANGUAGE.yaml beside it."""

    period: PeriodField | None = Field(
        None,
        description="The period it covers: 2024-09, fall 2024, or {text: Special, sort: 2024-07-01}.",
    )
    date: Day | None = Field(None, description="Day it goes out; the period's first if not given.")
    send_at: LocalTime | None = Field(
        None, description="When it goes out, in the newsletter's time zone, as in 2024-09-18 09:00."
    )
    local: bool = Field(
        False, description="true: each reader gets it at this time of their own day; needs send_at."
    )
    late: Late = Field(
        "ask",
        description="What if it could not go out in time: ask (a person, after an hour), skip (not at all "
        "when more than 5 minutes late), or within 2h, 90m or 1d: that late at most, then not at all.",
    )
    audience: IssueAudienceField | None = Field(
        None, description="Who gets it, and how many they should be; every subscriber if not given."
    )
    subject: Line | None = Field(
        None, description="The whole subject, instead of the one made of emoji, name, highlights and period."
    )
    highlights: Line | Annotated[tuple[Line, ...], Field(min_length=1)] | None = Field(
        None, description="A list, joined by commas, or one sentence."
    )
    more: bool = Field(False, description='true adds "& more!" to the highlights.')
    emoji: Line | None = Field(None, description="Instead of the newsletter's.")
    preheader: Line = Field(
        description="The teaser: one short real sentence for the inbox and the news page."
    )
    first_issue: bool = Field(False, description="true for a newsletter's first one.")
    slug: Slug | None = Field(None, description="Name in web addresses; frozen once published.")
    language: Language | None = Field(None, description="The newsletter's if not given.")
    translation_of: Slug | None = Field(None, description="The issue this one translates, as in 2024-09.")
    sender: Sender | None = Field(None, description="Instead of the newsletter's.")
    reply_to: Sender | None = Field(None, description="Instead of the newsletter's.")
    entity: Slug | None = Field(None, description="Legal entity behind this issue.")
    image: Image | None = Field(None, description="The picture of its card on the news page.")
    topics: Lines = Field((), description="Tags by which the news page collects it.")
    chapters: Lines = Field((), description="Chapters it concerns besides the newsletter's own.")
    published: bool = Field(
        True, description="false keeps it off the news page; else it stands there from its day on."
    )
    corrections: tuple[Correction, ...] = Field(
        (), description="What was put right after it was published: its page says so, by day."
    )
    utm: bool | None = Field(None, description="false: no UTM parameters on this issue's links.")
    waive: tuple[Waiver, ...] = Field(
        (), description="Rules of `lpdownload check` that this issue breaks on purpose, each with its reason."
    )
    sections: Annotated[tuple[AnySection, ...], Field(min_length=1)] = Field(
        description="The issue's content, block by block."
    )


class SharedBlock(Value):
    """newsletters/shared/NAME.yaml: one section that several issues use."""

    owner: Line = Field(description="Who keeps it right.")
    expires: Day | None = Field(None, description="No issue dated later may use it.")
    once: bool = Field(
        False,
        description="true: of several issues that carry it, a person gets only that of the newsletter "
        "that comes first in network.yaml's contact.priority.",
    )
    section: AnySection = Field(description="The section, as an issue would write it.")


def slug_of(written: IssueFile, name: str) -> str:
    """An issue's name in web addresses."""
    return written.slug or name.replace(".", "-").lower()


@dataclass(frozen=True)
class Issue:
    """An issue with all that its rendering needs: shared blocks put in, newsletter, network, theme.

    ``sections`` never holds a Shared one; pictures' ``src`` are paths from the newsroom or https addresses.
    """

    name: str
    newsletter_name: str
    written: IssueFile
    sections: tuple[Section, ...]
    image: Image | None
    newsletter: Newsletter
    network: Network
    theme: Theme
    translations: tuple[tuple[str, str], ...] = ()
    """(language, slug) of the other languages it stands in."""

    @property
    def key(self) -> str:
        """As in lpny/2024-09."""
        return f"{self.newsletter_name}/{self.name}"

    @property
    def language(self) -> str:
        return self.written.language or self.newsletter.language

    @cached_property
    def date(self) -> date:
        """The day it goes out, as far as the file says."""
        if self.written.send_at:
            return self.written.send_at.date()
        if self.written.date:
            return self.written.date
        assert self.written.period is not None  # the library refuses an issue with neither
        return self.written.period.start

    @property
    def entity(self) -> Entity:
        return self.network.entities[
            self.written.entity or self.newsletter.entity or self.network.default_entity
        ]

    @property
    def sender(self) -> Sender:
        return self.written.sender or self.newsletter.sender

    @property
    def reply_to(self) -> Sender:
        return self.written.reply_to or self.newsletter.reply_to or self.sender

    @property
    def slug(self) -> str:
        return slug_of(self.written, self.name)

    @property
    def url(self) -> str:
        """Its page in the public archive."""
        return f"{self.network.public_url}/{self.newsletter_name}/{self.slug}/"
