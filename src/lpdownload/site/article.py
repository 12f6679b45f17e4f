"""The page of a piece of news, and what cards say of it.

Its section is rendered as an issue's would be: in one made for it alone, whose newsletter is the network.
"""

from collections.abc import Iterator, Mapping

from markupsafe import Markup

from lpdownload.content.library import Library
from lpdownload.model.content import interleaved
from lpdownload.model.issue import Issue, IssueFile
from lpdownload.model.localise import localised_network
from lpdownload.model.network import Network, Sender
from lpdownload.model.news import News
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.sections.base import Image, walk_models
from lpdownload.model.sections.events import Event, EventRecap
from lpdownload.model.sections.media import BlogPost, InTheNews, PressRelease, Resource
from lpdownload.model.text import NEWS
from lpdownload.render.draft import Draft, begin
from lpdownload.render.environment import environment, render_template
from lpdownload.render.html_context import event_place
from lpdownload.render.linked_data import breadcrumbs, json_in_html
from lpdownload.render.web import AROUND, NOTES
from lpdownload.render.web_context import page_picture, section_values
from lpdownload.site.frame import Frame, frame_values, theme_of
from lpdownload.site.names import slugged
from lpdownload.site.words import first_words

DETAIL = "web/hub/news.html.j2"


def kind_words(news: News, labels: Mapping[str, str]) -> str:
    """What it is, in a word or two: Press release, Event recap, Report."""
    match news.section:
        case PressRelease() | Resource():
            return labels[f"kind_{news.section.kind}"]
        case EventRecap():
            return labels["event_recap"]
        case InTheNews():
            return labels["in_the_news"]
    return labels["blog_post"]


def source_of(news: News) -> str:
    """Who published what it tells of; empty where nobody else is named."""
    match news.section:
        case InTheNews():
            return news.section.items[0].outlet
        case Resource():
            return news.section.publisher or ""
    return ""


def news_draft(news: News, library: Library) -> Draft:
    """As of an issue with this one section. InvalidInput for a theme that is not there."""
    network = localised_network(library.network, news.written.language)
    issue = Issue(
        name=news.name,
        newsletter_name=NEWS.rstrip("/"),
        written=IssueFile.model_construct(
            date=news.date,
            preheader=first_words(news.teaser) or news.title,
            language=news.written.language,
            slug=news.slug,
            topics=news.written.topics,
            chapters=news.written.chapters,
            sections=(news.section,),
        ),
        sections=(news.section,),
        image=news.image,
        newsletter=_newsletter(network),
        network=network,
        theme=theme_of(library, network.theme),
    )
    return begin(issue, library.root, library.templates, frozenset())


def _newsletter(network: Network) -> Newsletter:
    """Not validated: a network's name may be longer than that of a newsletter or a sender."""
    name = network.short_name or network.name
    sender = Sender.model_construct(name=name, email=network.unsubscribe_email)
    return Newsletter.model_construct(
        name=network.name,
        kind="network",
        cadence="irregular",
        timezone="UTC",
        sender=sender,
        why=network.name,
    )


def render_article(news: News, draft: Draft, frame: Frame, asset_prefix: str) -> str:
    """Its page, with the places in which notes and neighbours are put."""
    placed = draft.sections[0]
    section = section_values(draft, placed, draft.sections, asset_prefix)
    shown = news.written.shown_date
    title = draft.plain(draft.fields.tokenise(news.title, ()))
    path = f"news/{news.slug}/"
    url = f"{frame.home}{path}"
    picture = page_picture(draft, draft.sections, on_hub=True)
    kicker = kind_words(news, draft.labels())
    feed = draft.labels()[f"hub_{news.feed.replace('-', '_')}"]
    values = (
        frame_values(frame, path, lang=news.written.language)
        | section
        | {
            "news": news,
            "title": title,
            "description": draft.plain(draft.preheader),
            "kicker": kicker,
            "shown_date": shown,
            "lead": _lead(news),
            "page_picture": picture,
            "og_type": "article",
            "slug_of_tag": slugged,
            "linked_data": [
                Markup(json_in_html(_article(news, draft, title, url, picture))),
                Markup(
                    json_in_html(
                        breadcrumbs(
                            [(frame.name, frame.home), (feed, f"{frame.home}{news.feed}/"), (title, url)]
                        )
                    )
                ),
            ],
            "notes": Markup(NOTES),
            "around": Markup(AROUND),
        }
    )
    page = render_template(environment(draft.templates, markup=True), DETAIL, values)
    pieces = draft.fields.split(page, "html")
    return "".join(interleaved(pieces.literals, [draft.stand_in(slot) for slot in pieces.slots])) + "\n"


def _lead(news: News) -> Image | None:
    """The card's picture at the head of the page, unless the section shows it itself further down."""
    inside = [model for model, _ in walk_models(news.section) if isinstance(model, Image)]
    return news.image if news.image and news.image not in inside[1:] else None


def _article(
    news: News, draft: Draft, title: str, url: str, picture: Mapping[str, object] | None
) -> dict[str, object]:
    network, shown = draft.issue.network, news.written.shown_date
    publisher = {"@type": "Organization", "name": network.name, "url": f"{network.public_url}/"}
    return {
        "@context": "https://schema.org",
        "@type": "BlogPosting" if isinstance(news.section, BlogPost) else "NewsArticle",
        "headline": title,
        "description": draft.plain(draft.preheader),
        "inLanguage": draft.issue.language,
        "url": url,
        "mainEntityOfPage": url,
        "author": publisher,
        "publisher": publisher,
        **({"datePublished": shown.isoformat()} if shown else {}),
        **({"image": [picture["src"]]} if picture else {}),
    }


def calendar_entries(draft: Draft) -> Iterator[str]:
    """The VEVENT of each event of the issue that offers a calendar file."""
    for placed in draft.visible("web"):
        if isinstance(placed.section, Event):
            address = draft.calendar(placed, event_place(placed.section, draft.labels()))
            if address:
                text = draft.assets[address.rpartition("/")[2]].data.decode()
                start = text.index("BEGIN:VEVENT")
                yield text[start : text.index("END:VCALENDAR")]
