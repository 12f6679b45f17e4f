"""Pieces encoded once into a wire form, so that a recipient's body is a join of bytes.

Every literal ends where an encoded value may follow, and the other way round: nothing is ever wrapped again.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.charset import Charset
from itertools import repeat

from lpdownload.model.content import Pieces, Slot, interleaved

_SOFT_BREAK = b"=\r\n"
_LINE = 75
"""Octets before the soft break that RFC 2045 counts into its 76."""

_UNSAFE = re.compile(rb"[^\t -~]")
_HEX = [b"=%02X" % octet for octet in range(256)]
_NEWLINE = re.compile(r"\r\n?|\n")


@dataclass(frozen=True)
class JsonPieces:
    """A JSON string, quotes included: ``b'{"html":' + html.fill(values) + b"}"``."""

    literals: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, pieces: Pieces) -> "JsonPieces":
        bodies = [_json_body(text) for text in pieces.literals]
        bodies[0] = b'"' + bodies[0]
        bodies[-1] += b'"'
        return cls(tuple(bodies), pieces.slots)

    def fill(self, values: Mapping[str, str]) -> bytes:
        """Raises MissingValue, UnsafeValue."""
        bodies = [_json_body(slot.value(values)) for slot in self.slots]
        return b"".join(interleaved(self.literals, bodies))


def _json_body(text: str) -> bytes:
    return json.dumps(text)[1:-1].encode("ascii")


@dataclass(frozen=True)
class QuotedPrintablePieces:
    """UTF-8 text as quoted-printable (RFC 2045, 6.7) with CRLF line ends.

    Lines are at most 76 octets and none starts with ``.`` or ``From `` (SMTP and mbox relays change those).
    """

    literals: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, pieces: Pieces) -> "QuotedPrintablePieces":
        *inner, last = [quoted_printable(text) for text in pieces.literals]
        broken = [text + _SOFT_BREAK if text and not text.endswith(b"\r\n") else text for text in inner]
        return cls((*broken, last), pieces.slots)

    def parts(self, values: Mapping[str, str]) -> list[bytes]:
        """What ``fill`` joins, for a caller that joins more. Raises MissingValue, UnsafeValue."""
        return interleaved(self.literals, [_quoted_value(slot.value(values)) for slot in self.slots])

    def fill(self, values: Mapping[str, str]) -> bytes:
        return b"".join(self.parts(values))


def quoted_printable(text: str) -> bytes:
    """``text`` as complete lines; the last one ends where the text does."""
    return b"\r\n".join(_wrapped(_escaped(line)) for line in _NEWLINE.split(text))


def _escaped(line: str) -> bytes:
    octets = line.encode("utf-8", "replace").replace(b"=", b"=3D")
    escaped = _UNSAFE.sub(lambda found: _HEX[found[0][0]], octets)
    return escaped[:-1] + _HEX[escaped[-1]] if escaped.endswith((b" ", b"\t")) else escaped


def _wrapped(line: bytes) -> bytes:
    if len(line) <= _LINE and not line.startswith((b".", b"From ")):
        return line
    rows, start = [], 0
    while True:
        guard = b""
        if line.startswith((b".", b"From "), start):
            guard = _HEX[line[start]]
            start += 1
        end = start + _LINE - len(guard)
        if end >= len(line):
            rows.append(guard + line[start:])
            return _SOFT_BREAK.join(rows)
        escape = line.rfind(b"=", end - 2, end)  # never cut inside =XX
        if escape >= 0:
            end = escape
        rows.append(guard + line[start:end])
        start = end


def _quoted_value(value: str) -> bytes:
    """A value at the start of a line, and the soft break after it."""
    if not value:
        return b""
    if len(value) <= _LINE and value.isascii() and value.isprintable():
        encoded = value.replace("=", "=3D").encode("ascii")
        if len(encoded) <= _LINE and not encoded.startswith((b".", b"From ")):
            return encoded + _SOFT_BREAK
    return quoted_printable(value) + _SOFT_BREAK


_UTF_8 = Charset("utf-8")
_WORD = 66
"""Octets of an encoded word: behind ``Subject: `` its line still has RFC 2047's 76."""


@dataclass(frozen=True)
class EncodedWordPieces:
    """A Subject as encoded words (RFC 2047), one or more for each literal and value, a line each.

    Decoders drop the white space between encoded words, so the seams leave no trace.
    ``email.header`` over the whole would take a message's whole budget for a long subject (80 µs).
    """

    literals: tuple[str, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, pieces: Pieces) -> "EncodedWordPieces":
        return cls(tuple(encoded_words(text) for text in pieces.literals), pieces.slots)

    def fill(self, values: Mapping[str, str]) -> str:
        """Raises MissingValue, UnsafeValue."""
        words = [encoded_words(slot.value(values)) for slot in self.slots]
        return "\r\n ".join(filter(None, interleaved(self.literals, words)))


def encoded_words(text: str) -> str:
    """``text`` as encoded words of at most 66 octets, a line each."""
    return "\r\n ".join(filter(None, _UTF_8.header_encode_lines(text, repeat(_WORD)))) if text else ""
