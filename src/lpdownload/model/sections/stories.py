"""Sections that tell: text, stories, policy wins, roundups, bills."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import CallToAction, Image, Lines, Link, Person, Quotation, Section
from lpdownload.model.text import Line, MarkdownText, Value


class Text(Section):
    """Words, with or without a picture."""

    type: Literal["text"]
    body: MarkdownText
    image: Image | None = None
    actions: tuple[CallToAction, ...] = ()


class Story(Section):
    """One story in full width."""

    type: Literal["story"]
    title: Line
    body: MarkdownText
    kicker: Line | None = Field(None, description="What it is, above the title.")
    image: Image | None = None
    read_more: Link | None = None


class StoryItem(Value):
    """One of several short stories."""

    title: Line
    body: MarkdownText
    kicker: Line | None = None
    image: Image | None = None
    read_more: Link | None = None


class Stories(Section):
    """Short stories in one or two columns; two become one on a phone."""

    type: Literal["stories"]
    columns: Annotated[int, Field(ge=1, le=2)] = 2
    items: Annotated[tuple[StoryItem, ...], Field(min_length=1)]


class PolicyWin(Section):
    """A policy that was won: where, by whom, what."""

    type: Literal["policy_win"]
    title: Line
    body: MarkdownText
    places: Lines = Field((), description="Cities, counties or states.")
    members: tuple[Person, ...] = ()
    quote: Quotation | None = None
    image: Image | None = None
    read_more: Link | None = None


class RoundupItem(Value):
    """One line of news from one place."""

    place: Line
    body: MarkdownText
    emoji: Line | None = None
    link: Link | None = None


class Roundup(Section):
    """News from several places, a row each."""

    type: Literal["roundup"]
    intro: MarkdownText | None = None
    items: Annotated[tuple[RoundupItem, ...], Field(min_length=1)]


class Bill(Value):
    """A bill and where it stands."""

    id: Line = Field(description="Its number, as in HR 32.")
    title: Line
    status: Line
    position: Literal["support", "oppose", "watch"] | None = None
    link: Link | None = None


class LegislativeUpdate(Section):
    """Bills, a row each."""

    type: Literal["legislative_update"]
    intro: MarkdownText | None = None
    bills: Annotated[tuple[Bill, ...], Field(min_length=1)]
