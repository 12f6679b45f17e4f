"""Text that shouts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lpdownload.check.loudness import capitals, emoji_row, exclamations


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SAVE OUR RIVERS", "SAVE OUR RIVERS"),
        ("COVID RELIEF FUNDS", "COVID RELIEF FUNDS"),
        ("¡SALVEMOS LOS RÍOS!", "¡SALVEMOS LOS RÍOS!"),
        ("Read THIS IS REALLY IMPORTANT today", "THIS IS REALLY IMPORTANT"),
        ("LPNY, NYC: HR 32", ""),
        ("AFSCME, CWA and UNICEF", ""),
        ("AFSCME CWA LPNY", ""),
        ("URGENT", ""),
        ("A NO vote", ""),
        ("", ""),
        ("東京の川", ""),
    ],
)
def test_capitals_are_loud_unless_they_are_acronyms(text: str, words: str) -> None:
    assert capitals(text) == words


@pytest.mark.parametrize(
    ("text", "marks"), [("Wow!!", "!!"), ("What?!", ""), ("¡Ya!", ""), ("Hey!?!", "!?!")]
)
def test_exclamation_marks_are_loud_together(text: str, marks: str) -> None:
    assert exclamations(text) == marks


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("🎉🎉🎉 a", "🎉🎉🎉"),
        ("✏️ 🔑 🏠", "✏️ 🔑 🏠"),
        ("🎉 a 🎉 b 🎉", ""),
        ("👩‍👩‍👧👍🏽", ""),
        ("🇺🇸🇵🇷", ""),
        ("a → b · 1 2 3", ""),
    ],
)
def test_three_emoji_make_a_row_whatever_they_are_made_of(text: str, row: str) -> None:
    assert emoji_row(text) == row


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(capitals(text) + exclamations(text) + emoji_row(text), str)
