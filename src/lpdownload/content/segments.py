"""Segments and rules as written in YAML, checked against the newsroom: names, values, circles, size."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from graphlib import CycleError
from typing import TYPE_CHECKING

from lpdownload.content.located import Document
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.segment import (
    MAX_COMPARISONS,
    MAX_DEPTH,
    AllOf,
    AnyOf,
    Attribute,
    Named,
    NotOf,
    Received,
    Rule,
    Segments,
    Size,
    Subscribed,
    in_order,
    size_of,
    sizes_of,
    walk,
)
from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration

if TYPE_CHECKING:
    from lpdownload.content.library import Library


def read_segments(library: "Library") -> Segments:
    """The segments; InvalidInput with everything that is wrong in them."""
    path = library.folder / "segments.yaml"
    if not path.is_file():
        return Segments({})
    document, segments = library.read(path, Segments)
    check = _Check(library, document, segments)
    findings = [finding for name, rule in segments.root.items() for finding in check.findings(rule, (name,))]
    findings += _circle_findings(document, segments)
    if not findings:
        findings = list(_too_large(document, segments))
    if findings:
        raise InvalidInput(findings)
    return segments


def rule_findings(library: "Library", document: Document, rule: Rule, loc: Loc) -> list[Finding]:
    """What is wrong with a rule that stands at ``loc`` of a file, such as an issue's audience.

    Where segments.yaml cannot be read, which is a finding of its own, names of segments are not looked up.
    """
    try:
        segments = library.segments
    except InvalidInput:
        return _Check(library, document, None).findings(rule, loc)
    findings = _Check(library, document, segments).findings(rule, loc)
    size = None if findings else size_of(rule, sizes_of(segments))
    return [_size_finding(document, size, loc)] if size and size.is_too_large else findings


@dataclass(frozen=True)
class _Check:
    """Looks up the names in the rules of one file. Segments None: nobody knows them."""

    library: "Library"
    document: Document
    segments: Segments | None

    @cached_property
    def attributes(self) -> Mapping[str, AttributeDeclaration]:
        return ATTRIBUTES | {declared.name: declared for declared in self.library.network.attributes}

    def findings(self, rule: Rule, loc: Loc) -> list[Finding]:
        """Steps that a shorthand left out of the YAML are passed over when the place is looked up."""
        match rule:
            case AllOf(all=parts) | AnyOf(any=parts):
                word = "all" if isinstance(rule, AllOf) else "any"
                return [
                    finding
                    for index, part in enumerate(parts)
                    for finding in self.findings(part, (*loc, word, index))
                ]
            case NotOf(not_=part):
                return self.findings(part, (*loc, "not"))
            case Named(segment=name) if self.segments is not None and name not in self.segments.root:
                place = self.document.place((*loc, "segment"))
                return [unknown("segment", name, self.segments.root, loc, place)]
            case Subscribed(subscribed=name) if name not in self.library.newsletter_names:
                place = self.document.place((*loc, "subscribed"))
                return [unknown("newsletter", name, self.library.newsletter_names, loc, place)]
            case Received():
                return self._issue_findings(rule, (*loc, "received"))
            case Attribute():
                return list(self._attribute_findings(rule, loc))
        return []

    def _issue_findings(self, rule: Received, loc: Loc) -> list[Finding]:
        key, place = rule.received, self.document.place(loc)
        keys = tuple(self.library.issue_keys())
        if key not in keys:
            near = get_close_matches(key, keys, 3, 0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "lpdownload list shows those there are"
            return [Finding("unknown-issue", f"there is no issue {key}", hint, loc=loc, place=place)]
        if original := self._translated_by(key):
            message = f"{key} is a translation, and its mailing is recorded as that of {original}"
            return [Finding("translation", message, f"received: {original}", loc=loc, place=place)]
        return []

    def _translated_by(self, key: str) -> str | None:
        """The original of a translation whose name does not tell it, as 2024-09.es does."""
        newsletter, _, name = key.partition("/")
        if "." in name:
            return None
        try:
            original = self.library.issue_file(newsletter, name)[1].translation_of
        except InvalidInput:  # its own check says what is wrong with it
            return None
        return f"{newsletter}/{original}" if original else None

    def _attribute_findings(self, rule: Attribute, loc: Loc) -> Iterator[Finding]:
        name, condition = rule.name, rule.condition
        declared = self.attributes.get(name)
        if declared is None:
            yield unknown(
                "attribute", name, self.attributes, loc, self.document.place((*loc, name), key=True)
            )
            return
        at = (*loc, name)
        order = {"before": condition.before, "after": condition.after}
        asked = [word for word, value in order.items() if value is not None]
        if asked and declared.type in {"list", "choice"}:
            kind = "holds several words" if declared.type == "list" else "is one of its choices"
            instead = "has: a word" if declared.type == "list" else "in: [the choices that count]"
            message = f"{name} {kind}, which stand neither before nor after another"
            place = self.document.place((*at, asked[0]), key=True)
            yield Finding("no-order", message, instead, loc=(*at, asked[0]), place=place)
            return
        for word in condition.words:
            place = self.document.place(at)
            if declared.choices and word not in declared.choices:
                yield unknown(name, word, declared.choices, at, place)
            elif declared.type == "date" and not _is_day(word):
                message = f"{name} is a date, and this is none: {word}"
                yield Finding("bad-date", message, "year-month-day, as in 2024-10-10", loc=at, place=place)


def _is_day(word: str) -> bool:
    try:
        return date.fromisoformat(word).isoformat() == word
    except ValueError:
        return False


def _too_large(document: Document, segments: Segments) -> Iterator[Finding]:
    """Of those that name each other only the first that grow too large: the others follow from them."""
    sizes = sizes_of(segments)
    for name, rule in segments.root.items():
        named = [part.segment for part in walk(rule) if isinstance(part, Named)]
        if sizes[name].is_too_large and not any(sizes[other].is_too_large for other in named):
            yield _size_finding(document, sizes[name], (name,))


def _size_finding(document: Document, size: Size, loc: Loc) -> Finding:
    """Comparisons may be too many to be written in figures."""
    what = (
        f"comes to more than {MAX_COMPARISONS} comparisons"
        if size.comparisons > MAX_COMPARISONS
        else f"is nested more than {MAX_DEPTH} deep"
    )
    message = f"the rule {what}, with the segments it names written out"
    hint = "give these people a tag or an attribute of their own when they are imported"
    return Finding("segment-size", message, hint, loc=loc, place=document.place(loc, key=True))


def _circle_findings(document: Document, segments: Segments) -> Iterator[Finding]:
    try:
        in_order(segments)
    except CycleError:
        for name in segments.root:
            if circle := _circle(segments, name):
                message = f"segment {name} is defined by itself: {' → '.join(circle)}"
                place = document.place((name,), key=True)
                yield Finding("segment-circle", message, "name another one", loc=(name,), place=place)


def _circle(segments: Segments, start: str) -> list[str]:
    """The names on a way from ``start`` back to itself, or an empty list."""
    trail: list[tuple[str, list[str]]] = [(start, [start])]
    seen: set[str] = set()
    while trail:
        name, way = trail.pop()
        for rule in walk(segments.root[name]) if name in segments.root else ():
            if isinstance(rule, Named):
                if rule.segment == start:
                    return [*way, start]
                if rule.segment not in seen:
                    seen.add(rule.segment)
                    trail.append((rule.segment, [*way, rule.segment]))
    return []
