"""`lpdownload check` and `lpdownload list`: every finding, and every issue."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.newsroom import NEWSLETTER, SEGMENTS, STORY, Newsroom
from typer.testing import CliRunner, Result

from lpdownload.cli.app import app
from lpdownload.errors import InvalidInput

Run = Callable[..., Result]


@pytest.fixture
def run(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A command given in the newsroom's folder."""
    monkeypatch.chdir(newsroom.root)
    monkeypatch.setenv("COLUMNS", "200")

    def call(*words: str) -> Result:
        result = CliRunner().invoke(app, list(words))
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        return result

    return call


@pytest.mark.parametrize("words", [(), ("--all",), ("newsletters/",), ("town",), ("town/2024-09",), (".",)])
def test_a_sound_newsroom_passes(run: Run, words: tuple[str, ...]) -> None:
    result = run("check", *words)
    assert result.exit_code == 0
    assert result.stdout == "1 issue checked: 0 errors, 0 warnings.\n"


def test_nothing_is_written(newsroom: Newsroom, run: Run) -> None:
    before = sorted(newsroom.root.rglob("*"))
    run("check")
    assert sorted(newsroom.root.rglob("*")) == before


def lines_of(newsroom: Newsroom) -> list[tuple[Path, int]]:
    files = sorted((newsroom.root / "newsletters").rglob("*.yaml"))
    return [(file, number) for file in files for number in range(len(file.read_text("utf-8").splitlines()))]


def test_breaking_any_line_by_hand_is_found_in_that_file(newsroom: Newsroom, run: Run) -> None:
    for file, number in lines_of(newsroom):
        sound = file.read_text("utf-8")
        lines = sound.splitlines(keepends=True)
        key, colon, rest = lines[number].partition(":")
        if not colon:
            continue
        lines[number] = f"{key}_x:{rest}"
        file.write_text("".join(lines), "utf-8")
        findings = json.loads(run("check", "--json").stdout)
        errors = [finding for finding in findings if finding["severity"] == "error"]
        names = {
            "teachers",
            "new-york",
            "action",
            "lab",
            "ana",
            "sam",
        }  # names of one's own: another may be right
        if key.strip() not in names:
            assert errors, (file, number, lines[number])
            assert Path(errors[0]["file"]).name == file.name
        file.write_text(sound, "utf-8")


def test_findings_are_told_in_the_order_of_files_and_lines(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue(
        "- {type: story, title: '{{ a }}', body: B}\n- {type: story, title: '{{ b }}', body: B}\n"
    )
    newsroom.add("newsletters/segments.yaml", "x: {ofice: mayor}\ny: nobody\n")
    result = run("check", "--json")
    assert result.exit_code == 1
    places = [(finding["file"], finding["line"]) for finding in json.loads(result.stdout)]
    assert places == sorted(places)
    assert len(places) == len(set(places))


def test_warnings_pass_unless_one_is_strict(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue("- {type: story, title: 'Hi {{ first_name }}', body: B}\n")
    assert run("check").exit_code == 0
    assert "0 errors, 1 warning." in run("check").stdout
    assert run("check", "--strict").exit_code == 1


def test_one_newsletter_s_mistakes_are_not_another_s(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("newsletters/other/newsletter.yaml", NEWSLETTER)
    newsroom.write_issue("- type: stroy\n", path="newsletters/other/2024-09.yaml")
    assert run("check", "town").exit_code == 0
    assert run("check", "newsletters/town").exit_code == 0
    assert run("check", "other").exit_code == 1
    assert run("check").exit_code == 1


def test_a_file_that_is_no_issue_can_be_checked(newsroom: Newsroom, run: Run) -> None:
    assert run("check", "newsletters/segments.yaml").exit_code == 0
    newsroom.write("newsletters/segments.yaml", f"{SEGMENTS}x: nobody\n")
    result = run("check", "newsletters/segments.yaml")
    assert result.exit_code == 1
    assert "newsletters/segments.yaml:5:4: error: x: there is no segment nobody" in result.stdout


def test_an_issue_s_key_checks_the_files_it_stands_on(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("newsletters/segments.yaml", f"{SEGMENTS}x: nobody\n")
    assert run("check", "town/2024-09").exit_code == 1


def test_what_does_not_exist_is_refused(run: Run) -> None:
    result = run("check", "town/2030-01", "elsewhere")
    assert isinstance(result.exception, InvalidInput)
    assert len(result.exception.findings) == 2


def test_a_list_shows_the_newest_first_and_what_is_broken(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue(head="period: 2024-10\npreheader: A.\n", path="newsletters/town/2024-10.yaml")
    newsroom.write_issue(path="newsletters/town/2024-09.es.yaml")
    newsroom.write_issue("- type: stroy\n", path="newsletters/town/2024-11.yaml")
    rows = json.loads(run("list", "--json").stdout)
    assert [row["issue"] for row in rows] == [
        "town/2024-10",
        "town/2024-09",
        "town/2024-09.es",
        "town/2024-11",
    ]
    assert [row["errors"] for row in rows] == [0, 0, 0, 1]
    assert rows[2]["language"] == "es"
    assert rows[2]["subject"] == "📣 Town Download | septiembre de 2024"
    said = run("list").stdout
    assert "lpdownload check town/2024-11" in said
    assert "📣 Town Download | October 2024" in said


def test_a_list_shows_words_that_look_like_markup_as_they_are(newsroom: Newsroom, run: Run) -> None:
    newsroom.write_issue(STORY, "period: 2024-09\npreheader: A.\nhighlights: '[red] [/] :bus: [x](y)'\n")
    assert "[red] [/] :bus: [x](y)" in run("list").stdout
    assert "[red] [/] :bus: [x](y)" in run("render", "--all").stdout


def test_a_merge_field_that_does_not_exist_in_a_subject_is_no_surprise_in_a_list(
    newsroom: Newsroom, run: Run
) -> None:
    newsroom.write_issue(head="period: 2024-09\npreheader: A.\nsubject: 'Hi {{ nobody }}'\n")
    assert run("list").exit_code == 0


def test_broken_labels_are_told_by_every_command(newsroom: Newsroom, run: Run) -> None:
    newsroom.write("templates/labels/en.yaml", "x: [\n")
    for command in (("check",), ("render", "--all")):
        assert run(*command).exit_code == 1
    result = run("list")
    assert result.exit_code == 0 or isinstance(result.exception, InvalidInput)


def test_an_attribute_of_a_persona_that_no_reader_has_is_named_at_its_key(
    newsroom: Newsroom, run: Run
) -> None:
    newsroom.change("newsletters/network.yaml", "first_name: Ana", "first_nam: Ana")
    result = run("check")
    assert result.exit_code == 1
    assert (
        "network.yaml:20:9: error: personas.ana.first_nam: there is no attribute first_nam" in result.stdout
    )
    assert "did you mean first_name?" in result.stdout
