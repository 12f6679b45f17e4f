"""The project's own files agree with each other."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml
from pathspec import GitIgnoreSpec

from lpdownload.model.issue import IssueFile
from lpdownload.providers import account
from lpdownload.settings import env_example

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

COMES_WITH = {"anyio": "starlette", "markupsafe": "jinja2", "pydantic_core": "pydantic"}
"""Modules that are part of another package's public interface, and pinned by it."""


OPTIONAL = ("browser", "inbox", "postgres", "preview", "report", "search", "ses", "web")
"""Extras that the code imports where they are needed."""


def named(lines: list[str]) -> set[str]:
    return {canonical(re.split(r"[<>=~\[; ]", line)[0]) for line in lines}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_make_target_that_the_readme_names_exists_and_has_help() -> None:
    targets = set(re.findall(r"^([a-z]+):.*## \w", MAKEFILE, re.MULTILINE))
    assert {"demo", "test", "check", "help"} <= set(re.findall(r"\bmake ([a-z]+)\b", README)) <= targets
    (phony,) = re.findall(r"^\.PHONY: (help .*)$", MAKEFILE, re.MULTILINE)
    assert set(phony.split()) == targets


def test_every_script_that_a_make_target_runs_exists() -> None:
    scripts = re.findall(r"\$\(PY\) (\S+\.py)$", MAKEFILE, re.MULTILINE)
    assert scripts
    assert [script for script in scripts if not (ROOT / script).is_file()] == []


def test_ci_runs_exactly_make_test() -> None:
    run = ROOT / ".ci" / "run"
    commands = [line for line in run.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert commands[-1] == "exec make test"
    assert commands[0] == "set -euo pipefail"
    assert len(commands) == 3
    assert os.access(run, os.X_OK)


def test_every_setting_stands_in_the_env_example_and_nothing_else() -> None:
    assert (ROOT / ".env.example").read_text(encoding="utf-8") == env_example() + account.env_example()


def test_the_readme_s_issue_is_valid() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    document = yaml.load(example, Loader=yaml.BaseLoader)
    assert [section.type for section in IssueFile.model_validate(document).sections] == [
        section["type"] for section in document["sections"]
    ]


def test_the_declared_dependencies_are_the_packages_that_the_code_imports() -> None:
    imported = set()
    for path in (ROOT / "src").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported.add(node.module.partition(".")[0])
    imported -= {"lpdownload", *sys.stdlib_module_names}
    providers = packages_distributions()
    needed = {COMES_WITH.get(name) or canonical(providers[name][0]) for name in imported}
    optional = {
        name for extra in OPTIONAL for name in named(PYPROJECT["project"]["optional-dependencies"][extra])
    }
    only_data = {"pyspellchecker", "tzdata"}
    asked_for_by_others = {"python-multipart"}  # Starlette reads forms with it
    assert needed - optional == named(PYPROJECT["project"]["dependencies"]) - only_data
    assert optional - asked_for_by_others <= needed


def test_dependencies_have_lower_bounds_only() -> None:
    bounds = [re.sub(r"^[\w.-]+", "", line) for line in PYPROJECT["project"]["dependencies"]]
    assert [bound for bound in bounds if not re.fullmatch(r">=[\d.]+", bound)] == []


@pytest.mark.parametrize(
    "private",
    [
        ".env",
        ".env.production",
        "members.csv",
        "exports/2024.csv",
        "newsroom.db",
        "a/newsroom.db-wal",
        "a/.env",
    ],
)
def test_git_ignores_secrets_and_people(private: str) -> None:
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    assert ignored.match_file(private)
    assert not ignored.match_file(".env.example")


def test_make_help_needs_no_environment() -> None:
    result = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "make demo" in result.stdout
