"""The misspelled words of a block of prose: few, but certain."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lpdownload.check.vocabulary.known import LANGUAGES, known
from lpdownload.check.vocabulary.nearest import nearest

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_JOINED = re.compile(r"[\w\ufffc./\\@#$&+=~]")
"""Beside one of these, letters are part of a name, a number or an address; a full stop ends words, too."""

_TOO_MANY = 0.25
"""With so many unknown words a block is in another language."""


@dataclass(frozen=True, slots=True)
class Misspelled:
    """``within`` are words of the text that lead to this one and no other."""

    word: str
    meant: str
    within: str


@lru_cache(maxsize=4096)
def misspelled(block: str, language: str) -> tuple[Misspelled, ...]:
    """Lower-case words only: what has a capital may be a name. Nothing in a language without a list."""
    if language not in LANGUAGES:
        return ()
    words = known(language)
    all_words = list(_WORD.finditer(block))
    unknown = [
        index
        for index, match in enumerate(all_words)
        if _plain(match[0]) not in words and not _is_of_a_name(block, match)
    ]
    different = {_plain(all_words[index][0]) for index in unknown}
    if len(different) >= 3 and len(different) > _TOO_MANY * len(all_words):
        return ()
    return tuple(_with_suggestions(block, all_words, unknown, language))


def _with_suggestions(
    block: str, words: list[re.Match[str]], unknown: list[int], language: str
) -> Iterator[Misspelled]:
    told = set()
    for index in unknown:
        word = _plain(words[index][0])
        if not word.islower() or word in told or not (meant := nearest(word, language)):
            continue
        if any(word in known(other) for other in LANGUAGES if other != language):
            continue
        told.add(word)
        alone = len(re.findall(re.escape(word), block, re.IGNORECASE)) == 1
        start = words[index].start() if alone or not index else words[index - 1].start()
        yield Misspelled(word, meant, block[start : words[index].end()])


def _plain(word: str) -> str:
    """With a straight apostrophe, and not in the genitive."""
    return word.replace("’", "'").removesuffix("'s")


def _is_of_a_name(block: str, match: re.Match[str]) -> bool:
    """Whether it has a capital, or is only a part of something: an address, a code, a file."""
    if not match[0].islower():
        return True
    before, after = block[: match.start()][-1:], block[match.end() :][:2]
    ends = after[:1] in {".", "/"} and not after[1:2].isalnum()
    return bool((before and _JOINED.match(before)) or (after and _JOINED.match(after) and not ends))
