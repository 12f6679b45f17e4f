"""Syntax errors of YAML in an organiser's words.

The parser says where it stumbled; mostly the slip is before that. Each case looks at the line, guesses the
slip, points at it, and says what to write.
"""

import re
from typing import TypeAlias

from lpdownload.content.characters import BREAK

Position: TypeAlias = tuple[int, int]
"""Line and column, counted from 0."""

_MERGE_FIELD = re.compile(r"(?:^|[:-]\s+)(\{\{.*)$")
_QUOTE_INSIDE = "a quote inside the text is written \\\" between double and '' between single quotes"
MERGE_FIELD_MESSAGE = "a value that starts with {{ must be in quotes"


class Slip:
    """One syntax error: line and column from 1, what is wrong, what to write instead."""

    def __init__(self, at: Position, message: str, hint: str) -> None:
        self.line, self.column = at[0] + 1, at[1] + 1
        self.message = message
        self.hint = hint


def quoted(value: str) -> str:
    """A value as it would be written between quotes."""
    short = value if len(value) <= 60 else value[:57] + "..."
    if '"' not in short and "\\" not in short:
        return f'"{short}"'
    return "'" + short.replace("'", "''") + "'"


def explain(
    text: str, context: str, began: Position, problem: str, at: Position, last_quote: Position | None
) -> Slip:
    """The likeliest slip behind the parser's ``problem`` at ``at``.

    It was met in ``context``, which began at ``began``; ``last_quote`` is where the last value began if that
    was a quoted one.
    """
    lines = BREAK.split(text)
    at, began = _inside(lines, at), _inside(lines, began)
    line = lines[at[0]]
    char = line[at[1] : at[1] + 1]

    if "quoted scalar" in context:
        return _in_quotes(problem, at, began, line)
    for number in dict.fromkeys((at[0], began[0], max(at[0] - 1, 0))):
        if slip := _bad_space(lines[number], number):
            return slip
    if merge := _MERGE_FIELD.search(line):
        return Slip((at[0], merge.start(1)), MERGE_FIELD_MESSAGE, f"write {quoted(merge[1].strip())}")
    if "mapping values are not allowed" in problem:
        return _second_colon(line, at)
    if "sequence entries are not allowed" in problem:
        return Slip(
            at,
            "a list cannot start on the line of its key",
            "put '- ' on the next line, or the value in quotes",
        )
    if "mapping keys are not allowed" in problem or "cannot start any token" in problem:
        return _special_start(line, at, char)
    if "while scanning an alias" in context or "while scanning an anchor" in context:
        return _special_start(line, began, line[began[1] : began[1] + 1])
    if " tag" in context or "tag handle" in problem:
        return _special_start(lines[began[0]], began, "!")
    if "directive" in context or line.startswith("%"):
        return _special_start(lines[began[0]], began, "%")
    if "document start" in problem and not any(line.startswith("...") for line in lines[: at[0]]):
        return Slip(
            at,
            "this line is indented less than the first line of the file",
            "is a key missing above that first line? Or move that line to the margin",
        )
    if "document start" in problem:
        return Slip(at, "the file goes on after the ... that ends it", "delete the line with ...")
    if "could not find expected ':'" in problem:
        return _no_colon(lines[began[0]], began)
    if "flow mapping" in context or "flow sequence" in context:
        opened = "{" if "mapping" in context else "["
        close = "}" if opened == "{" else "]"
        hint = f"close it with {close}, or put the whole value in quotes if it is text"
        return Slip(began, f"the bracket {opened} that opens here is not closed", hint)
    if "while scanning a block scalar" in context:
        mark_char = lines[began[0]][began[1] : began[1] + 1]
        hint = "start the text on the next line, indented, or put it in quotes"
        return Slip(at, f"text follows {mark_char} on the same line", hint)
    if "while parsing a block node" in context and char:
        return _special_start(line, at, char)
    if "block mapping" in context or "block collection" in context:
        return _between_items(line, at, char, last_quote, "mapping" in context)
    return Slip(
        at, f"this is not valid YAML: {problem}", "look at the indentation, quotes and colons around here"
    )


def _inside(lines: list[str], at: Position) -> Position:
    """libyaml puts the end of a file whose last line is not ended on the line after it."""
    return at if at[0] < len(lines) else (len(lines) - 1, len(lines[-1]))


def _in_quotes(problem: str, at: Position, began: Position, line: str) -> Slip:
    if "escape" in problem or "decimal number" in problem:
        start = at[1] if line[at[1] : at[1] + 1] == "\\" else max(line.rfind("\\", 0, at[1] + 1), 0)
        escape = re.match(r"\\[uUx]?[0-9a-fA-F]*|\\.?", line[start:])
        written = escape.group() if escape and len(escape.group()) > 1 else line[start : start + 2]
        if written[1:2] in {"u", "U", "x"}:
            return Slip((at[0], start), f"{written} is no character", "write the character itself")
        hint = "write the character itself; for a backslash write \\\\, or use single quotes"
        return Slip((at[0], start), f"{written} means nothing between double quotes", hint)
    hint = f"close it; {_QUOTE_INSIDE}"
    return Slip(began, "the quote that opens here is never closed", hint)


def _bad_space(line: str, number: int) -> Slip | None:
    indent = line[: len(line) - len(line.lstrip())]
    if "\t" in indent:
        return Slip(
            (number, indent.index("\t")), "a tab is used for indentation", "use spaces, two for each level"
        )
    if odd := re.search(
        r"(?<=[:-])[\u00a0\u2000-\u200b\u202f\u3000]|^[ -]*[\u00a0\u2000-\u200b\u202f\u3000]", line
    ):
        return Slip((number, odd.end() - 1), "this is not an ordinary space", "delete it and type a space")
    return None


def _second_colon(line: str, at: Position) -> Slip:
    head = re.match(r"\s*(?:- +)*[^\s:#][^:]*:\s+", line[: at[1]])
    if head:
        value = line[head.end() :].strip()
        return Slip(at, "a colon and a space inside a value without quotes", f"write {quoted(value)}")
    hint = (
        "align it with the key above; if it is text that goes on, put the whole text in quotes or below a |"
    )
    column = len(line) - len(line.lstrip())
    return Slip((at[0], column), "this line is indented below a key that already has a value", hint)


def _special_start(line: str, at: Position, char: str) -> Slip:
    if char == "%" and line[: at[1]].endswith("{"):
        at, char = (at[0], at[1] - 1), "{%"
    value = line[at[1] :].strip()
    return Slip(at, f"a value cannot start with {char}", f"put it in quotes: {quoted(value)}")


def _no_colon(line: str, began: Position) -> Slip:
    rest = line[began[1] :].strip()
    if found := re.match(r"(\w[\w-]*):(\S.*)", rest):
        return Slip(began, "a space is missing after the colon", f"write {found[1]}: {found[2]}")
    hint = "write key: value; a text that goes on must be indented deeper than its key"
    return Slip(began, "this line has no colon, so it is no key", hint)


def _between_items(line: str, at: Position, char: str, last_quote: Position | None, in_mapping: bool) -> Slip:
    before = line[: at[1]].rstrip()
    if last_quote and last_quote[0] < at[0] and before.lstrip():
        message = f"the quote that opens here closes on line {at[0] + 1}, before other text"
        return Slip(last_quote, message, "close it where its text ends")
    if before.endswith(('"', "'")):
        hint = f"put the whole value in quotes; {_QUOTE_INSIDE}"
        return Slip(at, "text follows the closing quote", hint)
    if before.endswith(("]", "}")):
        return Slip(at, "text follows the closing bracket", "put the whole value in quotes")
    if char == ":" and not before:
        return Slip(at, "there is no key before the colon", "write key: value")
    if char == "-" and in_mapping:
        hint = "put the list below a key of its own, or indent it deeper than the key it belongs to"
        return Slip(at, "a list item stands where a key should", hint)
    if not in_mapping:
        return Slip(
            at,
            "a key stands where a list item should",
            "start the line with '- ', or indent it so that it belongs to the item above",
        )
    return Slip(
        at, "the indentation of this line matches no line above", "align it with the keys it belongs to"
    )
