"""What of network.yaml and segments.yaml the page chooses from, kept as it last was when it is broken."""

from dataclasses import dataclass, field

from lpdownload.content.library import Library
from lpdownload.errors import Finding, InvalidInput
from lpdownload.preview.personas import Persona, personas
from lpdownload.preview.shapes import Json


@dataclass(frozen=True)
class People:
    """Made-up readers and segments by name, the seed list, and what keeps them from being newer."""

    personas: dict[str, Persona] = field(default_factory=dict)
    segments: tuple[str, ...] = ()
    seed_list: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def json(self) -> dict[str, Json]:
        return {
            "personas": [
                {
                    "name": persona.name,
                    "title": persona.title,
                    "declared": persona.declared,
                    "attributes": dict(persona.values),
                    "segments": sorted(persona.segments),
                }
                for persona in self.personas.values()
            ],
            "segments": [*self.segments],
            "seed_list": [*self.seed_list],
        }


def people_of(library: Library, before: People) -> People:
    """As the library says, else as they were ``before``, with the reason."""
    try:
        found = personas(library, _languages(library))
        return People(
            {persona.name: persona for persona in found},
            tuple(sorted(library.segments.root)),
            library.network.seed_list,
        )
    except InvalidInput as error:
        return People(before.personas, before.segments, before.seed_list, error.findings)


def _languages(library: Library) -> set[str]:
    """Those that newsletters and translations are written in."""
    found = {suffix for key in library.issue_keys() if (suffix := key.partition("/")[2].partition(".")[2])}
    for name in library.newsletter_names:
        try:
            found.add(library.newsletter(name)[1].language)
        except InvalidInput:
            continue
    return found
