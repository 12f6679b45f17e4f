"""One issue, one variant: from the model to Content. Preview, check and every send come here."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markupsafe import Markup

from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.model.content import Content
from lpdownload.model.issue import Issue
from lpdownload.render import html_context, text_context
from lpdownload.render.draft import Draft, Placed, begin
from lpdownload.render.environment import environment, render_template
from lpdownload.render.headers import issue_headers
from lpdownload.render.inline import InlineCssError, inline, losses
from lpdownload.render.marks import Span
from lpdownload.render.mjml import MjmlError, compile_mjml
from lpdownload.render.pictures import Asset
from lpdownload.render.subject import highlights, name_with_emoji, period_words


@dataclass(frozen=True)
class Rendering:
    """An issue rendered for a variant, with all that its outputs are made from."""

    draft: Draft
    content: Content
    mjml: str
    marked: str
    """The mail's HTML with merge tokens and with marks of its sections: for looking, never for sending."""

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """Where each section stands in the mail; what is before the first is the masthead."""
        return self.draft.marks.spans(self.marked)

    @property
    def issue(self) -> Issue:
        return self.draft.issue

    @property
    def subject(self) -> str:
        """For nobody in particular."""
        return self.draft.plain(self.draft.subject)

    @property
    def assets(self) -> tuple[Asset, ...]:
        return tuple(self.draft.assets.values())

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(dict.fromkeys(self.draft.findings))


def render_issue(
    issue: Issue, *, newsroom: Path, templates: tuple[Path, ...], variant: frozenset[str] = frozenset()
) -> Rendering:
    """The issue as those who belong to the segments of ``variant`` get it.

    Deterministic. What the mail can live with stands in the findings; InvalidInput carries what it cannot.
    """
    draft = begin(issue, newsroom, templates, variant)
    mjml = write_mjml(draft)
    marked = write_html(draft, mjml)
    html = draft.marks.removed(marked)
    text = write_text(draft)
    draft.findings.extend(draft.fields.findings)
    if not draft.visible("email"):
        message = "no section of this issue is in the mail for these readers"
        draft.findings.append(
            Finding("empty-mail", message, "it would be sent empty", "warning", ("sections",))
        )
    if errors := [finding for finding in draft.findings if finding.severity == "error"]:
        raise InvalidInput(dict.fromkeys([*errors, *draft.findings]))
    draft.fields.check_balance(draft.fields.counted(mjml), draft.fields.counted(html), "HTML")
    content = Content(
        subject=draft.fields.split(draft.subject, "header"),
        preheader=draft.fields.split(draft.preheader, "text"),
        html=draft.fields.split(html, "html"),
        text=draft.fields.split(text, "text"),
        headers=issue_headers(issue),
        variant=",".join(sorted(variant)),
        lang=issue.language,
    )
    return Rendering(draft, content, draft.marks.removed(mjml), marked)


def write_mjml(draft: Draft) -> str:
    """The whole mail as MJML: each section by its own template and marked, then the layout around them."""
    env = environment(draft.templates, markup=True)
    shown = draft.visible("email")
    sections = [_section_mjml(draft, placed, shown) for placed in shown]
    values = html_context.issue_values(draft)
    footer = render_template(
        env, "sections/footer.mjml.j2", values | _footer_values(draft), where="the footer"
    )
    return render_template(
        env,
        "layout.mjml.j2",
        values
        | {
            "subject": draft.subject,
            "preheader": draft.preheader,
            "masthead": name_with_emoji(draft.issue),
            "subtitle": draft.issue.newsletter.subtitle or draft.issue.network.name,
            "period": period_words(draft.issue, draft.seasons),
            "sections": Markup("\n".join(sections)),
            "footer": Markup(draft.marks.marked(footer, draft.footer_loc)),
        },
    )


def _section_mjml(draft: Draft, placed: Placed, shown: tuple[Placed, ...]) -> str:
    env = environment(draft.templates, markup=True)
    values = html_context.section_values(draft, placed, shown)
    where = f"sections[{placed.index}], {placed.type}"
    mjml = render_template(env, f"sections/{placed.type}.mjml.j2", values, where=where, loc=placed.loc)
    if placed.section.entity:
        mjml += render_template(env, "entity_note.mjml.j2", values, where=where, loc=placed.loc)
    return draft.marks.marked(mjml, placed.loc)


def _footer_values(draft: Draft) -> dict[str, object]:
    issue = draft.issue
    footer = Placed(draft.footer, draft.footer_loc, len(draft.sections))
    why = draft.footer.why or issue.newsletter.why
    return html_context.section_values(draft, footer, ()) | {
        "entity": issue.entity,
        "why": draft.fields.tokenise(why, ("newsletter", "why")),
        "field": draft.fields.token,
        "reply_to": issue.reply_to,
        "social": issue.network.social,
    }


def write_html(draft: Draft, mjml: str) -> str:
    """MJML compiled, its CSS put onto the tags, marks still on; what got lost on the way is a finding."""
    try:
        compiled = compile_mjml(mjml)
    except MjmlError as error:
        raise InvalidInput([_mjml_finding(draft, mjml, error)]) from None
    if len(draft.templates) > 1:
        from lpdownload.render.template_check import (
            check_rendered,  # 30 ms that packaged templates do not need
        )

        own = Place(str(draft.templates[0]))
        draft.findings.extend(finding.at(own) for finding in check_rendered(mjml, ""))
    compiled = _FIXED_HEIGHT.sub(r"\1height:auto", compiled)
    css = render_template(
        environment(draft.templates, markup=False), "inline.css.j2", html_context.issue_values(draft)
    )
    try:
        html = inline(compiled, css)
    except InlineCssError as error:
        raise InvalidInput([Finding("template-css", f"template inline.css.j2: {error}")]) from None
    draft.findings.extend(losses(compiled, html))
    return html


# A picture keeps its proportions when a phone makes it narrower; its height attribute holds the place.
_FIXED_HEIGHT = re.compile(r'(<img [^>]*?style="[^"]*?)height:\d+px')


def _mjml_finding(draft: Draft, mjml: str, error: MjmlError) -> Finding:
    if error.offset is None:
        from lpdownload.render.template_check import check_rendered

        first = [finding for finding in check_rendered(mjml, "") if finding.severity == "error"]
        what = f"{error.message}: {first[0].message}" if first else error.message
        return Finding("mjml", f"the templates do not make valid MJML: {what}")
    near = " ".join(mjml[max(0, error.offset - 40) : error.offset + 40].split())
    shown = draft.visible("email")
    before = mjml[: error.offset]
    for placed in reversed(shown):
        if f'id="{placed.anchor}"' in before:
            return Finding(
                "mjml",
                f"template sections/{placed.type}.mjml.j2: {error.message} near: {near}",
                loc=placed.loc,
            )
    return Finding("mjml", f"template layout.mjml.j2: {error.message} near: {near}")


def write_text(draft: Draft) -> str:
    """The plain-text part, made from the model: a letter in 72 columns."""
    env = environment(draft.templates, markup=False)
    shown = draft.visible("text")
    sections = []
    for placed in shown:
        values = text_context.section_values(draft, placed, shown)
        where = f"sections[{placed.index}], {placed.type}"
        text = render_template(env, f"text/{placed.type}.txt.j2", values, where=where, loc=placed.loc)
        if placed.section.entity:
            text += "\n\n" + render_template(
                env, "text/entity_note.txt.j2", values, where=where, loc=placed.loc
            )
        notes = values["notes"]
        assert callable(notes)
        sections.append(_tidy(f"{text}\n\n{notes()}"))
    footer = Placed(draft.footer, draft.footer_loc, len(draft.sections))
    values = text_context.section_values(draft, footer, ())
    values |= {
        "masthead": name_with_emoji(draft.issue),
        "highlights": draft.fields.tokenise(
            highlights(draft.issue, draft.labels()["and_more"]), ("highlights",)
        ),
        "period": period_words(draft.issue, draft.seasons),
        "subject": draft.subject,
        "sections": [section for section in sections if section],
        **{
            name: value
            for name, value in _footer_values(draft).items()
            if name in {"entity", "why", "field", "reply_to", "social"}
        },
    }
    return _tidy(render_template(env, "text/layout.txt.j2", values)) + "\n"


def _tidy(text: str) -> str:
    """At most one blank line in a row, no blanks at line ends, none at the beginning and end."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)).strip("\n")


def fill_values(rendering: Rendering, values: Mapping[str, str]) -> dict[str, str]:
    """``values`` with what else there must be: for looking, never for sending.

    The system's own fields get addresses that do nothing; a field without value and default what the web
    page shows for it.
    """
    network = rendering.issue.network
    dead = f"{network.public_url}/u/preview"
    system = {
        "unsubscribe_url": dead,
        "preferences_url": f"{network.public_url}/preferences/preview",
        "one_click_url": dead,
        "unsubscribe_mailto": f"{network.unsubscribe_email}?subject=preview",
        "web_url": rendering.issue.url,
    }
    content, given = rendering.content, {name for name, value in values.items() if value.strip()}
    parts = (content.subject, content.preheader, content.html, content.text)
    missing = {
        slot.field: rendering.draft.stand_in(slot)
        for part in parts
        for slot in part.slots
        if slot.default is None and slot.field not in system and slot.field not in given
    }
    return {**missing, **system, **values}
