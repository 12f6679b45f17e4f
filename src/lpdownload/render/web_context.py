"""The names that templates for the web page may use: the mail's, with links as the author wrote them.

A picture is the file that the mail shows, so that an issue ships each once; the page's style sizes it.
"""

from collections.abc import Mapping
from dataclasses import replace

from babel.core import get_global
from markupsafe import Markup

from lpdownload.model.sections.base import Image, walk_models
from lpdownload.render import dates, html_context
from lpdownload.render.card import said, translation_urls
from lpdownload.render.draft import Draft, Placed, listed
from lpdownload.render.markdown import Markdown
from lpdownload.render.pictures import Picture
from lpdownload.render.subject import highlights, name_with_emoji, period_words

_MARKDOWN = Markdown()

MAIL_COLUMN = 576
"""Pixels between the margins of the mail."""


def page_values(draft: Draft, shown: tuple[Placed, ...], *, on_hub: bool = False) -> dict[str, object]:
    """What the page's own template sees besides its sections.

    ``on_hub``: the pages around it are named by relative addresses, so that they are found wherever they
    stand; what other sites read stays absolute.
    """
    issue, network = draft.issue, draft.issue.network
    home, newsletter = f"{network.public_url}/", f"{network.public_url}/{issue.newsletter_name}/"
    pages = {"home": home, "newsletter": newsletter, "subscribe": f"{home}join/{issue.newsletter_name}"}
    if on_hub:
        pages |= {"home": "../../", "newsletter": "../"}
    translations = [
        (lang, own_name(lang), url, f"../{url.removeprefix(newsletter)}" if on_hub else url)
        for lang, url in translation_urls(draft)
    ]
    return {
        **html_context.issue_values(draft),
        "masthead": name_with_emoji(issue),
        "subtitle": issue.newsletter.subtitle or network.name,
        "period": period_words(issue, draft.seasons),
        "highlights": said(draft, highlights(issue, draft.labels()["and_more"])),
        "title": draft.plain(draft.subject),
        "teaser": draft.plain(draft.preheader),
        "published": issue.date,
        "day": lambda moment: dates.day(moment, issue.language),
        "contents": listed(shown),
        "on_hub": on_hub,
        "pages": pages,
        "translations": translations,
        "locale": _territorial(issue.language),
        "entity": issue.entity,
        "about": _plain_links(draft, network.about),
        "disclaimer": _plain_links(draft, issue.entity.disclaimer),
        "note": _plain_links(draft, draft.footer.note),
        "picture": page_picture(draft, shown, on_hub=on_hub),
    }


def section_values(
    draft: Draft, placed: Placed, shown: tuple[Placed, ...], asset_prefix: str
) -> dict[str, object]:
    """What a section's template sees. ``asset_prefix`` stands before the names of shipped files."""

    def moved(address: str) -> str:
        return address.replace(f"{draft.asset_base}/", asset_prefix)

    def picture(image: Image) -> Picture:
        measured = draft.picture(image, MAIL_COLUMN)
        return replace(measured, src=moved(measured.src))

    values = html_context.section_values(draft, placed, shown, url=_untouched)
    calendar = values["calendar"]
    return {
        **values,
        "picture": picture,
        "calendar": moved(calendar) if isinstance(calendar, str) else None,
        "type": placed.type,
        "level": 3 if placed.section.heading else 2,
    }


def _untouched(address: str, utm: bool = True) -> str:  # noqa: ARG001 - the signature of the mail's
    return address


def _plain_links(draft: Draft, text: str | None) -> Markup:
    return _MARKDOWN.block(draft.fields.tokenise(text, ()), _untouched) if text else Markup()


def page_picture(
    draft: Draft, shown: tuple[Placed, ...], *, on_hub: bool = False
) -> Mapping[str, object] | None:
    """The picture by which the page is shown elsewhere: its card's, else its first; absolute.

    ``on_hub``: as it stands on the hub itself, wherever mails take theirs from.
    """
    own = [draft.issue.image] if draft.issue.image else []
    inside = (
        model for placed in shown for model, _ in walk_models(placed.section) if isinstance(model, Image)
    )
    for image in (*own, *inside):
        measured = draft.picture(image, 640 if image in own else MAIL_COLUMN)
        if measured.src and measured.alt:
            alt = draft.plain(draft.fields.tokenise(measured.alt, ()))
            src = measured.src
            if on_hub:
                src = src.replace(f"{draft.asset_base}/", f"{draft.hub_assets}/")
            return {"src": src, "alt": alt}
    return None


def own_name(language: str) -> str:
    """``español``."""
    locale = dates.locale_of(language)
    return str(locale.get_display_name(locale) or language)


def _territorial(language: str) -> str:
    """``en_US``: Open Graph wants a territory; the likeliest (CLDR) where the tag has none."""
    locale = dates.locale_of(language)
    likely = str(get_global("likely_subtags").get(locale.language, "")).split("_")
    territory = locale.territory or (likely[-1] if len(likely) > 1 else "")
    return f"{locale.language}_{territory}" if territory else locale.language
