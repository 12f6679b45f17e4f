"""Words that nobody meant to send: placeholders, doubled words, the mark of an answer in a subject."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from lpdownload.model.text import MERGE_FIELD, PLACEHOLDER

_ADDRESS = re.compile(r"https?://\S+|\]\([^)]*\)")
_UNWRITTEN = re.compile(
    rf"^{PLACEHOLDER}\b|\b(?i:lorem ipsum)\b|\b(?:TODO|FIXME|TKTK|XXX+)\b"
    r"|[\[(<{](?:TBD|TBC|TK)[\])>}]|^(?:TBD|TBC|TK)\.?$"
    r"|(?<!\w)[\[<{](?i:"
    r"(?:insert|add|enter|paste|your|inserte|agregue|añada|escriba|su) [^\])>}(]{1,40}"
    r"|(?:date|time|title|text|city|photo|fecha|hora|título|texto|ciudad|foto) (?:here|aquí)"
    r"|(?:insert|(?:first |last )?name|date|link|url|headline|nombre|fecha|enlace)(?: here| aquí)?)"
    r"[\]>}](?![\w(])"
)

_DOUBLED = re.compile(r"(?<![\w'’-])(?P<word>[^\W\d_]+)\s+(?P=word)(?![\w'’-])", re.IGNORECASE)
_RIGHT_TWICE: Final = {
    "en": frozenset(
        {
            *(
                "bye",
                "had",
                "that",
                "very",
                "really",
                "so",
                "no",
                "yes",
                "now",
                "there",
                "many",
                "much",
                "far",
            ),
            *(
                "long",
                "way",
                "ha",
                "hey",
                "yada",
                "blah",
                "knock",
                "tut",
                "hush",
                "chop",
                "night",
                "go",
                "hear",
            ),
            *(
                "again",
                "out",
                "too",
                "well",
                "is",
                "do",
                "cha",
                "pom",
                "tom",
                "beri",
                "bora",
                "walla",
                "pago",
            ),
        }
    ),
    "es": frozenset(
        {
            *(
                "muy",
                "no",
                "sí",
                "si",
                "ya",
                "casi",
                "bien",
                "así",
                "luego",
                "tan",
                "poco",
                "nunca",
                "ja",
                "je",
            ),
            *(
                "mucho",
                "todo",
                "nada",
                "más",
                "ahora",
                "hoy",
                "nos",
                "que",
                "bla",
                "pico",
                "vamos",
                "café",
                "le",
            ),
        }
    ),
}
"""What is said twice on purpose, or may stand at the end of one clause and the beginning of the next."""

_REPLY = re.compile(
    r"^[^\w\[]*(?P<mark>(?:re|fwd?|fw|rv|aw|wg|res|enc|antw)\s*(?:\[\d+\])?\s*:)", re.IGNORECASE
)


@lru_cache(maxsize=4096)
def placeholder(text: str) -> str:
    """The words of it that wait to be written over."""
    match = _UNWRITTEN.search(MERGE_FIELD.sub(" ", _ADDRESS.sub(" ", text)))
    return match[0] if match else ""


@lru_cache(maxsize=4096)
def doubled(block: str, language: str) -> tuple[str, ...]:
    """Words that stand there twice by mistake; those of three and more are meant, and so may be names."""
    return tuple(_doubled(block, _RIGHT_TWICE[language])) if language in _RIGHT_TWICE else ()


def _doubled(block: str, right: frozenset[str]) -> Iterator[str]:
    for match in _DOUBLED.finditer(block):
        word, second = match["word"], match[0][len(match["word"]) :].strip()
        before, after = block[: match.start()].split(), block[match.end() :].split()
        is_more = word.casefold() in {*(one.casefold() for one in (*before[-1:], *after[:1]))}
        if second.islower() and word.casefold() not in right and not is_more:
            yield match[0]


def reply_mark(subject: str) -> str:
    """``Re:`` and the like at its beginning, in the languages of mail programs."""
    match = _REPLY.match(subject)
    return match["mark"] if match else ""
