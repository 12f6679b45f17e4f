"""`lpdownload site`: what it says, writes and answers."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.newsroom import Newsroom
from typer.testing import CliRunner, Result

from lpdownload.cli.app import app
from lpdownload.errors import InvalidInput

Run = Callable[..., Result]


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`lpdownload site build` in the newsroom's folder, as of December 2024 and without search."""
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        return given("site", "build", "--as-of", "2024-12-01", *words)

    return call


def given(*words: str) -> Result:
    result = CliRunner().invoke(app, list(words))
    if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
        raise result.exception
    return result


def refused(result: Result) -> InvalidInput:
    """What the program prints before it ends with 1."""
    assert isinstance(result.exception, InvalidInput)
    return result.exception


def test_it_writes_the_hub_and_says_what_is_new(run: Run, newsroom: Newsroom) -> None:
    result = run("--out", "build/hub", "--no-search")
    assert result.exit_code == 0
    assert "1 new: town/2024-09" in result.stdout
    assert "files written, 0 removed" in result.stdout
    for name in ("index.html", "feed.xml", "404.html", "town/2024-09/index.html"):
        assert (newsroom.root / "build/hub" / name).is_file()
    assert "town/2024-09:" in (newsroom.root / "newsletters/published.yaml").read_text()


def test_a_program_gets_json(run: Run, newsroom: Newsroom) -> None:
    newsroom.add("newsletters/town/2024-09.yaml", "published: false\n")
    found = json.loads(run("--out", "hub", "--no-search", "--json").stdout)
    assert found["hidden"] == [{"key": "town/2024-09", "why": "kept-off"}]
    assert found["published"] == {"new": [], "edited": [], "gone": []}
    assert found["search"] is False
    assert found["pages"] == sum(1 for _ in (newsroom.root / "hub").rglob("*.html"))


def test_a_check_writes_nothing(run: Run, newsroom: Newsroom) -> None:
    result = run("--out", "hub", "--check", "--no-search")
    assert "files would be written" in result.stdout
    assert not (newsroom.root / "hub").exists()
    assert not (newsroom.root / "newsletters/published.yaml").exists()


def test_a_trial_leaves_the_record_alone(run: Run, newsroom: Newsroom) -> None:
    assert run("--out", "hub", "--no-record", "--no-search").exit_code == 0
    assert (newsroom.root / "hub/index.html").is_file()
    assert not (newsroom.root / "newsletters/published.yaml").exists()


def test_it_says_that_there_is_no_search_without_pagefind(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lpdownload.site.build.is_there", lambda: False)
    result = run("--out", "hub")
    assert result.exit_code == 0
    assert "lpdownload[search]" in result.stderr
    assert run("--out", "hub", "--no-search").stderr == ""


def test_a_mistake_is_named_with_its_line_and_nothing_is_written(run: Run, newsroom: Newsroom) -> None:
    newsroom.write("newsletters/news/river.yaml", "sort: 2024-09-01\nsection: {type: story, titel: A}\n")
    newsroom.change("newsletters/town/2024-09.yaml", "preheader", "preheadr")
    found = {
        Path(one.place.file).name: one.place.line
        for one in refused(run("--out", "hub", "--no-search")).findings
        if one.place
    }
    assert found == {"river.yaml": 2, "2024-09.yaml": 2}
    result = run("--out", "hub", "--no-search", "--json")
    assert result.exit_code == 1
    rows = json.loads(result.stdout)["findings"]
    assert {row["line"] for row in rows} == {2}
    assert not (newsroom.root / "hub").exists()


@pytest.mark.parametrize("out", [".", "..", "newsletters", "newsletters/hub", "templates/hub", ".git"])
def test_it_does_not_write_among_its_own_files(run: Run, newsroom: Newsroom, out: str) -> None:
    before = sorted(newsroom.root.parent.rglob("*"))
    (finding,) = refused(run("--out", out)).findings
    assert finding.rule == "output"
    assert sorted(newsroom.root.parent.rglob("*")) == before


def test_it_does_not_write_into_a_file(run: Run, newsroom: Newsroom) -> None:
    newsroom.write("hub", "mine")
    assert [one.rule for one in refused(run("--out", "hub")).findings] == ["output"]


@pytest.mark.parametrize("day", ["yesterday", "2024-13-01", "10/10/2024"])
def test_a_day_that_is_none_is_refused(run: Run, day: str) -> None:
    assert [one.rule for one in refused(run("--out", "hub", "--as-of", day)).findings] == ["bad-date"]


def test_a_new_newsroom_s_hub_can_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert given("init", "room").exit_code == 0
    monkeypatch.chdir(tmp_path / "room")
    result = given("site", "build", "--out", str(tmp_path / "hub"), "--no-search")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "hub/index.html").is_file()
    assert given("check").exit_code == 0


def test_a_preview_on_a_taken_port_names_another(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(newsroom.root)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (finding,) = refused(given("site", "preview", "--port", str(port))).findings
    assert finding.rule == "port-in-use"
    assert "--port" in (finding.hint or "")


@pytest.mark.parametrize("check", [(), ("--check",)])
@pytest.mark.parametrize("out", ["/dev/null/x", "a" * 300])
def test_a_folder_that_cannot_be_made_is_refused(run: Run, out: str, check: tuple[str, ...]) -> None:
    (finding,) = refused(run("--out", out, "--no-search", *check)).findings
    assert finding.rule == "output"
    assert finding.message.startswith(f"cannot write to {out}: ")


def test_a_folder_in_which_nothing_can_be_made_is_refused(run: Run) -> None:
    (finding,) = refused(run("--out", "/proc/hub", "--no-search")).findings
    assert finding.message.startswith("cannot write to /proc/hub: ")


def test_one_file_is_not_called_files(run: Run) -> None:
    run("--out", "hub", "--no-search")
    Path("hub/index.html").unlink()
    assert ": 1 file written, 0 removed" in run("--out", "hub", "--no-search").stdout
    Path("hub/index.html").unlink()
    assert "1 file would be written" in run("--out", "hub", "--no-search", "--check").stdout
