"""CSV files of every kind: encodings, delimiters, quotes, and lines that are broken."""

import csv
import io
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.audience import csv_file
from lpdownload.audience.csv_file import MAX_LINE, CsvFile, Record, Rejected, open_csv
from lpdownload.errors import Finding, InvalidInput


def read(data: bytes | str, **given: str) -> tuple[CsvFile, list[Record], list[Rejected]]:
    raw = data if isinstance(data, bytes) else data.encode()
    with CsvFile(io.BytesIO(raw), "list.csv", **given) as file:
        records: list[Record] = []
        rejected: list[Rejected] = []
        for item in file:
            if isinstance(item, Rejected):
                rejected.append(item)
            else:
                records.append(item)
        return file, records, rejected


def refused(data: bytes | str, **given: str) -> Finding:
    with pytest.raises(InvalidInput) as caught:
        read(data, **given)
    (finding,) = caught.value.findings
    return finding


ROWS = "email,name\nana@example.org,Ana\nbo@example.org,Bö\n"


def test_records_come_with_their_line() -> None:
    file, records, rejected = read(ROWS)
    assert file.header == ("email", "name")
    assert records == [(2, ["ana@example.org", "Ana"]), (3, ["bo@example.org", "Bö"])]
    assert not rejected


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1"]
)
def test_an_encoding_is_found_out(encoding: str) -> None:
    _, records, rejected = read((ROWS * 1).encode(encoding))
    assert records[1] == (3, ["bo@example.org", "Bö"])
    assert not rejected


def test_text_in_another_script_is_read_by_its_frequencies() -> None:
    names = "Анна Сергеевна Иванова", "Пётр Алексеевич Кузнецов", "Мария Петровна Соколова"
    text = "email,name\n" + "".join(f"p{n}@example.org,{names[n % 3]}\n" for n in range(60))
    _, records, _ = read(text.encode("cp1251"))
    assert records[0][1][1] == names[0]


def test_a_given_encoding_is_taken() -> None:
    file, records, _ = read("email,name\na@example.org,Žofie\n".encode("mac_latin2"), encoding="mac_latin2")
    assert records == [(2, ["a@example.org", "Žofie"])]
    assert file.encoding == "mac-latin2"


def test_an_encoding_that_is_none_is_met_with_the_nearest() -> None:
    assert refused(ROWS, encoding="utf8x").hint == "did you mean utf-8?"
    assert refused(ROWS, encoding="rot13").rule == "bad-encoding"


def test_a_line_of_the_wrong_bytes_costs_only_itself() -> None:
    good = "".join(f"p{n}@example.org,José\n" for n in range(9)).encode()
    file, records, rejected = read(b"email,name\n" + good + b"q@example.org,Jos\xe9\n" + good)
    assert file.encoding == "utf-8-sig"
    assert (len(records), [(bad.line, bad.reason) for bad in rejected]) == (
        18,
        [(11, "bytes that are not utf-8 text")],
    )
    assert rejected[0].fields[0].encode("utf-8", "surrogateescape") == b"q@example.org,Jos\xe9"


def test_half_a_character_at_the_end_of_a_utf_16_file_costs_only_its_line() -> None:
    _, records, rejected = read("email,name\na@example.org,A\nb@example.org,B".encode("utf-16") + b"x")
    assert [line for line, _ in records] == [2]
    assert [bad.line for bad in rejected] == [3]


def test_accents_far_down_a_file_are_still_found(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    plain = "".join(f"p{n}@example.org,Plain\n" for n in range(30_000))
    path.write_bytes(b"email,name\n" + plain.encode() + b"z@example.org,Jos\xe9\n")
    with open_csv(str(path)) as file:
        last = list(file)[-1]
    assert last == (30_002, ["z@example.org", "José"])


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_a_delimiter_is_found_in_the_header(mark: str) -> None:
    file, records, _ = read(f'email{mark}"a,b;c|d"\nana@example.org{mark}"x{mark}y"\n')
    assert file.delimiter == mark
    assert records == [(2, ["ana@example.org", f"x{mark}y"])]


def test_a_file_of_one_column_has_no_delimiter() -> None:
    assert read("email\na@example.org\n\nb@example.org")[1] == [
        (2, ["a@example.org"]),
        (4, ["b@example.org"]),
    ]


def test_a_given_delimiter_is_taken_and_a_senseless_one_refused() -> None:
    assert read("email:name\na@example.org:A,B\n", delimiter=":")[1] == [(2, ["a@example.org", "A,B"])]
    assert refused(ROWS, delimiter='"').rule == "bad-delimiter"
    assert refused(ROWS, delimiter="ab").rule == "bad-delimiter"


def test_excel_s_hint_to_itself_is_obeyed_and_no_header() -> None:
    file, records, _ = read("sep=;\r\nemail;a,b,c,d\r\nana@example.org;x\r\n")
    assert file.header == ("email", "a,b,c,d")
    assert records == [(3, ["ana@example.org", "x"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_way(end: str) -> None:
    _, records, rejected = read(ROWS.replace("\n", end))
    assert [line for line, _ in records] == [2, 3]
    assert not rejected


def test_empty_lines_are_skipped_and_counted() -> None:
    _, records, rejected = read("\n\nemail,name\n\na@example.org,A\n   \n,,,\n,\nb@example.org,B\n")
    assert [line for line, _ in records] == [5, 9]
    assert not rejected


def test_a_cell_may_hold_lines() -> None:
    _, records, rejected = read('email,note\na@example.org,"one\ntwo\n\nfour"\nb@example.org,"x ""y"""\n')
    assert records == [(2, ["a@example.org", "one\ntwo\n\nfour"]), (6, ["b@example.org", 'x "y"'])]
    assert not rejected


def test_a_space_before_a_quote_does_no_harm() -> None:
    assert read('email, name\na@example.org, "A, B"\n')[1] == [(2, ["a@example.org", "A, B"])]


UNCLOSED = "a quote is opened that is not closed in its row"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('q@example.org,"Quentin', UNCLOSED),
        ('"q@example.org,Quentin', UNCLOSED),
        ('q@example.org,"Quentin" x', "text follows a closing quote"),
        ("q@example.org", "1 field where the header has 2"),
        ("q@example.org,Q,Q", "3 fields where the header has 2"),
        ("q@example.org,Q\x00", "a NUL character"),
        ("q@example.org,Q\rQ", "a carriage return stands in the middle of it"),
        (f"q@example.org,{'x' * 200_000}", "a field of more than 131,072 characters"),
    ],
)
@pytest.mark.parametrize(
    "follows", ["", "\n", "\nb@example.org,B\n", '\nb@example.org,"B"\nc@example.org,C\n']
)
def test_a_broken_line_costs_only_itself(bad: str, reason: str, follows: str) -> None:
    _, records, rejected = read(f"email,name\na@example.org,A\n{bad}{follows}")
    assert [(found.line, found.reason) for found in rejected] == [(3, reason)]
    assert rejected[0].fields[0].startswith(("q@", '"q@'))
    assert len(records) == 1 + len(follows.strip("\n").splitlines())


def test_a_quote_that_is_never_closed_costs_its_line_in_a_long_file() -> None:
    rows = [f"p{n}@example.org,P\n" for n in range(50_000)]
    rows[100] = 'p100@example.org,"P\n'
    rows[30_000] = 'p30000@example.org,"P\n'
    _, records, rejected = read("email,name\n" + "".join(rows))
    assert len(records) == 49_998
    assert [bad.line for bad in rejected] == [102, 30_002]


def test_a_quote_that_another_broken_line_closes_swallows_no_rows() -> None:
    _, records, rejected = read(
        'email,name,state\na@example.org,"A,NY\nb@example.org,B,NY\nc@example.org,C",NY\nd@example.org,D,NY\n'
    )
    assert [bad.line for bad in rejected] == [2]
    assert rejected[0].reason == UNCLOSED
    assert [line for line, _ in records] == [3, 4, 5]


def test_a_quote_that_makes_the_fields_too_many_or_few_swallows_no_rows() -> None:
    _, records, rejected = read(
        'email,name\n"a@example.org,A\nb@example.org,B\nc@example.org",C,C\nd@example.org,D\n'
    )
    assert [(bad.line, bad.reason) for bad in rejected] == [
        (2, UNCLOSED),
        (4, "3 fields where the header has 2"),
    ]
    assert [line for line, _ in records] == [3, 5]


def test_a_cell_of_very_many_lines_is_a_broken_quote() -> None:
    _, records, rejected = read('email,note\na@example.org,"' + "x\n" * 200 + '"\nb@example.org,B\n')
    assert rejected[0] == Rejected(2, UNCLOSED, ('a@example.org,"x',))
    assert records[-1] == (203, ["b@example.org", "B"])


def test_a_line_that_never_ends_costs_only_itself_and_little_memory() -> None:
    class Endless(io.RawIOBase):
        """64 MB without a line end, between two rows."""

        def __init__(self) -> None:
            self.parts: Iterator[bytes] = iter(
                [b"email,name\na@example.org,A\n", *[b"x" * 262_144] * 256, b"\nb@example.org,B\n"]
            )

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: object) -> int:
            part = next(self.parts, b"")
            assert isinstance(buffer, memoryview)
            buffer[: len(part)] = part
            return len(part)

    tracemalloc.start()
    with CsvFile(io.BufferedReader(Endless(), 262_144), "list.csv") as file:
        found = list(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [item[0] for item in found if not isinstance(item, Rejected)] == [2, 4]
    (bad,) = (item for item in found if isinstance(item, Rejected))
    assert (bad.line, bad.reason) == (3, "a line of more than 1,048,576 characters")
    assert len(bad.fields[0]) < 5000
    assert peak < 16_000_000


def test_a_line_that_is_too_long_at_the_end_is_told_too() -> None:
    _, records, rejected = read("email,name\na@example.org,A\n" + "x" * (MAX_LINE + 1))
    assert [line for line, _ in records] == [2]
    assert [bad.line for bad in rejected] == [3]


def test_a_quote_before_a_line_that_is_too_long_costs_only_its_line() -> None:
    _, records, rejected = read(
        'email,name\na@example.org,"A\nb@example.org,B\n' + "x" * (MAX_LINE * 2) + "\nc@example.org,C\n"
    )
    assert [bad.line for bad in rejected] == [2, 4]
    assert [line for line, _ in records] == [3, 5]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "there is nothing in it"),
        (b"\xef\xbb\xbf \n", "there is nothing in it"),
        (b"PK\x03\x04\x14\x00", "it is an Excel workbook or a ZIP archive, not CSV"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "it is an old Excel workbook, not CSV"),
        (b"<!DOCTYPE html><html>", "it is HTML or XML, not CSV"),
        ("<html>".encode("utf-16"), "it is HTML or XML, not CSV"),
        (b'[{"email": "a@example.org"}]', "it is JSON, not CSV"),
        (b"%PDF-1.7", "it is a PDF, not CSV"),
        (b"\x1f\x8b\x08", "it is compressed, not CSV"),
    ],
)
def test_what_is_no_csv_file_is_named(data: bytes, said: str) -> None:
    assert refused(data).message == f"list.csv: {said}"


def test_a_file_without_header_is_refused_without_showing_whose_address_stands_there() -> None:
    finding = refused("secret@example.org,Ana\nbo@example.org,Bo\n")
    assert finding.message == "list.csv: line 1 holds a mail address: it is no header"
    assert "secret" not in str(finding)


def test_a_header_that_cannot_be_read_is_refused() -> None:
    assert refused('email,"name\na@example.org,A\n').rule == "no-header"
    assert refused(",,\na,b,c\n").rule == "no-header"
    assert refused("x" * (MAX_LINE + 2)).rule == "no-header"
    assert refused("email,na\x00me\n").rule == "no-header"


def test_a_header_alone_has_no_records() -> None:
    file, records, rejected = read("email,name")
    assert (file.header, records, rejected) == (("email", "name"), [], [])


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InvalidInput) as caught:
            open_csv(str(path))
        assert str(path) in str(caught.value)


def test_a_file_tells_how_much_of_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("email,name\n" + "a@example.org,A\n" * 50_000)
    with open_csv(str(path)) as file:
        assert file.size == path.stat().st_size
        seen = {file.bytes_read for _ in file}
    assert len(seen) > 2
    assert max(seen) == file.size


def test_standard_input_is_read_for_a_dash(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROWS)
    with path.open() as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        with open_csv("-") as file:
            assert len(list(file)) == 2


def test_a_pipe_is_read_without_going_back() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise OSError

    with CsvFile(Pipe(ROWS.encode("cp1252")), "standard input") as file:
        assert file.size is None
        assert list(file)[1] == (3, ["bo@example.org", "Bö"])


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
TABLE = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=8)
)


@given(TABLE, st.sampled_from([64, 1000, 262_144]), st.sampled_from(",;\t|"))
def test_what_the_csv_module_writes_is_read_or_rejected_and_no_line_is_lost(
    table: list[list[str]], block: int, mark: str
) -> None:
    width = len(table[0]) if table else 2
    header = [f"column{number}" for number in range(width)]
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows([header, *table])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK", block)
        _, records, rejected = read(out.getvalue())
    told = {line for line, _ in records} | {bad.line for bad in rejected}
    first = 2
    for row in table:
        lines = 1 + sum(cell.count("\n") for cell in row)
        if any(row) and any(cell.strip() for cell in row):
            assert first in told
        if lines == 1 and any(row):
            assert (first, row) in records or rejected
        first += lines


@given(st.binary(max_size=200), st.sampled_from([16, 262_144]))
def test_any_bytes_are_records_rejects_or_refused(data: bytes, block: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK", block)
        try:
            file, records, rejected = read(b"email,name\n" + data)
        except InvalidInput:
            return
    assert all(len(fields) == len(file.header) for _, fields in records)
    lines = [line for line, _ in records] + [bad.line for bad in rejected]
    assert len(lines) == len(set(lines))


@given(
    st.lists(
        st.sampled_from(["a@x.org,A", 'b@x.org,"B', 'c@x.org,"C"', '"d,e', "", 'f",g', "h"]), max_size=30
    )
)
def test_the_size_of_the_blocks_changes_nothing(lines: list[str]) -> None:
    data = "\n".join(["email,name", *lines])
    found = []
    for block in (8, 50, 262_144):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(csv_file, "BLOCK", block)
            _, records, rejected = read(data, delimiter=",")
        found.append((records, rejected))
    assert found[0] == found[1] == found[2]
