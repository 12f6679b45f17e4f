"""Text that shouts: capitals, exclamation marks, rows of emoji."""

import re

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_LONGEST_ACRONYM = 5
"""As in NAACP; the longer ones stand alone in a line and do not make it loud."""
_SMALL = frozenset(
    {
        *("AND", "ARE", "FOR", "OUR", "THE", "YOU", "YOUR"),
        *("CON", "DEL", "LAS", "LOS", "PARA", "POR", "QUE", "UNA"),
    }
)
"""No list of acronyms has these."""
_RUN = 4
"""So many words in capitals one after another are no names."""

_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_SIGN = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff\u231a-\u23ff\u2600-\u27bf\u2b00-\u2bff]"
)
_AFTER = "[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
_EMOJI = f"(?:{_FLAG}|{_SIGN}{_AFTER}(?:\u200d{_SIGN}{_AFTER})*)"
_ROW = re.compile(rf"{_EMOJI}(?:\s*{_EMOJI}){{2,}}")
_MARKS = re.compile(r"[!?]*![!?]*![!?]*")


def capitals(text: str) -> str:
    """The words in capitals, if they are more than acronyms."""
    words = _WORD.findall(text)
    if all(word.isupper() for word in words):
        longer = sum(len(word) > _LONGEST_ACRONYM for word in words)
        is_sentence = sum(len(word) >= 4 for word in words) >= 3 or any(word in _SMALL for word in words)
        return text if longer >= 2 or (longer and is_sentence) else ""
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) > 1 and word.isupper():
            run.append(word)
        elif len(run) >= _RUN and any(len(one) > _LONGEST_ACRONYM for one in run):
            return " ".join(run)
        else:
            run = []
    return ""


def exclamations(text: str) -> str:
    """Several exclamation marks together."""
    match = _MARKS.search(text)
    return match[0] if match else ""


def emoji_row(text: str) -> str:
    """Three emoji or more, one after another."""
    match = _ROW.search(text)
    return match[0] if match else ""
