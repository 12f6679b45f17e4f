"""Parser events to data, places and findings.

With a stack of its own, so that no depth, loop or alias bomb can crash it, and with every finding up to the
first syntax error. Refuses what YAML would swallow in silence: tags, anchors, comments that were meant as
text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Protocol, TypeAlias

import yaml

from lpdownload.content.characters import Lines, escaped_findings
from lpdownload.content.slips import MERGE_FIELD_MESSAGE, Position, explain, quoted
from lpdownload.errors import Finding, Loc, Place
from lpdownload.model.text import FORBIDDEN

Data: TypeAlias = "dict[str, Data] | list[Data] | str | bool | None"

MAX_BYTES: Final = 1_000_000
MAX_DEPTH: Final = 50
MAX_NODES: Final = 50_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONSTANTS: dict[str, bool | None] = {"": None, "~": None, "null": None, "true": True, "false": False}
_TAG = "tag:yaml.org,2002:"
_SWALLOWED = re.compile(r"[ \t]+(#\w[^\r\n]*)")
_LINE = re.compile(r"[^\r\n]*")


class _Mark(Protocol):
    """A position of the parser, in C or in Python, counted from 0; PyYAML's stubs call it optional."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...
    @property
    def index(self) -> int: ...


class Spot:
    """Where a value stands (``index`` is its offset in the text); for a mapping also where its keys stand."""

    __slots__ = ("children", "column", "index", "keys", "line")

    def __init__(self, mark: _Mark | None) -> None:
        assert mark is not None
        self.index: int = mark.index
        self.line: int = mark.line + 1
        self.column: int = mark.column + 1
        self.keys: dict[str, Spot] = {}
        self.children: dict[str, Spot] | list[Spot] | None = None

    def child(self, step: str | int) -> "Spot | None":
        if isinstance(self.children, dict):
            return self.children.get(step) if isinstance(step, str) else None
        if isinstance(self.children, list) and isinstance(step, int) and 0 <= step < len(self.children):
            return self.children[step]
        return None


class _Stop(Exception):
    """Reading on would make no sense or be dangerous; the reason is among the findings."""


class _Frame:
    """A list or mapping whose end is not yet read; ``muted`` if that it may not stand here has been said."""

    def __init__(
        self, event: yaml.CollectionStartEvent, is_map: bool, muted: bool, nodes: int, chars: int
    ) -> None:
        self.data: dict[str, Data] | list[Data] = {} if is_map else []
        self.spot = Spot(event.start_mark)
        self.spot.children = {} if is_map else []
        self.anchor: str | None = event.anchor
        self.wants_key = is_map
        self.key: str | None = None
        self.muted = muted
        self.nodes, self.chars, self.height = nodes, chars, 0


@dataclass(slots=True)
class _Anchor:
    """What ``&name`` marks: its value once read, and how much an alias of it adds."""

    spot: Spot
    name: str
    data: Data = None
    complete: bool = False
    nodes: int = 1
    chars: int = 0
    height: int = 0
    used: bool = False


class Reader:
    """Events to data, spots and findings."""

    def __init__(self, text: str, file: str, findings: list[Finding]) -> None:
        self.text, self.file, self.findings = text, file, findings
        self.frames: list[_Frame] = []
        self.anchors: dict[str, _Anchor] = {}
        self.all_anchors: list[_Anchor] = []
        self.nodes = self.chars = 0
        self.last_quote: Position | None = None
        self.root: tuple[Data, Spot] | None = None

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text, self.file)

    def read(self) -> tuple[dict[str, Data], Spot] | None:
        """The top mapping and its places; None if ``findings`` say why there is none."""
        documents = 0
        try:
            for event in self._events():
                if isinstance(event, yaml.ScalarEvent):
                    self._scalar(event)
                elif isinstance(event, yaml.CollectionStartEvent):
                    self._start(event)
                elif isinstance(event, yaml.CollectionEndEvent):
                    self._end()
                elif isinstance(event, yaml.AliasEvent):
                    self._alias(event)
                elif isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._say(
                            "yaml-documents",
                            Spot(event.start_mark),
                            "a second document starts here",
                            "delete this ---",
                        )
                        raise _Stop
        except _Stop:
            return None
        for anchor in self.all_anchors:
            if not anchor.used:
                hint = f"if & belongs to the text, put it in quotes; otherwise delete &{anchor.name}"
                self._say("yaml-anchor", anchor.spot, f"the anchor &{anchor.name} is used nowhere", hint)
        return self._top()

    def _top(self) -> tuple[dict[str, Data], Spot] | None:
        data, spot = self.root or (None, None)
        if isinstance(data, dict) and spot:
            return data, spot
        if not self.findings:
            place = (
                Place(self.file, spot.line, spot.column) if spot and data is not None else Place(self.file)
            )
            kind = "a list" if isinstance(data, list) else "text"
            message = "the file is empty" if data is None else f"the file holds {kind}, not keys with values"
            self.findings.append(
                Finding("yaml-top", message, "start with a line such as key: value", place=place)
            )
        return None

    def _events(self) -> Iterator[yaml.Event]:
        loader = _LOADER(self.text)
        try:
            while loader.check_event():
                yield loader.get_event()
        except yaml.MarkedYAMLError as error:
            self._syntax(error.context or "", error.context_mark, error.problem or "", error.problem_mark)
            raise _Stop from None
        except ValueError:  # PyYAML without libyaml: \U00110000
            self._syntax("quoted scalar", None, "escape", loader.get_mark())
            raise _Stop from None
        finally:
            loader.dispose()

    # Values: one method for each kind of event

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        spot = Spot(event.start_mark)
        value: str = event.value
        style: str = event.style or ""
        self.last_quote = (spot.line - 1, spot.column - 1) if style in {'"', "'"} else None
        if style == '"' and FORBIDDEN.search(value):
            self._escapes(spot.index, Spot(event.end_mark).index)
        elif not style and (comment := _SWALLOWED.match(self.text, Spot(event.end_mark).index)):
            self._swallowed(value, comment[1], self._lines.place(comment.start(1)))
        data: Data = value
        if event.tag is None:
            data = _CONSTANTS.get(value, value) if not style else value
        elif event.tag != "!":
            data = self._tagged(event.tag, value, spot)
        self._count(1, len(value), 0, spot)
        if event.anchor is not None:
            anchor = self._anchor(event.anchor, spot)
            anchor.data, anchor.complete, anchor.chars = data, True, len(value)
        if self.frames and self.frames[-1].wants_key:
            self._key(event, data, spot)
        else:
            self._add(data, spot)

    def _tagged(self, tag: str, value: str, spot: Spot) -> Data:
        name = tag.removeprefix(_TAG) if tag.startswith(_TAG) else ""
        if name in {"str", "int", "float"}:
            return value
        is_bool = isinstance(_CONSTANTS.get(value, ""), bool)
        if value in _CONSTANTS and name == ("bool" if is_bool else "null"):
            return _CONSTANTS[value]
        self._bad_tag(tag, spot)
        return value

    def _start(self, event: yaml.CollectionStartEvent) -> None:
        is_map = isinstance(event, yaml.MappingStartEvent)
        muted = bool(self.frames) and self.frames[-1].muted
        if self.frames and self.frames[-1].wants_key:
            self._collection_as_key(Spot(event.start_mark))
            muted = True
        frame = _Frame(event, is_map, muted, self.nodes, self.chars)
        if event.tag is not None and event.tag not in {"!", _TAG + ("map" if is_map else "seq")}:
            self._bad_tag(event.tag, frame.spot)
        self._count(1, 0, 1, frame.spot)
        if event.anchor is not None:
            self._anchor(event.anchor, frame.spot)
        self.frames.append(frame)

    def _end(self) -> None:
        frame = self.frames.pop()
        anchor = self.anchors.get(frame.anchor or "")
        if anchor and anchor.spot is frame.spot:
            anchor.data, anchor.complete, anchor.height = frame.data, True, frame.height + 1
            anchor.nodes, anchor.chars = self.nodes - frame.nodes, self.chars - frame.chars
        if self.frames:
            self.frames[-1].height = max(self.frames[-1].height, frame.height + 1)
        if self.frames and self.frames[-1].wants_key:
            self.frames[-1].wants_key = False
        else:
            self._add(frame.data, frame.spot)

    def _alias(self, event: yaml.AliasEvent) -> None:
        name: str = event.anchor or ""
        anchor = self.anchors.get(name)
        spot = Spot(event.start_mark)
        target = spot
        data: Data = None
        if anchor is None:
            hint = f"if * belongs to the text, put the value in quotes; else mark a value above with &{name}"
            self._say("yaml-alias", spot, f"*{name} stands for nothing: there is no &{name} above", hint)
        elif not anchor.complete:
            anchor.used = True
            self._say(
                "yaml-alias", spot, f"*{name} stands inside the very value that it repeats", "delete it"
            )
        else:
            anchor.used = True
            self._count(anchor.nodes, anchor.chars, anchor.height, spot)
            if self.frames:
                self.frames[-1].height = max(self.frames[-1].height, anchor.height)
            data, target = anchor.data, anchor.spot
        if self.frames and self.frames[-1].wants_key:
            self._say("yaml-key", spot, f"*{name} cannot be a key", "write the key out")
            self.frames[-1].wants_key, self.frames[-1].key = False, None
        else:
            self._add(data, target)

    def _anchor(self, name: str, spot: Spot) -> _Anchor:
        anchor = self.anchors[name] = _Anchor(spot, name)
        self.all_anchors.append(anchor)
        return anchor

    def _add(self, data: Data, spot: Spot) -> None:
        if not self.frames:
            self.root = (data, spot)
            return
        frame = self.frames[-1]
        if isinstance(frame.data, list) and isinstance(frame.spot.children, list):
            frame.data.append(data)
            frame.spot.children.append(spot)
        elif isinstance(frame.data, dict) and isinstance(frame.spot.children, dict):
            if frame.key is not None:
                frame.data[frame.key] = data
                frame.spot.children[frame.key] = spot
            frame.wants_key, frame.key = True, None

    def _key(self, event: yaml.ScalarEvent, data: Data, spot: Spot) -> None:
        frame = self.frames[-1]
        frame.wants_key, frame.key = False, None
        if data == "<<" and not event.style:
            self._say(
                "yaml-key",
                spot,
                "the merge key << is not supported",
                "use a shared block, or write the keys out",
            )
        elif not isinstance(data, str):
            written = event.value or "an empty word"
            hint = f'put it in quotes: "{event.value}"' if event.value else "write the key before the colon"
            self._say("yaml-key", spot, f"{written} cannot be a key", hint)
        elif not event.style and data != data.strip():
            message, hint = "the key begins or ends with a space that is no ordinary one", "type it anew"
            self._say("yaml-key", spot, message, hint)
        elif first := frame.spot.keys.get(data):
            message = f"the key {data} was already given on line {first.line}, column {first.column}"
            self._say("yaml-duplicate-key", spot, message, "keep one of the two", (*self._loc(), data))
        else:
            frame.key = data
            frame.spot.keys[data] = spot

    def _collection_as_key(self, spot: Spot) -> None:
        frame = self.frames[-1]
        frame.key = None
        if spot.index and self.text[spot.index - 1 : spot.index + 1] == "{{":
            written = _LINE.match(self.text, spot.index - 1)
            hint = f"write {quoted(written.group().strip())}" if written else ""
            self._say("yaml-merge-field", frame.spot, MERGE_FIELD_MESSAGE, hint)
        else:
            self._say("yaml-key", spot, "a list or mapping cannot be a key", "write key: value")

    # Bounds and findings

    def _count(self, nodes: int, chars: int, height: int, spot: Spot) -> None:
        self.nodes += nodes
        self.chars += chars
        if len(self.frames) + height > MAX_DEPTH:
            self._refuse(spot, f"values are nested more than {MAX_DEPTH} deep")
        if self.nodes > MAX_NODES:
            self._refuse(
                spot, f"the file has more than {MAX_NODES:,} values, counting what its aliases repeat"
            )
        if self.chars > MAX_BYTES:
            self._refuse(
                spot, f"the file has more than {MAX_BYTES:,} characters, counting what its aliases repeat"
            )

    def _refuse(self, spot: Spot, message: str) -> None:
        place = Place(self.file, spot.line, spot.column)
        self.findings.append(Finding("yaml-size", message, "make it smaller", place=place))
        raise _Stop

    def _bad_tag(self, tag: str, spot: Spot) -> None:
        short = "!!" + tag.removeprefix(_TAG) if tag.startswith(_TAG) else tag
        hint = f"if it belongs to the text, put the value in quotes; otherwise delete {short}"
        self._say("yaml-tag", spot, f"{short} is not allowed: a value that starts with ! names a type", hint)

    def _escapes(self, start: int, end: int) -> None:
        if not (self.frames and self.frames[-1].muted):
            self.findings += escaped_findings(self.text, start, end, self._lines)

    def _swallowed(self, value: str, comment: str, place: Place) -> None:
        message = f"everything from {comment.split()[0]} on is lost, since # starts a comment"
        whole = quoted(f"{value} {comment}".strip())
        hint = f"put the value in quotes: {whole}; a comment starts with # and a space"
        self._say("yaml-comment", place, message, hint)

    def _say(self, rule: str, at: Spot | Place, message: str, hint: str, loc: Loc | None = None) -> None:
        if self.frames and self.frames[-1].muted:
            return
        place = at if isinstance(at, Place) else Place(self.file, at.line, at.column)
        loc = self._loc() if loc is None else loc
        self.findings.append(Finding(rule, message, hint, loc=loc, place=place))

    def _syntax(self, context: str, began: _Mark | None, problem: str, mark: _Mark | None) -> None:
        assert mark is not None
        start = (began.line, began.column) if began else (mark.line, mark.column)
        slip = explain(self.text, context, start, problem, (mark.line, mark.column), self.last_quote)
        known = {finding.place.line for finding in self.findings if finding.place}
        if known & {slip.line, mark.line + 1}:
            return  # most likely a consequence of what is already named on that line
        place = Place(self.file, slip.line, slip.column)
        self.findings.append(Finding("yaml-syntax", slip.message, slip.hint, place=place))

    def _loc(self) -> Loc:
        steps = (len(f.data) if isinstance(f.data, list) else f.key for f in self.frames)
        return tuple(step for step in steps if step is not None)
