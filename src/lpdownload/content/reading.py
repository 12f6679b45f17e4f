"""What is known while one issue is read: its file, the places of its values, the findings so far."""

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from lpdownload.content.library import Library
from lpdownload.content.located import Document
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, Loc, Place
from lpdownload.model.text import NEWS


@dataclass
class Reading:
    """One issue's reading; ``blocks`` holds the file of each section that came from a shared block."""

    library: Library
    newsletter_name: str
    name: str
    document: Document
    findings: list[Finding]
    blocks: dict[int, Document] = field(default_factory=dict)

    def place(self, loc: Loc, within: str = "") -> Place:
        """Where the value at ``loc`` was written: in the issue, in an override, or in the shared block.

        With ``within`` where these words of it stand.
        """
        index = loc[1] if len(loc) >= 2 and loc[0] == "sections" else None
        if not isinstance(index, int) or index not in self.blocks:
            return self.document.place(loc, within=within)
        rest = loc[2:]
        section = cast(list[dict[str, object]], self.document.data["sections"])[index]
        if rest and rest[0] in cast(dict[str, object], section.get("overrides") or {}):
            return self.document.place(("sections", index, "overrides", *rest), within=within)
        if rest and rest[0] not in section:
            return self.blocks[index].place(("section", *rest), within=within)
        return self.document.place(loc if rest else ("sections", index, "ref"))

    def folder(self, loc: Loc) -> Path:
        """The folder of the file in which the value at ``loc`` was written."""
        if self.place(loc).file == self.document.file:
            return self.library.folder / self.newsletter_name
        section = cast(list[dict[str, object]], self.document.data["sections"])[cast(int, loc[1])]
        return self.library.folder / ("news" if str(section["ref"]).startswith(NEWS) else "shared")

    def find(self, rule: str, message: str, hint: str, loc: Loc) -> None:
        self.findings.append(Finding(rule, message, hint, loc=loc, place=self.place(loc)))

    def find_unknown(self, kind: str, name: str, there_are: Collection[str], loc: Loc) -> None:
        self.findings.append(unknown(kind, name, there_are, loc, self.place(loc)))
