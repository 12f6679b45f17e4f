"""`lpdownload demo`: made-up material to try the program with."""

from typing import Annotated

import typer

app = typer.Typer(help="Made-up material to try things with.", no_args_is_help=True)


@app.callback()
def demo() -> None:
    """Made-up material to try things with."""


@app.command()
def subscribers(
    count: Annotated[int, typer.Argument(metavar="N", min=1, max=100_000_000, help="How many people.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same list.")] = 0,
) -> None:
    """Write a plausible list of people who do not exist, at example.org, as CSV to standard output."""
    import csv
    import sys

    from lpdownload.audience.generator import COLUMNS, people

    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    rows.writerows(people(count, seed))
