"""What is left of an issue's file without its broken parts, so that one run finds all mistakes."""

from collections.abc import Iterable
from typing import cast

from pydantic import ValidationError

from lpdownload.content.library import Library
from lpdownload.content.located import Document
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.issue import IssueFile

_INSTEAD = {"preheader": "…", "date": "2024-01-01"}
"""For keys an issue cannot go without."""


def salvaged(
    library: Library, newsletter: str, name: str, findings: Iterable[Finding]
) -> tuple[Document, IssueFile] | None:
    """The file with broken sections as dividers and broken keys left out; None if too little is left."""
    try:
        document = library.parsed(library.issue_path(newsletter, name))
    except InvalidInput:
        return None
    data: dict[str, object] = dict(document.data)
    sections = list(cast(list[object], data["sections"])) if isinstance(data.get("sections"), list) else []
    for finding in findings:
        if finding.place is None or finding.place.file != document.file or not finding.loc:
            continue
        top, *rest = finding.loc
        if top == "sections" and rest and isinstance(rest[0], int) and rest[0] < len(sections):
            sections[rest[0]] = {"type": "divider"}
        else:
            data.pop(str(top), None)
    try:
        return document, IssueFile.model_validate({**_INSTEAD, **data, "sections": sections})
    except ValidationError:
        return None
