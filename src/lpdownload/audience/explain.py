"""Why a person is in a segment or not: its rule as a tree, each part in the YAML's words with what holds."""

import json
import re
from dataclasses import dataclass
from typing import Final

from lpdownload.audience.evaluate import Reader, matches
from lpdownload.model.segment import (
    AllOf,
    AnyOf,
    Attribute,
    Condition,
    Named,
    NotOf,
    Received,
    Rule,
    Segments,
    Subscribed,
    Tagged,
)

_PLAIN: Final = re.compile(r"[^\W\d_][\w@./+-]*(?: [\w@./+-]+)*|\d[\w./-]*")
"""What YAML reads as text without quotes, as far as it matters to an eye."""


@dataclass(frozen=True)
class Explained:
    """A rule asked of one person."""

    rule: str
    """As the YAML says it: ``chapter: NY``; of a group only its word."""
    holds: bool
    has: tuple[str, ...] | None
    """What the person has where the rule looks, nothing if there is no value; None for a group."""
    parts: tuple["Explained", ...] = ()


def explain(rule: Rule, reader: Reader, segments: Segments) -> Explained:
    """The rule and all its parts. The segments have been checked, as for ``matches``."""
    holds = matches(rule, reader, segments)
    match rule:
        case AllOf(all=parts):
            return Explained("all", holds, None, tuple(explain(part, reader, segments) for part in parts))
        case AnyOf(any=parts):
            return Explained("any", holds, None, tuple(explain(part, reader, segments) for part in parts))
        case NotOf(not_=part):
            return Explained("not", holds, None, (explain(part, reader, segments),))
        case Named(segment=name):
            return Explained(in_words(rule), holds, None, (explain(segments.root[name], reader, segments),))
        case Subscribed():
            looked_at = "subscribed"
        case Received():
            looked_at = "received"
        case Tagged():
            looked_at = "tags"
        case Attribute():
            looked_at = rule.name
    value = reader.get(looked_at, ())
    return Explained(in_words(rule), holds, (value,) if isinstance(value, str) and value else tuple(value))


def in_words(rule: Rule) -> str:
    """The rule on one line, as YAML would say it."""
    match rule:
        case AllOf(all=parts):
            return f"all: [{', '.join(map(_item, parts))}]"
        case AnyOf(any=parts):
            return f"any: [{', '.join(map(_item, parts))}]"
        case NotOf(not_=part):
            return f"not: {_item(part)}"
        case Named(segment=name):
            return f"segment: {name}"
        case Subscribed(subscribed=name):
            return f"subscribed: {name}"
        case Received(received=name):
            return f"received: {name}"
        case Tagged(tag=name):
            return f"tag: {_quoted(name)}"
        case Attribute():
            return f"{rule.name}: {_condition(rule.condition)}"


def _item(rule: Rule) -> str:
    return rule.segment if isinstance(rule, Named) else f"{{{in_words(rule)}}}"


def _condition(condition: Condition) -> str:
    asked: dict[str, str] = {}
    if condition.equals is not None:
        asked["equals"] = _quoted(condition.equals)
    if condition.in_ is not None:
        asked["in"] = f"[{', '.join(map(_quoted, condition.in_))}]"
    if condition.has is not None:
        asked["has"] = _quoted(condition.has)
    if condition.exists is not None:
        asked["exists"] = "true" if condition.exists else "false"
    if condition.before is not None:
        asked["before"] = _quoted(condition.before)
    if condition.after is not None:
        asked["after"] = _quoted(condition.after)
    if condition.not_ is not None:
        asked["not"] = _quoted(condition.not_)
    if len(asked) == 1 and (short := asked.get("equals") or asked.get("in")):
        return short
    return f"{{{', '.join(f'{word}: {value}' for word, value in asked.items())}}}"


def _quoted(word: str) -> str:
    if _PLAIN.fullmatch(word) and word not in {"true", "false", "null"}:
        return word
    return json.dumps(word, ensure_ascii=False)
