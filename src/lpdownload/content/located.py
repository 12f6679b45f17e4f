"""YAML to plain data that knows its places.

Only true, false and null are more than text: 1.10, NO, 19:30 and dates stay as written; the model converts
them.
"""

import re
from dataclasses import dataclass, field

from lpdownload.content.characters import decode
from lpdownload.content.reader import MAX_BYTES, Data, Reader, Spot
from lpdownload.errors import Finding, InvalidInput, Loc, Place

_MAX_FINDINGS = 50
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data. Aliases share their value; treat ``data`` as read-only."""

    file: str
    data: dict[str, Data]
    _root: Spot
    _source: str = field(repr=False, compare=False)

    def place(self, loc: Loc, *, key: bool = False, within: str = "") -> Place:
        """Where the value at ``loc`` stands, or with ``key`` its key, or the words ``within`` inside of it.

        Steps that are not in the YAML (a union's tags, missing keys) are passed over, which leads to the
        nearest parent. Words that are not found lead to the value.
        """
        spot = at = self._root
        value: Data = self.data
        for step in loc:
            if child := spot.child(step):
                at = spot.keys.get(step, child) if key and isinstance(step, str) else child
                spot = child
                value = value[step] if isinstance(value, dict | list) else None  # type: ignore[index]
        if within and isinstance(value, str) and (found := self._found(within, spot.index, len(value))):
            return found
        return Place(self.file, at.line, at.column)

    def _found(self, words: str, start: int, length: int) -> Place | None:
        """The first place of these words in so long a text, however its lines are broken and marked up."""
        wanted = _WORD.findall(words)[:12]
        if not wanted:
            return None
        # Quoted and indented, a text takes more room than it has characters.
        end = start + 2 * length + 200
        pattern = re.compile(r"[\W_]+".join(map(re.escape, wanted)), re.IGNORECASE)
        match = pattern.search(self._source, start, end)
        if match is None:
            return None
        before = self._source[: match.start()]
        line_start = before.rfind("\n") + 1
        return Place(self.file, before.count("\n") + 1, match.start() - line_start + 1)


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
    return Document(file, *top, source)


def _in_order(findings: list[Finding]) -> list[Finding]:
    ordered = sorted(findings, key=lambda f: (f.place.line, f.place.column) if f.place else (0, 0))
    if len(ordered) <= _MAX_FINDINGS:
        return ordered
    rest, place = len(ordered) - _MAX_FINDINGS, ordered[_MAX_FINDINGS].place
    more = Finding("yaml-more", f"and at least {rest} more problems from here on", place=place)
    return [*ordered[:_MAX_FINDINGS], more]
