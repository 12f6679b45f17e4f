"""Gmail's sanitiser: the CSS it takes away, wherever it stands.

Facts: caniemail 2.0.2 (npm, MIT, Rémi Parmentier), platform gmail.desktop-webmail, and Google's own page
https://developers.google.com/workspace/gmail/design/css. What neither speaks of stays. Class names and ids
get a prefix in Gmail, in the HTML and in the selectors alike, so nothing is seen of that.
"""

import re
from collections.abc import Iterable
from typing import Final

import tinycss2
from tinycss2.ast import AtRule, Node, QualifiedRule

from lpdownload.check.clients.engine import Declared, Engine, Kept, kind, names
from lpdownload.check.clients.log import Loss

REMOVED: Final = names(
    """accent-color align-items aspect-ratio backdrop-filter block-size border-image box-shadow
    clip-path color-scheme cursor filter flex-direction flex-wrap gap row-gap grid-template
    grid-template-areas grid-template-columns grid-template-rows hyphenate-character
    hyphenate-limit-chars hyphens inline-size inset top right bottom left justify-content
    list-style-image mask-image max-block-size max-inline-size min-block-size min-inline-size
    outline-offset overflow-block overflow-inline overflow-wrap position resize scroll-snap-align
    scroll-snap-type shape-margin shape-outside supported-color-schemes tab-size
    text-decoration-skip-ink text-decoration-thickness text-emphasis-position text-shadow
    text-underline-offset text-wrap transform user-select visibility white-space-collapse z-index"""
)
_FAMILIES: Final = re.compile(
    r"(?:--|(?:animation|transition|border-image|grid-template)(?:-|$)|(?:margin|padding|border)-(?:inline|block)"
    r"|inset-|border-(?:start|end)-)"
)
_NEGATIVE: Final = re.compile(r"(?<![\w.])-\.?\d")
_MODERN_COLOUR: Final = re.compile(
    r"\b(?:(?:rgb|hsl)a?\(\s*[\d.]+(?:deg|%)?\s+[\d.]|(?:ok)?l(?:ab|ch)\(|hwb\(|color(?:-mix)?\()",
    re.IGNORECASE,
)
_FEATURE: Final = re.compile(r"\(\s*([a-z-]+)", re.IGNORECASE)
_FEATURES: Final = names(
    """width min-width max-width device-width min-device-width max-device-width orientation resolution
    min-resolution max-resolution"""
)
_ATTRIBUTE: Final = re.compile(r"\[(?!\s*class\s*~=)")
_PSEUDO: Final = re.compile(r"::?(?!hover\b)[A-Za-z-]+")
_OF_THE_PAGE: Final = re.compile(r"(?:^|[\s>+~])(?:html|body)(?=$|[\s.#\[>+~:])", re.IGNORECASE)

DARK: Final = Loss(
    "the mail's own dark design (prefers-color-scheme), {n} rule{s}",
    "Gmail takes media queries about dark mode away, on the web and in its apps",
)


class _GmailCss(Engine):
    def at_rule(self, name: str, prelude: str) -> Loss | None:
        if name != "media":
            return Loss("at-rules", "Gmail keeps no at-rule but @media", f"@{name}")
        unknown = [found for found in _FEATURE.findall(prelude.lower()) if found not in _FEATURES]
        if any("prefers-color-scheme" in found for found in unknown):
            return DARK
        if unknown:
            return Loss("media queries", "Gmail knows width, orientation and resolution only", unknown[0])
        return None

    def selector(self, selector: str) -> Loss | None:
        if pseudo := _PSEUDO.search(selector):
            return Loss("selectors with pseudo-classes", "Gmail knows :hover only", pseudo[0])
        if _ATTRIBUTE.search(selector):
            return Loss(
                "selectors of attributes", "Gmail knows [class~=…] only, so Outlook's do no harm here"
            )
        if found := _OF_THE_PAGE.search(selector):
            name = found[0].strip(" >+~")
            return Loss("rules for the page", "Gmail shows the mail in a box of its own page", name)
        return None

    def declaration(self, found: Declared) -> Kept | Loss:
        _, name, value, _ = found
        if name in REMOVED or _FAMILIES.match(name):
            return Loss(kind(name), "Gmail takes these properties away", name)
        if name == "list-style" and "url(" in value.lower():
            return Loss("list pictures", "Gmail takes them away", name)
        if (name.startswith("margin") or name == "text-indent") and _NEGATIVE.search(value):
            return Loss("negative distances", "Gmail takes them away", name)
        return name, value

    def whole(self, css: str) -> Loss | None:
        if _MODERN_COLOUR.search(css):
            why = "Gmail drops all of a style attribute or block that has a colour in CSS 4 notation"
            return Loss("{n} style attribute{s} or block{s}", why)
        if "@" in css and _nested(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)):
            why = "Gmail drops a block that has an @ within an @-rule"
            return Loss("{n} style block{s}", why)
        return None


def _nested(nodes: Iterable[Node]) -> bool:
    """Whether an at-rule has another within (https://github.com/hteumeuleu/email-bugs/issues/21)."""
    return any(
        (isinstance(node, AtRule) or (isinstance(node, QualifiedRule) and _has_at(node.prelude)))
        and _has_at(node.content or ())
        for node in nodes
    )


def _has_at(nodes: Iterable[Node]) -> bool:
    for node in nodes:
        if node.type == "at-keyword" or (node.type == "literal" and node.value == "@"):
            return True
        inner = getattr(node, "content", None) or getattr(node, "arguments", None)
        if inner and _has_at(inner):
            return True
    return False


GMAIL_CSS: Final = _GmailCss()
