"""Segments: saved rules about subscribers, as data in a closed tree. Never code, never SQL.

A rule is a mapping with one key: all, any, not, segment, subscribed, received, tag, or an attribute.
A list stands for ``all``, a bare word for the segment of that name, several keys for all of them.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Discriminator, Field, RootModel, Tag, model_validator

from lpdownload.model.text import Line, Slug, Value, refuse

OPERATORS = ("equals", "in", "has", "exists", "before", "after", "not")


class Condition(Value):
    """What an attribute must be; several operators must all hold. A missing value compares false."""

    equals: Line | None = Field(None, description="This and nothing else.")
    in_: tuple[Line, ...] | None = Field(None, alias="in", description="One of these.")
    has: Line | None = Field(None, description="For attributes that hold several values.")
    exists: bool | None = Field(None, description="true if there is a value; false if there is none.")
    before: Line | None = Field(None, description="A date, or a value that sorts before this one.")
    after: Line | None = Field(None, description="A date, or a value that sorts after this one.")
    not_: Line | None = Field(None, alias="not", description="Anything but this.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
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


class Received(Value):
    """Was sent an issue, such as lpny/2024-09."""

    received: Line = Field(description="The issue, as in lpny/2024-09.")


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
