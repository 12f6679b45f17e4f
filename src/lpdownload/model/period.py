"""The period an issue covers: a month, a season, or words.

Seasons sort within their year as in EDTF (ISO 8601-2): spring, summer, autumn, winter.
"""

import re
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from lpdownload.model.text import Day, Line, Value, refuse

Season = Literal["spring", "summer", "fall", "winter"]
PeriodStyle = Literal["month", "short_month"]

_SEASON_START = {"spring": 3, "summer": 6, "fall": 9, "winter": 12}
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_SEASON = re.compile(
    r"(?:(\d{4})[- ](spring|summer|fall|autumn|winter)|(spring|summer|fall|autumn|winter)[- ](\d{4}))",
    re.IGNORECASE,
)
_FORMS = "2024-09 (a month), fall 2024 (a season), or {text: Convening special, sort: 2024-07-01}"


class Period(Value):
    """Exactly one of month, season or text is set; ``start`` orders periods of any kind."""

    year: Annotated[int, Field(ge=1990, le=2200)] | None = Field(None, description="As in 2024.")
    month: Annotated[int, Field(ge=1, le=12)] | None = Field(None, description="1 to 12.")
    season: Season | None = Field(None, description="spring, summer, fall or winter.")
    text: Line | None = Field(
        None, description="Words, as in Convening special; then sort says where it stands."
    )
    sort: Day | None = Field(None, description="Where a period of words stands among the others.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        kinds = [self.month, self.season, self.text]
        if sum(kind is not None for kind in kinds) != 1:
            raise refuse("bad-period", "a period is a month, a season or words", _FORMS)
        if self.text is None and self.year is None:
            raise refuse("bad-period", "the period has no year", _FORMS)
        if self.text is not None and self.sort is None:
            raise refuse("bad-period", "a period of words needs a date to sort it by", _FORMS)
        return self

    @property
    def start(self) -> date:
        """The first day, by which periods are ordered."""
        if self.sort is not None:
            return self.sort
        assert self.year is not None
        return date(self.year, self.month or _SEASON_START[str(self.season)], 1)

    @classmethod
    def parse(cls, text: str) -> "Period":
        """``2024-09``, ``2024-fall``, ``Fall 2024``; ValueError for anything else."""
        if found := _MONTH.fullmatch(text):
            return cls(year=int(found[1]), month=int(found[2]))
        if found := _SEASON.fullmatch(text):
            season = (found[2] or found[3]).lower()
            return cls.model_validate(
                {"year": found[1] or found[4], "season": "fall" if season == "autumn" else season}
            )
        raise refuse("bad-period", f"not a period: {text}", _FORMS)


def _from_text(value: object) -> object:
    if isinstance(value, str):
        if (found := _MONTH.fullmatch(value.strip())) and not 1 <= int(found[2]) <= 12:
            raise refuse("bad-period", f"there is no month {found[2]}", _FORMS)
        return Period.parse(value.strip())
    return value


_SEASONS = "([Ss]pring|[Ss]ummer|[Ff]all|[Aa]utumn|[Ww]inter)"

PeriodField = Annotated[
    Period,
    BeforeValidator(_from_text),
    WithJsonSchema(
        {
            "anyOf": [
                {
                    "type": "string",
                    "pattern": rf"^(\d{{4}}-(0[1-9]|1[0-2])|\d{{4}}[- ]{_SEASONS}|{_SEASONS}[- ]\d{{4}})$",
                },
                {
                    "type": "object",
                    "properties": {
                        "year": {
                            "type": "integer",
                            "minimum": 1990,
                            "maximum": 2200,
                            "description": "As in 2024.",
                        },
                        "month": {"type": "integer", "minimum": 1, "maximum": 12, "description": "1 to 12."},
                        "season": {
                            "enum": ["spring", "summer", "fall", "winter"],
                            "description": "Its season.",
                        },
                        "text": {
                            "type": "string",
                            "minLength": 1,
                            "description": "Words; then sort as well.",
                        },
                        "sort": {
                            "type": "string",
                            "format": "date",
                            "description": "Its place among the others.",
                        },
                    },
                    "additionalProperties": False,
                    "anyOf": [
                        {"required": [*kind]}
                        for kind in (("year", "month"), ("year", "season"), ("text", "sort"))
                    ],
                },
            ],
        }
    ),
]
