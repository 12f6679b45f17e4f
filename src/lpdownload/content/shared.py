"""Shared blocks and pieces of news: sections kept elsewhere, and what an issue says otherwise."""

from typing import cast

from pydantic import TypeAdapter, ValidationError

from lpdownload.content.problems import findings_of
from lpdownload.content.reading import Reading
from lpdownload.errors import InvalidInput, Loc
from lpdownload.model.issue import IssueFile, SharedBlock
from lpdownload.model.sections import AnySection
from lpdownload.model.sections.base import Section
from lpdownload.model.sections.structure import Shared
from lpdownload.model.text import NEWS

_SECTION: TypeAdapter[Section] = TypeAdapter(AnySection)


def resolved(reading: Reading, section: Section, index: int, written: IssueFile) -> Section | None:
    """The section itself, or the one it refers to; None, with a finding, if there is none."""
    if not isinstance(section, Shared):
        return section
    loc: Loc = ("sections", index)
    is_news, library = section.ref.startswith(NEWS), reading.library
    names = [f"{NEWS}{name}" for name in library.news_names] if is_news else library.shared_names
    if section.ref not in names:
        kind = "piece of news" if is_news else "shared block"
        reading.find_unknown(kind, section.ref, names, (*loc, "ref"))
        return None
    block: SharedBlock | None = None
    try:
        if is_news:
            document = library.news(section.ref.removeprefix(NEWS))[0]
        else:
            document, block = library.shared(section.ref)
    except InvalidInput as error:
        reading.findings.extend(finding for finding in error.findings if finding not in reading.findings)
        return None
    day = written.date or (written.period.start if written.period else None)
    if block and block.expires and day and day > block.expires:
        message = f"shared block {section.ref} expired on {block.expires}; the issue is of {day}"
        reading.find(
            "shared-expired", message, f"ask {block.owner} for a newer one, or leave it out", (*loc, "ref")
        )
    common = {name: getattr(section, name) for name in section.model_fields_set & Section.model_fields.keys()}
    block_section = cast(dict[str, object], document.data["section"])
    try:
        merged = _SECTION.validate_python({**block_section, **common, **section.overrides})
    except ValidationError as error:
        findings = findings_of(error, reading.document, prefix=(*loc, "overrides"), kind=AnySection)
        reading.findings.extend(findings)
        return None
    if isinstance(merged, Shared):
        reading.find(
            "shared-in-shared",
            f"shared block {section.ref} names a shared block itself",
            "put the section into the block",
            (*loc, "ref"),
        )
        return None
    reading.blocks[index] = document
    return merged
