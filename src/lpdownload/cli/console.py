"""The only place that prints, formats and exits."""

import errno
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeVar

import typer

from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from rich.console import Console

    from lpdownload.providers.base import Check

T = TypeVar("T")

EXIT_FINDINGS = 1
EXIT_SURPRISE = 3
EXIT_INTERRUPTED = 130
EXIT_PIPE = 141
"""As of a program that SIGPIPE ends, when who reads the output has gone: ``lpdownload … | head -1``."""

_NOT_OURS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})
"""A full, read-only or broken disk; like a file that may not be read, no bug of this program."""

_COLORS = {"error": "red", "warning": "yellow", "info": "cyan", "ok": "green", "unknown": "magenta"}


def _console(stderr: bool = False) -> "Console":
    from rich.console import Console

    class Ours(Console):
        def on_broken_pipe(self) -> None:
            raise  # noqa: PLE0704 - rich calls it where it caught that: the command ends as any other

    # rich's own idea of NO_COLOR leaves dim and bold.
    plain = bool(os.environ.get("NO_COLOR"))
    return Ours(
        stderr=stderr, highlight=False, soft_wrap=True, color_system=None if plain else "auto", no_color=plain
    )


def say(text: str) -> None:
    """A line for people, on standard output."""
    sys.stdout.write(text + "\n")


def note(text: str) -> None:
    """A line that is not the result, on standard error."""
    sys.stderr.write(text + "\n")


def number(count: int, thing: str) -> str:
    """As in ``1 file`` and ``2,000 files``."""
    return f"{count:,} {thing}" if count == 1 else f"{count:,} {thing}s"


def print_json(value: object) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=2))


def finding_row(finding: Finding) -> dict[str, object]:
    place = finding.place
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "file": _shown(place.file) if place else "",
        "line": place.line if place else 0,
        "column": place.column if place else 0,
        "path": finding.path,
        "message": finding.message,
        "hint": finding.hint,
        "clients": list(finding.clients),
    }


def _shown(file: str) -> str:
    """A path as people write it: from the folder the command was given in, if it is below."""
    path = Path(file)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else file


def print_findings(findings: Iterable[Finding], *, stderr: bool = False) -> None:
    """A line each: place, severity, what is wrong; the hint below it."""
    console = _console(stderr)
    from rich.text import Text

    for finding in findings:
        place = finding.place
        where = f"{_shown(place.file)}:{place.line}:{place.column}: " if place else ""
        path = f"{finding.path}: " if finding.path else ""
        line = Text.assemble(
            (where, "bold"),
            (finding.severity, _COLORS[finding.severity]),
            f": {_printable(path + finding.message)}",
            (f" [{finding.rule}]", "dim"),
        )
        console.print(line)
        if finding.hint:
            console.print(Text(f"    {_printable(finding.hint)}", "dim"))


def print_checks(checks: "Iterable[Check]") -> None:
    """A line each: state, what was looked at, what it says; what to do below it."""
    console = _console()
    from rich.text import Text

    for check in checks:
        says = f" {_printable(f'{check.what}: {check.says}')}"
        console.print(Text.assemble((f"{check.state:<7}", _COLORS[check.state]), says))
        if check.remedy:
            console.print(Text(f"        {_printable(check.remedy)}", "dim"))


def _printable(text: str) -> str:
    """Without what a terminal would obey."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\ufffd", text)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; numbers stand at the right."""

    name: str
    right: bool = False
    wide: bool = False


def print_table(columns: Sequence[Column], rows: Iterable[Sequence[str]]) -> None:
    """Aligned columns, without frames; the wide one gives way where the terminal is narrow."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(
            column.name,
            justify="right" if column.right else "left",
            overflow="fold",
            ratio=1 if column.wide else None,
            no_wrap=not column.wide,
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console = _console()
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = 160
    console.print(table)


def confirm(question: str) -> None:
    """Asks on a terminal, and ends the command if the answer is not yes; elsewhere says what would answer."""
    if not sys.stdin.isatty():
        note(f"{question} Say --yes.")
        raise typer.Exit(2)
    if not typer.confirm(question, err=True):
        raise typer.Exit(EXIT_FINDINGS)


def progress(items: Sequence[T], doing: str) -> Iterator[T]:
    """The items, one by one, with a bar on a terminal when there are many."""
    if len(items) < 20 or not sys.stderr.isatty():
        yield from items
        return
    from rich.progress import track

    yield from track(items, description=doing, console=_console(stderr=True), transient=True)


@contextmanager
def meter(total: int | None, doing: str) -> Iterator[Callable[[int, str], None]]:
    """How far a long work is: told ``(done, words)``, it shows a bar on a terminal, a line every ten seconds
    elsewhere, both on standard error. ``total`` None: nobody knows.
    """
    if not sys.stderr.isatty():
        import time

        told = time.monotonic()

        def tell(done: int, words: str) -> None:  # noqa: ARG001 - the words say it
            nonlocal told
            if time.monotonic() - told >= 10:
                told = time.monotonic()
                note(f"{doing}: {words}")

        yield tell
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"))
    with Progress(*columns, TimeRemainingColumn(), console=_console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=total, words="")
        yield lambda done, words: bar.update(task, completed=done, words=words)


def run(app: typer.Typer) -> NoReturn:
    """Runs the program and turns every outcome into an exit code: 0, 1, 2 (usage), 3 (a bug), 130, 141."""
    stdout = sys.stdout
    try:
        app()
    except SystemExit:
        if sys.stdout is not stdout:  # typer's answer to a closed pipe, with 1 as if the input had errors
            sys.exit(EXIT_PIPE)
        raise
    except InvalidInput as error:
        print_findings(error.findings, stderr=True)
        sys.exit(EXIT_FINDINGS)
    except OSError as error:
        if not isinstance(error, PermissionError) and error.errno not in _NOT_OURS:
            sys.exit(_surprise(error))
        note(f"error: {_shown(str(error.filename or 'output'))}: {error.strerror}")
        sys.exit(EXIT_FINDINGS)
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug: exit 3, with a report
        sys.exit(_surprise(error))
    sys.exit(0)


def leave(code: int) -> NoReturn:
    """Ends the process at once: taking the interpreter apart would add 80 ms, and all files are closed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            code = code or EXIT_PIPE
        except OSError:  # a full disk
            code = code or EXIT_FINDINGS
    os._exit(code)


def _surprise(error: Exception) -> int:
    import traceback
    from datetime import UTC, datetime

    from lpdownload.model.redact import redact_text
    from lpdownload.settings import load_settings

    report = redact_text("".join(traceback.format_exception(error)))
    said = redact_text(f"{type(error).__name__}: {error}")
    try:
        folder = load_settings(None).log_dir
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
        path.write_text(
            f"lpdownload {' '.join(Path(word).name for word in sys.argv[:2])}\n{report}", "utf-8", "replace"
        )
        where = f"The report is in {path}"
    except (OSError, InvalidInput) as problem:
        where = f"No report could be written ({problem})"
    note(f"lpdownload met a bug of its own: {said}\n{where}")
    note("If something was being sent, it is accounted for: lpdownload sends list")
    return EXIT_SURPRISE
