"""The word that an unknown one was most likely meant to be: one slip of the fingers away, and frequent.

A slip is looked for inside a word. At its beginning and end, a letter more or less makes another form of it
(“apartment”, “residents”, “publicaré”), which a list of words may lack.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from lpdownload.check.vocabulary.known import known


@dataclass(frozen=True, slots=True)
class _Habits:
    """``tail`` letters at the end tell forms apart. Counts are those of the language's list."""

    letters: str
    tail: int
    frequent: int
    frequent_if_replaced: int
    """A letter in another's place makes other words more often than the other slips do."""
    shortest: int = 5


_HABITS: Final = {
    "en": _Habits("abcdefghijklmnopqrstuvwxyz'", 1, 1_000, 3_000),
    "es": _Habits("abcdefghijklmnopqrstuvwxyzáéíóúñü", 2, 2_000, 20_000),
}
_VERY_FREQUENT = 1_000_000
_ACCENTS = dict(zip("aeiou", "áéíóú", strict=True))
_BRITISH: Final = {
    "our(?=[aehils]|$)": "or",
    "([iy])s(?=ation|e|ing)": r"\1z",
    "ll(?=[aeio])": "l",
    "re(?=s?$)": "er",
    "(def|off|lic|pret)ence": r"\1ense",
    "ae|oe": "e",
    "mould": "mold",
    "ium$": "um",
}
_PLAIN = str.maketrans("áàâäãçéèêëíìîïñóòôöúùûü", "aaaaaceeeeiiiinoooouuuu")


@lru_cache(maxsize=4096)
def nearest(word: str, language: str) -> str | None:
    """For a lower-case word that the language's list lacks; None if nothing is near enough to be sure."""
    habits, words = _HABITS[language], known(language)
    if language == "en" and any(other in words for other in _as_in_america(word)):
        return None
    if len(word) < habits.shortest:
        found = [other for other in _swapped(word) if words.get(other, 0) >= _VERY_FREQUENT]
    else:
        found = [other for other in _slips(word, habits) if words.get(other, 0) >= habits.frequent]
        found += [
            other for other in _replaced(word, habits) if words.get(other, 0) >= habits.frequent_if_replaced
        ]
        if language == "es":
            found += [other for other in _accented(word) if words.get(other, 0) >= habits.frequent]
    if language == "en":  # “cafe” is right without its accent
        found = [other for other in found if other.translate(_PLAIN) != word]
    return max(found, key=lambda other: words[other], default=None)


def _as_in_america(word: str) -> set[str]:
    """How Americans may spell a British word."""
    spelled = {word}
    for british, american in _BRITISH.items():
        spelled |= {re.sub(british, american, one) for one in spelled}
    return spelled - {word}


def _slips(word: str, habits: _Habits) -> Iterator[str]:
    """Two letters changed places, one too many, one too few."""
    yield from _swapped(word)
    end = len(word) - habits.tail
    for i in range(1, len(word)):
        if i < end or word[i] == word[i - 1]:
            yield word[:i] + word[i + 1 :]
    for i in range(1, end + 1):
        for letter in habits.letters:
            yield word[:i] + letter + word[i:]


def _swapped(word: str) -> Iterator[str]:
    for i in range(len(word) - 1):
        if word[i] != word[i + 1]:
            yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]


def _replaced(word: str, habits: _Habits) -> Iterator[str]:
    for i in range(1, len(word) - habits.tail):
        for letter in habits.letters:
            if letter != word[i]:
                yield word[:i] + letter + word[i + 1 :]


def _accented(word: str) -> Iterator[str]:
    """With the accent that was left out; at the very end it makes another tense."""
    for i, letter in enumerate(word[:-1]):
        if letter in _ACCENTS:
            yield word[:i] + _ACCENTS[letter] + word[i + 1 :]
