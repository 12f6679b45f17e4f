"""`lpdownload check`: every finding, before anybody is mailed."""

from collections.abc import Iterator
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding

if TYPE_CHECKING:
    from lpdownload.check.extras import Extra
    from lpdownload.check.waivers import Waived
    from lpdownload.content.library import Library


class Format(StrEnum):
    """How findings are printed."""

    text = "text"
    json = "json"
    github = "github"
    sarif = "sarif"


def check(
    issue: Annotated[
        list[str] | None,
        typer.Argument(help="NEWSLETTER/ISSUE, a file or a folder; everything if not given."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every file of the newsroom.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    browser: Annotated[
        bool,
        typer.Option("--browser", help="Look at each mail in Chromium too, light and dark."),
    ] = False,
    online: Annotated[bool, typer.Option("--online", help="Ask whether each link's page is there.")] = False,
    spam: Annotated[
        bool, typer.Option("--spam", help="Ask the SpamAssassin (spamd) of this machine about each mail.")
    ] = False,
    output: Annotated[
        Format,
        typer.Option("--format", metavar="text|json|github|sarif", help="How to print the findings."),
    ] = Format.text,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> None:
    """Check issues and the files they stand on; exit code 1 if there is an error."""
    arguments = [] if everything else issue or []
    library = issues.open_library(issue or [])
    keys = issues.chosen(library, arguments, everything)
    with ExitStack() as opened:
        extras = [*_extras(opened, browser=browser, online=online, spam=spam)]
        findings, waived = _checked(library, keys, arguments, extras)
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    match Format.json if as_json else output:
        case Format.json:
            console.print_json([console.finding_row(finding) for finding in findings])
        case Format.github:
            from lpdownload.cli.finding_formats import github

            if said := github(findings, library.root):
                console.say(said)
        case Format.sarif:
            from lpdownload.cli.finding_formats import sarif

            console.say(sarif(findings, waived, library.root))
        case Format.text:
            console.print_findings(findings)
            lived_with = f", {len(waived)} waived" if waived else ""
            counts = f"{console.number(errors, 'error')}, {console.number(warnings, 'warning')}{lived_with}"
            console.say(f"{console.number(len(keys), 'issue')} checked: {counts}.")
    if errors or (strict and warnings):
        raise typer.Exit(console.EXIT_FINDINGS)


def _checked(
    library: "Library", keys: list[str], arguments: list[str], extras: "list[Extra]"
) -> "tuple[list[Finding], list[Waived]]":
    """Findings by place, each once, of the issues and of the other files that are meant."""
    from lpdownload.check.run import check_files, check_slugs, check_variants

    folders = (
        [path.resolve() for argument in arguments if (path := Path(argument)).exists()]
        if arguments
        else [library.root]
    )
    found = [finding for folder in folders for finding in check_files(library, folder)]
    waived: dict[Waived, None] = {}
    loaded = []
    for key in console.progress(keys, "Checking"):
        checked = check_variants(library, key, extras)
        found += checked.findings
        waived |= dict.fromkeys(checked.waived)
        loaded.append(checked.loaded)
    found += check_slugs(issue for issue in loaded if issue)
    findings = list(dict.fromkeys(found))
    findings.sort(
        key=lambda finding: (
            (finding.place.file, finding.place.line, finding.place.column) if finding.place else ("", 0, 0)
        )
    )
    return findings, list(waived)


def _extras(opened: ExitStack, *, browser: bool, online: bool, spam: bool) -> "Iterator[Extra]":
    """What was asked for beside the rules; ``opened`` closes it."""
    if online:
        from lpdownload.check.online.online import OnlineCheck

        tell = opened.enter_context(console.meter(None, "Asking for pages"))
        yield OnlineCheck(progress=lambda done, of: tell(done, f"{done:,} of {of:,} pages"))
    if browser:
        from lpdownload.check.browser.run import browser_check

        yield opened.enter_context(browser_check())
    if spam:
        from lpdownload.check.spam import SpamAssassin

        yield SpamAssassin()
