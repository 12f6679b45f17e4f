"""Which characters a YAML file may hold, and the bytes that are no text at all.

Bad bytes and characters are replaced by U+FFFD, so that the rest of the file can still be checked.
"""

import re
from bisect import bisect_right
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from itertools import islice

from lpdownload.errors import Finding, InvalidInput, Place
from lpdownload.model.text import FORBIDDEN

_FORBIDDEN_RAW = re.compile(f"{FORBIDDEN.pattern[:-1]}\u2028\u2029\ufeff]")
BREAK = re.compile("\r\n|\r|\n")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)
_ESCAPED = {"0": 0x00, "a": 0x07, "b": 0x08, "e": 0x1B, "v": 0x0B, "f": 0x0C, "N": 0x85}
_NAMES = {
    0x00: "NUL",
    0x0B: "a vertical tab",
    0x0C: "a form feed",
    0x1B: "an escape character",
    0x2028: "a line separator",
    0x2029: "a paragraph separator",
    0xFEFF: "a byte order mark inside the text",
}
_ENOUGH = 1000  # a file with more bad characters is no text
_HINTS = {
    0x0B: "replace it with an ordinary line break",
    0x2028: "replace it with an ordinary line break",
    0x2029: "replace it with an ordinary line break",
}


class Lines:
    """Turns offsets of a text into places."""

    def __init__(self, text: str, file: str) -> None:
        self._starts = [0, *(found.end() for found in BREAK.finditer(text))]
        self._file = file

    def place(self, offset: int) -> Place:
        line = bisect_right(self._starts, offset)
        return Place(self._file, line, offset - self._starts[line - 1] + 1)


def decode(source: bytes, file: str) -> tuple[str, list[Finding]]:
    """The text without its byte order mark, and a finding for each byte or character that may not be in it.

    Raises InvalidInput for UTF-16 and UTF-32, of which nothing more can be said.
    """
    if _is_wide(source):
        raise InvalidInput(
            [Finding("yaml-encoding", "the file is saved as UTF-16", "save it as UTF-8", place=Place(file))]
        )
    source = source.removeprefix(BOM_UTF8)
    findings: list[Finding] = []
    try:
        text = source.decode()
    except UnicodeDecodeError as error:
        text = source.decode(errors="replace")
        place = Lines(text, file).place(len(source[: error.start].decode()))
        byte = f"byte 0x{source[error.start]:02X} is not UTF-8 text"
        findings.append(Finding("yaml-encoding", byte, "save the file as UTF-8", place=place))
    if _FORBIDDEN_RAW.search(text):
        lines = Lines(text, file)
        some = islice(_FORBIDDEN_RAW.finditer(text), _ENOUGH)
        findings += [_finding(ord(found.group()), lines.place(found.start())) for found in some]
        text = _FORBIDDEN_RAW.sub("\ufffd", text)
    return text, findings


def escaped_findings(text: str, start: int, end: int, lines: Lines) -> list[Finding]:
    """A finding for each escape in ``text[start:end]``, double-quoted, for a forbidden character."""
    findings = []
    for found in _ESCAPE.finditer(text, start, end):
        digits = found[1] or found[2] or found[3]
        code = int(digits, 16) if digits else _ESCAPED.get(found[4], 0x20)
        if code > 0x10FFFF or FORBIDDEN.match(chr(code)):
            findings.append(_finding(code, lines.place(found.start()), found.group()))
    return findings


def _finding(code: int, place: Place, written: str = "") -> Finding:
    name = _NAMES.get(code, "half of an emoji or other character" if 0xD800 <= code < 0xE000 else "")
    wide = f"U+{code:04X}" + (f" ({name})" if name else "")
    if written:
        message = f"{written} stands for {wide}, which no mail can carry"
        hint = "write the character itself, without a backslash" if code > 0x9F else "delete it"
    else:
        message, hint = (
            f"the character {wide} is not allowed",
            _HINTS.get(code, "delete it; it came in by copy and paste"),
        )
    return Finding("yaml-character", message, hint, place=place)


def _is_wide(source: bytes) -> bool:
    if source.startswith((BOM_UTF16_LE, BOM_UTF16_BE, b"\0\0\xfe\xff")):
        return True
    head = source[:64]
    zeros = max(head[::2].count(0), head[1::2].count(0))
    return len(head) >= 4 and zeros * 4 >= len(head)
