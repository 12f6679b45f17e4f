"""`lpdownload shots`: pictures of issues as mail programs show them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.check.browser.shots import Shot
    from lpdownload.check.run import Checked
    from lpdownload.content.library import Library


def shots(
    issue: Annotated[
        list[str] | None, typer.Argument(help="NEWSLETTER/ISSUE such as lpny/2024-09, a file or a folder.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every issue of the newsroom.")] = False,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("build/shots"),
    client: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only as this mail program shows it.")
    ] = None,
    width: Annotated[
        list[int] | None, typer.Option(metavar="700|375", help="Only this wide, in pixels.")
    ] = None,
    mode: Annotated[
        list[str] | None,
        typer.Option(metavar="light|dark|forced", help="Only in light, its own dark, or a forced one."),
    ] = None,
    pdf: Annotated[bool, typer.Option(help="Write mail.pdf too.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Take pictures of issues: OUT/NEWSLETTER/ISSUE/CLIENT-WIDTH-MODE.png, all on sheet.png, and mail.pdf.

    Needs Chromium. Mail programs, each in the modes and widths that say something about a mail:

    apple-mail    light, dark, forced; 700 and 375 px

    gmail-web     light, forced; 700 and 375 px

    gmail-imap    light, forced; 375 px

    outlook-word  light; 700 px

    outlook-app   light, dark; 700 and 375 px

    web           the page on the web: light, dark; 700 and 375 px

    Light and dark are the mail's own; forced is what a program makes of a mail on a dark screen.
    """
    arguments = issue or []
    if not arguments and not everything:
        console.note("Which issue? Name one as in: lpdownload shots lpny/2024-09, or say --all.")
        raise typer.Exit(2)
    try:
        wanted = _wanted(client or [], width or [], mode or [])
        library = issues.open_library(arguments)
        taken = _taken(library, issues.chosen(library, arguments, everything), wanted, out, pdf=pdf)
    except InvalidInput as error:
        if as_json:  # what reads it gets a list, whatever happened
            findings = [console.finding_row(finding) for finding in error.findings]
            console.print_json([{"newsletter": None, "issue": None, "files": {}, "findings": findings}])
        raise
    if as_json:
        console.print_json([_row(checked, files) for checked, files in taken])
    else:
        _report(taken, out)
    if any(not files for _, files in taken):
        raise typer.Exit(console.EXIT_FINDINGS)


def _wanted(clients: list[str], widths: list[int], modes: list[str]) -> "tuple[Shot, ...]":
    """The shots that were asked for. InvalidInput names what there is not, and what there is."""
    from lpdownload.check.browser.shots import CLIENTS, WIDTHS, shots
    from lpdownload.check.browser.views import MODES

    findings = [
        Finding("unknown-shot", f"there is no {kind} {value}", f"there are {', '.join(map(str, known))}")
        for kind, values, known in (
            ("client", clients, [*CLIENTS]),
            ("width", widths, [*WIDTHS]),
            ("mode", modes, [*MODES]),
        )
        for value in values
        if value not in known
    ]
    if findings:
        raise InvalidInput(findings)
    if wanted := shots(clients, widths, modes):
        return wanted
    message = "no picture is taken of these mail programs in this mode and width"
    raise InvalidInput([Finding("unknown-shot", message, "lpdownload shots --help tells which are")])


def _taken(
    library: "Library", keys: list[str], wanted: "tuple[Shot, ...]", out: Path, *, pdf: bool
) -> "list[tuple[Checked, dict[str, Path]]]":
    """Each issue with its files by name; an issue that cannot be rendered has none."""
    from lpdownload.check.browser.chromium import chromium
    from lpdownload.check.browser.page import mail_page
    from lpdownload.check.browser.shots import take
    from lpdownload.check.run import check_issue
    from lpdownload.writable import require_folder, writing_to

    with writing_to(out, "choose another folder with --out"):
        require_folder(out)
    taken: list[tuple[Checked, dict[str, Path]]] = []
    with chromium() as browser, mail_page(browser) as page:
        for key in console.progress(keys, "Taking pictures"):
            checked = check_issue(library, key)
            files = take(page, checked.rendering, wanted, out / key, pdf=pdf) if checked.rendering else {}
            taken.append((checked, files))
    return taken


def _row(checked: "Checked", files: dict[str, Path]) -> dict[str, object]:
    newsletter, _, name = checked.key.partition("/")
    return {
        "newsletter": newsletter,
        "issue": name,
        "files": {name: str(path) for name, path in files.items()},
        "findings": [console.finding_row(finding) for finding in checked.findings],
    }


def _report(taken: "list[tuple[Checked, dict[str, Path]]]", out: Path) -> None:
    console.print_findings(
        dict.fromkeys(
            finding
            for checked, files in taken
            for finding in checked.findings
            if not files or finding.severity == "error"
        ),
        stderr=True,
    )
    columns = (console.Column("Issue"), console.Column("Files", right=True), console.Column("At a glance"))
    rows = [
        (checked.key, str(len(files)), str(files.get("sheet.png", ""))) for checked, files in taken if files
    ]
    console.print_table(columns, rows)
    console.say(f"\nTook pictures of {len(rows)} of {len(taken)} issues into {out}/NEWSLETTER/ISSUE/.")
