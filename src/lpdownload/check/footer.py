"""What the law wants at the foot of every mail, and which of it a mail has."""

import re
from collections.abc import Iterator
from functools import lru_cache

from lpdownload.check.inspection import Inspection, Link
from lpdownload.model.content import PREFERENCES_URL, UNSUBSCRIBE_URL, Pieces
from lpdownload.render.markdown import block_tokens

HTML_FOOTER = ("sections/footer.mjml.j2", "layout.mjml.j2")
TEXT_FOOTER = ("text/footer.txt.j2", "text/layout.txt.j2")
"""The templates that write it; the more likely first."""

PARTS = (("HTML", HTML_FOOTER), ("plain text", TEXT_FOOTER))

_PLAIN_WORDS = re.compile(
    r"unsubscri|opt[ -]?out|stop (?:getting|receiving)|remove me|leave this list"  # English
    r"|cancel\w* (?:la |mi |su |tu )?suscripci|dar(?:se|me|te)? de baja|desuscri|anular (?:la )?suscripci"
    r"|d[ée]sabonn|d[ée]sinscri|dezab[oò]ne"  # French, Haitian Creole
    r"|cancelar (?:a )?(?:inscri|assinatura)|descadastr|deixar de receber"  # Portuguese
    r"|abmeld|abbestell|disiscri|odsubskryb|wypisz|отписа|відписа"
    r"|huỷ đăng ký|hủy đăng ký|退订|退訂|取消订阅|取消訂閱"
    r"|수신 ?거부|구독 ?(?:취소|해지)|إلغاء الاشتراك|配信停止",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\W_]+")
_NOTE = re.compile(r"\[\d+\]")


def unsubscribe_links(inspection: Inspection) -> list[Link]:
    """The links of the HTML part that lead to the reader's own page for leaving."""
    page = inspection.system_values[UNSUBSCRIBE_URL]
    return [link for link in inspection.links if link.url.startswith(page)]


def leads_to_preferences(inspection: Inspection) -> bool:
    page = inspection.system_values[PREFERENCES_URL]
    return any(link.url.startswith(page) for link in inspection.links)


def lacks_unsubscribe(inspection: Inspection) -> list[str]:
    """The parts without a link to leave by."""
    content = inspection.rendering.content
    missing = [] if unsubscribe_links(inspection) else ["HTML"]
    return missing if UNSUBSCRIBE_URL in content.text.fields else [*missing, "plain text"]


def says_plainly(words: str, own: str) -> bool:
    """Whether these words say that they end the subscription; ``own`` is what our templates say."""
    return bool(_PLAIN_WORDS.search(words)) or _squeezed(own) in _squeezed(words)


def words_before(pieces: Pieces, field: str) -> Iterator[str]:
    """What stands in plain text before each place of the field: its own line, and the one above."""
    for index, slot in enumerate(pieces.slots):
        if slot.field == field:
            yield " ".join(pieces.literals[index].split("\n")[-2:])


def missing_lines(shown: str, lines: tuple[str, ...]) -> list[str]:
    """Those of ``lines`` that ``shown`` does not say, however it breaks, joins and marks them up."""
    squeezed = _squeezed(shown)
    return [line for line in lines if _squeezed(line) not in squeezed]


def plain_words(markdown: str) -> str:
    """What of a text's Markdown is read out: no marks, no addresses."""
    parts = []
    for token in block_tokens(markdown):
        parts += [child.content for child in token.children or () if child.type in {"text", "code_inline"}]
    return " ".join(parts)


def shown_words(inspection: Inspection, part: str) -> str:
    """All words of the HTML's body, or the plain text."""
    return inspection.tree.body.text_content() if part == "HTML" else inspection.text


@lru_cache(maxsize=64)
def _squeezed(text: str) -> str:
    return _MARKS.sub("", _NOTE.sub("", text)).casefold()
