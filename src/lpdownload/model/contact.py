"""How much mail a person may get across newsletters, from which of them, and when (network.yaml: contact)."""

from datetime import time
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from lpdownload.model.text import Slug, Value, refuse


def _clock(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        hour, minute = value.strip().split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise refuse("bad-time", f"not a time of day: {value}", "hour:minute, as in 21:00") from None


Clock = Annotated[
    time, BeforeValidator(_clock), WithJsonSchema({"type": "string", "pattern": r"^\d{1,2}:\d\d$"})
]
"""A time of day, to the minute."""


class ContactCap(Value):
    """At most so many mails to a person in so many days, all newsletters together."""

    mails: Annotated[int, Field(ge=1, le=1000)] = Field(description="So many mails at most.")
    days: Annotated[int, Field(ge=1, le=366)] = Field(description="In so many days.")


class QuietHours(Value):
    """When nobody is mailed; it may go past midnight."""

    begin: Clock = Field(description="As in 21:00.")
    end: Clock = Field(description="As in 08:00.")

    @model_validator(mode="after")
    def _last_some_time(self) -> Self:
        if self.begin == self.end:
            raise refuse("bad-time", "quiet hours end when they begin", "as in begin: 21:00, end: 08:00")
        return self

    def holds(self, clock: time) -> bool:
        """Whether it is quiet at that time of day."""
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end


class Contact(Value):
    """The network's rules of contact."""

    cap: ContactCap | None = Field(None, description="At most so many mails to a person in so many days.")
    priority: tuple[Slug, ...] = Field(
        (),
        description="Newsletters, the most important first: which of several issues a person gets when all "
        "of them carry a shared block that says once: true.",
    )
    priority_days: Annotated[int, Field(ge=0, le=92)] = Field(
        7, description="Issues that go out so many days apart at most count as carrying it at the same time."
    )
    quiet_hours: QuietHours | None = Field(
        None, description="When nobody is mailed, in the newsletter's time zone."
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        twice = {name for name in self.priority if self.priority.count(name) > 1}
        if twice:
            raise refuse("duplicate", f"priority names {', '.join(sorted(twice))} twice", "name each once")
        return self
