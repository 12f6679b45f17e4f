"""Sections that ask the reader to do something."""

from typing import Literal

from pydantic import Field

from lpdownload.model.sections.base import CallToAction, Lines, Link, Section
from lpdownload.model.text import Day, Line, MarkdownText, Slug, WebUrl


class Action(Section):
    """Something to do now."""

    type: Literal["action"]
    kind: Literal["sign_on", "call", "petition", "rally", "survey"] = Field(
        description="What the reader is asked to do."
    )
    title: Line = Field(description="What is asked, in one line.")
    body: MarkdownText = Field(description="Why it matters and what to do.")
    target: Line | None = Field(None, description="Whom it addresses, as in US Congress.")
    bill: Line | None = Field(None, description="Number of the bill it is about, as in HR 32.")
    action: CallToAction = Field(description="The button.")
    deadline: Day | None = Field(None, description="Last day to do it.")


class Deadline(Section):
    """A date not to miss."""

    type: Literal["deadline"]
    program: Line = Field(description="What closes, as in Budget survey.")
    date: Day = Field(description="The last day.")
    body: MarkdownText = Field(description="What to do before that day.")
    links: tuple[Link, ...] = Field((), description="Where to do it, or to read more.")


class Campaign(Section):
    """A campaign and where it stands."""

    type: Literal["campaign"]
    name: Line = Field(description="The campaign's name.")
    status: Line = Field(description="Where it stands, in one line.")
    body: MarkdownText | None = Field(None, description="What it is about.")
    goals: Lines = Field((), description="What it wants, a line each.")
    wins: Lines = Field((), description="What it has reached, a line each.")
    url: WebUrl | None = Field(None, description="The campaign's page.")


class LeadershipCall(Section):
    """A call for people to lead."""

    type: Literal["leadership_call"]
    title: Line = Field(description="What people are called to, in one line.")
    body: MarkdownText | None = Field(None, description="What the roles are about.")
    roles: Lines = Field(description="The roles to fill.")
    commitment: Line = Field(description="What it takes, as in two hours a month.")
    apply_url: WebUrl = Field(description="Where one applies.")
    deadline: Day | None = Field(None, description="Last day to apply.")


class Donate(Section):
    """An appeal for money, with the disclaimer the law asks for."""

    type: Literal["donate"]
    body: MarkdownText = Field(description="Why to give, and what it is for.")
    url: WebUrl = Field(description="Where one gives.")
    label: Line | None = Field(None, description="Words of the button.")
    entity: Slug = Field(description="The legal entity that receives it.")
    disclaimer: MarkdownText = Field(description="As in: contributions are not tax-deductible.")
