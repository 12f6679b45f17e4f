"""`lpdownload subscribers export`: people into a file, for a person or a program."""

import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Literal

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import newsletters_given, open_store
from lpdownload.writable import part_of, writing_to

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lpdownload.content.library import Library


def export_people(
    out: Annotated[Path | None, typer.Option(help="File to write; standard output if not given.")] = None,
    newsletter: Annotated[
        str | None,
        typer.Option("--newsletter", "-n", help="Only people with a subscription to it, of any state."),
    ] = None,
    form: Annotated[
        Literal["csv", "jsonl"],
        typer.Option("--format", help="csv, safe to open as a table; or a JSON object a line."),
    ] = "csv",
) -> None:
    """Export people with their attributes and subscriptions.

    A CSV file can be imported again. Only that of a newsletter brings subscriptions back: one of everybody
    names several.
    """
    library = issues.open_library([])
    if newsletter is not None:
        newsletters_given(library, [newsletter])
    with open_store(library) as database, database.reading() as connection:
        if out is None:
            import sys

            _write(sys.stdout, library, connection, newsletter, form)
            return
        with writing_to(out, "choose another file with --out"):
            part = part_of(out)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
                    count = _write(file, library, connection, newsletter, form)
                part.replace(out)
            finally:
                part.unlink(missing_ok=True)
    console.note(
        f"{count:,} people in {out}. The file holds people's addresses: keep it out of git and mail."
    )


def _write(
    file: IO[str], library: "Library", connection: "Connection", newsletter: str | None, form: str
) -> int:
    from lpdownload.audience import export
    from lpdownload.store import subscribers

    people = subscribers.everybody(connection, newsletter)
    if form == "jsonl":
        return export.write_json_lines(file, people)
    return export.write_csv(file, people, library.network.attributes, newsletter)
