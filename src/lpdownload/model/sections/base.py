"""What all sections share, and the parts they are made of."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from lpdownload.errors import Loc
from lpdownload.model.text import Day, Language, Line, MarkdownText, Slug, Url, Value, WebUrl, refuse

Medium = Literal["email", "web"]


def _as_list(value: object) -> object:
    """One value stands for a list of one, so that ``partners: EARN`` works."""
    return value if value is None or isinstance(value, list | tuple) else [value]


Lines = Annotated[tuple[Line, ...], BeforeValidator(_as_list, json_schema_input_type=Line | tuple[Line, ...])]


class Section(Value):
    """The fields every section may have. Each type adds ``type`` and its own."""

    id: Slug | None = Field(None, description="Anchor of the section, and its name in link tracking.")
    emoji: Line | None = Field(None, description="Stands before the heading.")
    heading: Line | None = Field(None, description="The heading above the section.")
    lang: Language | None = Field(None, description="Language of this section, where it is not the issue's.")
    entity: Slug | None = Field(
        None, description="Legal entity that speaks here; its disclaimer follows the section."
    )
    visible_to: Slug | None = Field(None, description="Segment: only its members get this section.")
    only: Medium | None = Field(None, description="email or web: leave the section out of the other.")
    topics: Lines = Field((), description="Tags by which the news page collects it.")


class Image(Value):
    """A picture: a file beside the YAML, or an address on the web."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["alt"]}, {"required": ["decorative"]}]}
    )

    src: Line = Field(description="Path from the folder of this file, or an https address.")
    alt: Line | None = Field(None, description="What the picture shows, for those who do not see it.")
    decorative: bool = Field(False, description="true if it adds nothing to the words; then no alt.")
    caption: MarkdownText | None = Field(
        None, description="The words below the picture; the credit stands apart."
    )
    credit: Line | None = Field(None, description="Who made it, as in Spencer Platt/Getty Images.")
    credit_url: WebUrl | None = Field(None, description="Where the credit leads.")
    width: Annotated[int, Field(ge=16, le=640)] | None = Field(
        None, description="Shown width in pixels; the column's if not given."
    )
    height: Annotated[int, Field(ge=16, le=2000)] | None = Field(
        None, description="Shown height; measured if not given."
    )
    link: Url | None = Field(None, description="Where a click on the picture leads.")

    @model_validator(mode="after")
    def _described(self) -> Self:
        if self.decorative and self.alt:
            raise refuse(
                "bad-image", "a decorative picture has no alt", "delete alt, or delete decorative: true"
            )
        if not self.decorative and not self.alt:
            raise refuse(
                "missing-alt", "the picture has no alt", "say what it shows in alt, or write decorative: true"
            )
        if "://" in self.src and not self.src.startswith("https://"):
            raise refuse(
                "bad-image",
                f"not an https address: {self.src}",
                "https, or a path from the folder of this file",
            )
        if self.is_remote and urlsplit(self.src).path.lower().endswith((".svg", ".webp", ".avif", ".heic")):
            kind = self.src.rpartition(".")[2]
            raise refuse("bad-image", f"mail programs do not show {kind} files", "a PNG, JPEG or GIF")
        if self.credit_url and not self.credit:
            raise refuse("bad-image", "credit_url without credit", "name the maker in credit")
        return self

    @property
    def is_remote(self) -> bool:
        return self.src.startswith("https://")


class Link(Value):
    """Words that lead somewhere."""

    label: Line = Field(description="The words to click on.")
    url: Url = Field(description="Where they lead.")
    utm: bool = Field(True, description="false: add no UTM parameters to this link.")


class CallToAction(Link):
    """A button."""

    style: Literal["primary", "secondary"] | None = Field(
        None, description="One primary button an issue; the others are outlined."
    )
    deadline: Day | None = Field(None, description="Last day; stands beside the button.")


class Person(Value):
    """Somebody with a name and, if it matters, an office."""

    name: Line = Field(description="Their name.")
    office: Line | None = Field(None, description="Their office, as in Council Member, Denver.")


class Quotation(Value):
    """Words that somebody said."""

    text: MarkdownText = Field(description="The words.")
    speaker: Line = Field(description="Who said it.")
    title: Line | None = Field(None, description="The speaker's office.")


def walk_models(value: object, loc: Loc = ()) -> Iterator[tuple[BaseModel, Loc]]:
    """All models inside a value, itself included, in order, each with its way there."""
    if isinstance(value, BaseModel):
        yield value, loc
        for name, part in value.__dict__.items():
            yield from walk_models(part, (*loc, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from walk_models(part, (*loc, index))


def walk_texts(value: object, loc: Loc = ()) -> Iterator[tuple[str, Loc]]:
    """All texts inside a value, each with its way there."""
    if isinstance(value, str):
        yield value, loc
    elif isinstance(value, BaseModel):
        for name, part in value.__dict__.items():
            yield from walk_texts(part, (*loc, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from walk_texts(part, (*loc, index))
