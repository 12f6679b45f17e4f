"""`lpdownload db`: the database that holds subscribers and sends."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.store.database import Database

app = typer.Typer(help="The database of subscribers and sends.", no_args_is_help=True)


def _connected() -> "tuple[Path, Database]":
    """The newsroom, and its database whatever its schema."""
    from lpdownload.store.database import connect

    library = issues.open_library([])
    url = library.settings.database_url if library.settings else None
    return library.root, connect(library.root, url.get_secret_value() if url else None)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Which database it is, its schema, and how much is in it. Exit code 1 if it needs an upgrade."""
    from lpdownload.store import migrate
    from lpdownload.store.database import SCHEMA, schema_of, size_of

    _, database = _connected()
    with database:
        found = schema_of(database)
        missing = (
            []
            if found == SCHEMA
            else migrate.pending(found)
            if found is None or migrate.is_known(found)
            else None
        )
        size = size_of(database)
        rows = migrate.row_counts(database) if found == SCHEMA else {}
    if as_json:
        console.print_json(
            {
                "database": database.shown,
                "schema": found,
                "needed": SCHEMA,
                "missing": missing,
                "bytes": size,
                "rows": rows,
            }
        )
    else:
        console.say(f"{database.shown}: {size / 1e6:,.1f} MB, schema {found or 'none yet'}, needed {SCHEMA}")
        for name, count in rows.items():
            console.say(f"  {name}: {count:,}")
        if missing is None:
            console.say("A newer lpdownload has been here: use that one.")
        elif missing and found:
            console.say(
                f"Missing: {', '.join(missing)}. Run: lpdownload db backup, then lpdownload db upgrade"
            )
        elif missing:
            console.say("The first command that needs it makes its tables; or: lpdownload db upgrade")
    if found is not None and found != SCHEMA:
        raise typer.Exit(console.EXIT_FINDINGS)


@app.command()
def upgrade(as_json: JsonOption = False) -> None:
    """Bring the database to the schema that this lpdownload needs, in one transaction."""
    from lpdownload.store import migrate

    _, database = _connected()
    with database:
        steps = migrate.upgrade(database)
    if as_json:
        console.print_json({"database": database.shown, "ran": steps})
    else:
        console.say(f"{database.shown}: " + (", ".join(steps) if steps else "nothing to do"))


@app.command()
def backup(
    out: Annotated[Path | None, typer.Option(help="File to write; named by the time if not given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the whole database, while others go on working with it."""
    from datetime import UTC, datetime

    from lpdownload.store.backup import backup_postgres, backup_sqlite
    from lpdownload.store.database import schema_of

    root, database = _connected()
    with database:
        if schema_of(database) is None:
            message = f"{database.shown} is empty: there is nothing to keep"
            raise InvalidInput([Finding("database", message)])
        path = database.path
        suffix = "db" if path else "dump"
        target = out or root / f"lpdownload-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.{suffix}"
        size = backup_sqlite(path, target) if path else backup_postgres(database.engine.url, target)
    if as_json:
        console.print_json({"file": str(target), "bytes": size})
    else:
        console.say(
            f"{target}: {size / 1e6:,.1f} MB. It holds people's addresses: keep it where they are safe."
        )


@app.command()
def keys(
    new: Annotated[bool, typer.Option("--new", help="Make a newer one: links in mails to come.")] = False,
    revoke: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Make all links void that this one has signed.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """The keys that sign readers' links: the newest signs, older ones still hold until they are revoked.

    Links to leave have to work for 30 days at least after their mail (16 CFR 316.5): revoke later than that.
    """
    from lpdownload.cli.people import open_store
    from lpdownload.store import facts

    with open_store(issues.open_library([])) as database, database.writing() as connection:
        if new:
            facts.add_token_key(connection)
        if revoke is not None:
            facts.revoke_token_key(connection, revoke)
        numbers = sorted(facts.token_keys(connection))
    if as_json:
        console.print_json({"keys": numbers, "signs": numbers[-1]})
        return
    for number in numbers:
        console.say(f"{number}: {'signs' if number == numbers[-1] else 'holds'}")
