"""`lpdownload check`: every finding, before anybody is mailed."""

from pathlib import Path
from typing import Annotated

import typer

from lpdownload.cli import console, issues


def check(
    issue: Annotated[
        list[str] | None,
        typer.Argument(help="NEWSLETTER/ISSUE, a file or a folder; everything if not given."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every file of the newsroom.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check issues and the files they stand on; exit code 1 if there is an error."""
    from lpdownload.check.run import check_files, check_slugs, check_variants

    arguments = [] if everything else issue or []
    library = issues.open_library(issue or [])
    keys = issues.chosen(library, arguments, everything)
    folders = (
        [path.resolve() for argument in arguments if (path := Path(argument)).exists()]
        if arguments
        else [library.root]
    )
    found = [finding for folder in folders for finding in check_files(library, folder)]
    loaded = []
    for key in console.progress(keys, "Checking"):
        checked = check_variants(library, key)
        found += checked.findings
        loaded.append(checked.loaded)
    found += check_slugs(issue for issue in loaded if issue)
    findings = list(dict.fromkeys(found))
    findings.sort(
        key=lambda finding: (
            (finding.place.file, finding.place.line, finding.place.column) if finding.place else ("", 0, 0)
        )
    )
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = sum(finding.severity == "warning" for finding in findings)
    if as_json:
        console.print_json([console.finding_row(finding) for finding in findings])
    else:
        console.print_findings(findings)
        issues_word = "issue" if len(keys) == 1 else "issues"
        console.say(f"{len(keys)} {issues_word} checked: {errors} errors, {warnings} warnings.")
    if errors or (strict and warnings):
        raise typer.Exit(console.EXIT_FINDINGS)
