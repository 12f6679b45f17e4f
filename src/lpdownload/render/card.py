"""The card of an issue: one draft in, what the news page needs to know of it out."""

from lpdownload.model.card import Card, CardPeriod, CardTranslation
from lpdownload.render.draft import Draft
from lpdownload.render.subject import highlights, period_words

PICTURE_WIDTH = 640
"""Pixels of a card's picture as shown; its file has up to twice as many."""


def card(draft: Draft) -> dict[str, object]:
    """The fields of `Card`, ready for JSON; the picture is shipped with the issue."""
    return make_card(draft).model_dump(mode="json")


def make_card(draft: Draft) -> Card:
    """The card, its texts for nobody in particular."""
    issue = draft.issue
    newsletter, written = issue.newsletter, issue.written
    shown = draft.picture(issue.image, PICTURE_WIDTH) if issue.image else None
    chapters = (*([newsletter.chapter] if newsletter.chapter else []), *written.chapters)
    of_sections = (topic for placed in draft.visible("web") for topic in placed.section.topics)
    return Card(
        title=draft.plain(draft.subject),
        name=newsletter.name,
        highlights=said(draft, highlights(issue, draft.labels()["and_more"])),
        slug=issue.slug,
        url=issue.url,
        newsletter=issue.newsletter_name,
        date=issue.date.isoformat(),
        period=CardPeriod(
            label=period_words(issue, draft.seasons),
            start=(written.period.start if written.period else issue.date).isoformat(),
        ),
        teaser=draft.plain(draft.preheader),
        image=shown.src.replace(f"{draft.asset_base}/", "assets/") if shown and shown.src else None,
        alt=said(draft, shown.alt) if shown else "",
        credit=said(draft, issue.image.credit or "") if issue.image else "",
        topics=tuple(dict.fromkeys((*newsletter.topics, *written.topics, *of_sections))),
        chapters=tuple(dict.fromkeys(chapters)),
        lang=issue.language,
        translations=tuple(CardTranslation(lang=lang, url=url) for lang, url in translation_urls(draft)),
    )


def said(draft: Draft, text: str) -> str:
    """``text`` of the issue itself, outside of its sections, for nobody in particular."""
    return draft.plain(draft.fields.tokenise(text, ()))


def translation_urls(draft: Draft) -> tuple[tuple[str, str], ...]:
    """(language, address of its page) of the other languages the issue stands in."""
    issue = draft.issue
    base = f"{issue.network.public_url}/{issue.newsletter_name}"
    return tuple((lang, f"{base}/{slug}/") for lang, slug in issue.translations)
