"""Rules of the family accessibility: what axe misses, and what it would find in a browser only."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from lpdownload.check import conditional_comments, tap_targets
from lpdownload.check.inline_styles import font_size, is_removed, styles, written_nodes
from lpdownload.check.inspection import Inspection
from lpdownload.check.languages import other_language
from lpdownload.check.origins import found_from, template_place
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Loc
from lpdownload.render.dates import direction

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SMALLEST_TEXT = 14
LEAST_TARGET = 44
"""Pixels."""

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PRESENTED = frozenset({"presentation", "none"})
_NO_ROLE = re.compile(r"<table\b(?![^>]*\brole=)")
_VML = re.compile(r"<v:(?:image|imagedata)\b(?![^>]*\b(?:alt|o:title)=\"[^\"])[^>]*>", re.IGNORECASE)
_CSS_SIZE = re.compile(r"font-size\s*:\s*(\d+(?:\.\d+)?)px")
_BOLD_ALONE = re.compile(
    r"(?:\A|\n[ \t]*\n|(?:\A|\n)#[^\n]*\n) {0,3}"  # it begins a paragraph
    r"(\*\*|__)(?=\S)(?P<words>(?:(?!\1)[^\n]){2,60})\1(?=[ \t]*\n[ \t]*\n[^\s#])"
    r"|<p>\s*<(b|strong)>\s*(?P<html>[^<]{2,60}?)\s*</\3>\s*</p>(?=\s*<(?:p|ul|ol|table|div)\b)"
)
_NO_HEADING_ENDS = (".", "!", ",", ";", "”", '"', "…", ")")
_CAPITALS = re.compile(r"\b[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]*(?:\s+[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ'’-]*){4,}\b")
_LONG_CAPITALS = 25


@rule(
    "layout-table",
    severity="warning",
    says="A table that only lays things out does not say so.",
    why="A screen reader announces the rows and cells of every table without role=presentation.",
    remedy='<table role="presentation" …>',
)
def layout_table(inspection: Inspection) -> Iterator[Found]:
    tables = [table for table in _unmarked_tables(inspection) if not _in_html_section(inspection, table)]
    place = template_place(inspection, "<table")
    if tables:
        message = f"{_counted(len(tables), 'table has', 'tables have')} neither role nor headings"
        yield Found(message, inspection.loc_of(tables[0]), place=place)
    elif any(_NO_ROLE.search(branch) for branch in conditional_comments.branches(inspection.html)):
        yield Found("a table in Outlook's own branch has no role", place=place)


@rule(
    "table-headings",
    severity="warning",
    says="A table of data has no headings.",
    why="Who listens hears one cell after another, and not what it is about (WCAG 1.3.1, H51).",
    remedy="make the cells of the first row <th>, or write a Markdown table, which has headings",
)
def table_headings(inspection: Inspection) -> Iterator[Found]:
    for table in _unmarked_tables(inspection):
        if _in_html_section(inspection, table):
            first = next((text.strip() for _, text in written_nodes(table)), "<table")
            message = f"the table that begins with “{_shown(first)}” has no headings"
            yield found_from(inspection, first, message, loc=inspection.loc_of(table))


@rule(
    "mail-language",
    severity="warning",
    says="The mail does not say which language it is in, or says another.",
    why="A screen reader reads it in the voice of that language (WCAG 3.1.1). Mail programs take the "
    "attributes off html, so the first element within body needs them too.",
    remedy='<mjml lang="{{ lang }}" dir="{{ dir }}">',
)
def mail_language(inspection: Inspection) -> Iterator[Found]:
    language = inspection.issue.language
    first = next((child for child in inspection.tree.body if isinstance(child.tag, str)), None)
    for name, element in (("html", inspection.tree), ("the first element of body", first)):
        if element is None:
            continue
        for attribute, wanted in (("lang", language), ("dir", direction(language))):
            if (said := element.get(attribute)) != wanted:
                place = template_place(inspection, "<mjml", "layout.mjml.j2")
                yield Found(f"{name} has {attribute}={said or 'nothing'} instead of {wanted}", place=place)


@rule(
    "small-text",
    severity="warning",
    says=f"Text is smaller than {SMALLEST_TEXT} px.",
    why="On a phone it cannot be read at arm's length.",
    remedy=f"{SMALLEST_TEXT} px for small print, 17 px for text",
)
def small_text(inspection: Inspection) -> Iterator[Found]:
    found: dict[float, list[tuple[str, Loc]]] = {}
    for element, text in written_nodes(inspection.tree.body):
        if element.tag in {"sup", "sub"} or (size := round(font_size(element), 1)) >= SMALLEST_TEXT:
            continue
        if not any(is_removed(one) for one in (element, *element.iterancestors())):
            found.setdefault(size, []).append((text.strip(), inspection.loc_of(element)))
    for size, texts in found.items():
        words, loc = texts[0]
        message = (
            f"{_counted(len(texts), 'text is', 'texts are')} {size:g} px small, the first “{_shown(words)}”"
        )
        yield Found(message, loc, within=words, place=template_place(inspection, f"{size:g}px"))
    for style in inspection.tree.iter("style"):
        for written in dict.fromkeys(_CSS_SIZE.findall(style.text or "")):
            if 1 < float(written) < SMALLEST_TEXT:
                place = template_place(inspection, f"{written}px")
                yield Found(f"a style sheet makes text {written} px small", place=place)


@rule(
    "tap-target",
    severity="warning",
    says=f"A button is less than {LEAST_TARGET} px high.",
    why="A thumb misses it, or hits its neighbour (WCAG 2.5.5, Apple's and Google's guidelines).",
    remedy="more padding above and below its words",
)
def tap_target(inspection: Inspection) -> Iterator[Found]:
    found = [
        (link, height)
        for link in inspection.links
        if tap_targets.is_button(link.element)
        and (height := round(tap_targets.height(link.element))) < LEAST_TARGET
    ]
    for height in dict.fromkeys(height for _, height in found):
        links = [link for link, one in found if one == height]
        words, counted = links[0].words, _counted(len(links), "button is", "buttons are")
        yield Found(f"{counted} {height} px high, the first “{words}”", links[0].loc, within=words)


@rule(
    "fake-heading",
    severity="warning",
    says="A line in bold stands where a heading should.",
    why="Many who listen to a mail go from heading to heading, and pass it by (WCAG 1.3.1, F2).",
    remedy="### Words of the heading; in an html section <h3>",
)
def fake_heading(inspection: Inspection) -> Iterator[Found]:
    for written in inspection.texts:
        if "**" in written.text or "__" in written.text or "<p>" in written.text:
            for match in _BOLD_ALONE.finditer(written.text):
                words = match["words"] or match["html"]
                if not words.endswith(_NO_HEADING_ENDS) and "](" not in words:
                    yield Found(f"“{words}” is bold, and no heading", written.loc, within=words)


@rule(
    "heading-levels",
    severity="warning",
    says="A heading is more than one level below the one before, or a second one of the highest level.",
    why="Levels tell who listens what belongs to what (WCAG 1.3.1, G141); the mail's own name is its h1.",
    remedy="give the section a heading, or begin with ### in its text",
)
def heading_levels(inspection: Inspection) -> Iterator[Found]:
    headings = list(inspection.tree.body.iter(*_HEADINGS))
    for before, heading in pairwise(headings):
        words = " ".join(heading.text_content().split())
        if int(heading.tag[1]) > int(before.tag[1]) + 1:
            message = f"“{_shown(words)}” is {heading.tag} after {before.tag}"
            yield Found(message, inspection.loc_of(heading), within=words)
    for heading in [one for one in headings if one.tag == "h1"][1:]:
        words = " ".join(heading.text_content().split())
        yield Found(f"“{_shown(words)}” is a second h1", inspection.loc_of(heading), within=words)


@rule(
    "link-underline",
    severity="warning",
    says="Links among words differ from them by colour alone.",
    why="Who sees no colours cannot find them (WCAG 1.4.1, F73).",
    remedy="take text-decoration: none out of the style sheet",
)
def link_underline(inspection: Inspection) -> Iterator[Found]:
    bare = [
        link
        for link in inspection.links
        if styles(link.element).get("text-decoration", "").startswith("none")
        and not tap_targets.is_button(link.element)
        and _has_words_beside(link.element)
    ]
    if bare:
        message = f"{_counted(len(bare), 'link is', 'links are')} not underlined, the first “{bare[0].words}”"
        place = template_place(inspection, "text-decoration: none") or template_place(
            inspection, "text-decoration:none"
        )
        yield Found(message, bare[0].loc, within=bare[0].words, place=place)


@rule(
    "vml-alt",
    severity="warning",
    says="A picture in Outlook's own branch has no alt.",
    why="Outlook on Windows shows this one, and not the picture with the alt.",
    remedy='alt="what it shows" on v:image or v:imagedata',
)
def vml_alt(inspection: Inspection) -> Iterator[Found]:
    if "<v:" in inspection.html:
        for words in dict.fromkeys(_VML.findall(inspection.html)):
            tag = words[1:].partition(" ")[0]
            yield Found(f"{tag} has no alt", place=template_place(inspection, f"<{tag}"))


@rule(
    "emoji-only",
    severity="warning",
    says="A heading or link has no words, only emoji or signs.",
    why="It is read out as “party popper” or not at all, and does not tell what follows.",
    remedy="say it in words; an emoji may stand beside them",
)
def emoji_only(inspection: Inspection) -> Iterator[Found]:
    for link in inspection.links:
        if link.words and not _has_letters(link.words):
            yield found_from(inspection, link.words, f"the link “{link.words}” has no words", loc=link.loc)
    for heading in inspection.tree.body.iter(*_HEADINGS):
        words = " ".join(heading.text_content().split())
        if words and not _has_letters(words):
            loc = inspection.loc_of(heading)
            yield found_from(inspection, words, f"the heading “{words}” has no words", loc=loc)


@rule(
    "capitals",
    severity="warning",
    says="A passage is in capitals.",
    why="Some screen readers spell it letter by letter, and everybody reads it more slowly.",
    remedy="write it in small letters, and make bold what matters",
)
def capitals(inspection: Inspection) -> Iterator[Found]:
    for written in inspection.texts:
        if written.loc[0] == "sections":
            for match in _CAPITALS.finditer(written.text):
                if sum(map(str.isalpha, match[0])) >= _LONG_CAPITALS:
                    yield Found(f"“{_shown(match[0])}” is in capitals", written.loc, within=match[0])


@rule(
    "section-language",
    severity="warning",
    says="A section is in another language than it says.",
    why="A screen reader reads it in the wrong voice, and nobody understands it (WCAG 3.1.2).",
    remedy="say it: lang: es in the section; words in two languages belong into two sections",
)
def section_language(inspection: Inspection) -> Iterator[Found]:
    told: set[Loc] = set()
    sections = inspection.issue.sections
    for written in inspection.texts:
        if written.loc[0] != "sections" or written.loc[:2] in told or " lang=" in written.text:
            continue
        declared = sections[int(written.loc[1])].lang or inspection.issue.language
        if other := other_language(written.text, declared):
            told.add(written.loc[:2])
            yield Found(
                f"“{_shown(written.text)}” is in {other}, and the section says {declared}", written.loc
            )


def _unmarked_tables(inspection: Inspection) -> Iterator["HtmlElement"]:
    """Tables without a role and without headings of their own."""
    for table in inspection.tree.body.iter("table"):
        if table.get("role") is None and next(table.iter("th"), None) is None:
            yield table


def _in_html_section(inspection: Inspection, element: "HtmlElement") -> bool:
    """Whether the author of the issue wrote it, and no template."""
    loc = inspection.loc_of(element)
    if len(loc) < 2 or loc[0] != "sections":
        return False
    section = inspection.issue.sections[int(loc[1])]
    return "<table" in str(getattr(section, "html", ""))


def _has_words_beside(element: "HtmlElement") -> bool:
    parent = element.getparent()
    return parent is not None and len(parent.text_content().split()) > len(element.text_content().split())


def _has_letters(words: str) -> bool:
    return any(map(str.isalnum, words))


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _shown(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
