"""`lpdownload render`: what it writes, says and answers."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.newsroom import HEAD, STORY, Newsroom, drawing, issue
from typer.testing import CliRunner, Result

from lpdownload.cli.app import app
from lpdownload.errors import InvalidInput

FILES = ["card.json", "email.html", "email.txt", "message.eml", "web.html"]


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """A command given in the newsroom's folder."""
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        return result

    return call


Run = Callable[..., Result]


def written(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_all_files_are_written(newsroom: Newsroom, run: Run) -> None:
    result = run("render", "town/2024-09")
    assert result.exit_code == 0
    assert written(newsroom.root / "build/town/2024-09") == FILES
    assert "📣 Town Download | September 2024" in result.stdout
    assert "Wrote 1 of 1 to build/NEWSLETTER/ISSUE/" in result.stdout


def test_json_has_exactly_the_promised_shape(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue(STORY + "    visible_to: teachers\n" + STORY)
    (row,) = json.loads(run("render", "town/2024-09", "--json").stdout)
    assert list(row) == ["newsletter", "issue", "subject", "preheader", "from", "files", "bytes", "findings"]
    assert (row["newsletter"], row["issue"]) == ("town", "2024-09")
    assert row["subject"] == "📣 Town Download | September 2024"
    assert row["preheader"] == "A river, a road and a vote."
    assert row["from"] == "Town Download <town@example.org>"
    assert sorted(Path(path).name for path in row["files"].values()) == FILES
    assert list(row["bytes"]) == ["html", "text", "eml"]
    assert row["bytes"]["eml"] == Path(row["files"]["message.eml"]).stat().st_size
    (finding,) = row["findings"]
    assert list(finding) == [
        "rule",
        "severity",
        "file",
        "line",
        "column",
        "path",
        "message",
        "hint",
        "clients",
    ]
    assert (finding["file"], finding["line"], finding["path"]) == (
        "newsletters/town/2024-09.yaml",
        7,
        "sections[0].visible_to",
    )


def test_json_of_an_issue_with_errors_tells_them_and_writes_nothing(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue("- type: stroy\n")
    result = run("render", "--all", "--json")
    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)
    assert (row["subject"], row["bytes"], row["files"]) == (None, {}, {})
    assert row["findings"][0]["line"] == 4
    assert not (newsroom.root / "build").exists()


def test_json_is_a_list_even_when_nothing_can_be_read(newsroom: Newsroom, run: Run) -> None:
    (row,) = json.loads(run("render", "town/2024-99", "--json").stdout)
    assert (row["issue"], row["findings"][0]["rule"]) == (None, "unknown-issue")
    newsroom.add("newsletters/network.yaml", "nmae: x\n")
    result = run("render", "--all", "--json")
    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)
    assert (row["newsletter"], row["issue"]) == ("town", "2024-09")
    assert {found["file"] for found in row["findings"]} == {"newsletters/network.yaml"}


def test_an_issue_with_errors_keeps_its_old_output_and_does_not_stop_another(
    newsroom: Newsroom, run: Run
) -> None:
    run("render", "town/2024-09")
    before = (newsroom.root / "build/town/2024-09/email.html").read_bytes()
    newsroom.write_issue("- {type: story, title: New, body: '{{ nobody }}'}\n")
    newsroom.write_issue(path="newsletters/town/2024-10.yaml")
    result = run("render", "--all")
    assert result.exit_code == 1
    assert (newsroom.root / "build/town/2024-09/email.html").read_bytes() == before
    assert (newsroom.root / "build/town/2024-10/email.html").is_file()
    assert (
        "newsletters/town/2024-09.yaml:4:37: error: sections[0].body: there is no merge field nobody"
        in result.stderr
    )
    assert "Wrote 1 of 2" in result.stdout


def test_pictures_stand_beside_the_mail_and_old_ones_go(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("newsletters/town/river.png", drawing(40, 20))
    newsroom.write_issue(STORY + "    image: {src: river.png, alt: A river}\n")
    run("render", "town/2024-09")
    assets = newsroom.root / "build/town/2024-09/assets"
    (old,) = written(assets)
    assert f'src="assets/{old}"' in (assets.parent / "email.html").read_text("utf-8")
    assert f"https://news.example.org/assets/town/2024-09/{old}".encode() in b"".join(
        line.rstrip(b"=\r\n") if line.endswith(b"=\r\n") else line
        for line in (assets.parent / "message.eml").read_bytes().splitlines(keepends=True)
    )
    newsroom.write("newsletters/town/river.png", drawing(60, 20))
    run("render", "town/2024-09")
    (new,) = written(assets)
    assert new != old


def test_a_second_render_writes_the_same_bytes_and_touches_nothing(newsroom: Newsroom, run: Run) -> None:
    run("render", "--all")
    folder = newsroom.root / "build/town/2024-09"
    before = {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    run("render", "--all")
    assert {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_nothing_but_the_files_is_left_in_the_folder(newsroom: Newsroom, run: Run) -> None:
    run("render", "--all")
    assert list((newsroom.root / "build").rglob(".*")) == []


@pytest.mark.parametrize(
    "argument",
    [
        "town/2024-09",
        "newsletters/town/2024-09.yaml",
        "newsletters/town",
        "town",
        "newsletters",
        ".",
        "town/2024-09.yaml",
    ],
)
def test_an_issue_is_named_by_key_file_folder_or_newsletter(
    newsroom: Newsroom, run: Run, argument: str
) -> None:
    if argument == "town/2024-09.yaml":
        argument = str(newsroom.root / "newsletters" / argument)
    result = run("render", argument)
    assert result.exit_code == 0
    assert (newsroom.root / "build/town/2024-09/email.html").is_file()


def test_an_issue_named_twice_is_rendered_once(run: Run) -> None:
    assert len(json.loads(run("render", "town", "town/2024-09", "--json").stdout)) == 1


def test_an_unknown_issue_is_met_with_the_nearest(run: Run) -> None:
    result = run("render", "town/2024-08")
    assert isinstance(result.exception, InvalidInput)
    (finding,) = result.exception.findings
    assert (finding.message, finding.hint) == ("there is no issue town/2024-08", "did you mean town/2024-09?")


def test_every_unknown_issue_is_named(run: Run) -> None:
    result = run("render", "twon/2024-09", "zzz")
    assert isinstance(result.exception, InvalidInput)
    assert [finding.rule for finding in result.exception.findings] == ["unknown-issue", "unknown-issue"]


def test_a_file_that_is_no_issue_is_said_to_be_none(newsroom: Newsroom, run: Run) -> None:
    result = run("render", "newsletters/network.yaml")
    assert "There is no issue here." in result.stderr
    assert not (newsroom.root / "build").exists()


def test_without_arguments_one_is_asked_which_issue(run: Run) -> None:
    result = run("render")
    assert result.exit_code == 2
    assert "lpdownload render lpny/2024-09" in result.stderr


def test_a_newsroom_without_issues_renders_nothing_and_says_so(newsroom: Newsroom, run: Run) -> None:
    (newsroom.root / "newsletters/town/2024-09.yaml").unlink()
    result = run("render", "--all")
    assert result.exit_code == 0
    assert "lpdownload new NEWSLETTER" in result.stderr
    assert json.loads(run("render", "--all", "--json").stdout) == []


# For somebody


FOR = issue(
    '- {type: story, title: "Hi {{ first_name | default(\\"friend\\") }}", body: B}\n'
    "- {type: story, title: For teachers, body: B, visible_to: teachers}\n"
    "- {type: story, title: For New Yorkers, body: B, visible_to: new-york}\n"
)


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        ((), {"Hi friend"}),
        (("--as", "first_name=Ana"), {"Hi Ana"}),
        (("--as", "first_name=Ana,state=NY"), {"Hi Ana", "For New Yorkers"}),
        (("--persona", "ana"), {"Hi Ana", "For New Yorkers"}),
        (("--persona", "ana", "--as", "state=NJ"), {"Hi Ana"}),
        (("--variant", "teachers"), {"Hi friend", "For teachers"}),
        (("--variant", "teachers", "--persona", "ana"), {"Hi Ana", "For teachers", "For New Yorkers"}),
    ],
)
def test_a_rendering_for_somebody_shows_what_they_get(
    newsroom: Newsroom, run: Run, options: tuple[str, ...], shown: set[str]
) -> None:
    newsroom.write("newsletters/town/2024-09.yaml", FOR)
    assert run("render", "town", *options).exit_code == 0
    html = (newsroom.root / "build/town/2024-09/email.html").read_text("utf-8")
    every = {"Hi friend", "Hi Ana", "For teachers", "For New Yorkers"}
    assert {words for words in every if words in html} == shown


def test_the_web_page_is_nobody_s(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("newsletters/town/2024-09.yaml", FOR)
    run("render", "town", "--persona", "ana", "--as", "email=ana@example.org", "--variant", "teachers")
    page = (newsroom.root / "build/town/2024-09/web.html").read_text("utf-8")
    assert "Hi friend" in page
    assert not [
        words for words in ("Ana", "ana@", "For teachers", "For New Yorkers", "unsubscribe") if words in page
    ]


@pytest.mark.parametrize(
    ("options", "rule"),
    [
        (("--as", "frist_name=Ana"), "unknown-attribute"),
        (("--as", "Ana"), "bad-reader"),
        (("--persona", "bob"), "unknown-persona"),
        (("--variant", "teacher"), "unknown-segment"),
    ],
)
def test_a_reader_that_does_not_exist_is_refused(run: Run, options: tuple[str, ...], rule: str) -> None:
    result = run("render", "town", *options)
    assert isinstance(result.exception, InvalidInput)
    assert [finding.rule for finding in result.exception.findings] == [rule]


def test_a_field_without_value_and_default_is_told_and_shown_as_for_nobody(
    newsroom: Newsroom, run: Run
) -> None:
    newsroom.write_issue("- {type: story, title: 'Hi {{ first_name }}', body: B}\n")
    result = run("render", "town")
    assert result.exit_code == 0
    assert "first_name" in result.stderr
    assert "Hi friend" in (newsroom.root / "build/town/2024-09/email.txt").read_text("utf-8")
    assert run("render", "town", "--as", "first_name=Ana").exit_code == 0
    assert "Hi Ana" in (newsroom.root / "build/town/2024-09/email.txt").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["Ana\r\nBcc: x@example.org", "Ana,email=no mail address", "\u202eAna", "\ud800", "a" * 5000]
)
def test_a_hostile_value_never_adds_a_header(newsroom: Newsroom, run: Run, name: str) -> None:
    newsroom.write_issue(head=f'{HEAD}subject: Hi {{{{ first_name | default("friend") }}}}\n')
    result = run("render", "town", "--as", f"first_name={name}")
    assert result.exit_code in {0, 1}
    if result.exit_code == 0:
        assert b"\nBcc:" not in (newsroom.root / "build/town/2024-09/message.eml").read_bytes()


# Places to write to


def test_out_is_where_one_says(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "Ünïcode und Leer"
    assert run("render", "town", "--out", str(out)).exit_code == 0
    assert written(out / "town/2024-09") == FILES


def test_a_folder_that_cannot_be_written_to_is_a_finding(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("blocked", "a file, not a folder")
    result = run("render", "town", "--out", "blocked")
    assert result.exit_code == 1
    assert "cannot write to blocked" in result.stderr
    assert "choose another folder with --out" in result.stderr


def test_a_folder_where_a_file_should_be_is_a_finding(newsroom: Newsroom, run: Run) -> None:
    (newsroom.root / "build/town/2024-09/email.html").mkdir(parents=True)
    (newsroom.root / "build/town/2024-09/assets/old").mkdir(parents=True)
    result = run("render", "town")
    assert result.exit_code == 1
    assert "cannot write to build" in result.stderr


def test_a_folder_among_the_assets_is_no_surprise(newsroom: Newsroom, run: Run) -> None:
    (newsroom.root / "build/town/2024-09/assets/old").mkdir(parents=True)
    assert run("render", "town").exit_code in {0, 1}


def test_a_newsroom_is_found_through_the_file_named(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    result = run("render", str(newsroom.root / "newsletters/town/2024-09.yaml"))
    assert result.exit_code == 0
    assert (tmp_path / "elsewhere/build/town/2024-09/email.html").is_file()


def test_from_below_the_newsroom_paths_are_shown_from_there(
    newsroom: Newsroom, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.write_issue("- type: stroy\n")
    monkeypatch.chdir(newsroom.root / "newsletters")
    result = run("render", "town/2024-09")
    assert f"town{os.sep}2024-09.yaml:4:11: error:" in result.stderr


@pytest.mark.parametrize("word", ["town/", "town/2024-09/", "newsletters/town/"])
def test_a_slash_behind_the_name_of_an_issue_or_newsletter_does_not_matter(run: Run, word: str) -> None:
    result = run("render", word)
    assert result.exit_code == 0
    assert "Wrote 1 of 1" in result.stdout
