"""The names that section templates for the plain-text part may use."""

from datetime import date

from lpdownload.model.sections.events import Event
from lpdownload.render import dates, plain_text
from lpdownload.render.draft import Draft, Placed
from lpdownload.render.html_context import credit_words, event_place, headings


def section_values(draft: Draft, placed: Placed, placed_sections: tuple[Placed, ...]) -> dict[str, object]:
    """The section, and functions that write in 72 columns. People read these addresses: no UTM."""
    section, issue = placed.section, draft.issue
    language = section.lang or issue.language
    labels = draft.labels(language)
    part = plain_text.TextPart()

    def day(moment: date) -> str:
        return dates.day(moment, language)

    return {
        "issue": issue,
        "newsletter": issue.newsletter,
        "network": issue.network,
        "section": section,
        "labels": labels,
        "md": part.markdown,
        "mdi": part.inline,
        "notes": part.notes,
        "wrap": plain_text.wrap,
        "heading": plain_text.heading,
        "link": plain_text.link,
        "credit": lambda image: credit_words(image, labels),
        "rows": plain_text.rows,
        "rule": plain_text.rule,
        "day": day,
        "event_time": lambda event: dates.event_time(event, language),
        "event_place": event_place(section, labels) if isinstance(section, Event) else "",
        "calendar": draft.calendar(placed, event_place(section, labels))
        if isinstance(section, Event)
        else None,
        "headings": [words for words, _ in headings(placed, placed_sections)],
        "entity_of": issue.network.entities.get,
    }
