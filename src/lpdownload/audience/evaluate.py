"""A segment's rule asked of one reader, in Python: for personas, `render --as` and explanations.

A missing value compares false, whatever the operator but ``exists``.
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
)

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
        case Received(received=name):
            return name in _several(reader.get("received"))
        case Tagged(tag=name):
            return name in _several(reader.get("tags"))
        case Attribute():
            return _holds(rule.condition, _several(reader.get(rule.name)))


def _several(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else value or () if not isinstance(value, str) else ()


def _holds(condition: Condition, values: tuple[str, ...]) -> bool:
    if condition.exists is not None and condition.exists != bool(values):
        return False
    asked = condition.model_fields_set - {"exists"}
    if not values:
        return not asked
    return (
        (condition.equals is None or condition.equals in values)
        and (condition.in_ is None or any(value in condition.in_ for value in values))
        and (condition.has is None or condition.has in values)
        and (condition.not_ is None or condition.not_ not in values)
        and (condition.before is None or any(value < condition.before for value in values))
        and (condition.after is None or any(value > condition.after for value in values))
    )


def memberships(reader: Reader, segments: Segments) -> frozenset[str]:
    """The segments a reader belongs to."""
    return frozenset(name for name, rule in segments.root.items() if matches(rule, reader, segments))
