"""How fast an account may send: calls and recipients a second, a day's quota, and a new account's warm-up."""

from datetime import date
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator

from lpdownload.model.text import Day, Value, refuse


class WarmUp(Value):
    """The most recipients a day while an account is new: mailbox providers distrust a sudden flood."""

    begins: Day = Field(description="The first day, as in 2024-09-01.")
    ceilings: Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=365)] = Field(
        description="The most recipients on the first day, the second and so on, as in [500, 1000, 2000]."
    )

    @model_validator(mode="after")
    def _rises(self) -> Self:
        if any(later < earlier for earlier, later in pairwise(self.ceilings)):
            raise refuse("bad-warm-up", "a warm-up never goes down", "as in [500, 1000, 2000]")
        return self

    def ceiling(self, day: date) -> int | None:
        """Of a day; None when the warm-up is over. Before it begins nothing is sent."""
        number = (day - self.begins).days
        if number < 0:
            return 0
        return self.ceilings[number] if number < len(self.ceilings) else None


class Pace(Value):
    """The limits of an account; what is not given is not limited."""

    calls_per_second: Annotated[float, Field(gt=0, le=10_000)] | None = Field(
        None, description="Calls a second at most."
    )
    recipients_per_second: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        None, description="Recipients a second at most."
    )
    calls_at_once: Annotated[int, Field(ge=1, le=256)] | None = Field(
        None, description="Calls under way at once, in one process."
    )
    recipients_per_call: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Recipients in a call at most, where that is less than the service takes."
    )
    by_domain: bool = Field(
        False, description="true: a call holds recipients of one mail domain only, for your own mail server."
    )
    recipients_per_day: Annotated[int, Field(ge=1)] | None = Field(
        None, description="Recipients a day (UTC) at most."
    )
    warm_up: WarmUp | None = Field(None, description="Less while the account is new.")

    @property
    def quotas(self) -> list[int]:
        """Every limit of a day's recipients that there is."""
        ceilings = list(self.warm_up.ceilings) if self.warm_up else []
        return [*ceilings, *([self.recipients_per_day] if self.recipients_per_day else [])]

    def quota(self, day: date) -> int | None:
        """The most recipients on a day; None if there is no limit."""
        limits = [self.recipients_per_day, self.warm_up.ceiling(day) if self.warm_up else None]
        return min((limit for limit in limits if limit is not None), default=None)
