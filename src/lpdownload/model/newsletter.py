"""A newsletter: the recurring publication one subscribes to (newsletters/NAME/newsletter.yaml)."""

from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lpdownload.model.campaign import CampaignList
from lpdownload.model.network import Sender
from lpdownload.model.period import PeriodStyle
from lpdownload.model.sections import SECTION_TYPES
from lpdownload.model.sections.base import Lines
from lpdownload.model.text import (
    FixedLine,
    Language,
    MarkdownText,
    Slug,
    Value,
    Zone,
    refuse,
)
from lpdownload.model.theme import Theme

Cadence = Literal["weekly", "monthly", "quarterly", "seasonal", "irregular"]
EmojiPlace = Literal["lead", "trail", "trail_tight"]


def _section_type(word: str) -> str:
    if word not in SECTION_TYPES:
        near = get_close_matches(word, SECTION_TYPES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(SECTION_TYPES)}"
        raise refuse("unknown-section", f"there is no section type {word}", hint)
    return word


SectionType = Annotated[
    str, Field(json_schema_extra={"enum": [*SECTION_TYPES]}), AfterValidator(_section_type)
]


class NewsletterWords(Value):
    """A newsletter's words in another language."""

    subtitle: FixedLine | None = Field(
        None, description="Chapter or topic, beneath the name in the masthead."
    )
    why: MarkdownText | None = Field(None, description="Why the reader gets this, for the footer.")


class Newsletter(Value):
    """newsletters/NAME/newsletter.yaml; NAME is its id in commands, segments and subscriptions."""

    name: FixedLine = Field(description="As in LPNY State Download.")
    kind: Literal["network", "topic", "chapter", "constituency"] = Field(
        description="What binds its readers: the whole network, a topic, a chapter, or an office they hold."
    )
    subtitle: FixedLine | None = Field(
        None, description="Chapter or topic, beneath the name in the masthead."
    )
    chapter: FixedLine | None = Field(None, description="As in NY.")
    topics: Lines = Field((), description="Tags by which the news page collects it.")
    emoji: FixedLine | None = Field(None, description="For masthead and subject; an issue may have its own.")
    emoji_place: EmojiPlace = Field("lead", description="trail_tight leaves no space before the bar.")
    cadence: Cadence = Field(description="How often it comes out.")
    period_style: PeriodStyle = Field("month", description="September 2024 or Sept 2024.")
    language: Language = Field("en", description="Its language: en, es and so on.")
    timezone: Zone = Field(description="IANA zone in which it is sent, as in America/New_York.")
    sender: Sender = Field(description="Whom it comes from.")
    reply_to: Sender | None = Field(None, description="A monitored mailbox; the sender if not given.")
    theme: Slug | Theme | None = Field(
        None,
        description="A file under templates/themes/, or the colours themselves; the network's if not given.",
    )
    entity: Slug | None = Field(
        None, description="Legal entity behind it; the network's default if not given."
    )
    segment: Slug | None = Field(None, description="Who gets it, if not every subscriber of it.")
    account: Slug | None = Field(
        None,
        description="One of network.yaml's accounts with a mail service, or a service; LPDOWNLOAD_PROVIDER "
        "if not given, or if that is outbox.",
    )
    campaign: CampaignList | None = Field(
        None,
        description="Its readers on the list of a service that holds the list itself, as Mailchimp does.",
    )
    why: MarkdownText = Field(description="Why the reader gets this, for the footer.")
    translated: dict[Language, NewsletterWords] = Field(
        {}, description="Its words in other languages, by language: for translations of its issues."
    )
    utm: bool = Field(True, description="false: no UTM parameters on links.")
    usual_sections: tuple[SectionType, ...] = Field(
        ("intro", "story", "event", "action"),
        min_length=1,
        description="Section types `lpdownload new` starts an issue with; its last issue's if not given.",
    )
