"""A CSV file, whoever wrote it, as records; a broken line costs only itself.

Blocks of lines go through the csv module as a whole. Only a block that does not give one record a line is
read again, record by record: there a record that cannot be right loses its first line, and reading goes on at
the next. So a quote that is never closed cannot swallow the rows behind it.
"""

import codecs
import csv
import re
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Final, Self, TypeAlias

from lpdownload.audience.csv_kind import delimiter_of, encoding_of, known_encoding, refuse_other_kinds
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from _csv import Reader

Record: TypeAlias = tuple[int, list[str]]
"""The number of its first line, and its fields: as many as the header has."""

BLOCK: Final = 256 * 1024
"""Bytes read at once."""
MAX_LINE: Final = 1024 * 1024
MAX_RECORD_LINES: Final = 100
_SHOWN: Final = 2000
"""Characters kept of a line that cannot be read."""

_BAD_BYTE: Final = re.compile("[\ud800-\udfff]")
_ERRORS: Final = "lpdownload-bad-byte"
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_UNCLOSED: Final = "a quote is opened that is not closed in its row"


def _escape(error: UnicodeError) -> tuple[str, int]:
    """Like surrogateescape, and for encodings in which a bad byte may be an ASCII one, such as UTF-16."""
    assert isinstance(error, UnicodeDecodeError)
    bad = error.object[error.start : error.end]
    return "".join(chr(0xDC00 + byte) if byte >= 0x80 else "\udc80" for byte in bad), error.end


codecs.register_error(_ERRORS, _escape)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that is not imported, and why."""

    line: int
    """Of the file, from 1: the record's first."""
    reason: str
    """Names columns, never what stands in them."""
    fields: tuple[str, ...]
    """As the file has them; of a line that cannot be split, the line, or its beginning.

    May hold lone surrogates for bytes that are no text: write them with errors="surrogateescape".
    """


@dataclass(frozen=True, slots=True)
class _Block:
    """Some lines without their ends, or the beginning of one that is too long."""

    lines: list[str]
    clean: bool = True
    """Neither NULs nor bytes that are no text."""
    last: bool = False
    too_long: str | None = None


def open_csv(path: str, *, encoding: str | None = None, delimiter: str | None = None) -> "CsvFile":
    """Opens a file, or standard input for ``-``, and reads its header. InvalidInput if it is no CSV file."""
    if path == "-":
        return CsvFile(sys.stdin.buffer, "standard input", encoding=encoding, delimiter=delimiter)
    try:
        stream = open(path, "rb")  # noqa: SIM115, PTH123  # CsvFile closes it
    except OSError as error:
        why = (error.strerror or "it cannot be read").lower()
        raise InvalidInput([Finding("no-file", f"{path}: {why}", "the path of a CSV file, or -")]) from None
    try:
        return CsvFile(stream, path, encoding=encoding, delimiter=delimiter)
    except BaseException:
        stream.close()
        raise


class CsvFile:
    """An open CSV file: iterating gives, once and in the file's order, its records and what is rejected."""

    def __init__(
        self, stream: BinaryIO, name: str, *, encoding: str | None = None, delimiter: str | None = None
    ) -> None:
        if delimiter is not None and (len(delimiter) != 1 or delimiter in '"\r\n '):
            message = "a delimiter is one character, and neither a quote nor a space"
            raise InvalidInput([Finding("bad-delimiter", message, "as in ; or a tab")])
        self._stream = stream
        self.bytes_read = 0
        self.size: int | None = None
        """In bytes; None if it is a pipe."""
        self._unread = b""
        head, sample = self._look_ahead()
        if encoding is None:
            refuse_other_kinds(head, name)
        self.encoding = known_encoding(encoding) if encoding else encoding_of(head, sample)
        self._line = 0
        """The number of the last line that was dealt with."""
        self._blocks = self._read_blocks()
        first = next(self._blocks)
        self.delimiter = ","
        self.header = self._take_header(first, name, delimiter)
        self._first = first

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[Record | Rejected]:
        width = len(self.header)
        block: _Block | None = self._first
        carry: list[str] = []
        while block is not None:
            if block.too_long is not None:
                carry = yield from self._one_by_one(carry, last=True)
                self._line += 1
                yield Rejected(self._line, f"a line of more than {MAX_LINE:,} characters", (block.too_long,))
            elif carry or (records := self._one_a_line(block)) is None:
                carry = yield from self._one_by_one(carry + block.lines, last=block.last)
            else:
                line = self._line
                self._line += len(records)
                for record in records:
                    line += 1
                    if len(record) == width:
                        if record[0] or any(record):
                            yield line, record
                    elif record and not _is_blank(record):
                        yield Rejected(line, _wrong_width(len(record), width), tuple(record))
            block = None if block.last else next(self._blocks)

    def _look_ahead(self) -> tuple[bytes, bytes]:
        """The file's beginning, and the first part that is not ASCII; of a pipe both are its beginning."""
        if not self._stream.seekable():
            self._unread = self._stream.read(BLOCK)
            return self._unread, self._unread
        head = sample = self._stream.read(BLOCK)
        while sample.isascii() and (more := self._stream.read(BLOCK)):
            sample = more
        sample += self._stream.read(BLOCK)  # a character may stand on the edge
        self.size = self._stream.seek(0, 2)
        self._stream.seek(0)
        return head, sample

    def _read(self) -> bytes:
        got, self._unread = self._unread or self._stream.read(BLOCK), b""
        self.bytes_read += len(got)
        return got

    def _read_blocks(self) -> Iterator[_Block]:
        """The file's lines; the last block, and no other, says so."""
        decode = codecs.getincrementaldecoder(self.encoding)(_ERRORS).decode
        rest = ""
        skipping = False
        old_mac: bool | None = None
        while True:
            data = self._read()
            text = decode(data, not data)
            if old_mac is None:  # only an old Macintosh ends its lines with \r alone
                old_mac = "\n" not in text and "\r" in text.rstrip("\r")
            if old_mac:
                text = text.replace("\r", "\n")
            if skipping:
                _, end, text = text.partition("\n")
                skipping = not end and bool(data)
            text = rest + text
            rest = ""
            first = text.find("\n")
            if (first if first >= 0 else len(text)) > MAX_LINE:
                yield _Block([], too_long=text[:_SHOWN])
                skipping = first < 0
                text = text[first + 1 :] if first >= 0 else ""
            if data:
                end_of_lines = text.rfind("\n") + 1
                text, rest = text[:end_of_lines], text[end_of_lines:]
            lines = text.split("\n")
            if not lines[-1]:
                lines.pop()
            clean = "\0" not in text and (text.isascii() or not _BAD_BYTE.search(text))
            if lines or not data:
                yield _Block(lines, clean, last=not data)
            if not data:
                return

    def _take_header(self, first: _Block, name: str, delimiter: str | None) -> tuple[str, ...]:
        """Takes the header off the first block. InvalidInput if there is none."""
        lines = first.lines
        hint = "the first line names the columns, as in email,first_name,last_name"
        while lines and not lines[0].strip():
            del lines[0]
            self._line += 1
        if lines and (said := re.fullmatch(r'"?sep=(.)"?\r?', lines[0])):  # Excel's hint to itself
            delimiter = delimiter or said[1]
            del lines[0]
            self._line += 1
        if not lines:
            raise InvalidInput([Finding("no-header", f"{name}: no line of it can be read", hint)])
        self.delimiter = delimiter or delimiter_of(lines[0])
        reader = self._reader(line + "\n" for line in lines[:MAX_RECORD_LINES])
        try:
            header = tuple(" ".join(cell.split()) for cell in next(reader))
        except csv.Error as error:
            message = f"{name}: line {self._line + 1}: the header cannot be read: {_reason(error)}"
            raise InvalidInput([Finding("no-header", message, hint)]) from None
        if any(map(_BAD_BYTE.search, header)) or any("\0" in cell for cell in header):
            message = f"{name}: the header holds bytes that are not {self.encoding} text"
            raise InvalidInput([Finding("no-header", message, "say which with --encoding")])
        if any(map(_ADDRESS.search, header)):
            message = f"{name}: line {self._line + 1} holds a mail address: it is no header"
            raise InvalidInput([Finding("no-header", message, hint)])
        if not any(header):
            raise InvalidInput([Finding("no-header", f"{name}: the header names no column", hint)])
        self._line += reader.line_num
        del lines[: reader.line_num]
        return header

    def _reader(self, lines: Iterator[str] | list[str], *, strict: bool = True) -> "Reader":
        return csv.reader(lines, delimiter=self.delimiter, strict=strict, skipinitialspace=True)

    def _one_a_line(self, block: _Block) -> list[list[str]] | None:
        """A record for each line, an empty one for an empty line; None if it is not as easy as that."""
        if not block.clean:
            return None
        try:
            records = list(self._reader(block.lines))
        except csv.Error:
            return None
        return records if len(records) == len(block.lines) else None

    def _one_by_one(self, lines: list[str], *, last: bool) -> Generator[Record | Rejected, None, list[str]]:
        """What the lines hold; returns those of the last record if the next block may go on with it."""
        width = len(self.header)
        feed = _Feed(lines)
        reader = self._reader(feed)
        while feed.start < len(lines):
            line = self._line + 1
            taken = 1
            try:
                record = next(reader)
            except StopIteration:  # the feed stopped at a line that nothing can be made of
                yield Rejected(line, self._unreadable(lines[feed.start]), (lines[feed.start][:_SHOWN],))
            except csv.Error as error:
                if feed.empty and not last:
                    return lines[feed.start :]
                several = feed.next - feed.start > 1
                yield Rejected(line, _UNCLOSED if several else _reason(error), (lines[feed.start][:_SHOWN],))
            else:
                taken = feed.next - feed.start
                if taken > 1 and (
                    len(record) != width or any(map(self._is_row, lines[feed.start + 1 : feed.next]))
                ):
                    yield Rejected(line, _UNCLOSED, (lines[feed.start][:_SHOWN],))
                    taken = 1
                elif len(record) == width:
                    if any(record):
                        yield line, record
                elif not _is_blank(record):
                    yield Rejected(line, _wrong_width(len(record), width), tuple(record))
            self._line += taken
            feed.start += taken
            if feed.next != feed.start or feed.stopped:
                feed.next = feed.start
                feed.stopped = False
                reader = self._reader(feed)
        return []

    def _is_row(self, line: str) -> bool:
        """Whether a line inside quotes looks like a row of its own."""
        width = len(self.header)
        if line.count(self.delimiter) < width - 1:
            return False
        try:
            return len(next(self._reader([line], strict=False), ())) == width
        except csv.Error:
            return False

    def _unreadable(self, line: str) -> str:
        return (
            "a NUL character"
            if "\0" in line
            else f"bytes that are not {self.encoding.removesuffix('-sig')} text"
        )


class _Feed:
    """Lines for the csv module, until a record gets too long or a line is unreadable."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.start = 0
        """Where the record begins that is being read."""
        self.next = 0
        self.stopped = False
        self.empty = False
        self._size = 0

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        at = self.next
        if at == self.start:
            self._size = 0
        if at >= len(self.lines):
            self.empty = self.stopped = True
            raise StopIteration
        line = self.lines[at]
        self._size += len(line)
        too_much = at - self.start >= MAX_RECORD_LINES or self._size > MAX_LINE
        if too_much or "\0" in line or (not line.isascii() and _BAD_BYTE.search(line)):
            self.stopped = True
            raise StopIteration
        self.next = at + 1
        return line + "\n"


def _is_blank(record: list[str]) -> bool:
    return not any(map(str.strip, record))


def _wrong_width(count: int, width: int) -> str:
    return f"{count} field{'s' * (count != 1)} where the header has {width}"


def _reason(error: csv.Error) -> str:
    """The csv module's reasons in our words: Modules/_csv.c."""
    said = str(error)
    if "field limit" in said:
        return f"a field of more than {csv.field_size_limit():,} characters"
    if "new-line character" in said:
        return "a carriage return stands in the middle of it"
    return _UNCLOSED if "end of data" in said else "text follows a closing quote"
