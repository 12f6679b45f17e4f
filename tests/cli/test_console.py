"""How the program ends and what it prints: exit codes, findings, colours."""

import errno
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from tests.newsroom import Newsroom

from lpdownload.cli import console
from lpdownload.cli.app import app
from lpdownload.errors import Finding, InvalidInput, Place

ESCAPE = re.compile("\x1b")


def lpdownload(
    folder: Path, *words: str, codes: tuple[int, ...] = (0,), **environment: str
) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "lpdownload.cli.app", *words],
        cwd=folder,
        env={**os.environ, "LPDOWNLOAD_LOG_DIR": str(folder / "logs"), **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in codes, done.stderr
    return done


def test_a_render_ends_with_0_and_prints_no_escapes_where_there_is_no_terminal(newsroom: Newsroom) -> None:
    done = lpdownload(newsroom.root, "render", "--all", COLUMNS="200", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert "📣 Town Download | September 2024" in done.stdout
    assert not ESCAPE.search(done.stdout + done.stderr)


def test_wrong_input_ends_with_1_and_says_where(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: stroy\n")
    done = lpdownload(newsroom.root, "check", codes=(1,))
    assert (
        "newsletters/town/2024-09.yaml:4:11: error: sections[0].type: there is no type stroy" in done.stdout
    )
    assert "Traceback" not in done.stderr


def test_a_folder_without_a_newsroom_ends_with_1(tmp_path: Path) -> None:
    done = lpdownload(tmp_path, "check", codes=(1,))
    assert "there is no newsroom" in done.stderr
    assert "lpdownload init DIR" in done.stderr


@pytest.mark.parametrize("words", [("nonsense",), ("render", "--nonsense"), ("new",), ("render",)])
def test_a_wrong_command_ends_with_2(newsroom: Newsroom, words: tuple[str, ...]) -> None:
    lpdownload(newsroom.root, *words, codes=(2,))


def ended(call: Callable[[], object]) -> int:
    """The code the program exits with."""
    broken = typer.Typer()
    broken.command()(call)
    sys.argv = ["lpdownload"]
    with pytest.raises(SystemExit) as caught:
        console.run(broken)
    return int(str(caught.value.code))


@pytest.fixture(autouse=True)
def _own_logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LPDOWNLOAD_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setattr(sys, "argv", ["lpdownload"])


def test_a_bug_ends_with_3_and_a_report_but_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def bug() -> None:
        raise ZeroDivisionError("division by zero")

    assert ended(bug) == 3
    said = capsys.readouterr().err
    assert "lpdownload met a bug of its own: ZeroDivisionError: division by zero" in said
    assert "Traceback" not in said
    (report,) = (tmp_path / "logs").iterdir()
    assert str(report) in said
    assert "Traceback" in report.read_text("utf-8")


def test_a_bug_ends_with_3_even_where_no_report_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file")

    def bug() -> None:
        raise RuntimeError("bad")

    assert ended(bug) == 3
    assert "No report could be written" in capsys.readouterr().err


def test_a_bug_whose_words_no_terminal_can_show_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug() -> None:
        raise RuntimeError("lone \ud800 surrogate")

    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(io.BytesIO(), "utf-8", "replace"))
    assert ended(bug) == 3


def test_an_interrupted_command_ends_with_130() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    assert ended(interrupted) == 130


def test_wrong_input_from_anywhere_ends_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    def wrong() -> None:
        raise InvalidInput([Finding("rule", "it is wrong", "do it right", place=Place("a.yaml", 3, 5))])

    assert ended(wrong) == 1
    assert capsys.readouterr().err == "a.yaml:3:5: error: it is wrong [rule]\n    do it right\n"


@pytest.mark.parametrize("broken", ["LPDOWNLOAD_PUBLIC_URL=nonsense\n", "LPDOWNLOAD_NONSENSE=1\n"])
def test_a_wrong_setting_ends_with_1(newsroom: Newsroom, broken: str) -> None:
    newsroom.write(".env", broken)
    done = lpdownload(newsroom.root, "list", codes=(1,))
    assert ".env:1:1" in done.stderr


def test_a_reader_that_closes_the_pipe_is_no_bug(newsroom: Newsroom) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "lpdownload.cli.app", "render", "--all", "--json"],
        cwd=newsroom.root,
        env={**os.environ, "LPDOWNLOAD_LOG_DIR": str(newsroom.root / "logs")},
        stdout=write,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(write)
    assert done.returncode == 141
    assert done.stderr == ""


@pytest.mark.parametrize("words", [("list",), ("check",), ("demo", "subscribers", "5000"), ("--help",)])
def test_a_pipe_that_nobody_reads_ends_it_as_sigpipe_would(
    newsroom: Newsroom, words: tuple[str, ...]
) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "lpdownload.cli.app", *words]
    done = subprocess.run(command, cwd=newsroom.root, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


# Findings


SAID = Finding(
    "rule",
    "[bold]not[/bold] markup :smile: [/]",
    "[link=x]y[/link]",
    place=Place("[a].yaml", 1, 2),
    loc=("a", 0),
)


def test_findings_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_findings([SAID])
    assert capsys.readouterr().out == (
        "[a].yaml:1:2: error: a[0]: [bold]not[/bold] markup :smile: [/] [rule]\n    [link=x]y[/link]\n"
    )


def test_a_long_finding_stays_on_its_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    console.print_findings([Finding("rule", "word " * 60)])
    assert capsys.readouterr().out.count("\n") == 1


def test_a_cell_that_looks_like_markup_is_printed_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_table(
        [console.Column("A"), console.Column("B", wide=True)], [("x", "[red]A[/red] [/] :smile:")]
    )
    assert "[red]A[/red] [/] :smile:" in capsys.readouterr().out


def test_no_colour_where_none_is_wanted(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("FORCE_COLOR", "1")
    console.print_findings([SAID])
    console.print_table([console.Column("A")], [("x",)])
    assert not ESCAPE.search(capsys.readouterr().out)


def test_control_characters_in_a_finding_never_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_findings([Finding("rule", "there is no key \x1b]0;owned\x07", "\x1b[2J")])
    assert not ESCAPE.search(capsys.readouterr().out)


def test_json_may_hold_anything(capsys: pytest.CaptureFixture[str]) -> None:
    console.print_json({"a": "é\u2028\x1b 🛣️"})
    assert json.loads(capsys.readouterr().out) == {"a": "é\u2028\x1b 🛣️"}


def test_the_program_has_a_version_and_help_without_heavy_imports() -> None:
    code = (
        "import sys; from lpdownload.cli.app import app; from typer.testing import CliRunner;"
        "assert CliRunner().invoke(app, ['--help']).exit_code == 0;"
        "print([name for name in ('premailer', 'PIL', 'babel', 'icalendar', 'markdown_it', 'nh3', 'html5lib',"
        " 'jinja2', 'pydantic', 'yaml', 'sqlalchemy', 'alembic', 'rich',"
        " 'starlette', 'uvicorn', 'imapclient', 'pygal', 'lxml', 'playwright', 'spellchecker')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert [command.name for command in app.registered_commands] == [
        "init",
        "new",
        "list",
        "schema",
        "render",
        "check",
        "preview",
        "shots",
        "audience",
        "calendar",
        "review",
        "approve",
        "send",
        "worker",
        "serve",
        "report",
        "doctor",
    ]


def test_a_closed_standard_output_is_no_surprise(newsroom: Newsroom) -> None:
    command = f"exec {shlex.quote(sys.executable)} -m lpdownload.cli.app render --all >&-"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=newsroom.root, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert (newsroom.root / "build/town/2024-09/email.html").is_file()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "/there/x.yaml"),
            "/there/x.yaml: Permission denied",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "output: No space left on device"),
    ],
)
def test_a_file_that_may_not_be_read_or_a_full_disk_is_no_bug(
    error: OSError, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails() -> None:
        raise error

    assert ended(fails) == 1
    assert capsys.readouterr().err == f"error: {words}\n"


def test_a_finding_s_file_is_named_from_the_folder_of_the_command(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(newsroom.root)
    place = Place(str(newsroom.root / "templates/layout.mjml.j2"), 3)
    assert console.finding_row(Finding("x", "y", place=place))["file"] == "templates/layout.mjml.j2"


@pytest.mark.parametrize(("count", "words"), [(0, "0 files"), (1, "1 file"), (2_000, "2,000 files")])
def test_a_number_of_things(count: int, words: str) -> None:
    assert console.number(count, "file") == words
