"""Issues read whole: shared blocks put in, pictures found, every name checked, all with places."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel, TypeAdapter, ValidationError

from lpdownload.content.library import Library
from lpdownload.content.located import Document
from lpdownload.content.problems import findings_of
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput, Loc, Place
from lpdownload.model.issue import Issue, IssueFile
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.rewrite import rewrite
from lpdownload.model.sections import AnySection, Shared
from lpdownload.model.sections.base import Image, Section
from lpdownload.model.theme import Theme

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

_SECTION: TypeAdapter[Section] = TypeAdapter(AnySection)


@dataclass
class LoadedIssue:
    """An issue and where its values were written; ``findings`` are those that do not stop it."""

    issue: Issue
    place: Callable[[Loc], Place]
    findings: tuple[Finding, ...] = ()

    def placed(self, finding: Finding) -> Finding:
        """The finding with its place in the YAML, if it has none yet."""
        return finding if finding.place else finding.at(self.place(finding.loc))


@dataclass
class _Reading:
    """What is known while one issue is read."""

    library: Library
    newsletter_name: str
    name: str
    document: Document
    segments: frozenset[str]
    findings: list[Finding] = field(default_factory=list)
    blocks: dict[int, Document] = field(default_factory=dict)
    """The shared block's file, by the index of the section it became."""

    def place(self, loc: Loc) -> Place:
        if len(loc) >= 2 and loc[0] == "sections" and isinstance(loc[1], int) and loc[1] in self.blocks:
            index, rest = loc[1], loc[2:]
            overrides = self._overrides(index)
            if rest and rest[0] in overrides:
                return self.document.place(("sections", index, "overrides", *rest))
            return self.blocks[index].place(("section", *rest)) if rest else self.document.place(("sections", index, "ref"))
        return self.document.place(loc)

    def folder(self, loc: Loc) -> Path:
        """The folder of the file in which the value at ``loc`` was written."""
        of_block = self.place(loc).file != self.document.file
        return self.library.folder / ("shared" if of_block else self.newsletter_name)

    def _overrides(self, index: int) -> dict[str, object]:
        sections = cast(list[dict[str, object]], self.document.data["sections"])
        return cast(dict[str, object], sections[index].get("overrides") or {})

    def find(self, rule: str, message: str, hint: str, loc: Loc) -> None:
        self.findings.append(Finding(rule, message, hint, loc=loc, place=self.place(loc)))


def load_issue(library: Library, key: str) -> LoadedIssue:
    """The issue ``NEWSLETTER/NAME``. InvalidInput carries every problem of every file it needs."""
    newsletter_name, _, name = key.partition("/")
    found: list[Finding] = []

    network = _read(lambda: library.network, found)
    segments = _read(lambda: library.segments, found)
    newsletter = _read(lambda: library.newsletter(newsletter_name), found)
    written = _read(lambda: library.issue_file(newsletter_name, name), found)
    if network is None or newsletter is None or written is None:
        raise InvalidInput(found)
    known = frozenset(segments.root) if segments else frozenset[str]()
    reading = _Reading(library, newsletter_name, name, written[0], known, found)
    issue = _resolve(reading, *newsletter, written[1])
    if issue is None or any(finding.severity == "error" for finding in reading.findings):
        raise InvalidInput(reading.findings)
    return LoadedIssue(issue, reading.place, tuple(reading.findings))


def _read(reader: Callable[[], T], found: list[Finding]) -> T | None:
    try:
        return reader()
    except InvalidInput as error:
        found.extend(error.findings)
        return None


def _resolve(reading: _Reading, newsletter_document: Document, newsletter: Newsletter, written: IssueFile) -> Issue | None:
    library = reading.library
    if written.period is None and written.date is None:
        reading.find("missing-key", "the issue has neither period nor date", "period: 2024-09", ())
    written = _with_language(reading, written)
    theme = _theme(reading, newsletter_document, newsletter)
    sections = tuple(
        _located_pictures(reading, section, ("sections", index))
        for index, part in enumerate(written.sections)
        if (section := _with_shared(reading, part, index, written, newsletter)) is not None
    )
    _check_names(reading, newsletter_document, newsletter, written, sections)
    image = _located_pictures(reading, written.image, ("image",)) if written.image else None
    if theme is None or (written.period is None and written.date is None):
        return None
    return Issue(
        name=reading.name,
        newsletter_name=reading.newsletter_name,
        written=written,
        sections=sections,
        image=image,
        newsletter=newsletter,
        network=library.network,
        theme=theme,
        translations=_translations(library, reading.newsletter_name, reading.name),
    )


def _with_language(reading: _Reading, written: IssueFile) -> IssueFile:
    """The language of a translation is in its file's name: 2024-09.es.yaml."""
    original, dot, language = reading.name.rpartition(".")
    if not dot:
        if written.translation_of and written.translation_of not in reading.library.issue_names(reading.newsletter_name):
            names = reading.library.issue_names(reading.newsletter_name)
            loc: Loc = ("translation_of",)
            reading.findings.append(unknown("issue", written.translation_of, names, loc, reading.place(loc)))
        return written
    if written.language not in {None, language}:
        reading.find("language", f"the file's name says {language}, its language says {written.language}", f"language: {language}", ("language",))
    if written.translation_of not in {None, original}:
        reading.find("language", f"the file's name says it translates {original}", f"translation_of: {original}", ("translation_of",))
    if original not in reading.library.issue_names(reading.newsletter_name):
        reading.find("unknown-issue", f"there is no {original}.yaml that this could translate", "name the file after the issue it translates", ())
    try:
        return IssueFile.model_validate({**{name: getattr(written, name) for name in written.model_fields_set}, "language": language, "translation_of": original})
    except ValidationError:
        reading.find("language", f"{language} in the file's name is not a language", f"rename it, as in {original}.es.yaml", ())
        return written


def _translations(library: Library, newsletter: str, name: str) -> tuple[tuple[str, str], ...]:
    original = name.partition(".")[0]
    default = library.newsletter(newsletter)[1].language
    family = [other for other in library.issue_names(newsletter) if other.partition(".")[0] == original and other != name]
    return tuple((other.partition(".")[2] or default, other) for other in family)


def _theme(reading: _Reading, newsletter_document: Document, newsletter: Newsletter) -> Theme | None:
    library = reading.library
    named = newsletter.theme or library.network.theme
    try:
        return library.theme(named)
    except KeyError:
        document = newsletter_document if newsletter.theme else library.read(library.folder / "network.yaml", type(library.network))[0]
        reading.findings.append(unknown("theme", str(named), library.theme_names, ("theme",), document.place(("theme",))))
    except InvalidInput as error:
        reading.findings.extend(error.findings)
    return None


def _with_shared(reading: _Reading, section: Section, index: int, written: IssueFile, newsletter: Newsletter) -> Section | None:
    """The section itself, or the shared block it names, with what the issue says otherwise."""
    if not isinstance(section, Shared):
        return section
    loc: Loc = ("sections", index)
    if section.ref not in reading.library.shared_names:
        reading.findings.append(unknown("shared block", section.ref, reading.library.shared_names, (*loc, "ref"), reading.place((*loc, "ref"))))
        return None
    try:
        document, block = reading.library.shared(section.ref)
    except InvalidInput as error:
        reading.findings.extend(finding for finding in error.findings if finding not in reading.findings)
        return None
    day = written.date or (written.period.start if written.period else None)
    if block.expires and day and day > block.expires:
        reading.find("shared-expired", f"shared block {section.ref} expired on {block.expires}; the issue is of {day}", f"ask {block.owner} for a newer one, or leave it out", (*loc, "ref"))
    common = {name: getattr(section, name) for name in section.model_fields_set & Section.model_fields.keys()}
    written_block = cast(dict[str, object], document.data["section"])
    merged = {**written_block, **common, **section.overrides}
    try:
        resolved = _SECTION.validate_python(merged)
    except ValidationError as error:
        prefix: Loc = (*loc, "overrides")
        reading.findings.extend(findings_of(error, reading.document, prefix=prefix))
        return None
    if isinstance(resolved, Shared):
        reading.find("shared-in-shared", f"shared block {section.ref} names a shared block itself", "put the section into the block", (*loc, "ref"))
        return None
    reading.blocks[index] = document
    return resolved


def _located_pictures(reading: _Reading, value: M, loc: Loc) -> M:
    """``value`` with each picture's path counted from the newsroom instead of from its file."""
    root = reading.library.root

    def located(image: Image, where: Loc) -> Image:
        if image.is_remote:
            return image
        where = (*where, "src")
        path = (reading.folder(where) / image.src).resolve()
        if not path.is_relative_to(root):
            reading.find("image-outside", f"{image.src} is outside of the newsroom", "a path from the folder of this file", where)
        elif not path.is_file():
            near = [other.name for other in path.parent.glob("*") if other.is_file()] if path.parent.is_dir() else []
            reading.findings.append(unknown("picture", image.src, near, where, reading.place(where)))
        else:
            return image.model_copy(update={"src": path.relative_to(root).as_posix()})
        return image

    return rewrite(value, Image, located, loc)


def _check_names(reading: _Reading, newsletter_document: Document, newsletter: Newsletter, written: IssueFile, sections: tuple[Section, ...]) -> None:
    entities = reading.library.network.entities
    if newsletter.entity and newsletter.entity not in entities:
        reading.findings.append(unknown("entity", newsletter.entity, entities, ("entity",), newsletter_document.place(("entity",))))
    named: list[tuple[str | None, Loc]] = [(written.entity, ("entity",))]
    for index, section in enumerate(sections):
        named.append((section.entity, ("sections", index, "entity")))
        if section.visible_to and section.visible_to not in reading.segments:
            loc: Loc = ("sections", index, "visible_to")
            reading.findings.append(unknown("segment", section.visible_to, reading.segments, loc, reading.place(loc)))
    for name, loc in named:
        if name and name not in entities:
            reading.findings.append(unknown("entity", name, entities, loc, reading.place(loc)))
