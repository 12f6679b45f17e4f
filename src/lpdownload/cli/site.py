"""`lpdownload site`: the news hub as static pages."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.errors import Finding, InvalidInput
from lpdownload.writable import require_folder, writing_to

if TYPE_CHECKING:
    from lpdownload.site.build import Built

app = typer.Typer(help="The news hub: static pages of everything published.", no_args_is_help=True)

_WHY = {
    "not-yet": "its day has not come",
    "kept-off": "published: false",
    "unwritten": "it has words still to be written",
}
_SHOWN = 12


@app.command("build")
def build(
    out: Annotated[Path, typer.Option(help="Folder to write to; put it on any web server.")],
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DATE", help="Show what is published by this day; today's if not given."
        ),
    ] = "",
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say what would change.")] = False,
    no_search: Annotated[bool, typer.Option("--no-search", help="Make no search page.")] = False,
    no_record: Annotated[
        bool, typer.Option("--no-record", help="Leave newsletters/published.yaml as it is: a trial.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Write the news hub into OUT: issues and news whose day has come, and that are not kept off it.

    What is new or edited is noted in newsletters/published.yaml, which belongs into git: by it addresses stay
    as they are, and pages say when they were edited.
    """
    import time

    from lpdownload.site.build import Options
    from lpdownload.site.build import build as build_site

    begun = time.perf_counter()
    try:
        library = issues.open_library([])
        options = Options(as_of=_day(as_of), record=not no_record, dry=check, search=not no_search)
        _refuse(library.root, out)
        with console.meter(None, "Rendering") as tell:
            built = build_site(library, out, options, lambda done, of: tell(done, f"{done:,} of {of:,}"))
    except InvalidInput as error:
        if as_json:
            console.print_json({"findings": [console.finding_row(finding) for finding in error.findings]})
            raise typer.Exit(console.EXIT_FINDINGS) from None
        raise
    if as_json:
        console.print_json(_row(built, out, time.perf_counter() - begun))
    else:
        _report(built, out, check=check, seconds=time.perf_counter() - begun)
    if options.search and not built.search:
        console.note("No search page: it needs Pagefind, as in pip install 'lpdownload[search]'.")


@app.command("preview")
def preview(
    port: Annotated[int, typer.Option(min=0, max=65_535, help="Port to listen on; 0 for any.")] = 8426,
    as_of: Annotated[
        str,
        typer.Option(
            "--as-of", metavar="DATE", help="Show what is published by this day; today's if not given."
        ),
    ] = "",
) -> None:
    """Show the news hub in the browser, on this machine only; a page is built anew when it is loaded."""
    import tempfile

    from lpdownload.site.build import Options
    from lpdownload.site.serve import Preview, listening

    library = issues.open_library([])
    options = Options(as_of=_day(as_of), record=False)
    with tempfile.TemporaryDirectory(prefix="lpdownload-hub-") as folder, listening(port) as made:
        shown = Preview(
            library, Path(folder), options, lambda error: console.print_findings(error.findings, stderr=True)
        )
        shown.build()
        console.say(f"News hub: http://localhost:{made.getsockname()[1]}{shown.base_path}")
        console.note("Ctrl-C ends it.")
        try:
            shown.serve(made)
        except KeyboardInterrupt:
            raise typer.Exit(console.EXIT_INTERRUPTED) from None


def _day(text: str) -> date:
    if not text:
        return date.today()  # noqa: DTZ011 - the organiser's own calendar day
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "year-month-day, as in 2024-10-10"
        raise InvalidInput([Finding("bad-date", f"not a date: {text}", hint)]) from None


def _refuse(root: Path, out: Path) -> None:
    """Not among the files that it is made of."""
    target, root = out.resolve(), root.resolve()
    inside = any(target.is_relative_to(root / folder) for folder in ("newsletters", "templates", ".git"))
    if inside or root.is_relative_to(target):
        message = "the pages would stand among the newsroom's own files"
        raise InvalidInput([Finding("output", message, "another folder, as in --out build/site")])
    with writing_to(out, "another folder, as in --out build/site"):
        if out.exists() and not out.is_dir():
            hint = "another one, as in --out build/site"
            raise InvalidInput([Finding("output", f"{out} is no folder", hint)])
        require_folder(out)


def _row(built: "Built", out: Path, seconds: float) -> dict[str, object]:
    return {
        "out": str(out),
        "pages": built.pages,
        "rendered": built.rendered,
        "written": list(built.written),
        "removed": list(built.removed),
        "published": {"new": list(built.new), "edited": list(built.edited), "gone": list(built.gone)},
        "search": built.search,
        "hidden": [{"key": key, "why": why} for key, why in built.hidden],
        "seconds": round(seconds, 3),
    }


def _report(built: "Built", out: Path, *, check: bool, seconds: float) -> None:
    would = "would be " if check else ""
    for title, keys in (("new", built.new), ("edited", built.edited), ("no longer there", built.gone)):
        _list(f"{len(keys)} {title}", keys)
    _list(f"{len(built.hidden)} not shown", [f"{key} ({_WHY[why]})" for key, why in built.hidden])
    if check:
        _list(f"{console.number(len(built.written), 'file')} would be written", built.written)
        _list(f"{console.number(len(built.removed), 'file')} would be removed", built.removed)
    counts = f"{console.number(len(built.written), 'file')} {would}written, {len(built.removed):,} removed"
    console.say(f"{console.number(built.pages, 'page')} in {out}: {counts}, in {seconds:.1f} s.")
    if not check:
        console.say("Look at it: lpdownload site preview")


def _list(title: str, rows: "tuple[str, ...] | list[str]") -> None:
    if rows:
        more = f" and {len(rows) - _SHOWN:,} more" if len(rows) > _SHOWN else ""
        console.say(f"{title}: {', '.join(rows[:_SHOWN])}{more}")
