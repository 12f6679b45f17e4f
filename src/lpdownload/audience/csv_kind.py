"""What the first bytes of a file tell: that it is no CSV file, its encoding, its delimiter."""

import codecs
import re
from difflib import get_close_matches
from typing import Final

from lpdownload.errors import Finding, InvalidInput

DELIMITERS: Final = ",;\t|"

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_AS_CSV: Final = "open it in a spreadsheet and save it as CSV (UTF-8)"
_OTHER_KINDS: Final = (
    (rb"PK\x03\x04", "is an Excel workbook or a ZIP archive", f"unpack it, or {_AS_CSV}"),
    (rb"\xd0\xcf\x11\xe0", "is an old Excel workbook", _AS_CSV),
    (rb"\x1f\x8b", "is compressed", "unpack it with gunzip"),
    (rb"%PDF", "is a PDF", "ask for the list as CSV"),
    (rb"\s*<", "is HTML or XML", "perhaps the export asked to log in: download it again"),
    (rb"\s*[\[{]", "is JSON", "export it as CSV"),
)
# What English, Spanish and their neighbours write beyond ASCII, as Windows encodes it.
_WESTERN: Final = re.compile(
    rb"[\xc0-\xff\x91-\x97\x85\x80\xa0\xa1\xaa\xab\xae\xb0\xba\xbb\xbf\x8a\x9a\x8c\x9c]+"
)
_LOCAL_ENCODINGS: Final = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "cp1257",
    "cp1258",
    "mac_roman",
    "cp850",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
    "euc_jp",
]


def refuse_other_kinds(head: bytes, name: str) -> None:
    """InvalidInput for an empty file, a workbook, an archive, a web page, JSON."""
    for mark, _ in _BOMS:
        head = head.removeprefix(mark)
    if not head.replace(b"\0", b"").strip():
        raise InvalidInput(
            [Finding("empty-file", f"{name}: there is nothing in it", "a CSV file with a header")]
        )
    for start, what, hint in _OTHER_KINDS:
        if re.match(start, head.replace(b"\0", b"") if head[:2].count(0) else head):
            raise InvalidInput([Finding("not-csv", f"{name}: it {what}, not CSV", hint)])


def known_encoding(name: str) -> str:
    """An encoding somebody named, as Python calls it. InvalidInput if there is none of that name."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except LookupError:
        near = get_close_matches(name.lower(), ["utf-8", "utf-16", "cp1252", "latin-1", "mac_roman"], 1, 0.6)
        hint = f"did you mean {near[0]}?" if near else "as in utf-8, cp1252 or utf-16"
        raise InvalidInput([Finding("bad-encoding", f"there is no encoding {name}", hint)]) from None
    return "utf-8-sig" if found == "utf-8" else found


def encoding_of(head: bytes, sample: bytes) -> str:
    """The encoding of a file by its beginning, and by a part that holds more than ASCII, if any does."""
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    start = head[:2000]
    if start[1::2].count(0) * 2 > len(start[1::2]) > 0:
        return "utf-16-le"
    if start[::2].count(0) * 2 > len(start[::2]) > 0:
        return "utf-16-be"
    # The sample may end in the middle of a character.
    trimmed = re.sub(rb"[\xc2-\xf4][\x80-\xbf]{0,2}\Z", b"", sample)
    lines = [line for line in trimmed.split(b"\n") if not line.isascii()] or [sample]
    if sum(map(_is_utf_8, lines)) * 2 >= len(lines):  # a few broken lines do not make it another encoding
        return "utf-8-sig"
    foreign = b"\n".join(lines)
    beyond = re.findall(rb"[\x80-\xff]+", foreign)
    if all(map(_WESTERN.fullmatch, beyond)) and sum(map(len, beyond)) < 2 * len(beyond):
        return "cp1252"  # single letters between ASCII ones: the library needs more text than that to be sure
    from charset_normalizer import from_bytes

    best = from_bytes(foreign, cp_isolation=_LOCAL_ENCODINGS).best()
    return best.encoding if best else "cp1252"


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def delimiter_of(line: str) -> str:
    """The delimiter of a header: of those that stand in it outside quotes the most frequent, else a comma."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=lambda mark: (bare.count(mark), -DELIMITERS.index(mark)))
