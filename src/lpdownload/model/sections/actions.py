"""Sections that ask the reader to do something."""

from typing import Literal

from pydantic import Field

from lpdownload.model.sections.base import CallToAction, Lines, Link, Section
from lpdownload.model.text import Day, Line, MarkdownText, Slug, WebUrl


class Action(Section):
    """Something to do now."""

    type: Literal["action"]
    kind: Literal["sign_on", "call", "petition", "rally", "survey"]
    title: Line
    body: MarkdownText
    target: Line | None = Field(None, description="Whom it addresses, as in US Congress.")
    bill: Line | None = None
    action: CallToAction
    deadline: Day | None = None


class Deadline(Section):
    """A date not to miss."""

    type: Literal["deadline"]
    program: Line
    date: Day
    body: MarkdownText
    links: tuple[Link, ...] = ()


class Campaign(Section):
    """A campaign and where it stands."""

    type: Literal["campaign"]
    name: Line
    status: Line
    body: MarkdownText | None = None
    goals: Lines = ()
    wins: Lines = ()
    url: WebUrl | None = None


class LeadershipCall(Section):
    """A call for people to lead."""

    type: Literal["leadership_call"]
    title: Line
    body: MarkdownText | None = None
    roles: Lines = Field(description="The roles to fill.")
    commitment: Line
    apply_url: WebUrl
    deadline: Day | None = None


class Donate(Section):
    """An appeal for money, with the disclaimer the law asks for."""

    type: Literal["donate"]
    body: MarkdownText
    url: WebUrl
    label: Line | None = Field(None, description="Words of the button.")
    entity: Slug = Field(description="The legal entity that receives it.")
    disclaimer: MarkdownText = Field(description="As in: contributions are not tax-deductible.")
