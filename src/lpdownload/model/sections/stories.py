"""Sections that tell: text, stories, policy wins, roundups, bills."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import CallToAction, Image, Lines, Link, Person, Quotation, Section
from lpdownload.model.text import Line, MarkdownText, Value


class Text(Section):
    """Words, with or without a picture."""

    type: Literal["text"]
    body: MarkdownText = Field(description="The words.")
    image: Image | None = Field(None, description="A picture above the words.")
    actions: tuple[CallToAction, ...] = Field((), description="Buttons below the words.")


class Story(Section):
    """One story in full width."""

    type: Literal["story"]
    title: Line = Field(description="The story's headline.")
    body: MarkdownText = Field(description="The story, in a paragraph or two.")
    kicker: Line | None = Field(None, description="What it is, above the title.")
    image: Image | None = Field(None, description="A picture above the words.")
    read_more: Link | None = Field(None, description="Where the whole story is.")


class StoryItem(Value):
    """One of several short stories."""

    title: Line = Field(description="The story's headline.")
    body: MarkdownText = Field(description="The story, in a sentence or two.")
    kicker: Line | None = Field(None, description="What it is, above the title.")
    image: Image | None = Field(None, description="A picture above the words.")
    read_more: Link | None = Field(None, description="Where the whole story is.")


class Stories(Section):
    """Short stories in one or two columns; two become one on a phone."""

    type: Literal["stories"]
    columns: Annotated[int, Field(ge=1, le=2)] = Field(2, description="1, or 2 side by side.")
    items: Annotated[tuple[StoryItem, ...], Field(min_length=1)] = Field(description="The stories.")


class PolicyWin(Section):
    """A policy that was won: where, by whom, what."""

    type: Literal["policy_win"]
    title: Line = Field(description="What was won, in one line.")
    body: MarkdownText = Field(description="How, and what changes.")
    places: Lines = Field((), description="Cities, counties or states.")
    members: tuple[Person, ...] = Field((), description="The members who won it.")
    quote: Quotation | None = Field(None, description="What one of them said.")
    image: Image | None = Field(None, description="A picture above the words.")
    read_more: Link | None = Field(None, description="Where to read more.")


class RoundupItem(Value):
    """One line of news from one place."""

    place: Line = Field(description="City, county or state.")
    body: MarkdownText = Field(description="What is new there.")
    emoji: Line | None = Field(None, description="Stands before the place.")
    link: Link | None = Field(None, description="Where to read more.")


class Roundup(Section):
    """News from several places, a row each."""

    type: Literal["roundup"]
    intro: MarkdownText | None = Field(None, description="Words before the rows.")
    items: Annotated[tuple[RoundupItem, ...], Field(min_length=1)] = Field(description="The rows.")


class Bill(Value):
    """A bill and where it stands."""

    id: Line = Field(description="Its number, as in HR 32.")
    title: Line = Field(description="What it is called or does.")
    status: Line = Field(description="Where it stands, as in: passed committee.")
    position: Literal["support", "oppose", "watch"] | None = Field(None, description="What we think of it.")
    link: Link | None = Field(None, description="The bill's page.")


class LegislativeUpdate(Section):
    """Bills, a row each."""

    type: Literal["legislative_update"]
    intro: MarkdownText | None = Field(None, description="Words before the bills.")
    bills: Annotated[tuple[Bill, ...], Field(min_length=1)] = Field(description="The bills.")
