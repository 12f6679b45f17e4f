"""Reads an issue, renders it as its readers may get it, and gathers every finding with its place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lpdownload.check.placeholders import placeholder_findings
from lpdownload.check.size import size_findings
from lpdownload.content.issues import LoadedIssue, read_issue
from lpdownload.content.library import Library
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.network import Network
from lpdownload.model.subscriber import ATTRIBUTES
from lpdownload.render.render import Rendering, render_issue
from lpdownload.render.web import render_web


@dataclass(frozen=True, slots=True)
class Checked:
    """An issue's findings, and its rendering if it could be rendered."""

    key: str
    loaded: LoadedIssue | None
    rendering: Rendering | None
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def check_issue(library: Library, key: str, variant: frozenset[str] = frozenset()) -> Checked:
    """Reads and renders one variant of ``NEWSLETTER/ISSUE``; never raises for what its files say."""
    loaded, found = read_issue(library, key)
    if loaded is None:
        return Checked(key, None, None, found)
    broken = {finding.loc for finding in found if finding.severity == "error"}
    if broken:  # every section is looked through, for what else is wrong
        variant = frozenset(section.visible_to for section in loaded.issue.sections if section.visible_to)
    try:
        rendering = render_issue(
            loaded.issue, newsroom=library.root, templates=library.templates, variant=variant
        )
    except InvalidInput as error:
        more = (finding for finding in error.findings if not _follows(finding, broken))
        return Checked(key, None if broken else loaded, None, _placed(loaded, (*found, *more)))
    if broken:
        more = (finding for finding in rendering.findings if not _follows(finding, broken))
        return Checked(key, None, None, _placed(loaded, (*found, *more)))
    size = size_findings(rendering)
    unwritten = placeholder_findings(loaded.issue)
    findings = (*loaded.findings, *unwritten, *rendering.findings, *size, *_hidden(loaded, variant))
    return Checked(key, loaded, rendering, _placed(loaded, findings))


def _follows(finding: Finding, broken: set[Loc]) -> bool:
    """Whether it only says again what is known to be broken, at the same value or inside of it."""
    depth = len(finding.loc)
    return depth > 0 and any(loc[:depth] == finding.loc for loc in broken)


def check_variants(library: Library, key: str) -> Checked:
    """As ``check_issue``, for everybody's variant and for one that shows every section."""
    everybody = check_issue(library, key)
    if everybody.loaded is None:
        return everybody
    segments = frozenset(
        section.visible_to for section in everybody.loaded.issue.sections if section.visible_to
    )
    if everybody.rendering is not None:
        everybody = _with_web_page(everybody, everybody.loaded, everybody.rendering)
    if not segments:
        return everybody
    whole = check_issue(library, key, segments)
    seen = (finding for finding in everybody.findings if finding.rule != "hidden-section")
    findings = dict.fromkeys((*seen, *whole.findings))
    return Checked(key, everybody.loaded, everybody.rendering if whole.rendering else None, tuple(findings))


def _with_web_page(checked: Checked, loaded: LoadedIssue, rendering: Rendering) -> Checked:
    """What only the archive page shows may be wrong too."""
    try:
        render_web(rendering.draft)
        found = rendering.findings
    except InvalidInput as error:
        found = error.findings
    findings = tuple(dict.fromkeys((*checked.findings, *_placed(loaded, found))))
    return replace(checked, findings=findings)


def check_slugs(issues: Iterable[LoadedIssue]) -> tuple[Finding, ...]:
    """Two issues of a newsletter with one name in web addresses."""
    first: dict[tuple[str, str], str] = {}
    findings = []
    for loaded in issues:
        issue = loaded.issue
        other = first.setdefault((issue.newsletter_name, issue.slug), issue.key)
        if other != issue.key:
            message = f"{other} has the name {issue.slug} in web addresses already"
            finding = Finding("duplicate-slug", message, "give one of them another slug", loc=("slug",))
            findings.append(loaded.placed(finding))
    return tuple(findings)


def check_files(library: Library, under: Path) -> tuple[Finding, ...]:
    """What is wrong in the files below ``under`` that are no issues: network, newsletters, blocks, themes."""
    findings: list[Finding] = []

    def attempt(path: Path, read: Callable[[], object]) -> None:
        if path.is_relative_to(under):
            try:
                read()
            except InvalidInput as error:
                findings.extend(error.findings)

    attempt(library.folder / "network.yaml", lambda: library.network)
    attempt(library.folder / "network.yaml", lambda: findings.extend(_personas(library)))
    attempt(library.folder / "network.yaml", lambda: findings.extend(_priority(library)))
    attempt(library.folder / "segments.yaml", lambda: library.segments)
    for name in library.newsletter_names:
        attempt(library.folder / name / "newsletter.yaml", partial(library.newsletter, name))
    for name in library.shared_names:
        attempt(library.folder / "shared" / f"{name}.yaml", partial(library.shared, name))
    for name in library.theme_names:
        attempt(library.root / "templates" / "themes" / f"{name}.yaml", partial(library.theme, name))
    return tuple(dict.fromkeys([*findings, *library.strays(under)]))


def _personas(library: Library) -> Iterable[Finding]:
    """Attributes of personas that no reader has."""
    document, network = library.read(library.folder / "network.yaml", Network)
    known = {*ATTRIBUTES, *(declared.name for declared in network.attributes), "subscribed", "received"}
    for persona, attributes in network.personas.items():
        for name in attributes:
            if name not in known:
                loc = ("personas", persona, name)
                yield unknown("attribute", name, known, loc, document.place(loc, key=True))


def _priority(library: Library) -> Iterable[Finding]:
    """Newsletters of contact.priority that do not exist."""
    document, network = library.read(library.folder / "network.yaml", Network)
    for index, name in enumerate(network.contact.priority):
        if name not in library.newsletter_names:
            loc = ("contact", "priority", index)
            yield unknown("newsletter", name, library.newsletter_names, loc, document.place(loc))


def _placed(loaded: LoadedIssue, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(loaded.placed(finding) for finding in findings))


def _hidden(loaded: LoadedIssue, variant: frozenset[str]) -> tuple[Finding, ...]:
    """So that nobody wonders where a section is that only some readers get."""
    return tuple(
        Finding(
            "hidden-section",
            f"only {section.visible_to} sees this section; this rendering leaves it out",
            f"lpdownload render {loaded.issue.key} --variant {section.visible_to}",
            "info",
            loc=("sections", index, "visible_to"),
        )
        for index, section in enumerate(loaded.issue.sections)
        if section.visible_to and section.visible_to not in variant
    )
