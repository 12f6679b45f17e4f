"""Light or dark made certain: the mail looks the same whatever the screen that looks at it prefers.

A preview's frame cannot be given a preference of its own, so the media queries are rewritten.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lpdownload.check.clients.markup import Token, attributes, inserted, with_attributes

_BLANK: Final = r"(?:\s++|/\*(?>.{0,200}?\*/))*+"
_PREFERS: Final = re.compile(
    rf"\({_BLANK}prefers-color-scheme{_BLANK}(?::{_BLANK}([a-z-]+){_BLANK})?\)", re.IGNORECASE | re.DOTALL
)
_ALWAYS: Final = "(min-width:0px)"
_NEVER: Final = "(min-width:9999999px)"
_DECLARED: Final = re.compile(r"(?<!prefers-)color-scheme\s*+:[^;}]{0,80}\bdark\b", re.IGNORECASE)


def has_dark(pieces: Iterable[Token]) -> bool:
    """Whether a style element asks for the preference of a dark screen."""
    return any(piece.kind == "css" and "prefers-color-scheme" in piece.source.lower() for piece in pieces)


def says_dark(pieces: Iterable[Token]) -> bool:
    """Whether the mail says that it can be shown on a dark canvas (``color-scheme``)."""
    for piece in pieces:
        if piece.kind == "css" and _DECLARED.search(piece.source):
            return True
        if piece.kind == "start" and piece.name == "meta" and "color-scheme" in piece.source.lower():
            given = attributes(piece.source)
            name, content = given.get("name"), given.get("content")
            if name and content and "color-scheme" in name.value.lower() and "dark" in content.value.lower():
                return True
    return False


def in_scheme(
    pieces: Iterable[Token], *, dark: bool, canvas_dark: bool, is_boxed: bool = False
) -> list[Token]:
    """The pieces with media queries that hold, or hold not, on a dark screen; the canvas in that colour.

    In a client that shows the mail in a box of its page (``is_boxed``) a page's margins are not there.
    """
    canvas = "dark" if canvas_dark else "light"
    margin = "html body{margin:0}" if is_boxed else ""
    style = f"<style data-seen>html:root{{color-scheme:{canvas}!important}}{margin}</style>"
    return inserted([*_answered(pieces, dark=dark)], style)


def _answered(pieces: Iterable[Token], *, dark: bool) -> Iterator[Token]:
    for piece in pieces:
        if "prefers-color-scheme" not in piece.source and "prefers-color-scheme" not in piece.source.lower():
            yield piece
        elif piece.kind == "css":
            yield Token("css", _answer(piece.source, dark=dark), piece.name)
        elif piece.kind == "start" and (media := attributes(piece.source).get("media")):
            source = with_attributes(piece.source, {"media": _answer(media.value, dark=dark)})
            yield Token("start", source, piece.name)
        else:
            yield piece


def _answer(query: str, *, dark: bool) -> str:
    def decided(match: re.Match[str]) -> str:
        wanted = (match[1] or "").lower()
        holds = wanted == "" or wanted == ("dark" if dark else "light")
        return _ALWAYS if holds else _NEVER

    return _PREFERS.sub(decided, query)
