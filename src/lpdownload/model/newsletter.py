"""A newsletter: the recurring publication one subscribes to (newsletters/NAME/newsletter.yaml)."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.network import Sender
from lpdownload.model.period import PeriodStyle
from lpdownload.model.sections.base import Lines
from lpdownload.model.text import Language, Line, MarkdownText, Slug, Value, Zone
from lpdownload.model.theme import Theme

Cadence = Literal["weekly", "monthly", "quarterly", "seasonal", "irregular"]
EmojiPlace = Literal["lead", "trail", "trail_tight"]


class Newsletter(Value):
    """newsletters/NAME/newsletter.yaml; NAME is its id in commands, segments and subscriptions."""

    name: Line = Field(description="As in LPNY State Download.")
    kind: Literal["network", "topic", "chapter", "constituency"]
    subtitle: Line | None = Field(None, description="Chapter or topic, beneath the name in the masthead.")
    chapter: Line | None = Field(None, description="As in NY.")
    topics: Lines = ()
    emoji: Line | None = Field(None, description="For masthead and subject; an issue may have its own.")
    emoji_place: EmojiPlace = Field("lead", description="trail_tight leaves no space before the bar.")
    cadence: Cadence
    period_style: PeriodStyle = Field("month", description="September 2024 or Sept 2024.")
    language: Language = "en"
    timezone: Zone
    sender: Sender
    reply_to: Sender | None = Field(None, description="A monitored mailbox; the sender if not given.")
    theme: Slug | Theme | None = Field(
        None,
        description="A file under templates/themes/, or the colours themselves; the network's if not given.",
    )
    entity: Slug | None = Field(
        None, description="Legal entity behind it; the network's default if not given."
    )
    segment: Slug | None = Field(None, description="Who gets it, if not every subscriber of it.")
    why: MarkdownText = Field(description="Why the reader gets this, for the footer.")
    why_translated: dict[Language, MarkdownText] = Field(
        {}, description="The same in other languages, by language."
    )
    utm: bool = Field(True, description="false: no UTM parameters on links.")
    usual_sections: Annotated[
        tuple[Line, ...], Field(description="Section types `lpdownload new` starts an issue with.")
    ] = (
        "intro",
        "story",
        "event",
        "action",
    )
