"""What of an issue is prose, block by block, in which language: no addresses, no code, no merge fields."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from lpdownload.check.inspection import Inspection
from lpdownload.errors import Loc
from lpdownload.model.text import MERGE_FIELD
from lpdownload.render.markdown import block_tokens

HOLE = "\ufffc"
"""Stands for what is no prose, so that the words around it do not become neighbours."""

# fmt: off
_HEAD = frozenset({"subject", "highlights", "preheader"})
_NOT_PROSE = frozenset({
    "apply_url", "contact", "credit", "credit_url", "display_zones", "email", "entity", "id", "kind", "lang",
    "link_url", "meeting_url", "only", "position", "register_url", "src", "style", "timezone", "topics",
    "type", "url", "visible_to",
})
# fmt: on
_MARKED = re.compile(r"[\\`*_\[\]<>#&|~]|^\s*(?:[-+]|\d+[.)])\s", re.MULTILINE)
_UNREADABLE = re.compile(
    r"\S*(?:://|\bwww\.|@)\S*|[#@]\w+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|edu|gov|net|org)\b\S*"
)
_INLINE_TAG = re.compile(r"</?(?:a|abbr|b|em|i|s|small|span|strong|sub|sup|u)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Prose:
    """A text of the issue: its ``blocks`` are paragraphs, items, cells, each in one line."""

    blocks: tuple[str, ...]
    loc: Loc
    language: str


def prose(inspection: Inspection) -> Iterator[Prose]:
    """Every text that readers read as words, with its base language (``en`` of en-US)."""
    for written in inspection.texts:
        loc = written.loc
        if loc[0] == "sections":
            if not _NOT_PROSE.isdisjoint(loc):
                continue
        elif loc[0] not in _HEAD:
            continue
        yield Prose(blocks(written.text, loc[-1] == "html"), loc, language_of(inspection, loc))


def language_of(inspection: Inspection, loc: Loc) -> str:
    """The base language that the issue declares for the text at ``loc``."""
    language = inspection.issue.language
    if loc[0] == "sections" and isinstance(index := loc[1], int):
        language = inspection.issue.sections[index].lang or language
    return language.partition("-")[0]


@lru_cache(maxsize=4096)
def blocks(text: str, is_html: bool = False) -> tuple[str, ...]:
    """The words of a Markdown text, or of an author's HTML."""
    text = MERGE_FIELD.sub(HOLE, text)
    if is_html:
        parts = [html.unescape(part) for part in _TAG.split(_INLINE_TAG.sub("", text))]
    elif _MARKED.search(text):
        parts = [_words_of(token.children or ()) for token in block_tokens(text) if token.type == "inline"]
    else:
        parts = re.split(r"\n\s*\n", text)
    cleaned = (_UNREADABLE.sub(HOLE, " ".join(part.split())) for part in parts)
    return tuple(part for part in cleaned if part)


def _words_of(children: Sequence[Token]) -> str:
    shown = []
    for child in children:
        if child.type in {"text", "image"}:
            shown.append(child.content)
        elif child.type == "softbreak":
            shown.append(" ")
        elif child.type in {"code_inline", "hardbreak"}:
            shown.append(HOLE)
    return "".join(shown)
