"""Issues read whole: shared blocks put in, pictures found, every name checked, all with places."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Protocol, TypeVar

from lpdownload.content.library import Library
from lpdownload.content.located import Document
from lpdownload.content.pictures import located_pictures
from lpdownload.content.reading import Reading
from lpdownload.content.references import unknown
from lpdownload.content.salvage import salvaged
from lpdownload.content.segments import rule_findings
from lpdownload.content.shared import resolved
from lpdownload.errors import Finding, InvalidInput, Loc, Place
from lpdownload.model.audience import EVERYBODY
from lpdownload.model.issue import Issue, IssueFile, slug_of
from lpdownload.model.localise import localised_network, localised_newsletter
from lpdownload.model.network import Network
from lpdownload.model.newsletter import Newsletter
from lpdownload.model.sections.base import Section
from lpdownload.model.sections.structure import Divider
from lpdownload.model.text import exists_in, is_ambiguous, is_language, is_slug
from lpdownload.model.theme import Theme
from lpdownload.settings import PROVIDERS

T = TypeVar("T")


class PlaceOf(Protocol):
    """Where the value at ``loc`` was written, or the words ``within`` inside of it."""

    def __call__(self, loc: Loc, /, *, within: str = "") -> Place: ...


@dataclass(frozen=True)
class LoadedIssue:
    """An issue and where its values were written; ``findings`` are those that do not stop it."""

    issue: Issue
    place: PlaceOf
    newsletter_place: PlaceOf
    findings: tuple[Finding, ...] = ()

    def placed(self, finding: Finding) -> Finding:
        """The finding with its place in the YAML, if it has none yet.

        ``("newsletter", …)`` leads into newsletter.yaml.
        """
        if finding.place:
            return finding
        if finding.loc[:1] == ("newsletter",):
            loc = finding.loc[1:]
            return replace(finding, loc=loc, place=self.newsletter_place(loc))
        return finding.at(self.place(finding.loc))


def load_issue(library: Library, key: str) -> LoadedIssue:
    """The issue ``NEWSLETTER/NAME``. InvalidInput carries every problem of every file it needs."""
    loaded, findings = read_issue(library, key)
    if loaded is None or any(finding.severity == "error" for finding in findings):
        raise InvalidInput(findings)
    return loaded


def read_issue(library: Library, key: str) -> tuple[LoadedIssue | None, tuple[Finding, ...]]:
    """As much of an issue as can be read, and all that is wrong with it.

    With errors among the findings the issue is good only for finding more of them: a section that cannot be
    read stands there as a divider, an entity that does not exist is left out.
    """
    newsletter_name, _, name = key.partition("/")
    found: list[Finding] = []
    network = _read(lambda: library.network, found)
    segments = _read(lambda: library.segments, found)
    newsletter = _read(lambda: library.newsletter(newsletter_name), found)
    written = _read(lambda: library.issue_file(newsletter_name, name), found)
    if written is None:
        written = salvaged(library, newsletter_name, name, found)
    if network is None or newsletter is None or written is None:
        return None, tuple(found)
    reading = Reading(library, newsletter_name, name, written[0], found)
    issue = _resolve(reading, *newsletter, written[1], frozenset(segments.root) if segments else None)
    findings = tuple(reading.findings)
    loaded = LoadedIssue(issue, reading.place, newsletter[0].place, findings) if issue else None
    return loaded, findings


def _read(reader: Callable[[], T], found: list[Finding]) -> T | None:
    try:
        return reader()
    except InvalidInput as error:
        found.extend(finding for finding in error.findings if finding not in found)
        return None


def _resolve(
    reading: Reading,
    newsletter_document: Document,
    newsletter: Newsletter,
    written: IssueFile,
    segments: frozenset[str] | None,
) -> Issue | None:
    """The whole issue; None, with findings, if something is missing that nothing goes without."""
    library = reading.library
    has_date = written.period is not None or written.date is not None
    if not has_date:
        reading.find("missing-key", "the issue has neither period nor date", "period: 2024-09", ())
    written = _with_language(reading, written)
    language = written.language or newsletter.language
    _check_names(reading, newsletter_document)
    theme = _theme(reading, newsletter_document, newsletter)
    sections: list[Section] = []
    for index, part in enumerate(written.sections):
        section = resolved(reading, part, index, written)
        if section is None:
            sections.append(Divider(type="divider"))
            continue
        section = _without_unknown_names(reading, section, ("sections", index), segments)
        sections.append(located_pictures(reading, section, ("sections", index)))
    _check_anchors(reading, written)
    _check_send_at(reading, newsletter, written)
    _check_account(reading, newsletter_document, newsletter)
    _check_audience(reading, newsletter_document, newsletter, written, segments)
    if _unknown_entity(reading, written.entity, ("entity",), reading.document):
        written = written.model_copy(update={"entity": None})
    if _unknown_entity(reading, newsletter.entity, ("entity",), newsletter_document):
        newsletter = newsletter.model_copy(update={"entity": None})
    image = located_pictures(reading, written.image, ("image",)) if written.image else None
    if theme is None or not has_date:
        return None
    return Issue(
        name=reading.name,
        newsletter_name=reading.newsletter_name,
        written=written,
        sections=tuple(sections),
        image=image,
        newsletter=localised_newsletter(newsletter, language),
        network=localised_network(library.network, language),
        theme=theme,
        translations=_translations(library, newsletter, reading.newsletter_name, reading.name),
    )


def _with_language(reading: Reading, written: IssueFile) -> IssueFile:
    """A translation's language, and what it translates, are in its file's name: 2024-09.es.yaml."""
    names = reading.library.issue_names(reading.newsletter_name)
    original, dot, language = reading.name.rpartition(".")
    if not dot:
        if written.translation_of and written.translation_of not in names:
            reading.find_unknown("issue", written.translation_of, names, ("translation_of",))
        elif written.translation_of:  # it would be mailed to everybody, as an issue of its own
            message = "a translation is named after its original and its language"
            hint = f"rename the file to {written.translation_of}.{written.language or 'es'}.yaml"
            reading.find("translation-name", message, hint, ("translation_of",))
        return written
    if written.language not in {None, language}:
        message = f"the file's name says {language}, its language says {written.language}"
        reading.find("language", message, f"language: {language}", ("language",))
    if written.translation_of not in {None, original}:
        message = f"the file's name says it translates {original}"
        reading.find("language", message, f"translation_of: {original}", ("translation_of",))
    if original not in names:
        hint = "name the file after the issue it translates"
        reading.find("unknown-issue", f"there is no {original}.yaml that this could translate", hint, ())
    if not is_language(language):
        message = f"{language} in the file's name is not a language"
        reading.find("language", message, f"rename it, as in {original}.es.yaml", ())
    return written.model_copy(update={"language": language, "translation_of": original})


def _translations(
    library: Library, newsletter: Newsletter, folder: str, name: str
) -> tuple[tuple[str, str], ...]:
    """(language, slug) of the issue's other languages; one that cannot be read is left out."""
    original = name.partition(".")[0]
    found: list[tuple[str, str]] = []
    for other in library.issue_names(folder):
        stem, _, language = other.partition(".")
        if stem == original and other != name:
            written = _read(partial(library.issue_file, folder, other), [])
            if written:
                found.append((language or newsletter.language, slug_of(written[1], other)))
    return tuple(found)


def _theme(reading: Reading, newsletter_document: Document, newsletter: Newsletter) -> Theme | None:
    library = reading.library
    named = newsletter.theme or library.network.theme
    try:
        return library.theme(named)
    except KeyError:
        network_document = library.read(library.folder / "network.yaml", Network)[0]
        place = (newsletter_document if newsletter.theme else network_document).place(("theme",))
        reading.findings.append(unknown("theme", str(named), library.theme_names, ("theme",), place))
    except InvalidInput as error:
        reading.findings.extend(error.findings)
    return None


def _check_names(reading: Reading, newsletter_document: Document) -> None:
    """Folder and file stand in addresses and in List-Id, where not every name can."""
    hint = "letters, digits and dashes, as in lpny/2024-09"
    if not is_slug(reading.newsletter_name):
        message = f"the folder's name is not a short name: {reading.newsletter_name}"
        reading.findings.append(Finding("bad-slug", message, hint, place=newsletter_document.place(())))
    if not is_slug(reading.name.lower()):
        reading.find("bad-slug", f"the file's name is not a short name: {reading.name}", hint, ())


def _check_anchors(reading: Reading, written: IssueFile) -> None:
    taken: dict[str, int] = {}
    for index, section in enumerate(written.sections):
        anchor = section.id or f"s{index + 1}"
        if taken.setdefault(anchor, index) != index:
            message = f"sections[{taken[anchor]}] has the id {anchor} already"
            reading.find("duplicate-id", message, "give each its own", ("sections", index, "id"))


def _check_send_at(reading: Reading, newsletter: Newsletter, written: IssueFile) -> None:
    """A local time that its zone skips, or has twice, is no moment."""
    moment, zone = written.send_at, newsletter.timezone
    if moment is None:
        if written.local and "send_at" not in reading.document.data:
            message = "no time is given that readers' clocks could show"
            reading.find("missing-key", message, "send_at: 2024-09-18 09:00", ("local",))
        return
    loc = ("send_at",)
    if not exists_in(moment, zone):
        hint = f"{moment + timedelta(hours=1):%Y-%m-%d %H:%M} or {moment - timedelta(hours=1):%Y-%m-%d %H:%M}"
        reading.find(
            "no-such-time", f"{zone} skips {moment:%H:%M} that day: its clocks go forward", hint, loc
        )
    elif is_ambiguous(moment, zone):
        hint = "a time an hour before or after"
        reading.find("two-times", f"{zone} has {moment:%H:%M} twice that day: its clocks go back", hint, loc)
    if written.date and written.date != moment.date() and "date" in reading.document.data:
        message = f"date says {written.date}, send_at says {moment.date()}"
        reading.find("two-dates", message, "leave out date: send_at says the day too", loc)


def _check_account(reading: Reading, newsletter_document: Document, newsletter: Newsletter) -> None:
    accounts = dict.fromkeys((*reading.library.network.accounts, *PROVIDERS))
    if newsletter.account and newsletter.account not in accounts:
        place = newsletter_document.place(("account",))
        reading.findings.append(unknown("account", newsletter.account, accounts, ("account",), place))


def _check_audience(
    reading: Reading,
    newsletter_document: Document,
    newsletter: Newsletter,
    written: IssueFile,
    segments: frozenset[str] | None,
) -> None:
    """The segments that decide who gets it; nothing, if segments.yaml itself cannot be read."""
    if segments is None:
        return
    if newsletter.segment and newsletter.segment not in segments:
        place = newsletter_document.place(("segment",))
        reading.findings.append(unknown("segment", newsletter.segment, segments, ("segment",), place))
    if written.translation_of and written.audience is not None:
        message = "a translation goes to readers of its language within the original's audience"
        reading.find("audience", message, f"say it in {written.translation_of}.yaml", ("audience",))
    audience = written.audience or EVERYBODY
    for name, rule in (("segment", audience.segment), ("exclude", audience.exclude)):
        if rule is not None:
            loc = ("audience", name)
            reading.findings.extend(rule_findings(reading.library, reading.document, rule, loc))


def _without_unknown_names(
    reading: Reading, section: Section, loc: Loc, segments: frozenset[str] | None
) -> Section:
    """The section; names of entities and segments that do not exist become findings."""
    if section.visible_to and segments is not None and section.visible_to not in segments:
        reading.find_unknown("segment", section.visible_to, segments, (*loc, "visible_to"))
    entities = reading.library.network.entities
    if section.entity and section.entity not in entities:
        reading.find_unknown("entity", section.entity, entities, (*loc, "entity"))
        return section.model_copy(update={"entity": None})
    return section


def _unknown_entity(reading: Reading, name: str | None, loc: Loc, document: Document) -> bool:
    entities = reading.library.network.entities
    if name is None or name in entities:
        return False
    reading.findings.append(unknown("entity", name, entities, loc, document.place(loc)))
    return True
