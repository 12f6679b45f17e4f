"""Conditional comments as Outlook on Windows reads them.

Grammar: https://learn.microsoft.com/previous-versions/windows/internet-explorer/ie-developer/compatibility/ms537512(v=vs.85)
(operators, parentheses, the three forms of comment). Features: ``mso`` is the version of Office, 16 for 2016,
2019, 2021 and 365; ``vml`` and Word's own ``support…`` hold; ``IE`` does not since Outlook 2007.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token, fresh_tokens, tokens

OFFICE: Final = 16.0

_OPEN: Final = re.compile(
    r"<!(?P<hidden>--)?\[if\b(?P<says>[^\]>]*)\]>(?P<revealed>(?:<!)?-->)?", re.IGNORECASE
)
_CLOSE: Final = re.compile(r"<!(?:--)?(?:<!)?\[endif\](?:--)?>", re.IGNORECASE)
_WORD: Final = re.compile(r"\s*([!&|()]|[A-Za-z][\w.]*|\d+(?:\.\d+)?|\S)")
_WHY: Final = "Outlook reads what is within [if mso] and passes over what is within [if !mso]"
_DEEPEST: Final = 50


def outlook_branches(html: str, log: Log) -> list[Token]:
    """The document's tokens with the branches for Outlook opened and those for others taken out."""
    return [*_outlook_branches(html, log, 0)]


def _outlook_branches(html: str, log: Log, deep: int) -> Iterator[Token]:
    shown: list[bool] = []  # of the open parts that other clients see too
    ends = _Ends(html)
    jump = at = 0
    for piece in tokens(html):
        start, at = at, at + len(piece.source)
        if start < jump:
            if at > jump and all(shown):  # a comment that was closed early ends within this piece
                yield from _opened(html[jump:at], log, deep)
            continue
        opening = _OPEN.match(piece.source) if piece.kind == "comment" else None
        if opening and opening["hidden"] and not opening["revealed"]:
            begin = start + opening.end()
            end, jump = ends.of(begin, at)
            if all(shown) and holds(opening["says"]):
                log.add(Loss("{n} branch{es} for Outlook opened", _WHY))
                yield from _opened(html[begin:end], log, deep)
        elif opening:
            shown.append(holds(opening["says"]))
            if not shown[-1]:
                log.add(Loss("{n} part{s} for all but Outlook left out", _WHY))
        elif shown and piece.kind == "comment" and _CLOSE.fullmatch(piece.source):
            shown.pop()
        elif all(shown):
            yield piece


class _Ends:
    """Where the branches of a document end; each end is looked for once."""

    def __init__(self, html: str) -> None:
        self._html = html
        self._next = _CLOSE.search(html)

    def of(self, begin: int, comment_end: int) -> tuple[int, int]:
        """(end of the branch, end of its comment) of what begins at ``begin``.

        The branch goes on to ``<![endif]-->`` over a ``-->`` in it, unless another begins first.
        """
        while self._next and self._next.start() < begin:
            self._next = _CLOSE.search(self._html, self._next.end())
        if self._next and (
            self._next.end() <= comment_end or not _OPEN.search(self._html, begin, self._next.start())
        ):
            return self._next.span()
        return max(begin, comment_end - 3), comment_end


def _opened(branch: str, log: Log, deep: int) -> Iterable[Token]:
    """A branch's own branches are opened too; of those `_DEEPEST` within each other nothing is read."""
    if "<!" not in branch:
        return _plain(branch)
    return _outlook_branches(branch, log, deep + 1) if deep < _DEEPEST else ()


@lru_cache(maxsize=512)
def _plain(branch: str) -> tuple[Token, ...]:
    """A compiler writes the same few branches again and again."""
    return tuple(fresh_tokens(branch))


@lru_cache(maxsize=256)
def holds(expression: str) -> bool:
    """Whether a condition (``gte mso 9``, ``(mso 16)|(IE)``) is true; what is no condition is not."""
    words = _WORD.findall(expression)
    if len(words) > 200:
        return False
    try:
        value, rest = _any(words)
    except (IndexError, ValueError):
        return False
    return value and not rest


def _any(words: list[str]) -> tuple[bool, list[str]]:
    value, words = _all(words)
    while words and words[0] == "|":
        other, words = _all(words[1:])
        value = value or other
    return value, words


def _all(words: list[str]) -> tuple[bool, list[str]]:
    value, words = _one(words)
    while words and words[0] == "&":
        other, words = _one(words[1:])
        value = value and other
    return value, words


def _one(words: list[str]) -> tuple[bool, list[str]]:
    word, rest = words[0], words[1:]
    if word == "!":
        value, rest = _one(rest)
        return not value, rest
    if word == "(":
        value, rest = _any(rest)
        if rest[0] != ")":
            raise ValueError(rest[0])
        return value, rest[1:]
    operator = ""
    if word.lower() in {"lt", "lte", "gt", "gte"}:
        operator, word, rest = word.lower(), rest[0], rest[1:]
    if not word[0].isalpha():
        raise ValueError(word)
    wanted = None
    if rest and rest[0][0].isdigit():
        wanted, rest = float(rest[0]), rest[1:]
    return _is(word.lower(), operator, wanted), rest


def _is(feature: str, operator: str, wanted: float | None) -> bool:
    if feature == "true" or (feature.startswith("support") and feature != "support"):
        return True
    version = {"mso": OFFICE, "vml": 1.0}.get(feature)
    if version is None or wanted is None:
        return version is not None
    if operator == "":
        return int(version) == int(wanted)
    return {
        "lt": version < wanted,
        "lte": version <= wanted,
        "gt": version > wanted,
        "gte": version >= wanted,
    }[operator]
