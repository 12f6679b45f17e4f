"""HTML cut into tokens as the HTML standard cuts it, so that a mail is changed in places and else stays.

A parser's tree would lose what is not in it on the way back: conditional comments, unclosed tags, two bodies.
Nothing here repairs anything: the tokens of a text, joined, are the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from html import unescape
from typing import Final, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal["text", "comment", "start", "end", "css", "raw"]
"""``css`` is what stands within ``<style>``, ``raw`` what nobody looks into: the insides of a script, a title
or a text area, and what the end of the document cuts off."""


class Token(NamedTuple):
    """A piece of the source; ``name`` is a tag's in lower case."""

    kind: Kind
    source: str
    name: str = ""


class Attribute(NamedTuple):
    """An attribute of a start tag: its decoded value, and where it stands in the tag's source."""

    name: str
    value: str
    start: int
    end: int


_SPACE: Final = r"[\t\n\f\r ]"
_VALUE: Final = r"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|(?!["'>])[^\t\n\f\r >]++)"""
_NAME: Final = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"
_TAG: Final = r"[A-Za-z][^\t\n\f\r />]*+"
_REST: Final = rf"(?:[\t\n\f\r /]++|{_NAME}(?:{_SPACE}*+={_SPACE}*+{_VALUE}?+)?+)*+"
_MARKUP: Final = re.compile(
    rf"<(?:(?:(?P<start>{_TAG})|/(?P<end>{_TAG})){_REST}(?:>|(?P<cut_tag>\Z))"
    r"|!--(?:-?>|.*?(?:--!?>|(?P<cut_comment>\Z)))"
    r"|[!?/][^>]*+(?:>|(?P<cut_other>\Z)))",
    re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    rf"{_SPACE}*+(?P<name>{_NAME})(?:{_SPACE}*+={_SPACE}*+(?P<value>{_VALUE})?+)?+|/"
)
_TAG_NAME: Final = re.compile(r"</?[^\t\n\f\r />]+")
_ENDS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(rf"</{name}(?=[\t\n\f\r />])", re.IGNORECASE)
    for name in ("style", "script", "title", "textarea", "xmp", "iframe", "noembed", "noframes")
}


@lru_cache(maxsize=4)
def tokens(html: str) -> tuple[Token, ...]:
    """The pieces of a document, in their order."""
    return tuple(fresh_tokens(html))


def fresh_tokens(html: str) -> Iterator[Token]:
    """`tokens`, not remembered."""
    at, search = 0, _MARKUP.search
    while match := search(html, at):
        start, end = match.span()
        if start > at:
            yield Token("text", html[at:start])
        if match.lastgroup and match.lastgroup.startswith("cut"):
            yield Token("raw", match[0])  # the end of the document came first: a browser shows nothing of it
        elif name := match["start"]:
            name = name.lower()
            yield Token("start", match[0], name)
            if ends := _ENDS.get(name):
                closing = ends.search(html, end)
                start, end = end, closing.start() if closing else len(html)
                if end > start:
                    yield Token("css" if name == "style" else "raw", html[start:end], name)
        elif name := match["end"]:
            yield Token("end", match[0], name.lower())
        else:
            yield Token("comment", match[0])
        at = end
    if at < len(html):
        yield Token("text", html[at:])


def joined(pieces: Iterable[Token]) -> str:
    return "".join([piece.source for piece in pieces])


@lru_cache(maxsize=4096)
def attributes(tag: str) -> Mapping[str, Attribute]:
    """Those of a start tag's source by their names in lower case; of two with one name the first counts."""
    named = _TAG_NAME.match(tag)
    at = named.end() if named else 0
    found: dict[str, Attribute] = {}
    for match in _ATTRIBUTE.finditer(tag, at, len(tag) - tag.endswith(">")):
        if not match["name"]:
            continue
        name = match["name"].lower()
        value = match["value"] or ""
        if value[:1] in {'"', "'"}:
            value = value[1:-1]
        if name not in found:
            found[name] = Attribute(name, unescape(value) if "&" in value else value, *match.span())
    return found


def with_attributes(tag: str, changes: Mapping[str, str | None]) -> str:
    """The start tag with these attributes set, or taken away where the value is None; all else as it is."""
    here = attributes(tag)
    for attribute in sorted(here.values(), key=lambda one: one.start, reverse=True):
        if attribute.name in changes:
            value = changes[attribute.name]
            written = "" if value is None else f" {attribute.name}={quoted(value)}"
            tag = tag[: attribute.start] + written + tag[attribute.end :]
    new = "".join(
        f" {name}={quoted(value)}"
        for name, value in changes.items()
        if name not in here and value is not None
    )
    if new:
        named = _TAG_NAME.match(tag)
        at = named.end() if named else 0
        tag = tag[:at] + new + tag[at:]
    return tag


def quoted(value: str) -> str:
    """An attribute's value as it is written."""
    return '"' + value.replace("&", "&amp;").replace('"', "&quot;") + '"'


def restyled(pieces: Iterable[Token], change: Callable[[str, str], str]) -> Iterator[Token]:
    """The pieces with ``change(tag, style)`` in the style attributes; one that comes to nothing goes."""
    for piece in pieces:
        if piece.kind == "start" and "style" in piece.source.lower():
            attribute = attributes(piece.source).get("style")
            if attribute:
                style = change(piece.name, attribute.value)
                if style != attribute.value:
                    source = with_attributes(piece.source, {"style": style or None})
                    piece = Token("start", source, piece.name)
        yield piece


def inserted(pieces: Sequence[Token], source: str) -> list[Token]:
    """The pieces with ``source`` (a style element) as early as a document's head may begin."""
    at = 0
    for index, piece in enumerate(pieces):
        is_blank = piece.kind == "text" and not piece.source.strip("\t\n\f\r ")
        is_page = piece.kind == "start" and piece.name in {"html", "head"}
        if not (is_blank or is_page or piece.kind == "comment"):
            break
        at = index + 1
        if piece.name == "head":
            break
    return [*pieces[:at], Token("raw", source), *pieces[at:]]
