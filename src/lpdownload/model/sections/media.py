"""Press, publications, partners, jobs: what points outside the issue."""

from typing import Annotated, Literal

from pydantic import Field

from lpdownload.model.sections.base import Image, Lines, Link, Section
from lpdownload.model.text import Day, Email, Line, MarkdownText, Value, WebUrl


class Resource(Section):
    """A report, toolkit, video, case study or memo."""

    type: Literal["resource"]
    kind: Literal["report", "toolkit", "video", "case_study", "memo"] = Field(description="What it is.")
    title: Line = Field(description="Its title.")
    url: WebUrl = Field(description="Where to read or watch it.")
    body: MarkdownText | None = Field(None, description="What it is good for.")
    publisher: Line | None = Field(None, description="Who published it.")
    partners: Lines = Field((), description="Who helped to make it.")
    date: Day | None = Field(None, description="Day it was published.")
    image: Image | None = Field(None, description="Its cover, or a picture.")


class NewsItem(Value):
    """One article elsewhere."""

    headline: Line = Field(description="The article's headline.")
    outlet: Line = Field(description="Newspaper, station or site.")
    url: WebUrl = Field(description="The article's address.")
    date: Day | None = Field(None, description="Day it was published.")
    summary: MarkdownText | None = Field(None, description="What it says, in a sentence or two.")
    members: Lines = Field((), description="Members it names.")
    image: Image | None = Field(None, description="A picture beside the words.")
    paywalled: bool = Field(False, description="true if only subscribers can read it.")


class InTheNews(Section):
    """Coverage elsewhere, a row each."""

    type: Literal["in_the_news"]
    intro: MarkdownText | None = Field(None, description="Words before the articles.")
    items: Annotated[tuple[NewsItem, ...], Field(min_length=1)] = Field(description="The articles.")


class PressRelease(Section):
    """A release, statement, report or video for the press."""

    type: Literal["press_release"]
    kind: Literal["release", "statement", "report", "video"] = Field(
        "release", description="What it is; release if not given."
    )
    headline: Line = Field(description="Its headline.")
    subhead: Line | None = Field(None, description="The line below the headline.")
    dateline: Line | None = Field(None, description="As in DENVER, October 10, 2024.")
    body: MarkdownText = Field(description="Its first paragraph or two.")
    contact: Email | None = Field(None, description="Mail address for the press.")
    url: WebUrl = Field(description="Where to read the whole of it.")


class BlogPost(Section):
    """A post of the blog, announced."""

    type: Literal["blog_post"]
    title: Line = Field(description="The post's title.")
    teaser: MarkdownText = Field(description="What it is about, in a sentence or two.")
    url: WebUrl = Field(description="The post's address.")
    image: Image | None = Field(None, description="A picture beside the words.")
    date: Day | None = Field(None, description="Day it was published.")


class Statistic(Section):
    """A number that matters, with its source."""

    type: Literal["statistic"]
    value: Line = Field(description="The number, as in 1,300 or 62%.")
    label: Line = Field(description="What the number counts.")
    source: Link = Field(description="Where it comes from.")


class PartnerContent(Section):
    """Words of a partner, marked as theirs."""

    type: Literal["partner_content"]
    org: Line = Field(description="The partner's name.")
    body: MarkdownText = Field(description="The partner's words.")
    link: Link | None = Field(None, description="Where to read more.")


class Job(Section):
    """A vacancy."""

    type: Literal["job"]
    title: Line = Field(description="The position.")
    org: Line = Field(description="Who hires.")
    location: Line | None = Field(None, description="Town, or remote.")
    url: WebUrl = Field(description="The vacancy's address.")
    closes: Day | None = Field(None, description="Last day to apply.")
    body: MarkdownText | None = Field(None, description="What the work is.")


class MediaContact(Section):
    """Whom the press may ask."""

    type: Literal["media_contact"]
    boilerplate: MarkdownText = Field(description="Who we are, for the press.")
    email: Email = Field(description="Mail address for the press.")


class SocialAccount(Value):
    """An account on a social network."""

    network: Line = Field(description="Its name as shown, as in Instagram.")
    url: WebUrl = Field(description="The account's address.")


class Social(Section):
    """Links to social networks."""

    type: Literal["social"]
    links: tuple[SocialAccount, ...] = Field((), description="The network's if not given.")
