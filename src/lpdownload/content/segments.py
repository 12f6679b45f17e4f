"""newsletters/segments.yaml: its tree, and the names in it checked against the newsroom."""

from typing import TYPE_CHECKING

from lpdownload.content.located import Document
from lpdownload.content.references import unknown
from lpdownload.errors import Finding, InvalidInput, Loc
from lpdownload.model.segment import AllOf, AnyOf, Attribute, Named, NotOf, Rule, Segments, Subscribed, walk
from lpdownload.model.subscriber import ATTRIBUTES, AttributeDeclaration

if TYPE_CHECKING:
    from lpdownload.content.library import Library


def read_segments(library: "Library") -> Segments:
    """The segments; InvalidInput with everything that is wrong in them."""
    path = library.folder / "segments.yaml"
    if not path.is_file():
        return Segments({})
    document, segments = library.read(path, Segments)
    attributes = ATTRIBUTES | {declared.name: declared for declared in library.network.attributes}
    findings = [
        finding
        for name, rule in segments.root.items()
        for finding in _rule_findings(library, document, segments, attributes, rule, (name,))
    ]
    findings += [
        Finding(
            "segment-circle",
            f"segment {name} is defined by itself: {' → '.join(circle)}",
            "name another one",
            loc=(name,),
            place=document.place((name,), key=True),
        )
        for name in segments.root
        if (circle := _circle(segments, name))
    ]
    if findings:
        raise InvalidInput(findings)
    return segments


def _rule_findings(
    library: "Library",
    document: Document,
    segments: Segments,
    attributes: dict[str, AttributeDeclaration],
    rule: Rule,
    loc: Loc,
) -> list[Finding]:
    """Steps that a shorthand left out of the YAML are passed over when the place is looked up."""
    match rule:
        case AllOf(all=parts) | AnyOf(any=parts):
            word = "all" if isinstance(rule, AllOf) else "any"
            return [
                finding
                for index, part in enumerate(parts)
                for finding in _rule_findings(
                    library, document, segments, attributes, part, (*loc, word, index)
                )
            ]
        case NotOf(not_=part):
            return _rule_findings(library, document, segments, attributes, part, (*loc, "not"))
        case Named(segment=name) if name not in segments.root:
            return [unknown("segment", name, segments.root, loc, document.place((*loc, "segment")))]
        case Subscribed(subscribed=name) if name not in library.newsletter_names:
            return [
                unknown(
                    "newsletter", name, library.newsletter_names, loc, document.place((*loc, "subscribed"))
                )
            ]
        case Attribute():
            return _attribute_findings(document, attributes, rule, loc)
    return []


def _attribute_findings(
    document: Document, attributes: dict[str, AttributeDeclaration], rule: Attribute, loc: Loc
) -> list[Finding]:
    place = document.place((*loc, rule.name), key=True)
    declared = attributes.get(rule.name)
    if declared is None:
        return [unknown("attribute", rule.name, attributes, loc, place)]
    condition = rule.condition
    wanted = [
        word
        for word in (condition.equals, condition.has, condition.not_, *(condition.in_ or ()))
        if word is not None
    ]
    if not declared.choices:
        return []
    return [
        unknown(f"{rule.name}", word, declared.choices, (*loc, rule.name), document.place((*loc, rule.name)))
        for word in wanted
        if word not in declared.choices
    ]


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
