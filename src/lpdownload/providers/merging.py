"""Slots as the substitutions of a provider that merges by itself.

Nobody documents whether such a provider merges in one pass or replaces tag after tag, values included. So
every tag holds a mark that occurs in no literal of the content, and a value that holds it is not sent.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring_ascii
from typing import Final

from lpdownload.errors import Finding
from lpdownload.model.content import Content, Context, Pieces, Slot, UnsafeValue, header_text
from lpdownload.model.delivery import Mail
from lpdownload.model.mailbox import BadMailbox

json_string = encode_basestring_ascii
"""``text`` as a JSON string in ASCII, quotes included."""

_ENCODED_APART: Final = frozenset({"from", "reply-to"})
_LONGEST_LINE: Final = 998
"""RFC 5322, 2.1.1."""
_ALWAYS_ASCII: Final[frozenset[Context]] = frozenset({"url", "url_part", "url_rest"})
_HEADER_NAME = re.compile(r"[!-9;-~]+")


def mark_of(content: Content) -> str:
    """Twelve hex digits that none of its literals contains; the same for the same content."""
    bodies = (content.subject, content.html, content.text, *(pieces for _, pieces in content.headers))
    literals = [literal for pieces in bodies for literal in pieces.literals]
    digest = content.digest
    while any(digest[:12] in literal for literal in literals):
        digest = hashlib.sha256(digest.encode("ascii")).hexdigest()
    return digest[:12]


@dataclass(frozen=True)
class Substitutions:
    """The distinct slots of some pieces, numbered: one field in two contexts is two of them."""

    numbers: Mapping[Slot, int]

    @classmethod
    def of(cls, *several: Pieces) -> "Substitutions":
        found = dict.fromkeys(slot for pieces in several for slot in pieces.slots)
        return cls({slot: number for number, slot in enumerate(found)})

    def values(self, values: Mapping[str, str]) -> list[str]:
        """Escaped for their place, as JSON strings, by number. Raises MissingValue, UnsafeValue."""
        return [json_string(slot.value(values)) for slot in self.numbers]


def subject_of(content: Content) -> Pieces:
    """The subject with its literals fit for a header. Raises UnsafeValue."""
    return Pieces(tuple(header_text(text) for text in content.subject.literals), content.subject.slots)


def headers_of(content: Content) -> list[tuple[str, Pieces]]:
    """All but those which a provider takes as fields of their own."""
    return [(name, pieces) for name, pieces in content.headers if name.lower() not in _ENCODED_APART]


def header_value(name: str, pieces: Pieces, values: Mapping[str, str]) -> str:
    """One recipient's header. Raises MissingValue; UnsafeValue if it is not ASCII on one line."""
    text = pieces.fill(values)
    if not text.isascii() or len(name) + 2 + len(text) > _LONGEST_LINE:
        raise UnsafeValue(f"{name} must be ASCII and at most {_LONGEST_LINE} characters long")
    if any(slot.context not in _ALWAYS_ASCII for slot in pieces.slots):
        header_text(text)
        if "=?" in text:
            raise UnsafeValue(f"{name} must not hold encoded words")
    return text


def common_refusals(mail: Mail, *, title: str, reserved: frozenset[str]) -> Iterator[Finding]:
    """What no provider of JSON or form fields can carry; ``reserved``: the headers it writes itself."""
    content = mail.content
    bodies = {"html": content.html, "text": content.text, "subject": content.subject}
    for field, pieces in bodies.items():
        if not pieces.slots and not any(text.strip() for text in pieces.literals):
            yield Finding("empty-mail", f"{title} takes no message without {field}", f"give it a {field}")
    try:
        subject_of(content)
    except UnsafeValue as error:
        yield Finding("bad-header", f"Subject: {error}", "write it on one line")
    seen: set[str] = set()
    for name, pieces in content.headers:
        kind = name.lower()
        if kind in seen:
            yield Finding("twice-header", f"{title} takes only one {name}", "leave the second out")
        seen.add(kind)
        if kind in _ENCODED_APART:
            if pieces.slots:
                yield Finding("merged-sender", f"{title} takes one {name} for all", "no merge fields in it")
            continue
        if kind in reserved or not _HEADER_NAME.fullmatch(name):
            yield Finding("reserved-header", f"{title} does not let {name} be set", "leave the header out")
            continue
        text = "".join(pieces.literals)
        if not text.isascii() or "=?" in text or not text.isprintable() or len(text) > _LONGEST_LINE - 100:
            hint = f"ASCII on one line, at most {_LONGEST_LINE - 100} characters"
            yield Finding("bad-header", f"{title} cannot carry this {name}", hint)
    yield from _bad_senders(mail)


def _bad_senders(mail: Mail) -> Iterator[Finding]:
    if any(pieces.slots for name, pieces in mail.content.headers if name.lower() in _ENCODED_APART):
        return
    try:
        mail.sender  # noqa: B018  (raises)
    except BadMailbox as error:
        yield Finding("bad-sender", f"From: {error}", "Name <address>")
    try:
        mail.reply_to  # noqa: B018  (raises)
    except BadMailbox as error:
        yield Finding("bad-sender", f"Reply-To: {error}", "Name <address>")
