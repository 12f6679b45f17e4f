"""The row of an inbox: what there is room for."""

from hypothesis import given
from hypothesis import strategies as st

from lpdownload.preview.inbox import DESKTOP_ROW, PHONE_SUBJECT, columns, cut, on_desktop, on_phone


@given(st.text(max_size=200), st.integers(1, 150))
def test_what_is_cut_fits_and_begins_as_it_did(text: str, room: int) -> None:
    shown = cut(text, room)
    assert columns(shown) <= room
    assert shown == text or text.startswith(shown[:-1])
    assert (shown == text) == (columns(text) <= room)


def test_a_phone_shows_the_beginning_of_a_long_subject() -> None:
    row = on_phone("📣 Town Download | A river is clean again, and more | September 2024", "Short.")
    assert columns(row.subject) <= PHONE_SUBJECT
    assert row.subject.startswith("📣 Town Download")
    assert row.subject.endswith("…")
    assert (row.subject_cut, row.preheader_cut) == (True, False)


def test_on_a_desktop_the_preheader_gets_what_the_subject_leaves() -> None:
    long = "word " * 40
    short_subject, long_subject = on_desktop("Hi", long), on_desktop("subject " * 8, long)
    assert columns(short_subject.preheader) > columns(long_subject.preheader)
    assert columns(long_subject.subject) + columns(long_subject.preheader) <= DESKTOP_ROW


def test_a_joined_emoji_is_not_cut_in_two() -> None:
    family = "👨\u200d👩\u200d👧"
    for room in range(1, 12):
        shown = cut(f"ab{family} and more words", room).removesuffix("…")
        assert "\u200d" not in shown or family in shown
