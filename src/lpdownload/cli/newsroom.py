"""Commands about the newsroom's files: init, new, list, schema."""

from pathlib import Path
from typing import Annotated

import typer

from lpdownload.cli import console, issues


def init(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder to make; it may exist, but nothing in it is overwritten."),
    ],
) -> None:
    """Make a new newsroom: a network, one newsletter, one issue, ready to render."""
    from datetime import date
    from shlex import quote

    from lpdownload.content.scaffold import init_newsroom

    made = init_newsroom(folder, today=date.today())  # noqa: DTZ011 - the organiser's own calendar day
    console.say(
        f"Made a newsroom of {len(made)} files in {folder}. Next:\n\n"
        f"  cd {quote(str(folder))}\n  lpdownload render --all"
    )


def new(
    newsletter: Annotated[str, typer.Argument(help="The newsletter's folder name, such as lpny.")],
    name: Annotated[str | None, typer.Option(help="Name of the issue; the next period if not given.")] = None,
) -> None:
    """Make the next issue of a newsletter, from its usual sections."""
    from datetime import date

    from lpdownload.content.references import require
    from lpdownload.content.scaffold import new_issue

    library = issues.open_library([])
    require("newsletter", newsletter, library.newsletter_names)
    path = new_issue(library, newsletter, name=name, today=date.today())  # noqa: DTZ011 - as above
    key = f"{newsletter}/{path.stem}"
    console.say(
        f"Made {library.shown(path)}. Write it, then:\n\n  lpdownload check {key}\n  lpdownload render {key}"
    )


def list_issues(
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON.")] = False,
) -> None:
    """List newsletters and their issues, the newest first."""
    from lpdownload.content.issues import load_issue
    from lpdownload.errors import InvalidInput
    from lpdownload.render.draft import begin

    library = issues.open_library([])
    rows: list[dict[str, object]] = []
    for key in library.issue_keys():
        try:
            issue = load_issue(library, key).issue
        except InvalidInput as error:
            problems = len([finding for finding in error.findings if finding.severity == "error"])
            rows.append(
                {
                    "issue": key,
                    "date": "",
                    "language": "",
                    "subject": f"{problems} errors: lpdownload check {key}",
                    "errors": problems,
                }
            )
            continue
        draft = begin(issue, library.root, library.templates, frozenset())
        rows.append(
            {
                "issue": key,
                "date": issue.date.isoformat(),
                "language": issue.language,
                "subject": draft.plain(draft.subject),
                "errors": 0,
            }
        )
    rows.sort(key=lambda row: str(row["date"]), reverse=True)
    rows.sort(key=lambda row: str(row["issue"]).partition("/")[0])
    if as_json:
        console.print_json(rows)
        return
    columns = [
        console.Column("Issue"),
        console.Column("Date"),
        console.Column("Language"),
        console.Column("Subject", wide=True),
    ]
    console.print_table(
        columns, [tuple(str(row[name]) for name in ("issue", "date", "language", "subject")) for row in rows]
    )


def schema(
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path("schema"),
) -> None:
    """Write JSON Schemas of every kind of file, so that editors complete and check YAML."""
    from lpdownload.content.schema import write_schemas

    for path in write_schemas(out):
        console.say(str(path))
