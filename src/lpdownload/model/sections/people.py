"""Sections in which people speak or are spoken of."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import Image, Link, Person, Quotation, Section
from lpdownload.model.text import Email, Line, MarkdownText, WebUrl


class MemberSpotlight(Section):
    """A member, introduced."""

    type: Literal["member_spotlight"]
    person: Line
    office: Line
    bio: MarkdownText
    quote: Quotation | None = None
    photo: Image | None = None


class StaffNote(Section):
    """A word from a member of staff."""

    type: Literal["staff_note"]
    person: Line
    title: Line
    body: MarkdownText
    email: Email | None = None
    meeting_url: WebUrl | None = Field(None, description="Where one books a conversation.")


class CommitteeMessage(Section):
    """A message signed by a committee."""

    type: Literal["committee_message"]
    committee: Line
    body: MarkdownText
    signers: Annotated[tuple[Person, ...], Field(min_length=1)]


class InMemoriam(Section):
    """Remembering somebody."""

    type: Literal["in_memoriam"]
    person: Line
    body: MarkdownText
    link: Link | None = None


class QuoteSection(Section):
    """Words that somebody said, set large."""

    type: Literal["quote"]
    text: MarkdownText
    speaker: Line
    title: Line | None = Field(None, description="The speaker's office.")
