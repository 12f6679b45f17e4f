"""How an issue looks in the list of an inbox: its subject and preheader, as far as there is room for them."""

from dataclasses import dataclass
from unicodedata import combining, east_asian_width

_ELLIPSIS = "…"
_JOINERS = frozenset({"\u200d", "\ufe0f", "\ufe0e"})

PHONE_SUBJECT = 38
PHONE_PREHEADER = 80
DESKTOP_ROW = 120
DESKTOP_SUBJECT = 80
"""In columns, an emoji taking two: an iPhone's one line and two lines below it, Gmail's one row for both."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; typical, as mail programs, fonts and windows differ."""

    subject: str
    preheader: str
    subject_cut: bool
    preheader_cut: bool


def on_phone(subject: str, preheader: str) -> Row:
    return _row(subject, preheader, PHONE_SUBJECT, PHONE_PREHEADER)


def on_desktop(subject: str, preheader: str) -> Row:
    """The preheader gets what the subject leaves of the row."""
    left = max(0, DESKTOP_ROW - min(columns(subject), DESKTOP_SUBJECT))
    return _row(subject, preheader, DESKTOP_SUBJECT, left)


def _row(subject: str, preheader: str, for_subject: int, for_preheader: int) -> Row:
    shown, teaser = cut(subject, for_subject), cut(preheader, for_preheader)
    return Row(shown, teaser, shown != subject, teaser != preheader)


def columns(text: str) -> int:
    """The room that a text takes."""
    return sum(map(_width, text))


def cut(text: str, room: int) -> str:
    """``text`` if there is room for it, else its beginning and an ellipsis; no emoji is cut in two."""
    if columns(text) <= room:
        return text
    taken, end = 1, 0
    for index, char in enumerate(text):
        taken += _width(char)
        if taken > room:
            break
        end = index + 1
    while end and (text[end - 1] in _JOINERS or text[end : end + 1] in _JOINERS):
        end -= 1
    return text[:end].rstrip() + _ELLIPSIS


def _width(char: str) -> int:
    if char in _JOINERS or combining(char):
        return 0
    return 2 if east_asian_width(char) in {"W", "F"} else 1
