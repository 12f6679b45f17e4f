"""Reads an issue, renders it as its readers may get it, and gathers every finding with its place."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from lpdownload.check.extras import Extra
from lpdownload.check.inspection import Inspection
from lpdownload.check.registry import FAMILIES, rules_of
from lpdownload.check.waivers import Waived, waive
from lpdownload.content.issues import LoadedIssue, read_issue
from lpdownload.content.library import Library
from lpdownload.content.news import load_news
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.network import Network
from lpdownload.model.subscriber import ATTRIBUTES
from lpdownload.render.render import Rendering, render_issue
from lpdownload.render.web import render_web

AT_RENDERING = ("content", "size")
"""The families that are looked at whenever an issue is rendered: they load nothing that takes time."""


@dataclass(frozen=True, slots=True)
class Checked:
    """An issue's findings, those it waives, and its rendering if it could be rendered."""

    key: str
    loaded: LoadedIssue | None
    rendering: Rendering | None
    findings: tuple[Finding, ...]
    waived: tuple[Waived, ...] = ()

    @property
    def has_errors(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


def check_issue(library: Library, key: str, variant: frozenset[str] = frozenset()) -> Checked:
    """Reads and renders one variant of ``NEWSLETTER/ISSUE``; never raises for what its files say."""
    checked = _rendered(library, key, variant)
    if checked.loaded is not None and checked.rendering is not None:
        of_rules = rule_findings(Inspection(library, checked.loaded, checked.rendering), AT_RENDERING)
        checked = replace(checked, findings=tuple(dict.fromkeys((*checked.findings, *of_rules))))
    return _waived(checked)


def check_variants(library: Library, key: str, extras: Sequence[Extra] = ()) -> Checked:
    """Every finding of every rule: on everybody's variant, and on one that shows every section.

    ``extras`` look at the latter too; they need more than the newsroom's files, as a browser.
    """
    everybody = _rendered(library, key, frozenset())
    if everybody.loaded is None:
        return everybody
    loaded, found = everybody.loaded, list(everybody.findings)
    segments = frozenset(section.visible_to for section in loaded.issue.sections if section.visible_to)
    if everybody.rendering is not None:
        found += _of_web_page(loaded, everybody.rendering)
    fullest = everybody
    if segments:
        found = [finding for finding in found if finding.rule != "hidden-section"]
        fullest = _rendered(library, key, segments)
        found += fullest.findings
    if fullest.rendering is not None:
        inspection = Inspection(library, loaded, fullest.rendering)
        of_rules = rule_findings(inspection)
        too_large = any(finding.rule == "size-clip" for finding in of_rules)
        if too_large and segments and everybody.rendering is not None:
            size = rule_findings(Inspection(library, loaded, everybody.rendering), ("size",))
            of_rules = [*size, *_of_nobody(of_rules, size)]
        found += of_rules
        for extra in extras:
            found += extra.look(inspection)
    rendering = everybody.rendering if fullest.rendering else None
    checked = Checked(key, loaded, rendering, tuple(dict.fromkeys(found)))
    return _waived(checked, {extra.name for extra in extras})


def _of_nobody(found: Iterable[Finding], everybody: Iterable[Finding]) -> Iterator[Finding]:
    """What is found of a mail with every section, which perhaps nobody is in all the segments to get.

    That it is too large is then no error; and it need not be said twice.
    """
    said = {finding.rule for finding in everybody}
    for finding in found:
        if finding.rule != "size-clip":
            yield finding
        elif finding.rule not in said:
            message = f"with the sections of every segment, {finding.message}"
            yield replace(finding, message=message, severity="warning")


def rule_findings(inspection: Inspection, families: Iterable[str] = FAMILIES) -> list[Finding]:
    """What the rules of these families find, waivers aside."""
    return [finding for rule in rules_of(frozenset(families)) for finding in rule.findings(inspection)]


def _rendered(library: Library, key: str, variant: frozenset[str]) -> Checked:
    """What reading and rendering say."""
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
    findings = (*loaded.findings, *rendering.findings, *_hidden(loaded, variant))
    return Checked(key, loaded, rendering, _placed(loaded, findings))


def _waived(checked: Checked, ran: Iterable[str] | None = None) -> Checked:
    """Without what the issue waives. ``ran``: all static rules and these extras had their say."""
    if checked.loaded is None or not checked.loaded.issue.written.waive:
        return checked
    findings, waived = waive(checked.loaded, checked.findings, ran)
    return replace(checked, findings=findings, waived=waived)


def _follows(finding: Finding, broken: set[Loc]) -> bool:
    """Whether it only says again what is known to be broken, at the same value or inside of it."""
    depth = len(finding.loc)
    return depth > 0 and any(loc[:depth] == finding.loc for loc in broken)


def _of_web_page(loaded: LoadedIssue, rendering: Rendering) -> tuple[Finding, ...]:
    """What only the archive page shows may be wrong too."""
    try:
        render_web(rendering.draft)
        found = rendering.findings
    except InvalidInput as error:
        found = error.findings
    return _placed(loaded, found)


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
    """What is wrong in the files below ``under`` that are no issues: network, blocks, news and so on."""
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
    for name in library.news_names:
        path = library.folder / "news" / f"{name}.yaml"
        attempt(path, lambda name=name: findings.extend(load_news(library, name).findings))  # type: ignore[misc]
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
