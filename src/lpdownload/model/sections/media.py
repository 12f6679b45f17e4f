"""Press, publications, partners, jobs: what points outside the issue."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import Image, Lines, Link, Section
from lpdownload.model.text import Day, Email, Line, MarkdownText, Value, WebUrl


class Resource(Section):
    """A report, toolkit, video, case study or memo."""

    type: Literal["resource"]
    kind: Literal["report", "toolkit", "video", "case_study", "memo"]
    title: Line
    url: WebUrl
    body: MarkdownText | None = None
    publisher: Line | None = None
    partners: Lines = ()
    date: Day | None = None
    image: Image | None = None


class NewsItem(Value):
    """One article elsewhere."""

    headline: Line
    outlet: Line
    url: WebUrl
    date: Day | None = None
    summary: MarkdownText | None = None
    members: Lines = Field((), description="Members it names.")
    image: Image | None = None
    paywalled: bool = False


class InTheNews(Section):
    """Coverage elsewhere, a row each."""

    type: Literal["in_the_news"]
    intro: MarkdownText | None = None
    items: Annotated[tuple[NewsItem, ...], Field(min_length=1)]


class PressRelease(Section):
    """A release, statement, report or video for the press."""

    type: Literal["press_release"]
    kind: Literal["release", "statement", "report", "video"] = "release"
    headline: Line
    subhead: Line | None = None
    dateline: Line | None = Field(None, description="As in DENVER, October 10, 2024.")
    body: MarkdownText
    contact: Email | None = None
    url: WebUrl


class BlogPost(Section):
    """A post of the blog, announced."""

    type: Literal["blog_post"]
    title: Line
    teaser: MarkdownText
    url: WebUrl
    image: Image | None = None
    date: Day | None = None


class Statistic(Section):
    """A number that matters, with its source."""

    type: Literal["statistic"]
    value: Line
    label: Line
    source: Link


class PartnerContent(Section):
    """Words of a partner, marked as theirs."""

    type: Literal["partner_content"]
    org: Line
    body: MarkdownText
    link: Link | None = None


class Job(Section):
    """A vacancy."""

    type: Literal["job"]
    title: Line
    org: Line
    location: Line | None = None
    url: WebUrl
    closes: Day | None = None
    body: MarkdownText | None = None


class MediaContact(Section):
    """Whom the press may ask."""

    type: Literal["media_contact"]
    boilerplate: MarkdownText
    email: Email


class SocialAccount(Value):
    """An account on a social network."""

    network: Line = Field(description="Its name as shown, as in Instagram.")
    url: WebUrl


class Social(Section):
    """Links to social networks."""

    type: Literal["social"]
    links: tuple[SocialAccount, ...] = Field((), description="The network's if not given.")
