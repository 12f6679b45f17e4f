"""The attributes of a subscriber that segments ask for and merge fields fill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from lpdownload.model.subscription import SubscriptionState
from lpdownload.model.suppression import SuppressionReason
from lpdownload.model.text import Line, Slug, Value, refuse

AttributeKind = Literal["text", "choice", "list", "date"]

RULE_WORDS: Final = frozenset({"all", "any", "not", "segment", "subscribed", "received", "tag", "status"})
"""What segments, personas and imports write where an attribute could stand."""


class AttributeDeclaration(Value):
    """An attribute: built in, or a newsroom's own from network.yaml."""

    name: Slug = Field(description="Its name, as segments and merge fields write it.")
    type: AttributeKind = Field(
        "text", description="What it holds: text, one of choices, a list of words, or a date."
    )
    choices: tuple[Line, ...] = Field((), description="The words it may hold.")

    @model_validator(mode="after")
    def _is_new(self) -> Self:
        if self.name in ATTRIBUTES:
            raise refuse("taken", f"every subscriber has {self.name} already", "another name")
        if self.name in RULE_WORDS:
            raise refuse("taken", f"{self.name} has a meaning of its own in segments", "another name")
        if self.type == "choice" and not self.choices:
            raise refuse("missing-key", "a choice without choices", "choices: [one, another]")
        if self.type not in {"choice", "list"} and self.choices:
            raise refuse("choices", f"a {self.type} has no choices", "type: choice or list")
        return self


def _built_in(name: str, kind: AttributeKind = "text", *choices: str) -> AttributeDeclaration:
    return AttributeDeclaration.model_construct(name=name, type=kind, choices=choices)


ATTRIBUTES = {
    declaration.name: declaration
    for declaration in (
        _built_in("email"),
        _built_in("first_name"),
        _built_in("last_name"),
        _built_in("language"),
        _built_in("timezone"),
        _built_in("state"),
        _built_in("chapter"),
        _built_in(
            "office",
            "choice",
            "city_council",
            "county",
            "school_board",
            "mayor",
            "town",
            "special_district",
            "other",
        ),
        _built_in("jurisdiction"),
        _built_in("role", "choice", "elected", "former", "staff", "partner", "prospective", "press"),
        _built_in("caucuses", "list"),
        _built_in("committees", "list"),
        _built_in("interests", "list"),
        _built_in("tags", "list"),
        _built_in("member_since", "date"),
        _built_in("term_end", "date"),
    )
}
"""The built-in attributes by name."""

MERGE_FIELDS = tuple(
    name
    for name, declared in ATTRIBUTES.items()
    if declared.type in {"text", "choice"} and name not in {"language", "timezone"}
)
"""The attributes an author may write as {{ merge fields }}."""


@dataclass(frozen=True)
class Subscriber:
    """A person with an address, as the database knows them."""

    id: int
    email: str
    key: str
    """The address in the one spelling that names the person: see address.py."""
    attributes: Mapping[str, str | tuple[str, ...]]
    """By name; what has no value is not there."""
    created_at: datetime
    subscriptions: Mapping[str, tuple[SubscriptionState, datetime]] = field(default_factory=dict)
    """State and since when, by newsletter."""
    paused: Mapping[str, datetime] = field(default_factory=dict)
    """By newsletter: nothing of it before; it may be over."""
    received: tuple[str, ...] = ()
    suppressed: SuppressionReason | None = None
    import_id: int | None = None
    """The import that brought the person."""

    @property
    def reader(self) -> dict[str, str | tuple[str, ...]]:
        """The attributes as a segment asks for them, with ``email``, ``subscribed`` and ``received``."""
        active = tuple(name for name, (state, _) in self.subscriptions.items() if state == "active")
        return {**self.attributes, "email": self.email, "subscribed": active, "received": self.received}
