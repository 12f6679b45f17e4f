"""Small models with the patterns of the real ones, for tests of findings."""

from datetime import date, datetime
from enum import Enum
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    EmailStr,
    Field,
    HttpUrl,
    model_validator,
)
from pydantic_core import PydanticCustomError

from lpdownload.content.located import parse
from lpdownload.content.problems import validate
from lpdownload.errors import Finding, InvalidInput


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def _web(text: str) -> str:
    if urlsplit(text).scheme != "https":
        raise PydanticCustomError("bad-url", "not an https address", {"hint": "as in https://example.org"})
    return text


def _no_shouting(text: str) -> str:
    if text.isupper():
        raise ValueError("all capitals")
    return text


Url = Annotated[str, AfterValidator(_web)]
Line = Annotated[str, Field(min_length=1, max_length=20), AfterValidator(_no_shouting)]


class Color(Enum):
    RED = "red"
    BLUE = "blue"


class Image(Value):
    src: str = Field(description="Path of the file.")
    width: Annotated[int, Field(ge=16, le=640)] | None = None
    decorative: bool = False
    alt: str | None = None

    @model_validator(mode="after")
    def _described(self) -> Self:
        if not self.alt and not self.decorative:
            raise PydanticCustomError("missing-alt", "the picture has no alt", {"hint": "say what it shows"})
        return self


class Story(Value):
    type: Literal["story"]
    title: Line
    image: Image | None = None
    url: Url | None = None
    story: str | None = None


class Quote(Value):
    type: Literal["quote"]
    text: str
    story: Story | None = None


class Period(Value):
    year: int
    month: Annotated[int, Field(ge=1, le=12)]


def _period(value: object) -> object:
    if isinstance(value, str):
        year, _, month = value.partition("-")
        return Period.model_validate({"year": year, "month": month})
    return value


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


Section = Annotated[Story | Quote, Field(discriminator="type")]


class Issue(Value):
    title: Line
    sections: tuple[Section, ...] = ()
    style: Literal["plain", "fancy"] = "plain"
    color: Color = Color.RED
    period: Annotated[Period, BeforeValidator(_period)] | None = None
    names: Annotated[tuple[Line, ...], BeforeValidator(_as_list)] = ()
    picture: str | Image | None = None
    day: date | Literal["open"] | None = None
    start: datetime | None = None
    count: int = 0
    share: float = 0.0
    flag: bool = False
    mail: EmailStr | None = None
    web: HttpUrl | None = None
    code: Annotated[str, Field(min_length=3, max_length=5, pattern="^[a-z]+$")] | None = None
    numbers: dict[str, int] = {}
    tags: Annotated[list[str], Field(min_length=1, max_length=2)] | None = None
    either: Story | Quote | None = None


def findings(text: str, model: type[BaseModel] = Issue) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        validate(model, parse(text.encode(), "issue.yaml"))
    return caught.value.findings


def only(text: str, model: type[BaseModel] = Issue) -> Finding:
    (finding,) = findings(text, model)
    return finding


def where(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column
