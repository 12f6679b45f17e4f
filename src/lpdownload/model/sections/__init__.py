"""Every section type, and the union an issue's ``sections`` are read by."""

from typing import Annotated, get_args

from pydantic import Field

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

AnySection = Annotated[
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
    | Footer,
    Field(discriminator="type"),
]

SECTION_TYPES: dict[str, type[Section]] = {
    get_args(section.model_fields["type"].annotation)[0]: section
    for section in get_args(get_args(AnySection)[0])
}
"""Section model by the word that stands after ``type:``."""
