"""Lines of plain text, measured in the columns a screen shows: an emoji or an ideograph takes two.

Lines break at spaces alone, so no address, merge field, no-break space or joined emoji is ever cut; a word
longer than the line stands on a line of its own.
"""

import re
from collections.abc import Sequence
from itertools import chain, repeat

from rich.cells import cell_len

# Characters of one column each: Latin, Greek, Cyrillic, typographic punctuation, currency signs.
_NARROW = re.compile("[ -~\xa0-\xac\xae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")
_BLANKS = re.compile(r"[ \t]+")


def columns(text: str) -> int:
    """How wide ``text`` is on a screen."""
    return (
        len(text) if _NARROW.fullmatch(text) else cell_len(text, "latest")
    )  # not the terminal's Unicode version


def padded(text: str, width: int, right: bool = False) -> str:
    """``text`` with blanks after it, or before it, to ``width`` columns."""
    gap = " " * (width - columns(text))
    return gap + text if right else text + gap


def folded(line: str) -> str:
    """``line`` with every run of blanks as one, and none at its ends."""
    return _BLANKS.sub(" ", line).strip(" ")


def prefixed(lines: Sequence[str], first: str, following: str) -> list[str]:
    """``lines`` with ``first`` before the first, ``following`` before the others, no blanks alone."""
    prefixes = chain([first], repeat(following))
    return [
        prefix + line if line else prefix.rstrip(" ") for line, prefix in zip(lines, prefixes, strict=False)
    ]


def filled(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns where its words allow; runs of blanks become one."""
    lines: list[str] = []
    for line in text.split("\n"):
        line = folded(line)
        lines += _filled_narrow(line, width) if _NARROW.fullmatch(line) else _filled_words(line, width)
    return lines


def _filled_narrow(line: str, width: int) -> list[str]:
    """The fast way, where every character is one column wide."""
    lines: list[str] = []
    start = 0
    while len(line) - start > width:
        cut = line.rfind(" ", start, start + width + 1)
        if cut < 0:
            cut = line.find(" ", start)
            if cut < 0:
                break
        lines.append(line[start:cut])
        start = cut + 1
    lines.append(line[start:])
    return lines


def _filled_words(line: str, width: int) -> list[str]:
    lines: list[str] = []
    words: list[str] = []
    used = 0
    for word in line.split(" "):
        taken = columns(word)
        if words and used + 1 + taken > width:
            lines.append(" ".join(words))
            words, used = [], 0
        used += taken + (1 if words else 0)
        words.append(word)
    return [*lines, " ".join(words)]
