"""Pictures off, as many programs begin: alternative texts in boxes of their size."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import (
    Attribute,
    Token,
    attributes,
    quoted,
    restyled,
    with_attributes,
)

_WHY: Final = "programs that ask first, and many offices, show a mail without pictures"
_PICTURE: Final = re.compile(
    r"""url\(\s*+(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[^)("'\s]*+)\s*+\)"""
    r"|(?:-webkit-)?image-set\((?:[^()]|\([^()]*\))*\)",
    re.IGNORECASE,
)
_KEPT_URL: Final = re.compile(r"@(?:import|namespace|font-face)\b", re.IGNORECASE)
_SIZE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(%|px)?\s*$")
_NONE: Final = Attribute("", "", 0, 0)
_MARKS: Final = ("data-lp", "id", "class", "dir", "lang", "title")
_LEAST_WITH_BORDER: Final = 3


def without_images(pieces: Iterable[Token], log: Log) -> list[Token]:
    """The pieces with boxes for pictures and without background pictures."""

    def change(tag: str, style: str) -> str:  # noqa: ARG001
        left = _without_urls(style)
        if left != style:
            log.add(Loss("{n} background picture{s} not loaded", _WHY))
        return left

    return [*restyled(_boxed(pieces, log), change)]


def _boxed(pieces: Iterable[Token], log: Log) -> Iterator[Token]:
    for piece in pieces:
        if piece.kind == "css":
            yield Token("css", _without_urls(piece.source), piece.name)
        elif piece.kind != "start":
            yield piece
        elif piece.name in {"img", "image"}:  # a parser reads <image> as <img>
            given = attributes(piece.source)
            alt = given.get("alt")
            instead = "alternative text" if alt and alt.value.strip() else "an empty box"
            log.add(Loss(f"{{n}} picture{{s}} not loaded, {instead} instead", _WHY))
            yield Token("raw", _box(given))
        elif piece.name == "source":
            continue
        elif "background" in piece.source.lower() and "background" in (given := attributes(piece.source)):
            log.add(Loss("{n} background picture{s} not loaded", _WHY))
            yield Token("start", with_attributes(piece.source, {"background": None}), piece.name)
        else:
            yield piece


def _box(given: Mapping[str, Attribute]) -> str:
    words = given.get("alt", _NONE).value.strip()
    width, height = (_SIZE.match(given.get(side, _NONE).value) for side in ("width", "height"))
    css = [given.get("style", _NONE).value.rstrip("; ")]
    is_block = re.search(r"display\s*:\s*block", css[0], re.IGNORECASE)
    display = "block" if is_block else "inline-block"
    css.append(f"display:{display};box-sizing:border-box;overflow:hidden;line-height:1.3")
    for side, size in (("width", width), ("height", height)):
        if size and not re.search(rf"(?:^|;)\s*{side}\s*:", css[0], re.IGNORECASE):
            css.append(f"{side}:{size[1]}{size[2] or 'px'}")
    if width and height and "%" not in {width[2], height[2]}:
        css.append(f"aspect-ratio:{width[1]}/{height[1]}")
    if not (width and float(width[1]) < _LEAST_WITH_BORDER):
        css.append("border:1px solid #8a8a8a;padding:4px;max-width:100%")
    marks = "".join(f" {name}={quoted(given[name].value)}" for name in _MARKS if name in given)
    style = quoted(";".join(part for part in css if part))
    text = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<span{marks} style={style}>{text}</span>"


def _without_urls(css: str) -> str:
    """Without the pictures it names; what else has an address (imports, fonts) stays."""
    if "(" not in css or not _PICTURE.search(css):
        return css
    if not _KEPT_URL.search(css):
        return _PICTURE.sub("none", css)
    parts = re.split(r"(@(?:import|namespace)[^;]*;|@font-face\s*\{[^}]*\})", css, flags=re.IGNORECASE)
    return "".join(part if index % 2 else _PICTURE.sub("none", part) for index, part in enumerate(parts))
