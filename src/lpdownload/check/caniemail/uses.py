"""What a mail uses, where, and who reads it: style attributes, style sheets, elements and attributes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from lpdownload.check.caniemail.style_features import Use, of_sheet, of_style

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Readers: TypeAlias = Literal["all", "word", "others"]
"""Who reads a part: everybody, or Outlook on Windows alone ([if mso]), or all but that ([if !mso])."""


@dataclass(frozen=True, slots=True)
class Used:
    """``element`` is that of the tree, or a conditional comment; of a style sheet its style element."""

    use: Use
    element: "HtmlElement"
    readers: Readers = "all"

    @property
    def in_sheet(self) -> bool:
        return bool(self.element.tag == "style")


_ELEMENTS: Final = {
    name: f"html-{name}"
    for name in (
        "video", "audio", "svg", "form", "select", "textarea", "meter", "progress", "ruby", "marquee",
        "dialog",
    )
} | {"object": "html-object", "embed": "html-object"}  # fmt: skip
_INPUTS: Final = {
    "checkbox": "html-input-checkbox",
    "radio": "html-input-radio",
    "submit": "html-input-submit",
    "text": "html-input-text",
    "email": "html-input-text",
    "": "html-input-text",
}
_CONDITION = re.compile(r"\s*\[if\s+([^\]]*)\]>")
_END = re.compile(r"<!\[endif\]")
_WORD_TAG = re.compile(r"""<([a-zA-Z][\w:]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""")
_STYLE = re.compile(r"""\sstyle=(?:"([^"]*)"|'([^']*)')""")
_BACKGROUNDS = frozenset({"css-background-image", "html-background"})
_URL = re.compile(r"""(?:url\(\s*|background=)["']?([^"')\s]+)""")
_SHEET = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)


def uses(tree: "HtmlElement") -> Iterator[Used]:
    """Every use in the order of the mail. A background that Outlook's own branch draws is for the others."""
    for used in _uses(tree):
        if used.readers == "all" and used.use.slug in _BACKGROUNDS and _is_drawn(tree, used.use.words):
            used = replace(used, readers="others")
        yield used


def _uses(tree: "HtmlElement") -> Iterator[Used]:
    readers: Readers = "all"
    for element in tree.iter():
        if not isinstance(element.tag, str):
            text = element.text or ""
            if condition := _CONDITION.match(text):
                for_word = _is_for_word(condition[1])
                if len(text) - condition.end() > len("<!"):  # Outlook's alone: nobody else sees into it
                    if for_word:
                        for use in _of_branch(text[condition.end() :]):
                            yield Used(use, element, "word")
                else:
                    readers = "word" if for_word else "others"
            elif _END.match(text):
                readers = "all"
            continue
        if element.tag == "style":
            for use in of_sheet(element.text or ""):
                yield Used(use, element, readers)
            continue
        for use in _of_element(element):
            yield Used(use, element, readers)


def _of_element(element: "HtmlElement") -> Iterator[Use]:
    tag, attributes = element.tag, element.attrib
    if slug := _ELEMENTS.get(tag):
        yield Use(slug, f"<{tag}")
    elif tag == "input" and (slug := _INPUTS.get(attributes.get("type", "").lower())):
        yield Use(slug, "<input")
    elif tag == "button" and attributes.get("type", "submit").lower() == "submit":
        yield Use("html-button-submit", "<button")
    elif tag == "a" and attributes.get("href", "").startswith("#"):
        yield Use("html-anchor-links", f'href="{attributes["href"]}"')
    if not attributes:
        return
    if style := attributes.get("style"):
        yield from of_style(style)
    if "hidden" in attributes:
        yield Use("html-hidden", "hidden")
    if "popover" in attributes:
        yield Use("html-popover", "popover")
    if (picture := attributes.get("background")) and not _has_ground(element):
        yield Use("html-background", f'background="{picture}"')


def _has_ground(element: "HtmlElement") -> bool:
    return bool(element.get("bgcolor")) or "background-color" in (element.get("style") or "")


def _is_drawn(tree: "HtmlElement", words: str) -> bool:
    """Whether VML shows the picture of a background, as MJML writes it."""
    found = _URL.search(words)
    comments = (one.text or "" for one in tree.iter() if not isinstance(one.tag, str))
    return found is not None and any("<v:" in text and found[1] in text for text in comments)


def _is_for_word(condition: str) -> bool:
    """Whether Outlook on Windows is among those that a condition names: ``mso``, ``(gte mso 9)|(IE)``."""
    named = re.search(r"(!?)\s*\(?\s*(?:(?:lte?|gte?)\s+)?(?:mso|true)\b", condition)
    return bool(named) and not (named and named[1]) and not re.search(r"lte? mso 1[0-5]\b", condition)


@lru_cache(maxsize=1024)
def _of_branch(html: str) -> tuple[Use, ...]:
    """The features of what stands in Outlook's own comment; it may open tags that another closes."""
    found = [use for sheet in _SHEET.findall(html) for use in of_sheet(sheet)]
    for tag, attributes in _WORD_TAG.findall(_SHEET.sub("", html)):
        if ":" in tag:
            continue  # VML has styles of its own
        if slug := _ELEMENTS.get(tag):
            found.append(Use(slug, f"<{tag}"))
        if style := _STYLE.search(attributes):
            found.extend(of_style(style[1] or style[2] or ""))
    return tuple(dict.fromkeys(found))
