"""Sections in which people speak or are spoken of."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import Image, Link, Person, Quotation, Section
from lpdownload.model.text import Email, Line, MarkdownText, WebUrl


class MemberSpotlight(Section):
    """A member, introduced."""

    type: Literal["member_spotlight"]
    person: Line = Field(description="The member's name.")
    office: Line = Field(description="The member's office, as in Council Member, Denver.")
    bio: MarkdownText = Field(description="Who they are and what they do.")
    quote: Quotation | None = Field(None, description="Something they said.")
    photo: Image | None = Field(None, description="A picture of them.")


class StaffNote(Section):
    """A word from a member of staff."""

    type: Literal["staff_note"]
    person: Line = Field(description="Who writes.")
    title: Line = Field(description="What they do here.")
    body: MarkdownText = Field(description="The note.")
    email: Email | None = Field(None, description="Mail address to answer to.")
    meeting_url: WebUrl | None = Field(None, description="Where one books a conversation.")


class CommitteeMessage(Section):
    """A message signed by a committee."""

    type: Literal["committee_message"]
    committee: Line = Field(description="The committee's name.")
    body: MarkdownText = Field(description="The message.")
    signers: Annotated[tuple[Person, ...], Field(min_length=1)] = Field(description="Who signs it.")


class InMemoriam(Section):
    """Remembering somebody."""

    type: Literal["in_memoriam"]
    person: Line = Field(description="Who is remembered.")
    body: MarkdownText = Field(description="The words of remembrance.")
    link: Link | None = Field(None, description="An obituary, or where to leave a word.")


class QuoteSection(Section):
    """Words that somebody said, set large."""

    type: Literal["quote"]
    text: MarkdownText = Field(description="The words.")
    speaker: Line = Field(description="Who said it.")
    title: Line | None = Field(None, description="The speaker's office.")
