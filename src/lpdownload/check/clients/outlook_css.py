"""The CSS that Word, and so Outlook on Windows, knows: which property on which element.

Facts: Microsoft's "Word 2007 HTML and CSS Rendering Capabilities in Outlook 2007"
(https://learn.microsoft.com/previous-versions/office/developer/office-2007/aa338201(v=office.12)), its three
groups as in https://www.hteumeuleu.com/2020/outlook-rendering-engine/, and caniemail 2.0.2, outlook.windows.
"""

import re
from typing import Final

import tinycss2
from tinycss2.color4 import parse_color

from lpdownload.check.clients.engine import Declared, Engine, Kept, kind, names
from lpdownload.check.clients.log import Loss

CORE: Final = names(
    """color background background-color font font-family font-size font-style font-weight font-variant
    text-decoration text-align text-transform vertical-align letter-spacing line-height border
    border-color border-style border-width border-collapse list-style list-style-type display
    direction unicode-bidi page-break-before page-break-after"""
)
EXTENDED: Final = names("text-indent margin margin-left margin-right margin-top margin-bottom")
FULL: Final = names(
    """width height padding padding-left padding-right padding-top padding-bottom border-left
    border-right border-top border-bottom border-left-color border-right-color border-top-color
    border-bottom-color border-left-style border-right-style border-top-style border-bottom-style
    border-left-width border-right-width border-top-width border-bottom-width"""
)
_KNOWN: Final = CORE | EXTENDED | FULL
_CORE_ONLY: Final = frozenset({"body", "span"})
_NOT_FULL: Final = frozenset({"div", "p"})
_CELLS: Final = frozenset({"td", "th", ""})
_UNSEEN: Final = ("-webkit-", "-ms-", "-moz-", "mso-")
_MODERN: Final = re.compile(
    r"\b(?:calc|clamp|min|max|var|rgba|hsla)\(|\d(?:vw|vh|vmin|vmax|rem|ch)\b", re.IGNORECASE
)
_SELECTOR: Final = re.compile(r"[>+~*\[:]")

_SELECTORS: Final = {
    ">": "children",
    "+": "next elements",
    "~": "later elements",
    "*": "any element",
    "[": "attributes",
    ":": "pseudo-classes",
}
_SIMPLE: Final = "Word knows tags, classes, ids, and one within another"
_UNKNOWN: Final = "Word does not know it"
_LISTS: Final = "Word has its own, and before Outlook 2021 cuts off bullets that have no left margin"
_MEDIA: Final = "Word reads no media query: Outlook on Windows is always wide and always light by itself"


class _OutlookCss(Engine):
    def at_rule(self, name: str, prelude: str) -> Loss | None:
        if name == "media":
            dark = "prefers-color-scheme" in prelude.lower()
            detail = "dark mode" if dark else "phones, wide screens or print"
            return Loss("media queries", _MEDIA, detail)
        if name in {"page", "list", "charset"}:
            return None
        return Loss("at-rules", _UNKNOWN, f"@{name}")

    def selector(self, selector: str) -> Loss | None:
        if found := _SELECTOR.search(selector):
            return Loss("selectors", _SIMPLE, _SELECTORS[found[0]])
        return None

    def declaration(self, found: Declared) -> Kept | Loss:
        tag, name, value, _ = found
        value_is = value.lower()
        if name == "mso-hide" and value_is == "all":
            return "display", "none"
        if name == "mso-padding-alt" and tag in _CELLS:
            return "padding", value
        if name.startswith(_UNSEEN):
            return name, value
        if loss := self._unknown(tag, name, value_is):
            return loss
        if name == "background":
            return _colour_alone(value)
        if name == "font-weight" and value.isdigit():
            return name, "bold" if int(value) >= 600 else "normal"
        return name, value

    def _unknown(self, tag: str, name: str, value: str) -> Loss | None:
        if name == "max-width" and tag == "table":
            return None
        if name not in _KNOWN:
            return Loss(kind(name), _UNKNOWN, name)
        if name.startswith("padding") and tag in {"ul", "ol"}:
            return Loss("indents of lists (padding)", _LISTS, tag)
        if name.startswith("padding") and tag not in _CELLS:
            return Loss("inner distances (padding)", "Word knows them in table cells only", tag)
        if name in {"width", "height"} and tag in {"body", "span", "div", "p", "img"} - (
            {"img"} if name == "height" and value != "auto" else set()
        ):
            return Loss(
                f"{name} as CSS", "Word knows it on tables and cells; on pictures, as attributes", tag
            )
        if tag in _CORE_ONLY and name not in CORE:
            return Loss("distances and single borders", "Word does not know them on these elements", tag)
        if tag in _NOT_FULL and name in FULL:
            return Loss("single borders", "Word does not know them on these elements", tag)
        if name == "display" and (value != "none" or tag == "img"):
            return Loss(kind(name), "Word knows display:none only, and not on pictures", value)
        if name.startswith("margin") and ("auto" in value or re.search(r"(?<![\w.])-\.?\d", value)):
            return Loss("automatic or negative margins", _UNKNOWN, name)
        if (name == "text-transform" and value == "lowercase") or (name, value) in _FLOW:
            return Loss("text", _UNKNOWN, f"{name}:{value}")
        if _MODERN.search(value):
            return Loss("values", "Word does not know these units, functions or see-through colours", name)
        return None


_FLOW: Final = {("text-align", "start"), ("text-align", "end")}


class _OutlookInline(_OutlookCss):
    """In a style attribute ``!important`` costs the declaration (https://github.com/hteumeuleu/email-bugs/issues/31)."""

    def declaration(self, found: Declared) -> Kept | Loss:
        if found.important:
            return Loss("declarations marked !important on an element", "Word passes over them", found.name)
        return super().declaration(found)


def _colour_alone(value: str) -> Kept | Loss:
    """A background's colour; Word knows nothing else of it."""
    nodes = [node for node in tinycss2.parse_component_value_list(value) if node.type != "whitespace"]
    colours = [node for node in nodes if parse_color(node) is not None]
    if len(nodes) == 1 and (colours or nodes[0].type == "ident"):
        return "background", value
    if colours:
        return "background", tinycss2.serialize(colours[:1])
    return Loss(kind("background"), _UNKNOWN, "background")


OUTLOOK_CSS: Final = _OutlookCss()
OUTLOOK_INLINE: Final = _OutlookInline()
