"""Rules of the family spelling."""

import re
from collections.abc import Iterator
from contextlib import suppress

from lpdownload.check.inspection import Inspection
from lpdownload.check.prose import prose
from lpdownload.check.registry import Found, rule
from lpdownload.check.vocabulary.misspelled import misspelled
from lpdownload.errors import InvalidInput

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@rule(
    "misspelling",
    severity="warning",
    says="A word looks misspelled.",
    why="Told is only what is a slip of the fingers away from a frequent word, in English and Spanish. What "
    "has a capital is taken for a name.",
    remedy="correct it, or add the word to newsletters/words.txt",
)
def misspelling(inspection: Inspection) -> Iterator[Found]:
    names: frozenset[str] | None = None
    for text in prose(inspection):
        for one in (one for block in text.blocks for one in misspelled(block, text.language)):
            names = _names(inspection) if names is None else names
            if one.word not in names:
                hint = f"{one.meant}; or add {one.word} to newsletters/words.txt, if it is right"
                yield Found(f"“{one.word}” looks misspelled", text.loc, one.within, hint)


def _names(inspection: Inspection) -> frozenset[str]:
    """Words of the newsroom's own, and what this issue writes with a capital elsewhere, in lower case."""
    library, network = inspection.library, inspection.issue.network
    names = [network.name, network.short_name or "", *(entity.name for entity in network.entities.values())]
    names += [declared.name for declared in network.attributes]
    for folder in library.newsletter_names:
        names.append(folder)
        try:
            newsletter = library.newsletter(folder)[1]
        except InvalidInput:
            continue
        names += [newsletter.name, newsletter.subtitle or "", newsletter.sender.name, *newsletter.topics]
    with suppress(InvalidInput):
        names += library.segments.root
    allowed = {word for word in library.words if word == word.lower()}
    allowed |= {word.lower() for name in names for word in _WORD.findall(name)}
    for text in inspection.texts:
        allowed |= {word.lower() for word in _WORD.findall(text.text) if not word.islower()}
    return frozenset(allowed)
