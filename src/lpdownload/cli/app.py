"""The program: its commands, each in the file of its group."""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from lpdownload.cli import (
    approve,
    audience,
    check,
    console,
    database,
    demo,
    doctor,
    exports,
    imports,
    inbox,
    newsroom,
    people,
    preview,
    providers,
    render,
    report,
    segments,
    send,
    sends,
    serve,
    shots,
    site,
    worker,
)

GC_THRESHOLD = 500_000
"""A command lives for a second and makes little garbage; looking for it more often takes a tenth of that."""

app = typer.Typer(
    name="lpdownload",
    help="Newsletter-as-code for a network of chapters.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        console.say(f"lpdownload {version('lpdownload')}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Newsletter-as-code for a network of chapters."""


app.command("init")(newsroom.init)
app.command("new")(newsroom.new)
app.command("list")(newsroom.list_issues)
app.command("schema")(newsroom.schema)
app.command("render")(render.render)
app.command("check")(check.check)
app.command("preview")(preview.preview)
app.command("shots")(shots.shots)
app.command("audience")(audience.audience)
app.command("calendar")(audience.show_calendar)
app.command("review")(approve.review)
app.command("approve")(approve.approve)
app.command("send")(send.send)
app.command("worker")(worker.worker)
app.command("serve")(serve.serve)
app.command("report")(report.report)
people.app.command("import")(imports.import_file)
people.app.command("export")(exports.export_people)
app.command("doctor")(doctor.doctor)
app.add_typer(people.app, name="subscribers")
app.add_typer(segments.app, name="segments")
app.add_typer(imports.app, name="import")
app.add_typer(sends.app, name="sends")
app.add_typer(providers.app, name="providers")
app.add_typer(inbox.app, name="inbox")
app.add_typer(database.app, name="db")
app.add_typer(site.app, name="site")
app.add_typer(demo.app, name="demo")


def main() -> None:
    gc.set_threshold(GC_THRESHOLD)
    if sys.stdout is None or sys.stderr is None:  # closed by the shell: lpdownload … >&-
        nowhere = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - as long as the process
        sys.stdout, sys.stderr = sys.stdout or nowhere, sys.stderr or nowhere
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        console.run(app)
    except SystemExit as stop:
        console.leave(stop.code if isinstance(stop.code, int) else console.EXIT_FINDINGS)


if __name__ == "__main__":
    main()
