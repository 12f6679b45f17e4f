"""Sections that order an issue: opening, contents, hero picture, dividers, shared blocks, footer."""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from lpdownload.model.sections.base import Image, Person, Section
from lpdownload.model.text import HtmlText, Line, MarkdownText, Ref


class Intro(Section):
    """The opening words."""

    type: Literal["intro"]
    body: MarkdownText = Field(description="The opening words.")
    author: Person | None = Field(None, description="Who signs them.")
    greeting: Line | None = Field(None, description='As in: Hi {{ first_name | default("friend") }},')


class Contents(Section):
    """What is in this issue: the headings that follow, or items of your own."""

    type: Literal["contents"]
    items: tuple[Line, ...] = Field(
        (), description="If not given: the headings of the sections, each a link."
    )


class Hero(Section):
    """One large picture."""

    type: Literal["hero"]
    image: Image = Field(description="The picture, as wide as the column.")


class Divider(Section):
    """A rule between sections."""

    type: Literal["divider"]


class Html(Section):
    """HTML of your own, sanitised: no scripts, forms, styles or frames."""

    type: Literal["html"]
    html: HtmlText = Field(description="The HTML.")
    text: MarkdownText = Field(description="What the plain-text part says instead.")


class Shared(Section):
    """A block from newsletters/shared/ or a piece of news, with what this issue says otherwise."""

    type: Literal["shared"]
    ref: Ref = Field(
        description="Name of a file under newsletters/shared/, without .yaml; news/NAME for a piece of news."
    )
    overrides: dict[Annotated[str, Field(max_length=80)], JsonValue] = Field(
        {}, description="Fields of the block to replace."
    )


class Footer(Section):
    """The footer's own words; the rest of it is generated and always there."""

    type: Literal["footer"]
    why: MarkdownText | None = Field(
        None, description="Why the reader gets this; the newsletter's if not given."
    )
    note: MarkdownText | None = Field(None, description="A word of your own at the end.")
