"""Rules of the family size: what Gmail cuts off or drops, and the characters that make it do so."""

import re
from collections.abc import Iterator

from lpdownload.check import size
from lpdownload.check.inspection import Inspection
from lpdownload.check.origins import found_from, template_place
from lpdownload.check.registry import Found, rule
from lpdownload.errors import Place
from lpdownload.render.render import Rendering

_SHORTEN = "shorten or drop sections, or let some stand on the web page only (only: web)"
_NAMED = 3
"""How many of the heaviest sections a finding names."""

_GARBLED = re.compile(
    "\N{LATIN SMALL LETTER A WITH CIRCUMFLEX}\N{EURO SIGN}."  # dashes, curly quotes, bullets, dots
    "|\N{LATIN SMALL LETTER A WITH CIRCUMFLEX}\u201e\u00a2"  # the trade mark sign
    "|\u00f0\u0178.{1,2}"  # emoji
    "|\u00c3[\u00a0-\u00aa\u00ac-\u00ba\u00bc-\u00bf\u0192\u2030\u2020\u0160\u0152\u017d]"  # accented letters
    "|\u00c2[\u00a0-\u00aa\u00ac-\u00ba\u00bc-\u00bf]"  # signs
    "|\ufffd|[\x80-\x9f]"
)
"""UTF-8 read as Windows-1252; without what French or Portuguese writes: capitals before a quotation mark."""


@rule(
    "size-clip",
    severity="error",
    says=f"The HTML has more than {size.CLIP:,} bytes.",
    why="Gmail cuts a mail there: footer and unsubscribe link are gone, and people complain instead. Counted "
    "is the mail of a reader whose merge fields are long.",
    remedy=_SHORTEN,
)
def clipped(inspection: Inspection) -> Iterator[Found]:
    html = len(size.longest(inspection.rendering).encode())
    if html >= size.CLIP:
        message = f"the HTML has {html:,} bytes: Gmail cuts it at about {size.CLIP:,}, footer and "
        yield _heavy(inspection.rendering, f"{message}unsubscribe with it")


@rule(
    "size-near-clip",
    severity="warning",
    says=f"The HTML has more than {size.CLIP_WARNING:,} bytes, or {size.CLIP:,} as the message carries it.",
    why=f"Gmail cuts a mail at about {size.CLIP:,} bytes. Nobody but Google knows whether it counts the HTML "
    "or the encoded message (hteumeuleu/email-bugs#41), and services make links longer on the way.",
    remedy=_SHORTEN,
)
def nearly_clipped(inspection: Inspection) -> Iterator[Found]:
    longest = size.longest(inspection.rendering)
    html = len(longest.encode())
    if size.CLIP_WARNING <= html < size.CLIP:
        message = f"the HTML has {html:,} bytes; Gmail cuts it at about {size.CLIP:,}"
        yield _heavy(inspection.rendering, message)
    elif html < size.CLIP_WARNING and (encoded := size.encoded(longest)) >= size.CLIP:
        message = f"the HTML has {html:,} bytes, {encoded:,} as the message carries it"
        yield _heavy(inspection.rendering, f"{message}; Gmail cuts at about {size.CLIP:,}")


@rule(
    "styles-large",
    severity="warning",
    says=f"The style elements have more than {size.STYLES_WARNING:,} bytes together.",
    why=f"Gmail drops the one that reaches {size.STYLES:,} (hteumeuleu/email-bugs#90), and with it the "
    "layout on phones.",
    remedy="take out of media.css.j2 and mj-style what is not used, or put it into inline.css.j2",
)
def styles_large(inspection: Inspection) -> Iterator[Found]:
    total = sum(len(css.encode()) for css in size.styles(inspection.html))
    if total >= size.STYLES_WARNING:
        effect = "Gmail drops" if total >= size.STYLES else "Gmail will drop"
        message = f"the style elements have {total:,} bytes; {effect} what goes beyond {size.STYLES:,}"
        yield Found(message, clients=("gmail",), place=_of_styles(inspection))


@rule(
    "styles-nested",
    severity="warning",
    says="An at-rule stands in another one.",
    why="Gmail drops the whole style element (hteumeuleu/email-bugs#21).",
    remedy="write both one after the other, or each into an mj-style of its own",
)
def styles_nested(inspection: Inspection) -> Iterator[Found]:
    for css in size.styles(inspection.html):
        for nested in size.nested_at_rules(css):
            keyword = nested.partition(" ")[0]
            place = template_place(inspection, keyword) or _of_styles(inspection)
            yield Found(f"{nested}: Gmail drops all of these styles", clients=("gmail",), place=place)


@rule(
    "characters-garbled",
    severity="warning",
    says="Words hold what is left of characters that were read in the wrong encoding, such as “â€™”.",
    why="Readers see it as it is; a control character (U+0080 to U+009F) even makes Gmail show “Message "
    "clipped” below a short mail (hteumeuleu/email-bugs#41).",
    remedy="copy the words again from where they came from, or type them",
)
def garbled(inspection: Inspection) -> Iterator[Found]:
    told: set[str] = set()
    for text in (inspection.subject, inspection.html, inspection.text):
        if text.isascii():
            continue
        for match in _GARBLED.finditer(text):
            if match[0] not in told:
                told.add(match[0])
                shown = match[0] if match[0].isprintable() else f"U+{ord(match[0][0]):04X}"
                yield found_from(inspection, match[0], f"“{shown}” was another character once")


def _heavy(rendering: Rendering, message: str) -> Found:
    """At the section that weighs most, naming others that do."""
    most = size.heaviest(rendering)[:_NAMED]
    named = ", ".join(f"{weight.name} {weight.bytes / 1000:.0f} kB" for weight in most)
    return Found(f"{message} (most take {named})", most[0].loc if most else (), clients=("gmail",))


def _of_styles(inspection: Inspection) -> Place | None:
    return template_place(inspection, "", "media.css.j2", "layout.mjml.j2")
