"""Findings and places as JSON, for the page."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from lpdownload.errors import Finding, Place

Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"


class Places:
    """Writes places down, with the link that opens an editor there if LPDOWNLOAD_EDITOR_URL says how."""

    def __init__(self, root: Path, editor_url: str | None) -> None:
        self._root = root
        self._editor_url = editor_url

    def place(self, place: Place | None) -> Json:
        if place is None:
            return None
        path = Path(place.file).absolute()
        inside = path.is_relative_to(self._root)
        return {
            "file": path.relative_to(self._root).as_posix() if inside else path.name,
            "line": place.line,
            "column": place.column,
            "editor": self._editor(path, place),
        }

    def finding(self, finding: Finding) -> dict[str, Json]:
        loc = ".".join(map(str, finding.loc))
        named = f"{finding.rule}\n{loc}\n{finding.message}".encode("utf-8", "replace")
        return {
            "id": f"f{hashlib.sha256(named).hexdigest()[:12]}",
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message,
            "hint": finding.hint,
            "loc": loc,
            "path": finding.path,
            "clients": [*finding.clients],
            "place": self.place(finding.place),
        }

    def findings(self, findings: Iterable[Finding]) -> list[Json]:
        return [self.finding(finding) for finding in findings]

    def _editor(self, path: Path, place: Place) -> str | None:
        if self._editor_url is None:
            return None
        # vscode://file/{file} wants one slash, idea://open?file={file} the path's own.
        file = quote(path.as_posix())
        wanted = self._editor_url.replace("/{file}", "{file}") if file.startswith("/") else self._editor_url
        known = {"file": file, "line": str(place.line), "column": str(place.column)}
        return re.sub(r"\{(file|line|column)\}", lambda match: known[match[1]], wanted)
