"""Outlook on the web, the new one and its apps on phones: a browser's engine behind Microsoft's sanitiser.

Facts: caniemail 2.0.2 (MIT, Rémi Parmentier), platform outlook.outlook-com; on a dark screen the colours are
turned, the elements marked by data-ogsc and data-ogsb, and the mail's own rules for these marks hold
(https://www.hteumeuleu.com/2021/emails-react-outlook-com-dark-mode/).
"""

import re
from collections.abc import Sequence
from typing import Final

from lpdownload.check.clients.engine import Declared, Engine, Kept, kind, names, styled
from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token
from lpdownload.check.clients.removal import without_elements, without_links

REMOVED: Final = names(
    """accent-color aspect-ratio backdrop-filter block-size border-image clip-path color-scheme cursor
    filter gap row-gap grid-template grid-template-areas grid-template-columns grid-template-rows
    hyphenate-character hyphenate-limit-chars hyphens inline-size inset list-style-image mask-image
    max-block-size max-inline-size min-block-size min-inline-size outline-offset overflow-block
    overflow-inline overflow-wrap resize scroll-snap-align scroll-snap-type shape-margin
    shape-outside text-align-last text-decoration-skip-ink text-decoration-thickness
    text-emphasis-position text-shadow text-underline-offset text-wrap transform user-select
    white-space-collapse"""
)
_FAMILIES: Final = re.compile(
    r"(?:--|(?:animation|transition|border-image|grid-template)(?:-|$)|(?:margin|padding|border)-(?:inline|block)"
    r"|inset-|border-(?:start|end)-)"
)
_VALUES: Final = re.compile(
    r"\b(?:calc|clamp|min|max|var|(?:repeating-)?(?:linear|radial|conic)-gradient)\(", re.IGNORECASE
)
_NEGATIVE: Final = re.compile(r"(?<![\w.])-\.?\d")
_PSEUDO: Final = re.compile(r":(?:has|not|lang|nth-[a-z-]+|focus-within)\b|::(?:marker)")
_NOT_SHOWN: Final = frozenset({"svg", "video", "audio", "source"})
_WHY: Final = "Outlook takes it away"


class _OutlookAppCss(Engine):
    def at_rule(self, name: str, prelude: str) -> Loss | None:  # noqa: ARG002
        return None if name == "media" else Loss("at-rules", _WHY, f"@{name}")

    def selector(self, selector: str) -> Loss | None:
        if found := _PSEUDO.search(selector):
            return Loss("selectors with pseudo-classes", _WHY, found[0])
        return None

    def declaration(self, found: Declared) -> Kept | Loss:
        _, name, value, _ = found
        is_position = name == "position" and value.lower() != "sticky"
        if name in REMOVED or is_position or _FAMILIES.match(name):
            return Loss(kind(name), _WHY, name)
        if _VALUES.search(value):
            return Loss("gradients and reckoned values", _WHY, name)
        if name.startswith("margin") and _NEGATIVE.search(value):
            return Loss("negative distances", _WHY, name)
        return name, value


_CSS: Final = _OutlookAppCss()


def outlook_app(pieces: Sequence[Token], log: Log) -> list[Token]:
    """What Microsoft's sanitiser leaves."""
    return styled(without_links(without_elements(pieces, _NOT_SHOWN), log), _CSS, log)
