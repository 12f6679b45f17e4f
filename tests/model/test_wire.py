"""Every wire form decodes to exactly what plain filling gives."""

import json
import quopri
import re
from email.header import decode_header, make_header

from hypothesis import example, given
from hypothesis import strategies as st

from lpdownload.model.content import Pieces, Slot
from lpdownload.model.wire import EncodedWordPieces, JsonPieces, QuotedPrintablePieces, encoded_words

ENCODABLE = st.characters(exclude_categories=["Cs"])
literals = st.one_of(
    st.text(ENCODABLE),
    st.text(st.sampled_from(". \t=\nFrom é👩a-"), max_size=120),
    st.builds(str.__mul__, st.sampled_from(["x", "é", "=", " ", ".", "From ", "ab\n"]), st.integers(60, 200)),
)
values = st.fixed_dictionaries(
    {},
    optional={name: st.one_of(literals, st.sampled_from(["", "From ", ".", "=41", "--=_"])) for name in "ab"},
)


@st.composite
def some_pieces(draw: st.DrawFn) -> Pieces:
    slots = draw(st.lists(st.builds(Slot, st.sampled_from("ab"), literals, st.just("text")), max_size=4))
    return Pieces(tuple(draw(literals) for _ in range(len(slots) + 1)), tuple(slots))


def canonical(pieces: Pieces, values: dict[str, str]) -> str:
    """What is filled, with every line end a newline; CR and LF either side of a slot are two line ends."""
    lines = tuple(re.sub(r"\r\n?", "\n", literal) for literal in pieces.literals)
    return Pieces(lines, pieces.slots).fill(values)


@given(some_pieces(), values)
@example(Pieces(("x" * 74 + " ",)), {})
@example(Pieces(("a ", " \n"), (Slot("a", "", "text"),)), {})
def test_quoted_printable_decodes_to_the_filled_text_with_crlf(
    pieces: Pieces, values: dict[str, str]
) -> None:
    filled = QuotedPrintablePieces.of(pieces).fill(values)
    assert quopri.decodestring(filled).decode() == canonical(pieces, values).replace("\n", "\r\n")


@given(some_pieces(), values)
def test_quoted_printable_lines_are_short_and_safe_for_every_relay(
    pieces: Pieces, values: dict[str, str]
) -> None:
    filled = QuotedPrintablePieces.of(pieces).fill(values)
    assert b"=_" not in filled
    for line in filled.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert re.fullmatch(rb"(?:[\t -<>-~]|=[0-9A-F]{2})*=?", line)


def test_quoted_printable_keeps_plain_text_readable() -> None:
    pieces = Pieces(("Dear ", ",\n\nsee ", "\n"), (Slot("a", None, "text"), Slot("b", None, "url")))
    filled = QuotedPrintablePieces.of(pieces).fill({"a": "Ana", "b": "https://x.org/?a=1"})
    assert filled == b"Dear=20=\r\nAna=\r\n,\r\n\r\nsee=20=\r\nhttps://x.org/?a=3D1=\r\n\r\n"


def test_a_slot_at_the_start_of_a_line_needs_no_soft_break_before_it() -> None:
    pieces = Pieces(("One\n", ""), (Slot("a", None, "text"),))
    assert QuotedPrintablePieces.of(pieces).fill({"a": "Two"}) == b"One\r\nTwo=\r\n"


@given(some_pieces(), values)
@example(Pieces(("\u2028</script>\x00", '"\\'), (Slot("a", '"\\\n', "html"),)), {})
def test_json_loads_to_the_filled_text(pieces: Pieces, values: dict[str, str]) -> None:
    assert json.loads(JsonPieces.of(pieces).fill(values)) == pieces.fill(values)


@given(some_pieces(), values)
def test_encoded_words_decode_to_the_filled_text(pieces: Pieces, values: dict[str, str]) -> None:
    header = EncodedWordPieces.of(pieces).fill(values)
    unfolded = header.replace("\r\n ", " ")
    assert str(make_header(decode_header(unfolded))) == pieces.fill(values)
    assert header.isascii()
    assert all(len(line) <= 67 for line in header.split("\r\n"))


@given(st.text(ENCODABLE, min_size=1))
def test_an_encoded_word_never_breaks_inside_a_character(text: str) -> None:
    words = encoded_words(text).split("\r\n ")
    assert "".join(str(make_header(decode_header(word))) for word in words) == text
