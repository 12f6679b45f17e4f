"""Dark by force: what apps do to a mail's colours on a dark screen, in the typical "partial" kind.

Partial: light backgrounds become dark and dark texts light, dark backgrounds and light texts stay (Outlook on
the web, its apps, Gmail on Android). The full kind, which makes dark grounds light as well, is Gmail's on iOS
and that of Outlook on Windows; it is not shown. Borders and pictures stay. Kinds and clients:
https://www.litmus.com/blog/the-ultimate-guide-to-dark-mode-for-email-marketers and
https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/; the arithmetic is in `colours`.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lpdownload.check.clients.colours import dark_ground, light_text
from lpdownload.check.clients.engine import Declared, Engine, Kept, attribute, sheet
from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Attribute, Token, attributes, with_attributes

_WHY: Final = "a dark screen: light grounds are made dark and dark texts light, pictures and borders stay"
_ATTRIBUTES: Final = {"bgcolor": dark_ground, "color": light_text, "text": light_text, "link": light_text}
_COLOURED: Final = re.compile(r"style|color", re.IGNORECASE)
_LONGEST: Final = 64
_TEXTS: Final = frozenset({"color", "-webkit-text-fill-color"})


class _Inversion(Engine):
    def spares(self, prelude: str) -> bool:
        return "data-ogs" in prelude or "prefers-color-scheme" in prelude

    def declaration(self, found: Declared) -> Kept | Loss:
        _, name, value, _ = found
        if name in _TEXTS:
            return name, light_text(value)
        if name in {"background", "background-color"}:
            return name, dark_ground(value)
        return name, value


_INVERSION: Final = _Inversion()


def inverted(pieces: Iterable[Token], log: Log, *, marked: bool = False) -> list[Token]:
    """The pieces in dark; the mail's own rules about dark mode are left as they are.

    ``marked`` adds what Outlook leaves on the elements it changes, ``data-ogsc`` and ``data-ogsb``, and both
    on the body, so that rules for them apply.
    """
    left = [*_inverted(pieces, marked=marked)]
    changed = sum(1 for old, new in zip(pieces, left, strict=True) if old is not new)
    if changed:
        log.add(Loss("{n} element{s} and style block{s} in other colours", _WHY), changed)
    return left


def _inverted(pieces: Iterable[Token], *, marked: bool) -> Iterator[Token]:
    for piece in pieces:
        if piece.kind == "css":
            css, _ = sheet(piece.source, _INVERSION)
            yield piece if css == piece.source else Token("css", css, piece.name)
        elif piece.kind == "start" and (piece.name in {"body", "font"} or _COLOURED.search(piece.source)):
            yield _tag(piece, marked=marked)
        else:
            yield piece


def _tag(piece: Token, *, marked: bool) -> Token:
    given = attributes(piece.source)
    changes: dict[str, str | None] = {}
    if style := given.get("style"):
        changes["style"], _ = attribute(style.value, "", _INVERSION)
    for name, turned in _ATTRIBUTES.items():
        if colour := given.get(name):
            changes[name] = turned(_with_hash(colour))
    changes = {name: value for name, value in changes.items() if value != given[name].value}
    if marked and (changes or piece.name == "body"):
        changes |= {"data-ogsc": "", "data-ogsb": ""}
    return Token("start", with_attributes(piece.source, changes), piece.name) if changes else piece


def _with_hash(colour: Attribute) -> str:
    """HTML's colours need no ``#``."""
    value = colour.value.strip()[:_LONGEST]
    is_bare = len(value) in {3, 6} and all(letter in "0123456789abcdefABCDEF" for letter in value)
    return f"#{value}" if is_bare else value
