"""`lpdownload subscribers import`, `lpdownload import`: a list of people, and its undoing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption, NewsletterOption, evidence, newsletters_given, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from collections import Counter

    from lpdownload.audience.columns import Plan
    from lpdownload.audience.csv_file import CsvFile
    from lpdownload.audience.import_people import Order, Outcome
    from lpdownload.audience.rejects import RejectsFile
    from lpdownload.content.library import Library
    from lpdownload.store.database import Database

app = typer.Typer(help="What imports did, and how to undo one.", no_args_is_help=True)

WAIT_FOR_ANOTHER = 900
"""Seconds that an import waits for another one to finish."""


def import_file(
    file: Annotated[str, typer.Argument(help="A CSV file, or - for standard input.")],
    newsletter: NewsletterOption = None,
    source: Annotated[
        str | None,
        typer.Option(help="Where the list comes from, for the consent record; the file's name if not given."),
    ] = None,
    mapped: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="COLUMN=FIELD", help="What a column holds; FIELD - leaves it out."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change; change nothing.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Write the file's values over those of people who are known.")
    ] = False,
    encoding: Annotated[str | None, typer.Option(help="Of the file, if it is not recognised.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="Between columns, if it is not recognised.")] = None,
    rejects: Annotated[
        Path | None, typer.Option(help="Where rows that were not taken go; FILE.rejects.csv if not given.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import people from CSV: ours, or an export of Mailchimp, Action Network, EveryAction, NationBuilder.

    One transaction: all of it or nothing, and `import undo` takes it back. Nobody who left is subscribed
    again, no suppression is lifted, and what is known stays unless --update is given.
    """
    from lpdownload.audience.columns import plan_of
    from lpdownload.audience.csv_file import open_csv
    from lpdownload.audience.import_people import Order
    from lpdownload.audience.rejects import RejectsFile
    from lpdownload.store import subscribers

    library = issues.open_library([])
    names = newsletters_given(library, newsletter)
    title = "standard input" if file == "-" else Path(file).name
    with open_csv(file, encoding=encoding, delimiter=delimiter) as rows:
        plan = plan_of(rows.header, library.network.attributes, mapped or [], file_name=title)
        said = evidence(source or f"import of {title}")
        order = Order(title, said.source, names, update, said.at)
        path = rejects or Path("stdin.rejects.csv" if file == "-" else f"{file}.rejects.csv")
        with RejectsFile(path, tuple(rows.header)) as rejected, open_store(library) as database:
            outcome = _run(database, library, file, rows, plan, order, rejected, dry_run)
            kept = None if dry_run else rejected.keep()
            _report(outcome, plan, rows, kept, rejected.count, dry_run, as_json)
            with database.reading() as connection:
                mixed = outcome.import_id is not None and not dry_run and subscribers.is_mixed(connection)
    _warn(plan, names, mixed)
    if outcome.counts["added"] and not names:
        would = "would be" if dry_run else "is"
        console.note(
            f"Nobody {would} subscribed by this import: without --newsletter it only adds people and what is "
            "known of them."
        )


def _run(
    database: "Database",
    library: "Library",
    file: str,
    rows: "CsvFile",
    plan: "Plan",
    order: "Order",
    rejected: "RejectsFile",
    dry_run: bool,
) -> "Outcome":
    from lpdownload.audience.import_people import import_people
    from lpdownload.audience.rows_ahead import chunks_of

    chunks = chunks_of(rows, file, plan, library.network.attributes)
    with (
        console.meter(rows.size, "Importing") as tell,
        database.writing(wait=WAIT_FOR_ANOTHER, told=_waiting) as connection,
    ):

        def progress(bytes_read: int, counts: "Counter[str]") -> None:
            tell(bytes_read, f"{counts['rows']:,} rows, {counts['added']:,} new people")

        outcome = import_people(
            connection, chunks, order, reject=rejected.add, progress=progress, waiting=_waiting
        )
        if dry_run or outcome.import_id is None:
            connection.rollback()
    return outcome


def _waiting() -> None:
    console.note("Another lpdownload is writing to the database; waiting until it has finished.")


def _report(
    outcome: "Outcome",
    plan: "Plan",
    rows: "CsvFile",
    kept: Path | None,
    rejected: int,
    dry_run: bool,
    as_json: bool,
) -> None:
    from lpdownload.audience.import_people import COUNTS

    counts = {name: outcome.counts[name] for name in COUNTS}
    columns = {column.header: column.becomes for column in plan.columns if column.becomes}
    if as_json:
        console.print_json(
            {
                "import": None if dry_run else outcome.import_id,
                "dry_run": dry_run,
                "recognised": plan.recognised,
                "encoding": rows.encoding,
                "delimiter": rows.delimiter,
                "columns": columns,
                "left_out": list(plan.left_out),
                **counts,
                "rejects": str(kept) if kept else None,
            }
        )
        return
    console.say(f"{plan.recognised}, in {rows.encoding.removesuffix('-sig').upper()}")
    shown = (column if column == field else f"{column} → {field}" for column, field in columns.items())
    console.say(f"Columns: {', '.join(shown)}")
    if plan.left_out:
        console.say(f"Left out: {', '.join(plan.left_out)}")
    console.say("")
    console.print_table(
        [console.Column("Would be" if dry_run else "Done"), console.Column("", right=True)],
        [[name.replace("_", " "), f"{count:,}"] for name, count in counts.items() if count],
    )
    if kept:
        rows_are = (
            f"{console.number(rejected, 'row')} with something to mend {'is' if rejected == 1 else 'are'}"
        )
        console.say(f"\n{rows_are} in {kept}, each with its line and reason.")
    if dry_run:
        console.say("\nA dry run: nothing was changed.")
    elif outcome.import_id is None:
        console.say("\nNothing had to be changed.")
    else:
        console.say(
            f"\nImport {outcome.import_id}. To take it back: lpdownload import undo {outcome.import_id}"
        )


@app.command("list")
def list_imports(as_json: JsonOption = False) -> None:
    """Every import, the newest first."""
    from lpdownload.store import undo as store

    with open_store(issues.open_library([])) as database, database.reading() as connection:
        found = store.all_imports(connection)
    if as_json:
        console.print_json(
            [
                {
                    "import": one.id,
                    "at": f"{one.at:%Y-%m-%dT%H:%M:%SZ}",
                    "file": one.file,
                    "source": one.source,
                    "undone_at": f"{one.undone_at:%Y-%m-%dT%H:%M:%SZ}" if one.undone_at else None,
                    **one.counts,
                }
                for one in found
            ]
        )
        return
    if not found:
        console.say("There was no import yet.")
        return
    names = ("added", "subscribed", "updated")
    console.print_table(
        [
            console.Column("Import", right=True),
            console.Column("At"),
            console.Column("File", wide=True),
            *(console.Column(name.capitalize(), right=True) for name in names),
            console.Column(""),
        ],
        [
            [
                str(one.id),
                f"{one.at:%Y-%m-%d %H:%M} UTC",
                one.file,
                *(f"{one.counts.get(name, 0):,}" for name in names),
                "undone" if one.undone_at else "",
            ]
            for one in found
        ],
    )


@app.command()
def undo(
    number: Annotated[int, typer.Argument(metavar="ID", help="The import's number: see import list.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Undo an import: what it brought goes, what it wrote over comes back.

    What happened since stays: who unsubscribed, who was mailed, who came by another way too.
    """
    from lpdownload.store import undo as store

    said = evidence(f"import {number} undone")
    with open_store(issues.open_library([])) as database:
        with database.reading() as connection:
            found = next((one for one in store.all_imports(connection) if one.id == number), None)
        if found is None:
            raise InvalidInput(
                [Finding("unknown-import", f"there is no import {number}", "lpdownload import list")]
            )
        if found.undone_at:
            raise InvalidInput(
                [Finding("undone", f"import {number} was undone on {found.undone_at:%Y-%m-%d}")]
            )
        if not yes and not as_json:
            console.confirm(f"Undo the import of {found.file}, {found.counts.get('added', 0):,} new people?")
        with database.writing(wait=WAIT_FOR_ANOTHER, told=_waiting) as connection:
            counts = store.undo(connection, number, said)
    if as_json:
        console.print_json({"import": number, **counts})
        return
    for name, count in counts.items():
        if count:
            console.say(f"{name.replace('_', ' ')}: {count:,}")
    console.say(f"Import {number} is undone.")


def _warn(plan: "Plan", newsletters: tuple[str, ...], mixed: bool) -> None:
    if mixed:
        console.note(
            "Made-up people, at example.org or its like, now stand beside real ones. If that was a slip: "
            "lpdownload import list, then import undo."
        )
    if not newsletters and any(column.sign for column in plan.columns):
        console.note(
            "The file says who is subscribed and who left; without --newsletter that was not taken over."
        )
