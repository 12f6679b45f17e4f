"""How large the mail is for one reader, and what each of its sections takes of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from lpdownload.errors import Loc
from lpdownload.render.render import Rendering


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the mail, or with an empty loc what stands before the first; ``size`` in bytes."""

    loc: Loc
    type: str
    title: str
    size: int


def parts(rendering: Rendering, values: Mapping[str, str]) -> tuple[Part, ...]:
    """The parts in their order; their sizes add up to that of the mail's HTML in UTF-8."""
    draft = rendering.draft
    html = draft.marks.removed(rendering.marked)
    spans = rendering.spans

    def size(start: int, end: int) -> int:
        return len(draft.fields.split(html[start:end], "html").fill(values).encode())

    placed = {one.loc: one for one in draft.sections}
    found = [Part((), "head", "Head and masthead", size(0, spans[0].start if spans else len(html)))]
    for span in spans:
        section = placed.get(span.loc)
        kind = section.type if section else "footer"
        title = draft.plain(section.title) if section and section.title else kind.replace("_", " ")
        found.append(Part(span.loc, kind, title, size(span.start, span.end)))
    return tuple(found)
