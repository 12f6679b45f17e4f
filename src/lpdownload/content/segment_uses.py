"""Where each segment is used: newsletters, issues, shared blocks, other segments."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lpdownload.errors import InvalidInput
from lpdownload.model.audience import EVERYBODY
from lpdownload.model.segment import Named, Rule, walk

if TYPE_CHECKING:
    from lpdownload.content.library import Library


def uses_of(library: "Library") -> dict[str, tuple[str, ...]]:
    """By segment, the keys of what names it: lpny, lpny/2024-09, shared/federal, segments/teachers.

    A file that cannot be read is passed over: `lpdownload check` says why.
    """
    found: dict[str, dict[str, None]] = {name: {} for name in library.segments.root}
    for name, where in _named(library):
        found.setdefault(name, {})[where] = None
    return {name: tuple(places) for name, places in found.items()}


def _named(library: "Library") -> Iterator[tuple[str, str]]:
    for newsletter in library.newsletter_names:
        try:
            if segment := library.newsletter(newsletter)[1].segment:
                yield segment, newsletter
        except InvalidInput:
            continue
    for key in library.issue_keys():
        try:
            issue = library.issue_file(*key.split("/", 1))[1]
        except InvalidInput:
            continue
        audience = issue.audience or EVERYBODY
        for rule in (audience.segment, audience.exclude):
            yield from ((name, key) for name in _names(rule))
        yield from ((section.visible_to, key) for section in issue.sections if section.visible_to)
    for block in library.shared_names:
        try:
            if segment := library.shared(block)[1].section.visible_to:
                yield segment, f"shared/{block}"
        except InvalidInput:
            continue
    for name, rule in library.segments.root.items():
        yield from ((other, f"segments/{name}") for other in _names(rule))


def _names(rule: Rule | None) -> Iterator[str]:
    if rule is not None:
        yield from (part.segment for part in walk(rule) if isinstance(part, Named))
