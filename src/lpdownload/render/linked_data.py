"""What search engines read of an issue's page: the article, where it stands, its events (schema.org)."""

import json
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from lpdownload.model.sections.events import Event
from lpdownload.render.draft import Draft, Placed

Json = dict[str, object]


def linked_data(draft: Draft, values: Json, shown: tuple[Placed, ...]) -> Iterator[Json]:
    """``values`` are those of the page's template."""
    yield _article(draft, values)
    if values["on_hub"]:
        issue = draft.issue
        home = f"{issue.network.public_url}/"
        yield breadcrumbs(
            [
                (issue.network.name, home),
                (issue.newsletter.name, f"{home}{issue.newsletter_name}/"),
                (str(values["title"]), issue.url),
            ]
        )
        for placed in shown:
            if isinstance(placed.section, Event):
                yield _event(draft, placed, placed.section)


def breadcrumbs(steps: list[tuple[str, str]]) -> Json:
    """``steps``: name and address of each page from the front page to this one."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(steps, 1)
        ],
    }


def _article(draft: Draft, values: Json) -> Json:
    issue, network = draft.issue, draft.issue.network
    picture = values["picture"]
    publisher = {"@type": "Organization", "name": network.name, "url": f"{network.public_url}/"}
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": values["highlights"] or values["title"],
        "description": values["teaser"],
        "datePublished": issue.date.isoformat(),
        "inLanguage": issue.language,
        "url": issue.url,
        "mainEntityOfPage": issue.url,
        "isPartOf": {"@type": "Periodical", "name": issue.newsletter.name},
        "author": publisher,
        "publisher": publisher,
        **({"image": [picture["src"]]} if isinstance(picture, dict) else {}),
    }


def _event(draft: Draft, placed: Placed, event: Event) -> Json:
    """A place that is not known yet is left out."""
    zone = ZoneInfo(event.timezone)

    def moment(local: datetime) -> str:
        return local.replace(tzinfo=zone).isoformat()

    found: Json = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": draft.plain(event.title),
        "startDate": moment(event.start),
        "url": f"{draft.issue.url}#{placed.anchor}",
        "eventStatus": "https://schema.org/EventScheduled",
        "organizer": {
            "@type": "Organization",
            "name": draft.plain(event.host or draft.issue.network.name),
        },
    }
    if event.end:
        found["endDate"] = moment(event.end)
    if event.venue:
        address = draft.plain(event.venue.address or event.venue.name)
        found["location"] = {"@type": "Place", "name": draft.plain(event.venue.name), "address": address}
        found["eventAttendanceMode"] = "https://schema.org/OfflineEventAttendanceMode"
    elif event.virtual:
        url = event.virtual.url or event.register_url or draft.issue.url
        shown = url if not draft.fields.tokens_in(url) else draft.issue.url
        found["location"] = {"@type": "VirtualLocation", "url": shown}
        found["eventAttendanceMode"] = "https://schema.org/OnlineEventAttendanceMode"
    return found


def json_in_html(value: object) -> str:
    """JSON that no text in it can end the script element of."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
