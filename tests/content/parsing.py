"""Shorthands for tests of the YAML reader."""

import pytest

from lpdownload.content.located import parse
from lpdownload.errors import Finding, InvalidInput


def findings(text: str | bytes) -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        parse(text.encode() if isinstance(text, str) else text, "issue.yaml")
    return caught.value.findings


def only(text: str | bytes) -> Finding:
    (finding,) = findings(text)
    return finding


def where(finding: Finding) -> tuple[int, int]:
    assert finding.place is not None
    return finding.place.line, finding.place.column


def data(text: str) -> object:
    return parse(text.encode(), "issue.yaml").data
