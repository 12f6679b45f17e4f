"""Segments: saved rules about subscribers, as data in a closed tree. Never code, never SQL.

A rule is a mapping with one key: all, any, not, segment, subscribed, received, tag, or an attribute.
A list stands for ``all``, a bare word for the segment of that name, several keys for all of them.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import TopologicalSorter
from typing import Annotated, NamedTuple, Self, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag, model_validator

from lpdownload.model.text import Line, Slug, Value, refuse

MAX_COMPARISONS = 300
"""A comparison is up to three terms of SQL, and SQLite nests a condition's terms at most 1,000 deep."""

MAX_DEPTH = 20
"""So deep rules may stand in each other, with the segments they name: SQLite's parser has a stack of 100."""

OPERATORS = ("equals", "in", "has", "exists", "before", "after", "not")


class Condition(Value):
    """What an attribute must be; several operators must all hold. A missing value compares false."""

    equals: Line | None = Field(None, description="This and nothing else.")
    in_: Annotated[tuple[Line, ...], Field(min_length=1)] | None = Field(
        None, alias="in", description="One of these."
    )
    has: Line | None = Field(None, description="For attributes that hold several values.")
    exists: bool | None = Field(None, description="true if there is a value; false if there is none.")
    before: Line | None = Field(None, description="A date, or a value that sorts before this one.")
    after: Line | None = Field(None, description="A date, or a value that sorts after this one.")
    not_: Line | None = Field(None, alias="not", description="Anything but this.")

    @property
    def words(self) -> tuple[str, ...]:
        """All that a value is compared with."""
        single = (self.equals, self.has, self.before, self.after, self.not_)
        return (*(word for word in single if word is not None), *(self.in_ or ()))

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.exists is None and not self.words:
            raise refuse("bad-segment", "the condition is empty", f"one of {', '.join(OPERATORS)}")
        return self


def _condition(value: object) -> object:
    if isinstance(value, str | date):
        return {"equals": str(value)}
    if isinstance(value, bool):
        return {"equals": "true" if value else "false"}
    return {"in": value} if isinstance(value, list | tuple) else value


_Conditions: TypeAlias = dict[Line, Annotated[Condition, BeforeValidator(_condition)]]


class Attribute(RootModel):  # type: ignore[type-arg]  # RootModel[…] would be built at once: 10 ms
    """An attribute of the subscriber and its condition."""

    model_config = ConfigDict(defer_build=True)

    root: Annotated[_Conditions, Field(min_length=1)]

    @property
    def name(self) -> str:
        return next(iter(self.root))

    @property
    def condition(self) -> Condition:
        return next(iter(self.root.values()))


class AllOf(Value):
    """Every rule must hold."""

    all: Annotated[tuple["Rule", ...], Field(min_length=1)] = Field(
        description="The rules that must all hold."
    )


class AnyOf(Value):
    """At least one rule must hold."""

    any: Annotated[tuple["Rule", ...], Field(min_length=1)] = Field(
        description="The rules of which one must hold."
    )


class NotOf(Value):
    """The rule must not hold."""

    not_: "Rule" = Field(alias="not", description="The rule that must not hold.")


class Named(Value):
    """Membership in another segment."""

    segment: Slug = Field(description="The other segment's name.")


class Subscribed(Value):
    """An active subscription to a newsletter."""

    subscribed: Slug = Field(description="The newsletter's folder name.")


def original_of(issue: str) -> str:
    """lpny/2024-09 for its translation lpny/2024-09.es; any other issue's key as it is."""
    newsletter, slash, name = issue.partition("/")
    return f"{newsletter}{slash}{name.partition('.')[0]}"


class Received(Value):
    """Was sent an issue, such as lpny/2024-09, in whatever language."""

    received: Line = Field(description="The issue, as in lpny/2024-09.")

    @property
    def original(self) -> str:
        """The key under which the mailing of an issue and of its translations is recorded."""
        return original_of(self.received)


class Tagged(Value):
    """Carries a tag."""

    tag: Line = Field(description="The tag.")


_MODELS: dict[str, type[Value]] = {
    "all": AllOf,
    "any": AnyOf,
    "not": NotOf,
    "segment": Named,
    "subscribed": Subscribed,
    "received": Received,
    "tag": Tagged,
}


def _kind(value: object) -> str:
    if isinstance(value, dict):
        return next((key for key in value if key in _MODELS), "attribute")
    return next((kind for kind, model in _MODELS.items() if isinstance(value, model)), "attribute")


def _unfold(value: object) -> object:
    """The shorthands, written out."""
    if isinstance(value, str):
        return {"segment": value}
    if isinstance(value, list | tuple):
        return {"all": list(value)}
    if isinstance(value, dict) and len(value) > 1:
        return {"all": [{key: part} for key, part in value.items()]}
    return value


Rule: TypeAlias = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotOf, Tag("not")]
    | Annotated[Named, Tag("segment")]
    | Annotated[Subscribed, Tag("subscribed")]
    | Annotated[Received, Tag("received")]
    | Annotated[Tagged, Tag("tag")]
    | Annotated[Attribute, Tag("attribute")],
    Discriminator(_kind),
    BeforeValidator(_unfold),
]


class Segments(RootModel):  # type: ignore[type-arg]  # as above
    """newsletters/segments.yaml: each segment's name and its rule."""

    model_config = ConfigDict(defer_build=True)

    root: dict[Slug, Rule]


def walk(rule: Rule) -> Iterator[Rule]:
    """The rule and all rules inside it."""
    yield rule
    match rule:
        case AllOf(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from walk(part)
        case NotOf(not_=part):
            yield from walk(part)


class Size(NamedTuple):
    """What a rule comes to with every segment it names written out; another table counts as ten."""

    comparisons: int
    depth: int

    @property
    def is_too_large(self) -> bool:
        return self.comparisons > MAX_COMPARISONS or self.depth > MAX_DEPTH


def size_of(rule: Rule, named: Mapping[str, Size]) -> Size:
    """The size of a rule, by those of the segments it names."""
    match rule:
        case AllOf(all=parts) | AnyOf(any=parts):
            sizes = [size_of(part, named) for part in parts]
            return Size(sum(size.comparisons for size in sizes), 1 + max(size.depth for size in sizes))
        case NotOf(not_=part):
            inner = size_of(part, named)
            return Size(inner.comparisons, inner.depth + 1)
        case Named(segment=name):
            return Size(named[name].comparisons, named[name].depth + 1)
        case Attribute():
            return Size(len(rule.condition.words) or 1, 1)
        case Tagged():
            return Size(1, 1)
        case _:  # another table: PostgreSQL thinks about all of them at once, for 40 s if there are 300
            return Size(10, 1)


def in_order(segments: Segments) -> list[str]:
    """The segments' names, each after those it names. graphlib.CycleError if they go in a circle."""
    named = {
        name: {part.segment for part in walk(rule) if isinstance(part, Named)}
        for name, rule in segments.root.items()
    }
    return list(TopologicalSorter(named).static_order())


def sizes_of(segments: Segments) -> dict[str, Size]:
    """The size of each segment. They must be without unknown names and circles."""
    sizes: dict[str, Size] = {}
    for name in in_order(segments):
        sizes[name] = size_of(segments.root[name], sizes)
    return sizes
