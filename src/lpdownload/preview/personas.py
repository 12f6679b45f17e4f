"""The readers to look through the eyes of: made up in network.yaml, and one more wherever none is.

Never anybody from the list of subscribers: the preview does not open it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from lpdownload.audience.evaluate import matches, memberships
from lpdownload.audience.reader import reader_of
from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.model.segment import (
    AllOf,
    AnyOf,
    Attribute,
    Condition,
    Named,
    Received,
    Rule,
    Segments,
    Subscribed,
    Tagged,
)

Reader: TypeAlias = dict[str, str | tuple[str, ...]]

_MANY = ("subscribed", "received", "tags", "caucuses", "committees", "interests")
_DEPTH = 20


@dataclass(frozen=True)
class Persona:
    """A made-up reader; ``declared`` in network.yaml, else by this program."""

    name: str
    title: str
    reader: Mapping[str, str | tuple[str, ...]]
    segments: frozenset[str]
    declared: bool = True

    @property
    def values(self) -> dict[str, str]:
        """For merge fields."""
        return {
            name: value if isinstance(value, str) else ", ".join(value) for name, value in self.reader.items()
        }


def personas(library: Library, languages: Iterable[str]) -> tuple[Persona, ...]:
    """Those of network.yaml, then one for each segment and each of ``languages`` that they leave out.

    InvalidInput if network.yaml or segments.yaml cannot be read.
    """
    network, segments = library.network, library.segments
    found: list[Persona] = []
    for name in network.personas:
        try:
            reader = reader_of(network, [], name)
        except InvalidInput:  # an attribute that nobody has: `check` says so
            continue
        found.append(Persona(name, _title(name, reader), reader, memberships(reader, segments)))
    covered = frozenset[str]().union(*(persona.segments for persona in found))
    for name in sorted(segments.root.keys() - covered):
        if made := _member_of(name, segments):
            title = f"A reader in {name}"
            found.append(Persona(f"segment:{name}", title, made, memberships(made, segments), False))
    spoken = {str(persona.reader.get("language", "")) for persona in found}
    for language in sorted({*languages} - spoken):
        spoken_by: Reader = {"language": language}
        title = f"A reader of {language}"
        found.append(
            Persona(f"language:{language}", title, spoken_by, memberships(spoken_by, segments), False)
        )
    return tuple(found)


def _title(name: str, reader: Reader) -> str:
    shown = [
        ", ".join(value) if isinstance(value, tuple) else value.replace("_", " ")
        for key, value in reader.items()
        if key not in {"first_name", "last_name", "email", "subscribed", "received"}
    ]
    return " · ".join((name, *[*dict.fromkeys(shown)][:3]))


def _member_of(name: str, segments: Segments) -> Reader | None:
    """Somebody who is in the segment; None if its rule is not satisfied that simply."""
    reader: Reader = {}
    _satisfy(segments.root[name], reader, segments, 0)
    return reader if matches(segments.root[name], reader, segments) else None


def _satisfy(rule: Rule, reader: Reader, segments: Segments, depth: int) -> None:
    """Gives the reader what the rule asks for; what it forbids is mostly not there anyway."""
    if depth > _DEPTH:
        return
    match rule:
        case AllOf(all=parts):
            for part in parts:
                _satisfy(part, reader, segments, depth + 1)
        case AnyOf(any=parts):
            if not any(matches(part, reader, segments) for part in parts):
                _satisfy(parts[0], reader, segments, depth + 1)
        case Named(segment=named):
            _satisfy(segments.root[named], reader, segments, depth + 1)
        case Subscribed(subscribed=newsletter):
            _add(reader, "subscribed", newsletter)
        case Received(received=issue):
            _add(reader, "received", issue)
        case Tagged(tag=tag):
            _add(reader, "tags", tag)
        case Attribute():
            if (value := _value(rule.condition)) is not None:
                _add(reader, rule.name, value, several=rule.condition.has is not None)


def _add(reader: Reader, name: str, value: str, *, several: bool = False) -> None:
    if several or name in _MANY:
        held = reader.get(name, ())
        reader[name] = (*((held,) if isinstance(held, str) else held), value)
    else:
        reader[name] = value


def _value(condition: Condition) -> str | None:
    """One that fits most conditions; None if there should be none."""
    if condition.exists is False:
        return None
    words = (condition.equals, condition.has, *(condition.in_ or ()))
    if (word := next((word for word in words if word is not None), None)) is not None:
        return word
    if condition.after is not None:
        return f"{condition.after}~"  # sorts directly behind it
    return "yes" if condition.before is None else "1900-01-01"
