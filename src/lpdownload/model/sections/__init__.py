"""Every section type, and the union an issue's ``sections`` are read by."""

from collections.abc import Callable
from typing import Annotated, get_args

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from lpdownload.model.sections.actions import Action, Campaign, Deadline, Donate, LeadershipCall
from lpdownload.model.sections.base import Section
from lpdownload.model.sections.events import Event, EventRecap
from lpdownload.model.sections.media import (
    BlogPost,
    InTheNews,
    Job,
    MediaContact,
    PartnerContent,
    PressRelease,
    Resource,
    Social,
    Statistic,
)
from lpdownload.model.sections.people import (
    CommitteeMessage,
    InMemoriam,
    MemberSpotlight,
    QuoteSection,
    StaffNote,
)
from lpdownload.model.sections.stories import LegislativeUpdate, PolicyWin, Roundup, Stories, Story, Text
from lpdownload.model.sections.structure import Contents, Divider, Footer, Hero, Html, Intro, Shared

_Union = (
    Intro
    | Contents
    | Hero
    | Text
    | Story
    | Stories
    | PolicyWin
    | Roundup
    | Event
    | EventRecap
    | Action
    | Deadline
    | Resource
    | Campaign
    | InTheNews
    | PressRelease
    | BlogPost
    | MemberSpotlight
    | StaffNote
    | CommitteeMessage
    | LeadershipCall
    | LegislativeUpdate
    | Statistic
    | PartnerContent
    | Job
    | InMemoriam
    | QuoteSection
    | Shared
    | Donate
    | MediaContact
    | Social
    | Divider
    | Html
    | Footer
)

SECTION_TYPES: dict[str, type[Section]] = {
    get_args(section.model_fields["type"].annotation)[0]: section for section in get_args(_Union)
}
"""Section model by the word that stands after ``type:``."""


class _BuiltAtFirstUse:
    """The discriminated union, each member's validator built when an issue has such a section.

    Pydantic would build all of them for every issue: 80 ms of a command's start.
    """

    def __init__(self, members: tuple[object, ...], schema: Callable[[], CoreSchema]) -> None:
        """``schema`` is that of the whole union, which only an editor needs."""
        self._members = members
        self._schema = schema

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        choices: dict[object, CoreSchema] = {
            tag: core_schema.no_info_plain_validator_function(section.model_validate)
            for tag, section in SECTION_TYPES.items()
            if section in self._members
        }
        return core_schema.tagged_union_schema(choices, discriminator="type")

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, object]:
        return handler(self._schema())


AnySection = Annotated[
    _Union,
    Field(discriminator="type"),
    _BuiltAtFirstUse(
        get_args(_Union), lambda: TypeAdapter(Annotated[_Union, Field(discriminator="type")]).core_schema
    ),
]

NewsUnion = BlogPost | EventRecap | PressRelease | InTheNews | Resource | Story | Text
NewsSection = Annotated[
    NewsUnion,
    Field(discriminator="type"),
    _BuiltAtFirstUse(
        get_args(NewsUnion),
        lambda: TypeAdapter(Annotated[NewsUnion, Field(discriminator="type")]).core_schema,
    ),
]
"""What stands on the news page by itself."""
