"""The names that section templates for MJML and for the web page may use."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise

from markupsafe import Markup

from lpdownload.model import theme
from lpdownload.model.sections.base import CallToAction, Image
from lpdownload.model.sections.events import Event
from lpdownload.render import dates
from lpdownload.render.draft import Draft, Placed, listed
from lpdownload.render.links import with_ascii_host, with_utm
from lpdownload.render.markdown import Markdown, inline_problems, problems
from lpdownload.render.pictures import Picture

_MARKDOWN = Markdown()

COLORS = {
    "ink": theme.INK,
    "muted": theme.MUTED,
    "rule": theme.RULE,
    "dark_page": theme.DARK_PAGE,
    "dark_card": theme.DARK_CARD,
    "dark_panel": theme.mix(theme.DARK_CARD, theme.WHITE, 0.08),
    "dark_text": theme.DARK_TEXT,
    "dark_muted": theme.DARK_MUTED,
    "dark_rule": theme.DARK_RULE,
}


def link_writer(draft: Draft, section: str) -> Callable[..., str]:
    """``url(address, utm=True)``: the address with UTM parameters, unless issue or newsletter say no."""
    issue = draft.issue
    wanted = issue.newsletter.utm if issue.written.utm is None else issue.written.utm

    def url(address: str, utm: bool = True) -> str:
        address = with_ascii_host(address)
        if not (wanted and utm):
            return address
        whole = draft.is_token(address)
        return with_utm(
            address, newsletter=issue.newsletter_name, issue=issue.name, section=section, is_field=whole
        )

    return url


def event_place(event: Event, labels: Mapping[str, str]) -> str:
    """Where it is, in one line of plain text."""
    if event.venue:
        return ", ".join(part for part in (event.venue.name, event.venue.address) if part)
    if event.virtual:
        return f"{labels['online']} ({event.virtual.platform})"
    return labels["to_be_announced"]


def issue_values(draft: Draft) -> dict[str, object]:
    """What every template of an issue sees."""
    if draft.values:
        return draft.values
    issue = draft.issue
    draft.values = {
        "issue": issue,
        "newsletter": issue.newsletter,
        "network": issue.network,
        "theme": issue.theme,
        "mixed": any(section.lang not in {None, issue.language} for section in issue.sections),
        "lang": issue.language,
        "dir": dates.direction(issue.language),
        "start": "left" if dates.direction(issue.language) == "ltr" else "right",
        "end": "right" if dates.direction(issue.language) == "ltr" else "left",
        "labels": draft.labels(),
        **COLORS,
    }
    return draft.values


def credit_words(image: Image, labels: Mapping[str, str]) -> str:
    """``Picture: Ana Silva``; a credit that says itself what it is (Photo courtesy of …) stands alone."""
    credit = image.credit or ""
    return credit if _SAYS_WHAT_IT_IS.match(credit) else f"{labels['credit']} {credit}"


_SAYS_WHAT_IT_IS = re.compile(
    r"(?:photo|picture|image|illustration|graphic|foto|imagen|ilustraci)", re.IGNORECASE
)


def section_values(
    draft: Draft, placed: Placed, placed_sections: tuple[Placed, ...], url: Callable[..., str] | None = None
) -> dict[str, object]:
    """What a section's template sees besides: its section and functions that know it.

    ``url`` writes its links; if not given, with UTM parameters.
    """
    section, issue = placed.section, draft.issue
    language = section.lang or issue.language
    labels = draft.labels(language)
    url = url or link_writer(draft, section.id or f"{placed.type}-{placed.index + 1}")

    def md(text: str) -> Markup:
        draft.find_in(placed, text, problems(text, ()))
        return _MARKDOWN.block(text, url)

    def mdi(text: str) -> Markup:
        draft.find_in(placed, text, inline_problems(text, ()))
        return _MARKDOWN.inline(text, url)

    def picture(image: Image, column: int) -> Picture:
        return draft.picture(image, column)

    def call(label: str, address: str) -> CallToAction:
        return CallToAction.model_construct(label=label, url=address, utm=True, style=None, deadline=None)

    def day(moment: date) -> str:
        return dates.day(moment, language)

    place = event_place(section, labels) if isinstance(section, Event) else ""
    return {
        **issue_values(draft),
        "section": section,
        "anchor": placed.anchor,
        "labels": labels,
        "lang_attr": _lang_attr(language) if language != issue.language else Markup(""),
        "md": md,
        "mdi": mdi,
        "url": url,
        "picture": picture,
        "call": call,
        "credit": lambda image: credit_words(image, labels),
        "is_primary": draft.is_primary,
        "first": bool(placed_sections) and placed is placed_sections[0],
        "day": day,
        "month_short": lambda moment: dates.month_short(moment, language),
        "event_time": lambda event: dates.event_time(event, language),
        "event_place": place,
        "calendar": draft.calendar(placed, place),
        "headings": headings(placed, placed_sections),
        "entity_of": issue.network.entities.get,
        "follows": _before(placed, placed_sections),
        "sanitised": sanitised,
    }


def sanitised(html: str) -> Markup:
    """As raw_html does; only an issue with an html section loads what it needs."""
    from lpdownload.render.raw_html import sanitised

    return sanitised(html)


def headings(placed: Placed, shown: tuple[Placed, ...]) -> list[tuple[str, str]]:
    """(words, anchor) of the sections that a table of contents lists; nothing else asks for them."""
    return (
        [(other.title, other.anchor) for other in listed(shown, placed)] if placed.type == "contents" else []
    )


def _before(placed: Placed, shown: tuple[Placed, ...]) -> str:
    """The type of the section right before it, nothing for the first."""
    return next((before.type for before, after in pairwise(shown) if after is placed), "")


def _lang_attr(language: str) -> Markup:
    return Markup(' lang="{}" dir="{}"').format(language, dates.direction(language))
