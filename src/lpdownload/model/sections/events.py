"""Events to come and events that were."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from lpdownload.model.sections.base import Image, Lines, Link, Section
from lpdownload.model.text import (
    Day,
    Line,
    LocalTime,
    MarkdownText,
    Url,
    Value,
    WebUrl,
    Zone,
    exists_in,
    is_ambiguous,
    refuse,
)


class Venue(Value):
    """A place one goes to."""

    name: Line = Field(description="Name of the place.")
    address: Line | None = Field(None, description="Street and town, in one line.")
    url: WebUrl | None = Field(None, description="A map or directions.")


class Virtual(Value):
    """A meeting on the web."""

    platform: Line = Field(description="As in Zoom.")
    url: WebUrl | None = Field(None, description="Leave out if only those who register get it.")


class Event(Section):
    """Something to come: where is one of venue, virtual, to_be_announced."""

    model_config = ConfigDict(
        json_schema_extra={
            "anyOf": [{"required": [where]} for where in ("venue", "virtual", "to_be_announced")]
        }
    )

    type: Literal["event"]
    title: Line = Field(description="Name of the event.")
    start: LocalTime = Field(description="Local time, as in 2024-10-10 12:00; its zone is timezone.")
    end: LocalTime | None = Field(None, description="Local time, as start; with its date.")
    timezone: Zone = Field(description="IANA zone of start and end, as in America/Denver.")
    display_zones: tuple[Zone, ...] = Field(
        (), description="Zones to write the time in; timezone if not given."
    )
    body: MarkdownText | None = Field(None, description="What to expect.")
    venue: Venue | None = Field(None, description="Where one goes, if it is in person.")
    virtual: Virtual | None = Field(None, description="The meeting, if it is on the web.")
    to_be_announced: bool = Field(False, description="true while the place is not known.")
    host: Line | None = Field(None, description="Who invites.")
    partners: Lines = Field((), description="Who takes part in organising it.")
    register_url: Url | None = Field(None, description="Where one registers.")
    deadline: Day | None = Field(None, description="Last day to register.")
    calendar: bool = Field(True, description="Offer an .ics file.")
    image: Image | None = Field(None, description="A picture beside the words.")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if sum([self.venue is not None, self.virtual is not None, self.to_be_announced]) != 1:
            raise refuse(
                "bad-event",
                "an event says where it is exactly once",
                "venue, virtual or to_be_announced: true",
            )
        for name, moment in (("start", self.start), ("end", self.end)):
            if moment and not exists_in(moment, self.timezone):
                raise refuse(
                    "bad-time",
                    f"{name} {moment:%Y-%m-%d %H:%M} does not exist in {self.timezone}: clocks go forward",
                    "an hour later or earlier",
                )
            if moment and is_ambiguous(moment, self.timezone):
                raise refuse(
                    "bad-time",
                    f"{name} {moment:%Y-%m-%d %H:%M} happens twice in {self.timezone}: clocks go back",
                    "another hour, or the same moment in another zone such as UTC",
                )
        if self.end and self.end <= self.start:
            raise refuse(
                "bad-time", "the event ends before it starts", "an end after the start, with its date"
            )
        if self.deadline and self.deadline > self.start.date():
            raise refuse(
                "bad-time", "the deadline is after the event", "a deadline on or before the day of the event"
            )
        return self


class EventRecap(Section):
    """Something that was."""

    type: Literal["event_recap"]
    title: Line = Field(description="Name of the event.")
    date: Day = Field(description="Day it took place.")
    body: MarkdownText = Field(description="What happened.")
    photos: tuple[Image, ...] = Field((), description="Pictures of it.")
    resources: tuple[Link, ...] = Field((), description="Recordings, slides and the like.")
    attendance: Annotated[int, Field(ge=1)] | None = Field(None, description="How many people came.")
    partners: Lines = Field((), description="Who took part in organising it.")
