"""`lpdownload shots`: what it writes, says and answers."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.newsroom import ISSUE, Newsroom
from typer.testing import CliRunner, Result

from lpdownload.check.browser import chromium
from lpdownload.cli.app import app
from lpdownload.errors import InvalidInput

Run = Callable[..., Result]
ONE = ("--client", "apple-mail", "--width", "375", "--mode", "dark", "--no-pdf")


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, ["shots", *words])
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        return result

    return call


def refused(result: Result) -> InvalidInput:
    assert isinstance(result.exception, InvalidInput)
    return result.exception


def test_the_pictures_asked_for_are_written_and_the_sheet_is_named(newsroom: Newsroom, run: Run) -> None:
    result = run("town/2024-09", "--out", "pictures", *ONE)
    assert result.exit_code == 0
    folder = newsroom.root / "pictures/town/2024-09"
    assert sorted(path.name for path in folder.iterdir()) == ["apple-mail-375-dark.png", "sheet.png"]
    assert "pictures/town/2024-09/sheet.png" in result.stdout
    assert "Took pictures of 1 of 1 issues" in result.stdout


def test_json_names_the_files(newsroom: Newsroom, run: Run) -> None:
    (row,) = json.loads(run("--all", "--json", *ONE).stdout)
    assert list(row) == ["newsletter", "issue", "files", "findings"]
    assert (row["newsletter"], row["issue"], row["findings"]) == ("town", "2024-09", [])
    assert [Path(path).name for path in row["files"].values()] == ["apple-mail-375-dark.png", "sheet.png"]
    assert all((newsroom.root / path).is_file() for path in row["files"].values())


def test_an_issue_that_cannot_be_rendered_does_not_stop_the_others(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("newsletters/town/2024-10.yaml", "period: 2024-10\nsections: [{type: stroy}]\n")
    result = run("--all", *ONE)
    assert result.exit_code == 1
    assert "stroy" in result.stderr
    assert "Took pictures of 1 of 2 issues" in result.stdout


def test_without_an_issue_it_asks_which(run: Run) -> None:
    result = run()
    assert result.exit_code == 2
    assert "lpdownload shots lpny/2024-09" in result.stderr


@pytest.mark.parametrize(
    ("words", "knows"),
    [(["--client", "netscape"], "apple-mail"), (["--width", "12"], "375"), (["--mode", "sepia"], "forced")],
)
def test_what_there_is_not_is_refused_with_what_there_is(run: Run, words: list[str], knows: str) -> None:
    (finding,) = refused(run("--all", *words)).findings
    assert words[1] in finding.message
    assert knows in finding.hint


def test_a_mail_program_that_is_not_shot_in_that_mode_is_refused(run: Run) -> None:
    (finding,) = refused(run("--all", "--client", "outlook-word", "--mode", "dark")).findings
    assert finding.rule == "unknown-shot"


def test_without_a_browser_the_finding_says_what_to_install(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "executables", list)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(newsroom.root / "nowhere"))
    result = run(ISSUE, "--json")
    (row,) = json.loads(result.stdout)
    assert row["findings"][0]["rule"] == "no-browser"
    assert "apt-get install chromium" in row["findings"][0]["hint"]
    assert refused(result).findings[0].rule == "no-browser"


def test_the_command_s_module_loads_no_browser() -> None:
    import subprocess

    code = "import sys, lpdownload.cli.app; print([m for m in sys.modules if m.startswith('playwright')])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


@pytest.mark.parametrize("out", ["/dev/null/x", "a" * 300])
def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_rendered(run: Run, out: str) -> None:
    (finding,) = refused(run("--all", "--out", out, *ONE)).findings
    assert finding.message.startswith(f"cannot write to {out}: ")
