"""Each rule finds the issue that breaks it, at its line, and nothing where it is not broken."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.newsroom import ISSUE, Newsroom

from lpdownload.check.registry import rules
from lpdownload.check.run import check_files, check_variants
from lpdownload.content.library import Library
from lpdownload.errors import Finding

BROKEN = Path(__file__).parent / "broken"
MARK = re.compile(r"# <- (?P<rule>[a-z0-9-]+)(?P<next> \(next line\))?(?: #\})?\s*$")
CASES = sorted(path for path in BROKEN.iterdir() if path.is_dir() or path.suffix == ".yaml")


def _expected(root: Path, rule: str) -> set[tuple[str, int]]:
    """The files and lines that carry the rule's mark."""
    found = set()
    for path in (*root.rglob("*.yaml"), *root.rglob("*.j2")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if (mark := MARK.search(line)) and mark["rule"] == rule:
                found.add((path.relative_to(root).as_posix(), number + bool(mark["next"])))
    return found


def _findings(library: Library) -> Iterator[Finding]:
    yield from check_files(library, library.root)
    for key in library.issue_keys():
        yield from check_variants(library, key).findings


@pytest.mark.parametrize("case", CASES, ids=lambda path: str(path.stem))
def test_a_rule_finds_what_breaks_it_where_it_is_written(case: Path, newsroom: Newsroom) -> None:
    rule = case.stem
    if case.is_dir():
        shutil.copytree(case, newsroom.root, dirs_exist_ok=True)
    else:
        newsroom.write(ISSUE, case.read_bytes())
    expected = _expected(newsroom.root, rule)
    assert expected, f"no line of {case.name} says # <- {rule}"
    root = newsroom.root.resolve()
    found = [
        (Path(finding.place.file).resolve().relative_to(root).as_posix(), finding.place.line)
        for finding in _findings(newsroom.library)
        if finding.rule == rule and finding.place
    ]
    assert set(found) == expected


def test_every_rule_has_an_issue_that_breaks_it() -> None:
    assert {rule.id for rule in rules()} == {case.stem for case in CASES}
