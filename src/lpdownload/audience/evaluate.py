"""A segment's rule asked of one reader, in Python: for personas, `render --as` and explanations.

A missing value compares false, whatever the operator but ``exists``; a list stands neither before nor after
anything. store/segments.py says the same in SQL, and a test that both agree.
"""

from collections.abc import Mapping
from typing import TypeAlias

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
    original_of,
)

Value: TypeAlias = str | tuple[str, ...] | None

Reader: TypeAlias = Mapping[str, str | tuple[str, ...]]
"""Attributes by name; ``subscribed`` and ``received`` hold newsletters and issues, ``tags`` tags."""


def matches(rule: Rule, reader: Reader, segments: Segments) -> bool:
    """Whether the reader is in. The segments have been checked: names exist, no circles."""
    match rule:
        case AllOf(all=parts):
            return all(matches(part, reader, segments) for part in parts)
        case AnyOf(any=parts):
            return any(matches(part, reader, segments) for part in parts)
        case NotOf(not_=part):
            return not matches(part, reader, segments)
        case Named(segment=name):
            return matches(segments.root[name], reader, segments)
        case Subscribed(subscribed=name):
            return name in _several(reader.get("subscribed"))
        case Received():
            return rule.original in map(original_of, _several(reader.get("received")))
        case Tagged(tag=name):
            return name in _several(reader.get("tags"))
        case Attribute():
            return _holds(rule.condition, reader.get(rule.name))


def _several(value: Value) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return value or ()


def _holds(condition: Condition, value: Value) -> bool:
    values = _several(value)
    ordered = value if isinstance(value, str) else None
    if condition.exists is not None and condition.exists != bool(values):
        return False
    if not values:
        return not condition.words
    return (
        (condition.equals is None or condition.equals in values)
        and (condition.in_ is None or any(word in condition.in_ for word in values))
        and (condition.has is None or condition.has in values)
        and (condition.not_ is None or condition.not_ not in values)
        and (condition.before is None or (ordered is not None and ordered < condition.before))
        and (condition.after is None or (ordered is not None and ordered > condition.after))
    )


def memberships(reader: Reader, segments: Segments) -> frozenset[str]:
    """The segments a reader belongs to."""
    return frozenset(name for name, rule in segments.root.items() if matches(rule, reader, segments))
