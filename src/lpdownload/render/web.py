"""The page of an issue in the public archive: for everybody, hence with nobody's data and no tracking."""

import json

from markupsafe import Markup

from lpdownload.model.content import interleaved
from lpdownload.render import web_context
from lpdownload.render.draft import Draft, Placed
from lpdownload.render.environment import environment, render_template


def render_web(draft: Draft, asset_prefix: str = "assets/") -> str:
    """A complete HTML5 page. ``asset_prefix`` stands before the names of pictures and calendar files.

    Its pictures join those that the draft ships. Raises InvalidInput for a broken template.
    """
    shown = draft.visible("web")
    values = web_context.page_values(draft, shown)
    sections = [_section(draft, placed, shown, asset_prefix) for placed in shown]
    css = render_template(environment(draft.templates, markup=False), "web/page.css.j2", values)
    page = render_template(
        environment(draft.templates, markup=True),
        "web/issue.html.j2",
        values
        | {
            # A theme's font is an author's text: it may not end the style element.
            "css": Markup(css.replace("<", "\\3c ")),
            "sections": Markup("\n").join(sections),
            "linked_data": Markup(_json_in_html(_article(draft, values))),
        },
    )
    pieces = draft.fields.split(page, "html")
    return "".join(interleaved(pieces.literals, [draft.stand_in(slot) for slot in pieces.slots])) + "\n"


def _section(draft: Draft, placed: Placed, shown: tuple[Placed, ...], asset_prefix: str) -> Markup:
    """By the template of its own type, if there is one, else by the one for all."""
    env = environment(draft.templates, markup=True)
    values = web_context.section_values(draft, placed, shown, asset_prefix)
    own = f"web/sections/{placed.type}.html.j2"
    name = own if own in _templates(draft) else "web/section.html.j2"
    where = f"sections[{placed.index}], {placed.type}"
    return Markup(render_template(env, name, values, where=where, loc=placed.loc))


def _templates(draft: Draft) -> frozenset[str]:
    found = (path for folder in draft.templates for path in (folder / "web" / "sections").glob("*.html.j2"))
    return frozenset(f"web/sections/{path.name}" for path in found)


def _article(draft: Draft, values: dict[str, object]) -> dict[str, object]:
    """What search engines read (schema.org)."""
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


def _json_in_html(value: object) -> str:
    """JSON that no text in it can end the script element of."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
