"""CSS as a mail client's engine leaves it: rule by rule, declaration by declaration, by tinycss2."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

import tinycss2
from tinycss2.ast import AtRule, Declaration, Node, QualifiedRule

from lpdownload.check.clients.log import Log, Loss
from lpdownload.check.clients.markup import Token, restyled

Kept: TypeAlias = tuple[str, str]
"""A property and its value, perhaps changed."""


class Declared(NamedTuple):
    """A declaration: the tag that it is for, "" where that is not known; the value without ``!important``."""

    tag: str
    name: str
    value: str
    important: bool


class Engine:
    """What an engine does with CSS; this one keeps everything.

    One object for each engine: results are remembered by it.
    """

    def whole(self, css: str) -> Loss | None:  # noqa: ARG002
        """Why all of a style attribute or style element goes, or None."""
        return None

    def spares(self, prelude: str) -> bool:  # noqa: ARG002
        """Whether a rule with these selectors, or in this at-rule, is not looked at."""
        return False

    def at_rule(self, name: str, prelude: str) -> Loss | None:  # noqa: ARG002
        """Why it goes, or None if it stays."""
        return None

    def selector(self, selector: str) -> Loss | None:  # noqa: ARG002
        """Why what it selects loses the rule, or None if it stays."""
        return None

    def declaration(self, found: Declared) -> Kept | Loss:
        """The property and value that it leaves, or why it goes."""
        return found.name, found.value


def names(written: str) -> frozenset[str]:
    """The words of a text: a list of properties, written short."""
    return frozenset(written.split())


_GROUPS: Final = {
    "border-radius": "rounded corners",
    "max-width": "widest and least sizes",
    "min-width": "widest and least sizes",
    "max-height": "widest and least sizes",
    "min-height": "widest and least sizes",
    "background": "background pictures",
    "background-image": "background pictures",
    "background-size": "background pictures",
    "background-position": "background pictures",
    "background-repeat": "background pictures",
    "box-shadow": "shadows",
    "text-shadow": "shadows",
    "position": "free positions",
    "top": "free positions",
    "right": "free positions",
    "bottom": "free positions",
    "left": "free positions",
    "z-index": "free positions",
    "display": "display",
    "word-break": "line breaks within words",
    "overflow-wrap": "line breaks within words",
    "word-wrap": "line breaks within words",
    "animation": "movement",
    "transition": "movement",
    "transform": "movement",
    "color-scheme": "the word that the mail has a dark design",
    "supported-color-schemes": "the word that the mail has a dark design",
}


def kind(name: str) -> str:
    """What the property is about, in plain words."""
    if name.startswith("border-") and name.endswith("-radius"):
        name = "border-radius"
    base = name.partition("-")[0]
    return (
        _GROUPS.get(name)
        or (_GROUPS.get(base) if base in {"animation", "transition"} else None)
        or "other properties"
    )


def styled(
    pieces: Iterable[Token], engine: Engine, log: Log, *, inline: Engine | None = None, by_tag: bool = False
) -> list[Token]:
    """The pieces with their style elements and style attributes as the engine leaves them.

    ``inline`` is another for the attributes; ``by_tag`` is about one for which the tag counts.
    """

    def change(tag: str, style: str) -> str:
        left, losses = attribute(style, tag if by_tag else "", inline or engine)
        for loss in losses:
            log.add(loss)
        return left

    def sheets() -> Iterator[Token]:
        for piece in pieces:
            if piece.kind == "css":
                left, losses = sheet(piece.source, engine)
                for loss in losses:
                    log.add(loss)
                piece = Token("css", left, piece.name)
            yield piece

    return [*restyled(sheets(), change)]


_BRACKET: Final = re.compile(r"([({\[])|[)}\]]")
_DEEPEST: Final = 50
_TOO_DEEP: Final = Loss("{n} style attribute{s} or block{s}", "brackets nested so deep are no CSS")


def _too_deep(css: str) -> bool:
    """Whether brackets are nested deeper than in any CSS; tinycss2 would go down with them."""
    deepest = depth = 0
    for bracket in _BRACKET.finditer(css):
        depth = depth + 1 if bracket[1] else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest > _DEEPEST


@lru_cache(maxsize=4096)
def attribute(style: str, tag: str, engine: Engine) -> tuple[str, tuple[Loss, ...]]:
    """A style attribute, and what it lost; as written if that is nothing."""
    if _too_deep(style):
        return "", (_TOO_DEEP,)
    if loss := engine.whole(style):
        return "", (loss,)
    losses: list[Loss] = []
    left = _declarations(tinycss2.parse_blocks_contents(style), tag, engine, losses)
    return (style if left is None else ";".join(left)), tuple(losses)


@lru_cache(maxsize=64)
def sheet(css: str, engine: Engine) -> tuple[str, tuple[Loss, ...]]:
    """A style element's content, and what it lost; as written if that is nothing."""
    if _too_deep(css):
        return "", (_TOO_DEEP,)
    if loss := engine.whole(css):
        return "", (loss,)
    losses: list[Loss] = []
    nodes = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    rules = _rules(nodes, engine, losses)
    return (css if rules is None else safe("\n".join(rules))), tuple(losses)


def safe(css: str) -> str:
    """CSS that cannot end its style element: an escaped ``<`` in a string comes out of tinycss2 plain."""
    return css.replace("</", r"<\/")


def _rules(nodes: Iterable[Node], engine: Engine, losses: list[Loss]) -> list[str] | None:
    """The rules, or None if they are as written."""
    rules: list[str] = []
    as_written = True
    for node in nodes:
        if isinstance(node, QualifiedRule):
            rule = _rule(node, engine, losses)
        elif isinstance(node, AtRule):
            rule = _at_rule(node, engine, losses)
        else:
            continue  # an error, which a browser passes over too
        if rule is not None:
            as_written = False
        if rule != "":
            rules.append(node.serialize() if rule is None else rule)
    return None if as_written else rules


def _at_rule(node: AtRule, engine: Engine, losses: list[Loss]) -> str | None:
    prelude = tinycss2.serialize(node.prelude).strip()
    if loss := engine.at_rule(node.lower_at_keyword, prelude):
        losses.append(loss)
        return ""
    groups = node.content is not None and node.lower_at_keyword in {"media", "supports", "layer"}
    if not groups or engine.spares(prelude):
        return None
    inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
    rules = _rules(inner, engine, losses)
    return None if rules is None else f"@{node.at_keyword} {prelude} {{ {' '.join(rules)} }}"


def _rule(node: QualifiedRule, engine: Engine, losses: list[Loss]) -> str | None:
    selectors, kept = _selectors(node.prelude), []
    for selector in selectors:
        if loss := engine.selector(selector):
            losses.append(loss)
        else:
            kept.append(selector)
    if not kept:
        return ""
    if len(kept) == len(selectors) and engine.spares(", ".join(kept)):
        return None
    tags = {_subject(selector) for selector in kept}
    tag = tags.pop() if len(tags) == 1 else ""
    left = _declarations(tinycss2.parse_blocks_contents(node.content), tag, engine, losses)
    if left is None and len(kept) == len(selectors):
        return None
    if left is None:
        return f"{', '.join(kept)} {{{tinycss2.serialize(node.content)}}}"
    return f"{', '.join(kept)} {{ {'; '.join(left)} }}" if left else ""


def _declarations(nodes: Iterable[Node], tag: str, engine: Engine, losses: list[Loss]) -> list[str] | None:
    """The declarations, or None if they are as written."""
    left: list[str] = []
    as_written = True
    for node in nodes:
        if not isinstance(node, Declaration):
            continue
        name, value = node.lower_name, tinycss2.serialize(node.value).strip()
        kept = engine.declaration(Declared(tag, name, value, bool(node.important)))
        if isinstance(kept, Loss):
            as_written = False
            losses.append(kept)
        else:
            as_written = as_written and kept == (name, value)
            left.append(f"{kept[0]}:{kept[1]}{' !important' if node.important else ''}")
    return None if as_written else left


def _selectors(prelude: Iterable[Node]) -> list[str]:
    """The selectors of a list; commas within parentheses divide nothing."""
    parts: list[list[Node]] = [[]]
    for node in prelude:
        if node.type == "literal" and node.value == ",":
            parts.append([])
        else:
            parts[-1].append(node)
    return [" ".join(tinycss2.serialize(part).split()) for part in parts]


_LAST = re.compile(r"([^\s>+~]+)$")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]*")


def _subject(selector: str) -> str:
    """The tag that a selector is about, "" if it names none."""
    last = _LAST.search(selector)
    tag = _TYPE.match(last[1]) if last else None
    return tag[0].lower() if tag else ""
