"""Plain CSS for the inliner: rules and declarations as written, by tinycss2.

Premailer would ask cssutils, which takes 90 ms of a start and rewrites values on the way (0px to 0).
"""

import re
from functools import lru_cache
from typing import TypeAlias

import tinycss2
from tinycss2.ast import Comment, Declaration, Node, QualifiedRule

from lpdownload.render.inline import InlineCssError

Rule: TypeAlias = tuple[tuple[int, ...], str, str]
"""Premailer's: specificity (important, ids, classes, tags, sheet, place), selector, declarations."""

_NOT_INLINED = re.compile(r"\*|:(?!(?:first|last)-child$)")
_TAG = re.compile(r"(?:^|[\s>+~])[A-Za-z]")


def rules(css: str) -> list[Rule]:
    """The rules of a style sheet, a rule for each selector. InlineCssError for what would be lost."""
    found: list[Rule] = []
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if not isinstance(node, QualifiedRule):
            shown = getattr(node, "message", None) or f"@{getattr(node, 'at_keyword', '')}"
            raise InlineCssError(f"only plain rules can be inlined, others belong into mj-style: {shown}")
        written = _declared(tinycss2.parse_blocks_contents(node.content))
        for selector in tinycss2.serialize(node.prelude).split(","):
            name = " ".join(selector.split())
            if not name or _NOT_INLINED.search(name):
                raise InlineCssError(f"this selector cannot be inlined, put it into mj-style: {name}")
            for important in (True, False):
                part = [f"{key}:{value}" for key, value, is_so in written if is_so == important]
                if part:
                    weight = (name.count("#"), name.count("."), len(_TAG.findall(name)))
                    found.append(((int(important), *weight, 0, len(found)), name, "; ".join(part)))
    return found


@lru_cache(maxsize=4096)
def declarations(style: str, validate: bool = False) -> list[tuple[str, str]]:  # noqa: ARG001 - premailer's signature
    """The properties and values of a style attribute; what is no declaration stays out, as in a browser."""
    written = tinycss2.parse_blocks_contents(style)
    return [_pair(node) for node in written if isinstance(node, Declaration)]


def _declared(nodes: list[Node]) -> list[tuple[str, str, bool]]:
    found = []
    for node in nodes:
        if isinstance(node, Declaration) and (pair := _pair(node))[1]:
            found.append((*pair, bool(node.important)))
        elif not isinstance(node, Comment) and node.type != "whitespace":
            shown = getattr(node, "message", None) or getattr(node, "name", node.type)
            raise InlineCssError(f"the CSS to inline is not well-formed: {shown}")
    return found


def _pair(node: Declaration) -> tuple[str, str]:
    value = tinycss2.serialize(node.value).strip()
    return node.lower_name, f"{value} !important" if node.important else value
