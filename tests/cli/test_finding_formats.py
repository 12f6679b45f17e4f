"""Findings as GitHub's annotations and as SARIF."""

import json
from pathlib import Path

import pytest
from sarif_pydantic import Sarif
from tests.newsroom import HEAD, Newsroom
from typer.testing import CliRunner, Result

from lpdownload.cli.app import app

UNWRITTEN = "- {type: story, title: 'Replace this: 100%, and, more', body: Done.}\n"


@pytest.fixture
def in_newsroom(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.chdir(newsroom.root)
    return newsroom


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["check", *words], catch_exceptions=False)


def test_github_gets_an_annotation_at_the_line(in_newsroom: Newsroom) -> None:
    in_newsroom.write_issue(UNWRITTEN)
    result = run("--format", "github")
    assert result.exit_code == 0
    (line,) = result.stdout.splitlines()
    head, _, said = line.removeprefix("::").partition("::")
    assert head == "warning title=placeholder,file=newsletters/town/2024-09.yaml,line=4,col=27"
    assert "%0A" in said
    assert "\r" not in said


@pytest.mark.usefixtures("in_newsroom")
def test_a_sound_newsroom_says_nothing_to_github() -> None:
    assert run("--format", "github").stdout == ""


def test_sarif_is_valid_and_names_rule_level_and_place(in_newsroom: Newsroom) -> None:
    in_newsroom.write_issue(UNWRITTEN)
    result = run("--format", "sarif")
    log = json.loads(result.stdout)
    Sarif.model_validate(log)
    (one,) = log["runs"]
    (found,) = one["results"]
    assert (found["ruleId"], found["level"]) == ("placeholder", "warning")
    (location,) = found["locations"]
    physical = location["physicalLocation"]
    assert physical["artifactLocation"] == {
        "uri": "newsletters/town/2024-09.yaml",
        "uriBaseId": "NEWSROOM",
    }
    assert physical["region"] == {"startLine": 4, "startColumn": 27}
    assert one["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == "placeholder"


def test_a_waived_finding_is_suppressed_in_sarif_and_counted_in_text(in_newsroom: Newsroom) -> None:
    head = f"{HEAD}waive: [{{rule: placeholder, reason: It is a template.}}]\n"
    in_newsroom.write_issue(UNWRITTEN, head=head)
    (found,) = json.loads(run("--format", "sarif").stdout)["runs"][0]["results"]
    (suppression,) = found["suppressions"]
    assert suppression["justification"] == "It is a template."
    assert run().stdout == "1 issue checked: 0 errors, 0 warnings, 1 waived.\n"


def test_sarif_of_files_that_cannot_be_read_is_valid_too(in_newsroom: Newsroom) -> None:
    in_newsroom.write("newsletters/town/ätsch 1.yaml", "period: [\n")
    result = run("--format", "sarif")
    assert result.exit_code == 1
    Sarif.model_validate(json.loads(result.stdout))
    uris = {
        location["physicalLocation"]["artifactLocation"]["uri"]
        for found in json.loads(result.stdout)["runs"][0]["results"]
        for location in found["locations"]
    }
    assert any("%C3%A4tsch%201.yaml" in uri for uri in uris)


def test_an_unknown_format_is_a_usage_error(in_newsroom: Newsroom) -> None:
    assert Path.cwd() == in_newsroom.root
    assert run("--format", "xml").exit_code == 2
