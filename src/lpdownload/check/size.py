"""How large a mail is at most, what takes the room, and how large its styles are: Gmail cuts both."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lpdownload.errors import Loc
from lpdownload.model.content import (
    ONE_CLICK_URL,
    PREFERENCES_URL,
    UNSUBSCRIBE_MAILTO,
    UNSUBSCRIBE_URL,
    WEB_URL,
    Slot,
    UnsafeValue,
    interleaved,
)
from lpdownload.model.issue import Issue
from lpdownload.model.subscriber import ATTRIBUTES
from lpdownload.model.token import LENGTH
from lpdownload.model.wire import quoted_printable
from lpdownload.render.render import Rendering

CLIP_WARNING: Final = 90_000
CLIP: Final = 102_000
"""Bytes of UTF-8 HTML after merging. Sources differ on whether Gmail counts these or the encoded message."""
STYLES_WARNING: Final = 14_336
STYLES: Final = 16_384
"""Bytes in all style elements together: the one that reaches this is dropped (hteumeuleu/email-bugs#90)."""
LONGEST_VALUE: Final = 64
"""Characters of a name or an attribute that somebody may have; RFC 5321 allows addresses of 254."""


def longest(rendering: Rendering) -> str:
    """The HTML of a reader whose merge fields are all as long as they may be; links are as real ones."""
    pieces, values = rendering.content.html, _longest_values(rendering)
    return "".join(interleaved(pieces.literals, [_longest(slot, values) for slot in pieces.slots]))


def encoded(html: str) -> int:
    """Bytes of the HTML in the message, as quoted-printable."""
    return len(quoted_printable(html))


def _longest_values(rendering: Rendering) -> dict[str, str]:
    links = _links(rendering.issue)
    return links | {field: _attribute(field) for field in rendering.content.html.fields - links.keys()}


def _links(issue: Issue) -> dict[str, str]:
    token = "x" * LENGTH
    base = issue.network.public_url
    return {
        UNSUBSCRIBE_URL: f"{base}/u/{token}",
        ONE_CLICK_URL: f"{base}/u/{token}",
        PREFERENCES_URL: f"{base}/preferences/{token}",
        UNSUBSCRIBE_MAILTO: f"{issue.network.unsubscribe_email}?subject={token}",
        WEB_URL: issue.url,
    }


def _attribute(field: str) -> str:
    declared = ATTRIBUTES.get(field)
    if declared and declared.choices:
        return max(declared.choices, key=len)
    return "x" * (254 if field == "email" else LONGEST_VALUE)


def _longest(slot: Slot, values: dict[str, str]) -> str:
    """What a slot holds at most: the longest value or, if that is longer, its default."""
    default = slot.default and slot.value({})
    try:
        value = slot.value(values)
    except UnsafeValue:  # an attribute where a whole address must stand
        value = f"https://{values[slot.field]}"
    return max(default or "", value, key=len)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a section takes, in bytes; its merge fields do not count."""

    loc: Loc
    name: str
    bytes: int


def heaviest(rendering: Rendering) -> list[Weight]:
    """The sections of the mail, the one that takes most first."""
    draft = rendering.draft
    html = draft.marks.removed(rendering.marked)
    placed = {one.loc: one for one in draft.sections}
    weights = []
    for span in rendering.spans:
        section = placed.get(span.loc)
        title = draft.plain(section.title) if section else ""
        kind = section.type if section else "footer"
        name = f"{kind} “{title[:39]}…”" if len(title) > 40 else f"{kind} “{title}”" if title else kind
        weights.append(Weight(span.loc, name, len(html[span.start : span.end].encode())))
    return sorted(weights, key=lambda weight: -weight.bytes)


_STYLE = re.compile(r"<!--.*?-->|<style\b[^>]*>(.*?)</style>", re.DOTALL)
_STEP = re.compile(r"""/\*.*?\*/|"[^"\n]*"|'[^'\n]*'|[{}]|@[a-z-]+""", re.DOTALL | re.IGNORECASE)


def styles(html: str) -> Iterator[str]:
    """The style sheets in style elements, without Outlook's own."""
    head = html.find("<body")
    for match in _STYLE.finditer(html, 0, head if "<style" not in html[head:] else len(html)):
        if match[1] is not None:
            yield match[1]


@lru_cache(maxsize=64)
def nested_at_rules(css: str) -> tuple[str, ...]:
    """At-rules that stand in another's braces, as ``@font-face in @media``."""
    open_blocks: list[str] = []
    keyword = ""
    found = []
    for step in _STEP.findall(css):
        if step == "{":
            open_blocks.append(keyword)
            keyword = ""
        elif step == "}":
            if open_blocks:
                open_blocks.pop()
        elif step.startswith("@"):
            keyword = step.lower()
            if outer := next(filter(None, open_blocks), ""):
                found.append(f"{keyword} in {outer}")
    return tuple(dict.fromkeys(found))
