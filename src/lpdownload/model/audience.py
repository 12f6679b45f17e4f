"""Who gets an issue, as its file says, with the guard that stops a send to the wrong people."""

import re
from typing import Annotated, Final, NamedTuple, Self

from pydantic import (
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from lpdownload.model.segment import Rule
from lpdownload.model.text import Value, refuse

INCLUDED: Final = "included"

EXCLUSIONS: Final = {
    "not_in_segment": "not in the segment",
    "in_excluded_segment": "in the excluded segment",
    "suppressed": "suppressed: never to be mailed",
    "unsubscribed": "unsubscribed",
    "pending": "has not confirmed the subscription",
    "bounced": "mail to them bounced",
    "complained": "complained about the newsletter",
    "paused": "wants none for some months",
    "invalid": "the address cannot be mailed to",
    "already_received": "already got this issue",
    "held": "gets it from another newsletter",
    "over_cap": "over the contact cap",
    "duplicate": "another spelling of an address that gets it",
}
"""Every reason, in the order in which they are asked, and its words for people."""


class People(NamedTuple):
    """How many people are expected; None where there is no bound."""

    least: int | None
    most: int | None

    def __contains__(self, count: object) -> bool:
        return (
            isinstance(count, int)
            and (self.least or 0) <= count
            and (self.most is None or count <= self.most)
        )

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.least:,}"
        shown = ("" if bound is None else f"{bound:,}" for bound in self)
        return "..".join(shown)


def _people(value: object) -> object:
    if not isinstance(value, str | int):
        return value
    text = str(value).replace(",", "").replace("_", "").strip()
    hint = "from..to, as in 300..500; or one number; or 300.. for at least"
    found = re.fullmatch(r"(\d{1,9})|(\d{1,9})?\s*\.\.\s*(\d{1,9})?", text)
    if not found or text == "..":
        raise refuse("bad-range", f"not a number of people: {value}", hint)
    exact, least, most = (None if part is None else int(part) for part in found.groups())
    if exact is not None:
        return People(exact, exact)
    if least is not None and most is not None and least > most:
        raise refuse("bad-range", f"it ends before it begins: {value}", hint)
    return People(least, most)


Expect = Annotated[
    People,
    BeforeValidator(_people),
    WithJsonSchema(
        {"anyOf": [{"type": "string", "pattern": r"^\s*\d*\s*(\.\.)?\s*\d*\s*$"}, {"type": "integer"}]}
    ),
]
"""300..500, 300.., ..500, or one number."""


class IssueAudience(Value):
    """An issue's audience, when it is not simply every subscriber of its newsletter."""

    segment: Rule | None = Field(
        None, description="A segment's name, or a rule as in segments.yaml; the newsletter's if not given."
    )
    exclude: Rule | None = Field(None, description="A segment or rule: its members do not get this issue.")
    expect: Expect | None = Field(
        None, description="How many people it should come to, as in 300..500; outside of it nothing is sent."
    )
    max: Annotated[int, Field(ge=1)] | None = Field(None, description="Never to more people than this.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.expect and self.max is not None and (self.expect.least or 0) > self.max:
            raise refuse("bad-range", f"expect begins above max, {self.max}", "correct one of them")
        return self


class _BuiltAtFirstUse:
    """Few issues narrow their audience, and the validator of its rules takes 10 ms to build."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(IssueAudience.model_validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return handler(TypeAdapter(IssueAudience).core_schema)


IssueAudienceField = Annotated[IssueAudience, _BuiltAtFirstUse()]

EVERYBODY: Final = IssueAudience.model_construct()
"""Of an issue that does not narrow it."""
