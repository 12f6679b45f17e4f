"""YAML to plain data that knows its places.

Only true, false and null are more than text: 1.10, NO, 19:30 and dates stay as written; the model converts
them.
"""

from dataclasses import dataclass

from lpdownload.content.characters import decode
from lpdownload.content.reader import MAX_BYTES, Data, Reader, Spot
from lpdownload.errors import Finding, InvalidInput, Loc, Place

_MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data. Aliases share their value; treat ``data`` as read-only."""

    file: str
    data: dict[str, Data]
    _root: Spot

    def place(self, loc: Loc, *, key: bool = False) -> Place:
        """Where the value at ``loc`` stands, or with ``key`` its key.

        Steps that are not in the YAML (a union's tags, missing keys) are passed over, which leads to the
        nearest parent.
        """
        spot = at = self._root
        for step in loc:
            if child := spot.child(step):
                at = spot.keys.get(step, child) if key and isinstance(step, str) else child
                spot = child
        return Place(self.file, at.line, at.column)


def parse(text: bytes, file: str) -> Document:
    """The one document in ``text``. Raises InvalidInput with all findings up to the first syntax error."""
    if len(text) > MAX_BYTES:
        size = f"the file has {len(text):,} bytes; at most {MAX_BYTES:,} are read"
        raise InvalidInput([Finding("yaml-size", size, "make it smaller", place=Place(file))])
    source, findings = decode(text, file)
    reader = Reader(source, file, findings)
    top = reader.read()
    if top is None or reader.findings:
        raise InvalidInput(_in_order(reader.findings))
    return Document(file, *top)


def _in_order(findings: list[Finding]) -> list[Finding]:
    ordered = sorted(findings, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0))
    if len(ordered) <= _MAX_FINDINGS:
        return ordered
    rest, place = len(ordered) - _MAX_FINDINGS, ordered[_MAX_FINDINGS].place
    more = Finding("yaml-more", f"and at least {rest} more problems from here on", place=place)
    return [*ordered[:_MAX_FINDINGS], more]
