"""The page of an issue in the public archive: for everybody, hence with nobody's data and no tracking."""

import base64
import hashlib

from markupsafe import Markup

from lpdownload.model.content import interleaved
from lpdownload.render import web_context
from lpdownload.render.draft import Draft, Placed
from lpdownload.render.environment import environment, render_template
from lpdownload.render.linked_data import json_in_html, linked_data

NOTES, AROUND = "<!--hub:notes-->", "<!--hub:around-->"
"""Where a page on the hub says what was put right, and what stands before and after it. No text of an author
can write them: everything is escaped, and comments are taken out of HTML sections.
"""


def render_web(draft: Draft, asset_prefix: str = "assets/", *, on_hub: bool = False) -> str:
    """A complete HTML5 page. ``asset_prefix`` stands before the names of pictures and calendar files.

    Its pictures join those that the draft ships. ``on_hub``: it stands among the pages of the hub, to which
    it leads by relative addresses; NOTES and AROUND are in it. Raises InvalidInput for a broken template.
    """
    shown = draft.visible("web")
    values = web_context.page_values(draft, shown, on_hub=on_hub)
    templates = _templates(draft)
    sections = [_section(draft, placed, shown, asset_prefix, templates) for placed in shown]
    css = render_template(environment(draft.templates, markup=False), "web/page.css.j2", values)
    css = css.replace("<", "\\3c ")  # a theme's font is an author's text: it may not end the style element
    page = render_template(
        environment(draft.templates, markup=True),
        "web/issue.html.j2",
        values
        | {
            "css": Markup(css),
            "sections": Markup("\n").join(sections),
            "policy": page_policy(css),
            "linked_data": [Markup(json_in_html(value)) for value in linked_data(draft, values, shown)],
            "around": {"notes": Markup(NOTES), "pages": Markup(AROUND)} if on_hub else None,
        },
    )
    pieces = draft.fields.split(page, "html")
    return "".join(interleaved(pieces.literals, [draft.stand_in(slot) for slot in pieces.slots])) + "\n"


def _section(
    draft: Draft, placed: Placed, shown: tuple[Placed, ...], asset_prefix: str, templates: frozenset[str]
) -> Markup:
    """By the template of its own type, if there is one, else by the one for all."""
    env = environment(draft.templates, markup=True)
    values = web_context.section_values(draft, placed, shown, asset_prefix)
    own = f"web/sections/{placed.type}.html.j2"
    name = own if own in templates else "web/section.html.j2"
    where = f"sections[{placed.index}], {placed.type}"
    return Markup(render_template(env, name, values, where=where, loc=placed.loc))


def _templates(draft: Draft) -> frozenset[str]:
    found = (path for folder in draft.templates for path in (folder / "web" / "sections").glob("*.html.j2"))
    return frozenset(f"web/sections/{path.name}" for path in found)


def page_policy(css: str) -> str:
    """For a page that runs nothing and has no style but its own."""
    digest = base64.b64encode(hashlib.sha256(f"\n{css}\n".encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' https: data:; "
        "base-uri 'none'; form-action 'none'"
    )
