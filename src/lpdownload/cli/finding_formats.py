"""Findings for other programs: GitHub's annotations, and SARIF 2.1.0 for code scanning and editors."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from lpdownload.errors import Finding

if TYPE_CHECKING:
    from lpdownload.check.waivers import Waived

_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
_SARIF = {"error": "error", "warning": "warning", "info": "note"}
SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def github(findings: Iterable[Finding], root: Path) -> str:
    """Workflow commands, a line each: GitHub shows them beside the lines of a pull request.

    Source: docs.github.com, "Workflow commands for GitHub Actions".
    """
    lines = []
    for finding in findings:
        properties = {"title": finding.rule}
        if finding.place:
            properties |= {
                "file": _uri(finding.place.file, root, encode=False),
                "line": str(finding.place.line),
                "col": str(finding.place.column),
            }
        said = ",".join(f"{name}={_escaped(value, ',:')}" for name, value in properties.items())
        message = _escaped(f"{finding.message}\n{finding.hint}".strip())
        lines.append(f"::{_GITHUB[finding.severity]} {said}::{message}")
    return "\n".join(lines)


def _escaped(text: str, also: str = "") -> str:
    for character in f"%\r\n{also}":
        text = text.replace(character, f"%{ord(character):02X}")
    return text


def sarif(findings: Sequence[Finding], waived: Sequence["Waived"], root: Path) -> str:
    """A SARIF 2.1.0 log (OASIS) with one run; what an issue waives is there as suppressed."""
    from importlib.metadata import version

    from lpdownload.check.registry import rules
    from lpdownload.check.reported import REPORTED

    described = {rule.id: (rule.says, rule.why, rule.remedy) for rule in rules()}
    described |= {name: (says, "", "") for name, says in REPORTED.items()}
    names = sorted({finding.rule for finding in (*findings, *(each.finding for each in waived))})
    index = {name: number for number, name in enumerate(names)}
    results = [_result(finding, index, root) for finding in findings]
    results += [
        _result(each.finding, index, root)
        | {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": each.reason}]}
        for each in waived
    ]
    driver = {
        "name": "lpdownload",
        "version": version("lpdownload"),
        "rules": [_rule(name, *described.get(name, ("", "", ""))) for name in names],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"NEWSROOM": {"uri": f"{root.resolve().as_uri()}/"}},
        "results": results,
    }
    return json.dumps(
        {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2
    )


def _rule(name: str, says: str, why: str, remedy: str) -> dict[str, object]:
    rule: dict[str, object] = {"id": name}
    if says:
        rule["shortDescription"] = {"text": says}
    if why:
        rule["fullDescription"] = {"text": why}
    if remedy:
        rule["help"] = {"text": remedy}
    return rule


def _result(finding: Finding, index: dict[str, int], root: Path) -> dict[str, object]:
    text = f"{finding.message} ({finding.hint})" if finding.hint else finding.message
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _SARIF[finding.severity],
        "message": {"text": text},
    }
    if finding.place:
        location: dict[str, object] = {
            "physicalLocation": {
                "artifactLocation": _artifact(finding.place.file, root),
                "region": {"startLine": finding.place.line, "startColumn": finding.place.column},
            }
        }
        if finding.path:
            location["logicalLocations"] = [{"fullyQualifiedName": finding.path}]
        result["locations"] = [location]
    if finding.clients:
        result["properties"] = {"clients": list(finding.clients)}
    return result


def _artifact(file: str, root: Path) -> dict[str, str]:
    path = Path(file).resolve()
    if path.is_relative_to(root.resolve()):
        return {"uri": _uri(file, root), "uriBaseId": "NEWSROOM"}
    return {"uri": path.as_uri()}


def _uri(file: str, root: Path, *, encode: bool = True) -> str:
    """The file from the newsroom's folder, which is the checkout's."""
    path, root = Path(file).resolve(), root.resolve()
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
    return quote(shown) if encode else shown
