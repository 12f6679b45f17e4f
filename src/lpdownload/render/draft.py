"""An issue on its way to Content: what mail, plain text and web page share while they are made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import cached_property
from pathlib import Path
from typing import Literal

from lpdownload.errors import Finding, Loc
from lpdownload.model.content import SYSTEM_FIELDS, Slot, interleaved
from lpdownload.model.issue import Issue
from lpdownload.model.rewrite import rewrite
from lpdownload.model.sections.base import CallToAction, Image, Section, walk_models, walk_texts
from lpdownload.model.sections.events import Event
from lpdownload.model.sections.structure import Footer
from lpdownload.model.subscriber import MERGE_FIELDS
from lpdownload.render import environment, pictures
from lpdownload.render.calendar import calendar_file
from lpdownload.render.marks import Marks
from lpdownload.render.merge_fields import MergeFields
from lpdownload.render.plain_text import TextPart
from lpdownload.render.subject import name_with_emoji, subject

Medium = Literal["email", "text", "web"]

TITLE_FIELDS = ("heading", "title", "headline", "name", "program", "person", "committee", "org", "label")
"""Where a section's own title stands, in the order they are looked for."""

_NO_TITLES = {"quote": TITLE_FIELDS[1:], "statistic": TITLE_FIELDS[1:], "staff_note": ("title",)}
"""What looks like a title by its name, and is somebody's office or a number's unit."""


@dataclass
class Placed:
    """A section with its place among those of the issue; its texts hold merge tokens."""

    section: Section
    loc: Loc
    index: int

    @property
    def anchor(self) -> str:
        return self.section.id or f"s{self.index + 1}"

    @cached_property
    def title(self) -> str:
        names = [name for name in TITLE_FIELDS if name not in _NO_TITLES.get(self.type, ())]
        return next((str(words) for name in names if (words := getattr(self.section, name, None))), "")

    @property
    def type(self) -> str:
        return str(getattr(self.section, "type"))  # noqa: B009 - each concrete section has it, their base has not


def listed(shown: tuple[Placed, ...], but: Placed | None = None) -> tuple[Placed, ...]:
    """The sections that a table of contents names; itself it stands in the section ``but``."""
    return tuple(
        placed for placed in shown if placed is not but and placed.title and placed.type not in _UNLISTED
    )


_UNLISTED = frozenset({"contents", "hero", "divider", "social"})


@dataclass
class Draft:
    """The working state of one render. ``templates``: directories, the packaged one last."""

    issue: Issue
    newsroom: Path
    templates: tuple[Path, ...]
    variant: frozenset[str]
    fields: MergeFields
    marks: Marks
    subject: str = ""
    preheader: str = ""
    sections: tuple[Placed, ...] = ()
    footer: Footer = field(default_factory=lambda: Footer(type="footer"))
    footer_loc: Loc = ("footer",)
    assets: dict[str, pictures.Asset] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    """What every template of the issue sees, once html_context has gathered it."""
    _primary: CallToAction | None = None
    _calendars: dict[int, str] = field(default_factory=dict)

    @property
    def asset_base(self) -> str:
        return f"{self.issue.network.asset_base}/{self.issue.newsletter_name}/{self.issue.slug}"

    @property
    def hub_assets(self) -> str:
        """Where the same files stand on the news page."""
        issue = self.issue
        return f"{issue.network.public_url}/assets/{issue.newsletter_name}/{issue.slug}"

    def labels(self, language: str | None = None) -> Mapping[str, str]:
        return environment.labels(self.templates, language or self.issue.language)

    @property
    def seasons(self) -> Mapping[str, str]:
        return {name: self.labels()[name] for name in ("spring", "summer", "fall", "winter")}

    def visible(self, medium: Medium) -> tuple[Placed, ...]:
        """The sections this variant shows in this medium. The web page shows nobody's own sections."""
        readers = frozenset[str]() if medium == "web" else self.variant
        hidden = "email" if medium == "web" else "web"
        return tuple(
            placed
            for placed in self.sections
            if placed.section.only != hidden and placed.section.visible_to in {None, *readers}
        )

    def add(self, asset: pictures.Asset) -> str:
        """Ships the file with the issue; its address on the web."""
        self.assets[asset.name] = asset
        return f"{self.asset_base}/{asset.name}"

    def picture(self, image: Image, column: int) -> pictures.Picture:
        """As shown in a column so wide, in pixels; a local file is prepared and shipped."""
        if image.is_remote:
            width = min(image.width or column, column)
            height = (
                round(image.height * width / image.width) if image.height and image.width else image.height
            )
            return pictures.Picture(image.src, image.alt or "", width, height)
        try:
            asset, width, height = pictures.prepare(self.newsroom / image.src, image, column)
        except pictures.PictureError as error:
            self.findings.append(
                Finding("image-unreadable", f"{image.src}: {error}", loc=self._loc_of(image))
            )
            stands_in = f"{self.asset_base}/unreadable"  # so that no template is blamed for the picture
            return pictures.Picture(stands_in, image.alt or "", min(image.width or column, column), None)
        return pictures.Picture(self.add(asset), image.alt or "", width, height)

    def calendar(self, placed: Placed, place: str) -> str | None:
        """The address of the event's .ics file, if it offers one."""
        event = placed.section
        if not isinstance(event, Event) or not event.calendar:
            return None
        if placed.index in self._calendars:
            return self._calendars[placed.index]
        event, issue = rewrite(event, str, lambda text, _: self.plain(text)), self.issue
        part = TextPart()  # a calendar shows Markdown as it is written
        body = event.body and f"{part.markdown(event.body)}\n\n{part.notes()}".rstrip()
        event = event.model_copy(update={"body": body, "host": event.host or issue.reply_to.name})
        data = calendar_file(
            event,
            uid=f"{issue.newsletter_name}-{issue.name}-{placed.anchor}@{issue.network.unsubscribe_email.partition('@')[2]}",
            stamp=datetime.combine(issue.date, time(12), UTC),
            place=self.plain(place),
            organizer=issue.reply_to.email,
        )
        self._calendars[placed.index] = self.add(pictures.asset(data, "ics"))
        return self._calendars[placed.index]

    def is_primary(self, call: CallToAction) -> bool:
        """Whether it is the issue's one filled button: the one that asks for it, else the first shown."""
        if self._primary is None:
            models = (model for placed in self.sections for model, _ in walk_models(placed.section))
            wanted = (
                model for model in models if isinstance(model, CallToAction) and model.style == "primary"
            )
            self._primary = next(wanted, call if call.style is None else None)
        return call is self._primary

    def plain(self, text: str) -> str:
        """``text`` for nobody in particular, as by `stand_in`."""
        if not self.fields.tokens_in(text):
            return text
        pieces = self.fields.split(text, "text")
        return "".join(interleaved(pieces.literals, [self.stand_in(slot) for slot in pieces.slots]))

    def find_in(self, placed: Placed, text: str, findings: Iterable[Finding]) -> None:
        """Adds ``findings`` about a text of the section, each with the way to that text."""
        for finding in findings:
            loc = next(
                (loc for one, loc in walk_texts(placed.section, placed.loc) if one == text), placed.loc
            )
            self.findings.append(replace(finding, loc=loc))

    def stand_in(self, slot: Slot) -> str:
        """What a page for everybody shows for a merge field, escaped for its place.

        Its default; without one "friend" in the issue's language among words, this issue's own page for a
        whole address, nothing inside of one.
        """
        if slot.default is not None:
            return slot.value({})
        if slot.context in {"url_part", "url_rest"}:
            return ""
        words = self.issue.url if slot.context in {"url", "html_url"} else self.labels()["reader"]
        return slot.value({slot.field: words})

    def is_token(self, text: str) -> bool:
        return self.fields.tokens_in(text) == [text]

    def _loc_of(self, image: Image) -> Loc:
        for placed in self.sections:
            for model, loc in walk_models(placed.section, placed.loc):
                if model is image:
                    return loc
        return ("image",)


def _seed(issue: Issue) -> bytes:
    """Every text of the issue, so that no token can occur in one."""
    models = (issue.written, *issue.sections, issue.newsletter, issue.network)
    return issue.key.encode() + b"".join(model.__pydantic_serializer__.to_json(model) for model in models)


def begin(issue: Issue, newsroom: Path, templates: tuple[Path, ...], variant: frozenset[str]) -> Draft:
    """The issue's texts tokenised, its footer taken out, its findings so far."""
    allowed = (
        *MERGE_FIELDS,
        *(declared.name for declared in issue.network.attributes),
        *sorted(SYSTEM_FIELDS),
    )
    fields = MergeFields(allowed, seed=_seed(issue))
    draft = Draft(issue, newsroom, templates, variant, fields, Marks(fields.prefix))
    of_name = not issue.written.subject and "{{" in name_with_emoji(issue)
    draft.subject = fields.tokenise(
        subject(issue, draft.labels(), draft.seasons), ("newsletter", "name") if of_name else ("subject",)
    )
    draft.preheader = fields.tokenise(issue.written.preheader, ("preheader",))
    placed: list[Placed] = []
    footer_at: int | None = None
    for index, section in enumerate(issue.sections):
        loc: Loc = ("sections", index)
        tokenised = rewrite(section, str, fields.tokenise, loc)
        if isinstance(tokenised, Footer):
            if footer_at is not None:
                message = f"there is a footer already, in sections[{footer_at}]"
                draft.findings.append(Finding("second-footer", message, "put their words into one", loc=loc))
            draft.footer, draft.footer_loc, footer_at = tokenised, loc, index
        else:
            placed.append(Placed(tokenised, loc, index))
    draft.sections = tuple(placed)
    if not environment.has_labels(templates, issue.language):
        message = f"there are no labels in {issue.language}: the mail's own words stay English"
        hint = f"templates/labels/{issue.language}.yaml, with the keys of the packaged labels/en.yaml"
        draft.findings.append(Finding("no-labels", message, hint, "warning", ("language",)))
    draft.findings.extend(
        Finding("lost-emoji", "the emoji has no heading to stand before", "add a heading", "warning", one.loc)
        for one in placed
        if one.section.emoji and not one.title
    )
    return draft
