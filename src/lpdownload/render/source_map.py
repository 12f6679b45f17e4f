"""The mail with the way to the YAML on its elements, for looking: ``data-lp="sections.3.title"``.

No stage of rendering carries the places of texts. They are found again: a section's elements lie within its
mark, and an element's words are words of one of the section's texts.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape

from lpdownload.errors import Loc
from lpdownload.model.sections.base import Image, walk_models, walk_texts
from lpdownload.render.draft import Draft
from lpdownload.render.render import Rendering
from lpdownload.render.subject import period_words

ATTRIBUTE = "data-lp"

_PART = re.compile(
    r"""<!--.*?-->|<(?:style|script|title)\b.*?</(?:style|script|title)>|<(/?)([A-Za-z][A-Za-z0-9]*)"""
    r"""((?:[^<>"']|"[^"]*"|'[^']*')*)>""",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"""\s(href|src|alt)=(?:"([^"]*)"|'([^']*)')""")
_SOURCES = frozenset({"a", "img"})
_VOID = frozenset({"img", "br", "hr", "meta", "link", "input", "col", "wbr"})
_NOT_SHOWN = frozenset({"type", "id", "lang", "only", "visible_to", "entity", "style", "src", "position"})
_ADDRESS = re.compile(r"[a-z]+:\S+$")
_NUMBER = re.compile(r"\d+")
_WORDLESS = re.compile(r"[\W_]+")
_TARGET = re.compile(r"\]\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)")
_QUERY = re.compile(r"[?#].*", re.DOTALL)


def loc_of(written: str) -> Loc:
    """``sections.3.title`` as a loc."""
    return tuple(int(step) if step.isdigit() else step for step in written.split(".") if step)


def written(loc: Loc) -> str:
    return ".".join(map(str, loc))


def annotated(rendering: Rendering) -> str:
    """The mail's HTML with merge tokens, each element that shows something with the loc of what it shows.

    Longer than what is sent by these attributes only.
    """
    draft = rendering.draft
    html, pieces, at = rendering.marked, [], 0
    for insertion, loc in sorted(_located(draft, html)):
        pieces.append(html[at:insertion])
        pieces.append(f' {ATTRIBUTE}="{written(loc)}"')
        at = insertion
    return draft.marks.removed("".join((*pieces, html[at:])))


def shown_with_source(rendering: Rendering, values: Mapping[str, str]) -> str:
    """`annotated` for a reader whose merge fields are ``values``. Raises MissingValue, UnsafeValue."""
    return rendering.draft.fields.split(annotated(rendering), "html").fill(values)


@dataclass(slots=True)
class _Open:
    """An element whose end has not come; ``start`` is its place in the list of texts.

    ``at`` is where its attribute goes in, None if it has one already.
    """

    tag: str
    at: int | None
    section: Loc
    attributes: dict[str, str]
    start: int
    has_words: bool = False


def _located(draft: Draft, html: str) -> Iterable[tuple[int, Loc]]:
    """Where an attribute goes in, and what it says."""
    sources = _Sources(draft)
    stack: list[_Open] = []
    texts: list[str] = []
    section: Loc = ()
    at = 0
    for part in _PART.finditer(html):
        if words := html[at : part.start()].strip():
            texts.append(words)
            if stack:
                stack[-1].has_words = True
        at = part.end()
        tag = (part[2] or "").lower()
        if not tag:
            continue
        if part[1]:
            while stack and stack[-1].tag != tag:
                stack.pop()
            if stack:
                one = stack.pop()
                if one.at is not None and (one.has_words or one.tag == "a"):
                    yield one.at, sources.of_words(one.section, " ".join(texts[one.start :]), one.attributes)
            continue
        after_tag = part.start() + 1 + len(tag)
        attributes = {}
        if tag in _SOURCES:
            attributes = {one[1]: unescape(one[2] or one[3] or "") for one in _ATTRIBUTE.finditer(part[3])}
        if found := draft.marks.found(part[3]):
            section = found
            yield after_tag, section
            stack.append(_Open(tag, None, section, {}, len(texts)))
        elif tag == "img":
            yield after_tag, sources.of_image(section, attributes)
        elif tag not in _VOID:
            stack.append(_Open(tag, after_tag, section, attributes, len(texts)))


class _Sources:
    """The texts of each section, looked up by the words of an element."""

    def __init__(self, draft: Draft) -> None:
        issue, written = draft.issue, draft.issue.written
        self._texts: dict[Loc, list[tuple[str, Loc]]] = {}
        self._urls: dict[Loc, dict[str, Loc]] = {}
        self._images: dict[Loc, list[tuple[Image, Loc]]] = {}
        self._days: dict[Loc, list[tuple[str, Loc]]] = {}
        for placed in draft.sections:
            self._add(placed.loc, placed.section)
        if draft.footer_loc != ("footer",):
            self._add(draft.footer_loc, draft.footer)
        top: list[tuple[str, Loc]] = [(draft.preheader, ("preheader",)), (draft.subject, ("subject",))]
        top += [(issue.newsletter.name, ("newsletter", "name"))]
        if issue.newsletter.subtitle:
            top.append((issue.newsletter.subtitle, ("newsletter", "subtitle")))
        if written.period and (period := period_words(issue, draft.seasons)):
            top.append((period, ("period",)))
        self._texts[()] = [(_words(text), loc) for text, loc in top]

    def _add(self, section_loc: Loc, section: object) -> None:
        texts = [(text, loc) for text, loc in walk_texts(section, section_loc) if loc[-1] not in _NOT_SHOWN]
        self._texts[section_loc] = [
            (words, loc) for text, loc in texts if not _ADDRESS.match(text) and (words := _words(text))
        ]
        urls: dict[str, Loc] = {}
        self._urls[section_loc] = urls
        for text, loc in texts:
            for url in re.findall(r"[a-z]+:[^\s)>\]\"]+", text):
                urls.setdefault(_QUERY.sub("", url), loc)
        models = list(walk_models(section, section_loc))
        self._images[section_loc] = [(model, loc) for model, loc in models if isinstance(model, Image)]
        self._days[section_loc] = [
            (str(value.day), (*loc, name))
            for model, loc in models
            for name, value in model.__dict__.items()
            if isinstance(value, date)
        ]

    def of_words(self, section: Loc, shown: str, attributes: Mapping[str, str]) -> Loc:
        """The text these words come from: the same, else the shortest they are part of, else the longest part
        of them; else the address they link to, or the date that has its day among them; else the section.
        """
        words = _words(unescape(shown))
        best: Loc | None = None
        size = 0
        for text, loc in self._texts.get(section, ()) if words else ():
            if text == words:
                return loc
            if words in text and (best is None or size < 0 or len(text) < size):
                best, size = loc, len(text)
            elif text in words and size <= 0 and len(text) > max(2, -size):
                best, size = loc, -len(text)
        if size <= 0 and (url := attributes.get("href")):
            return self._urls.get(section, {}).get(_QUERY.sub("", url), best or section)
        if best is None and (numbers := set(_NUMBER.findall(shown))):
            best = next((loc for day, loc in self._days.get(section, ()) if day in numbers), None)
        return best or section

    def of_image(self, section: Loc, attributes: Mapping[str, str]) -> Loc:
        images = self._images.get(section, [])
        for image, loc in images:
            if image.src == attributes.get("src") or (image.alt or "") == attributes.get("alt", ""):
                return loc
        return images[0][1] if images else section


def _words(text: str) -> str:
    """Letters and digits alone: what Markdown and HTML leave of a text."""
    return _WORDLESS.sub("", _TARGET.sub("]", text)).casefold()
