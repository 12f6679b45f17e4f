"""Takes whole elements out of a mail's tokens."""

from collections.abc import Callable, Iterable, Sequence

from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token, attributes


def without_styles(
    pieces: Sequence[Token], is_dropped: Callable[[int], bool]
) -> tuple[list[Token], list[int]]:
    """The pieces without those style elements, and the bytes of each that went.

    ``is_dropped`` gets the index of the style element's start tag.
    """
    left: list[Token] = []
    sizes: list[int] = []
    dropping = False
    for index, piece in enumerate(pieces):
        if piece.kind == "start" and piece.name == "style" and (dropping := is_dropped(index)):
            sizes.append(css_bytes(pieces, index))
        if not (dropping and piece.name == "style"):
            left.append(piece)
        if piece.kind == "end":
            dropping = False
    return left, sizes


def css_bytes(pieces: Sequence[Token], index: int) -> int:
    """The size in UTF-8 of what the style element has that begins at ``index``."""
    after = pieces[index + 1] if index + 1 < len(pieces) else None
    return len(after.source.encode("utf-8", "replace")) if after and after.kind == "css" else 0


def without_links(pieces: Iterable[Token], log: Log) -> list[Token]:
    """Without style sheets by address; no client but Word's and Apple's fetches them."""
    left = []
    for piece in pieces:
        if piece.kind == "start" and piece.name == "link":
            rel = attributes(piece.source).get("rel")
            if rel and "stylesheet" in rel.value.lower():
                log.add(Loss("{n} linked style sheet{s}", "Gmail fetches none"))
                continue
        left.append(piece)
    return left


def without_elements(pieces: Iterable[Token], names: frozenset[str]) -> list[Token]:
    """Without these elements and all in them; one without an end loses its start tag only."""
    given = [*pieces]
    ends = _ends(given, names)
    left: list[Token] = []
    index = 0
    while index < len(given):
        piece = given[index]
        if piece.name in names and piece.kind in {"start", "end"}:
            index = ends.get(index, index)
        else:
            left.append(piece)
        index += 1
    return left


def _ends(pieces: list[Token], names: frozenset[str]) -> dict[int, int]:
    """The index of each start tag's end tag."""
    ends: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for index, piece in enumerate(pieces):
        if piece.name not in names:
            continue
        if piece.kind == "start" and not piece.source.endswith("/>"):
            opened.setdefault(piece.name, []).append(index)
        elif piece.kind == "end" and opened.get(piece.name):
            ends[opened[piece.name].pop()] = index
    return ends
