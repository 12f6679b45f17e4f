"""Where words of the mail come from: issue, newsletter, network, or a template of the newsroom's own."""

from collections.abc import Iterator
from itertools import chain

from lpdownload.check.inspection import Inspection
from lpdownload.check.registry import Found
from lpdownload.errors import Loc, Place, Severity
from lpdownload.model.network import Network
from lpdownload.model.sections.base import walk_texts


def found_from(
    inspection: Inspection,
    words: str,
    message: str,
    *,
    loc: Loc = (),
    hint: str | None = None,
    severity: Severity | None = None,
) -> Found:
    """A finding about ``words`` at the text that holds them, one below ``loc`` first; else at a template
    that does; else at ``loc`` itself.
    """
    if text_loc := _text_loc(inspection, words, loc):
        return Found(message, text_loc, within=words, hint=hint, severity=severity)
    place = template_place(inspection, words) or _network_text(inspection, words)
    return Found(message, loc, hint=hint, severity=severity, place=place)


def template_place(inspection: Inspection, words: str, *likely: str) -> Place | None:
    """Where ``words`` stand in the newsroom's own templates; without them the first of ``likely`` it has.

    None, if the newsroom has no such templates: names are paths, as in sections/footer.mjml.j2.
    """
    for folder in inspection.library.templates[:-1]:
        named = [path for name in likely if (path := folder / name).is_file()]
        for path in named or sorted(folder.rglob("*.j2")):
            text = path.read_text("utf-8", errors="replace")
            if words and (at := text.find(words)) >= 0:
                line = text.count("\n", 0, at) + 1
                return Place(inspection.library.shown(path), line, at - text.rfind("\n", 0, at))
        if named:
            return Place(inspection.library.shown(named[0]))
    return None


def network_place(inspection: Inspection, *keys: str) -> Place:
    """Where the first of these top-level keys stands in network.yaml that is written there."""
    document = inspection.library.read(inspection.library.folder / "network.yaml", Network)[0]
    key = next((key for key in keys if key in document.data), keys[0])
    return document.place((key,))


def _text_loc(inspection: Inspection, words: str, near: Loc) -> Loc:
    """The text with these words, if ``near`` is not one itself: the first below it, else the first of all."""
    found = [loc for text, loc in _texts(inspection) if words in text]
    below = (loc for loc in found if loc[: len(near)] == near)
    return next(below, found[0] if found else ())


def _texts(inspection: Inspection) -> Iterator[tuple[str, Loc]]:
    for written in inspection.texts:
        yield written.text, written.loc
    yield from walk_texts(inspection.issue.newsletter, ("newsletter",))


def _network_text(inspection: Inspection, words: str) -> Place | None:
    document, network = inspection.library.read(inspection.library.folder / "network.yaml", Network)
    entities = (walk_texts(one, ("entities", name)) for name, one in network.entities.items())
    for text, loc in chain(walk_texts(network), *entities):
        if words in text:
            return document.place(loc, within=words)
    return None
