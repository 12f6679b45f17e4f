"""Drawings in VML, which only Word draws: shown as a dashed box with its name, its colour and the text in it.

Elements: https://learn.microsoft.com/windows/win32/vml/web-workshop---specs---standards----introduction-to-vector-markup-language--vml-
"""

import re
from collections.abc import Iterable
from typing import Final

from lpdownload.check.clients.engine import names
from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Attribute, Token, attributes, quoted
from lpdownload.check.clients.removal import without_elements

_SHAPES: Final = names("v:arc v:curve v:group v:image v:line v:oval v:polyline v:rect v:roundrect v:shape")
_DEFINITIONS: Final = frozenset({"v:shapetype", "xml"})
_LENGTH: Final = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d+(?:\.\d+)?(?:px|pt|in|%)?)", re.IGNORECASE)
_COLOUR: Final = re.compile(r"#[0-9a-f]{3}(?:[0-9a-f]{3})?\b|[a-z]+", re.IGNORECASE)
_BOX: Final = "display:inline-block;outline:1px dashed #8a8a8a;vertical-align:top"
_NAME: Final = "font:10px/1.2 monospace;color:#5c5c5c;background:#ffffff;text-transform:none;letter-spacing:0"


def without_vml(pieces: Iterable[Token], log: Log) -> list[Token]:
    """The pieces with boxes for shapes, and without what is about them."""
    given = [*pieces]
    if not any(":" in piece.name or piece.name == "xml" for piece in given):
        return given
    left: list[Token] = []
    for piece in without_elements(given, _DEFINITIONS):
        if piece.name in _SHAPES and piece.kind == "start":
            log.add(Loss("{n} drawing{s} in VML, shown as a dashed box", "no browser draws VML; Word does"))
            closed = "</span>" if piece.source.endswith("/>") else ""
            left.append(Token("raw", _box(piece) + closed))
        elif piece.name in _SHAPES:
            left.append(Token("raw", "</span>"))
        elif not piece.name.startswith(("v:", "w:")):
            left.append(piece)
    return left


def _box(shape: Token) -> str:
    given = attributes(shape.source)
    none = Attribute("", "", 0, 0)
    sizes = [
        f"min-{name.lower()}:{size if size[-1] in '%xtn' else size + 'px'}"
        for name, size in _LENGTH.findall(given.get("style", none).value)
    ]
    fill = given.get("fillcolor", none).value.strip()
    if given.get("filled", none).value.lower() not in {"f", "false"} and _COLOUR.fullmatch(fill):
        sizes.append(f"background-color:{fill}")
    source = given.get("data-lp")
    mark = f" data-lp={quoted(source.value)}" if source else ""
    style = quoted(";".join((_BOX, *sizes)))
    return f'<span{mark} style={style}><span style="{_NAME}">VML {shape.name[2:]}</span> '
