"""`lpdownload render`: issues into files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.check.run import Checked
    from lpdownload.content.library import Library
    from lpdownload.render.output import Outputs

Reader = dict[str, str | tuple[str, ...]]


def render(
    issue: Annotated[
        list[str] | None, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, a file or a folder.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every issue of the newsroom.")] = False,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("build"),
    as_: Annotated[
        list[str] | None,
        typer.Option("--as", metavar="KEY=VALUE,…", help="Render for a reader with these attributes."),
    ] = None,
    persona: Annotated[str | None, typer.Option(help="Render for a made-up reader of network.yaml.")] = None,
    variant: Annotated[
        list[str] | None, typer.Option(metavar="SEGMENT", help="Render as members of this segment get it.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Render issues into OUT/NEWSLETTER/ISSUE/: mail, plain text, message, web page, card, assets."""
    from lpdownload.check.run import check_issue

    arguments = issue or []
    if not arguments and not everything:
        console.note("Which issue? Name one as in: lpdownload render lpny/2024-09, or say --all.")
        raise typer.Exit(2)
    try:
        library = issues.open_library(arguments)
        keys = issues.chosen(library, arguments, everything)
        reader, segments = _reader(library, as_ or [], persona, variant or [])
    except InvalidInput as error:
        if as_json:  # what reads it gets a list, whatever happened
            console.print_json([_nothing(error.findings)])
        raise
    if not keys:
        console.note("There is no issue here. Make one: lpdownload new NEWSLETTER")
    results = []
    for key in console.progress(keys, "Rendering"):
        checked = check_issue(library, key, segments)
        results.append(_written(checked, out, reader))
    if as_json:
        console.print_json([_row(checked, outputs) for checked, outputs in results])
    else:
        _report(results, out)
    if any(outputs is None for _, outputs in results):
        raise typer.Exit(console.EXIT_FINDINGS)


def _reader(
    library: "Library", pairs: list[str], persona: str | None, variants: list[str]
) -> tuple[Reader, frozenset[str]]:
    """The reader's attributes, and the segments he is in. InvalidInput names what is not known."""
    if not (pairs or persona or variants):
        return {}, frozenset()
    from lpdownload.audience.evaluate import memberships
    from lpdownload.audience.reader import reader_of

    reader = reader_of(library.network, pairs, persona)
    segments = library.segments
    from lpdownload.content.references import require

    for name in variants:
        require("segment", name, segments.root)
    return reader, frozenset(variants) | (memberships(reader, segments) if reader else frozenset())


def _written(checked: "Checked", out: Path, reader: Reader) -> "tuple[Checked, Outputs | None]":
    from dataclasses import replace

    from lpdownload.model.content import MissingValue, UnsafeValue
    from lpdownload.model.mailbox import BadMailbox
    from lpdownload.render.output import write_outputs
    from lpdownload.render.render import fill_values
    from lpdownload.writable import writing_to

    if checked.rendering is None or checked.loaded is None or checked.has_errors:
        return checked, None
    values = {name: value if isinstance(value, str) else ", ".join(value) for name, value in reader.items()}
    rendering = checked.rendering
    try:
        with writing_to(out, "choose another folder with --out"):
            return checked, write_outputs(rendering, out, fill_values(rendering, values))
    except InvalidInput as error:
        findings = error.findings
    except (BadMailbox, MissingValue, UnsafeValue) as error:
        findings = (
            Finding("merge-value", str(error), "give the merge field a default, or a value with --as"),
        )
    placed = tuple(checked.loaded.placed(finding) if finding.loc else finding for finding in findings)
    return replace(checked, findings=(*checked.findings, *placed)), None


def _nothing(findings: tuple[Finding, ...]) -> dict[str, object]:
    """The row of no issue at all: what is wrong with the newsroom or the command."""
    empty = dict.fromkeys(("newsletter", "issue", "subject", "preheader", "from"))
    return {**empty, "files": {}, "bytes": {}, "findings": [console.finding_row(found) for found in findings]}


def _row(checked: "Checked", outputs: "Outputs | None") -> dict[str, object]:
    newsletter, _, name = checked.key.partition("/")
    rendering = checked.rendering
    issue = checked.loaded.issue if checked.loaded else None
    return {
        "newsletter": newsletter,
        "issue": name,
        "subject": rendering.subject if rendering else None,
        "preheader": issue.written.preheader if issue else None,
        "from": f"{issue.sender.name} <{issue.sender.email}>" if issue else None,
        "files": {name: str(path) for name, path in outputs.files.items()} if outputs else {},
        "bytes": {"html": outputs.html_bytes, "text": outputs.text_bytes, "eml": outputs.eml_bytes}
        if outputs
        else {},
        "findings": [console.finding_row(finding) for finding in checked.findings],
    }


def _report(results: "list[tuple[Checked, Outputs | None]]", out: Path) -> None:
    from lpdownload.check.size import CLIP

    findings = list(dict.fromkeys(finding for checked, _ in results for finding in checked.findings))
    console.print_findings(findings, stderr=True)
    rows = []
    for checked, outputs in results:
        subject = checked.rendering.subject if checked.rendering else "not rendered"
        share = f"{outputs.html_bytes * 100 / CLIP:.0f}%" if outputs else ""
        sizes = (f"{outputs.html_bytes:,}", share, f"{outputs.text_bytes:,}") if outputs else ("", "", "")
        rows.append((checked.key, subject, *sizes, str(len(checked.findings))))
    columns = ("Issue", "Subject", "HTML", "of clip", "Text", "Findings")
    console.print_table(
        [console.Column(name, right=index > 1, wide=index == 1) for index, name in enumerate(columns)], rows
    )
    written = [(checked, outputs) for checked, outputs in results if outputs]
    if written:
        first = written[0][1].files["email.html"]
        console.say(
            f"\nWrote {len(written)} of {len(results)} to {out}/NEWSLETTER/ISSUE/. Open {first} in a browser."
        )
