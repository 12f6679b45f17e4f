"""What a mail to our own mailbox says: that somebody leaves, that a copy came back, that somebody complains.

Anybody can write anything into a mail, From included. What is believed of it, and how far, is decided in
inbox.py; here it is only read. Nothing of the standard library's new mail parser is used: broken headers make
it raise, and long ones take it minutes.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr
from html import unescape
from typing import Final, Literal, TypeAlias

from lpdownload.model.token import LENGTH
from lpdownload.tracking.stop_words import says_stop

Mime: TypeAlias = Message
Kind: TypeAlias = Literal["leaves", "bounced", "complained", "automatic", "nothing"]

BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What the standard library raises of mail that is broken on purpose."""
MOST_PARTS: Final = 100
_MOST_REPORTED: Final = 50
"""Recipients of one report."""

_TOKEN: Final = re.compile(rf"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{{{LENGTH}}}(?![A-Za-z0-9_-])")
_REFERENCE: Final = re.compile(r"(?<![A-Za-z0-9-])([0-9a-f]{8}-[0-9]{1,15}-[0-9]{1,15})(?![A-Za-z0-9-])")
_REPLY: Final = re.compile(r"\s*(?:re|rv|aw|sv|fwd?|tr)\s*(?:\[\d+\])?\s*:\s*", re.IGNORECASE)

_AUTOMATIC_SUBJECT: Final = re.compile(
    r"\s*(?:auto(?:matic|mated)?[\s-]*(?:reply|response|antwort)|out of (?:the )?office|ooo\b|away from"
    r"|on leave|vacation|respuesta autom|fuera de (?:la )?oficina|ausente|de vacaciones|abwesen|absence)",
    re.IGNORECASE,
)
_QUOTED_FROM: Final = re.compile(
    r"^(?:[>|]|-{2,}\s*(?:original|forwarded|mensaje)|_{5,}\s*$|(?:on|el|am|le)\b.{0,300}(?:wrote|escribi[oó]|schrieb|[eé]crit)"
    r"\s*:|(?:from|de|von)\s*:\s.*@|begin forwarded message)",
    re.IGNORECASE,
)
_UNFIT: Final = re.compile(r"[\x00\ud800-\udfff]")
"""NUL, and halves of pairs: UTF-7 can write them."""
_SIGNATURE: Final = re.compile(r"^(?:-- ?|—|__+)$")
_PHONE: Final = re.compile(
    r"^(?:sent from|enviado desde|get outlook for|obtener outlook)\b.{0,80}$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One recipient of a report of delivery."""

    recipient: str
    action: str
    """failed, delayed, delivered, relayed or expanded (RFC 3464, 2.3.3)."""
    status: str
    """As in 5.1.1 (RFC 3463); empty if there is none."""
    detail: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, not yet believed."""

    kind: Kind
    sender: str = ""
    """The address in From."""
    tokens: tuple[str, ...] = ()
    """What may be tokens of ours: of the subject, in a report of the mail that it is about."""
    references: tuple[str, ...] = ()
    """What may be ours for copies: of the mail that it is about, or that it answers."""
    faults: tuple[Fault, ...] = ()
    feedback: str = ""
    """Of a complaint: abuse, opt-out and so on (RFC 5965)."""
    recipient: str = ""
    """Of a complaint: the address it is about, if it is told."""
    by_subject: bool = False
    """Whether what it says stands in its subject."""


def read(raw: bytes) -> Letter:
    """What a mail says; it may be cut off anywhere. Raises one of BROKEN for some that are hostile."""
    mail: Mime = message_from_bytes(raw)
    sender = parseaddr(_text(mail, "From"))[1]
    subject = _text(mail, "Subject").strip()
    # a list or a scanner of viruses may have packed a report in, with words of its own
    for part in [mail, *_children(mail)[:3]]:
        if part.get_content_type() == "multipart/report" and (found := _report(part, sender)) is not None:
            return found
    answered = _references(
        " ".join((_text(mail, "In-Reply-To"), _text(mail, "References"), _text(mail, "To")))
    )
    if tokens := tuple(dict.fromkeys(_TOKEN.findall(subject)[:10])):
        return Letter("leaves", sender, tokens, answered, by_subject=True)
    if _is_automatic(mail, subject):
        return Letter("automatic", sender)
    if subject.lower() == "preview":  # the links of a rendering that was made for nobody
        return Letter("nothing", sender)
    if says_stop(subject) and not _REPLY.match(subject):
        return Letter("leaves", sender, references=answered, by_subject=True)
    words = own_words(_body(mail))
    if says_stop(words):
        return Letter("leaves", sender, references=answered)
    if not words and says_stop(_REPLY.sub("", subject)):
        return Letter("leaves", sender, references=answered, by_subject=True)
    return Letter("nothing", sender)


def own_words(text: str) -> str:
    """What somebody wrote themselves: without what they quote, their signature and their phone's."""
    found: list[str] = []
    lines = text.splitlines()[:200]
    for index, raw in enumerate(lines):
        line = raw.strip()
        # "On Monday, … <town@example.org>" may break before "wrote:"
        both = f"{line} {lines[index + 1].strip()}" if index + 1 < len(lines) else line
        if _QUOTED_FROM.match(line[:400]) or _SIGNATURE.match(line) or _starts_quotation(both[:400]):
            break
        if not _PHONE.match(line):
            found.append(line)
    return "\n".join(found).strip()


def _starts_quotation(line: str) -> bool:
    return line[:3].lower() in {"on ", "el "} and bool(_QUOTED_FROM.match(line))


def _is_automatic(mail: Mime, subject: str) -> bool:
    """RFC 3834, and what is done instead of it."""
    submitted = _text(mail, "Auto-Submitted").strip().lower()
    precedence = _text(mail, "Precedence").strip().lower()
    return (
        (bool(submitted) and not submitted.startswith("no"))
        or precedence in {"auto_reply", "bulk", "junk", "list"}
        or any(
            mail.get(name) is not None for name in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "List-Id")
        )
        or _text(mail, "Return-Path").strip() == "<>"
        or bool(_AUTOMATIC_SUBJECT.match(_REPLY.sub("", subject, count=1)))
    )


def _report(mail: Mime, sender: str) -> Letter | None:
    """RFC 3464 or RFC 5965; None for a report about anything else, as that a mail was read."""
    status: Mime | None = None
    feedback: Mime | None = None
    original: Mime | None = None
    for part in _children(mail):
        kind = part.get_content_type()
        if kind == "message/delivery-status" and status is None:
            status = part
        elif kind == "message/feedback-report" and feedback is None:
            feedback = part
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"} and original is None:
            original = part
    head = _original_head(original)
    tokens = tuple(dict.fromkeys(_TOKEN.findall(_text(head, "List-Unsubscribe"))[:10])) if head else ()
    named = " ".join(_text(head, name) for name in ("Message-ID", "X-Reference")) if head else ""
    references = _references(
        f"{named} {_text(mail, 'In-Reply-To')} {_text(mail, 'References')} {_text(mail, 'To')}"
    )
    if feedback is not None:
        fields = _fields(feedback)
        whom = _address(_text(fields, "Original-Rcpt-To")) or (_address(_text(head, "To")) if head else "")
        said = _text(fields, "Feedback-Type").strip().lower()
        return Letter("complained", sender, tokens, references, feedback=said, recipient=whom)
    if status is not None:
        return Letter("bounced", sender, tokens, references, faults=tuple(_faults(status)))
    return None


def _faults(status: Mime) -> Iterator[Fault]:
    """The first block is about the message, each other about a recipient."""
    for block in _children(status)[:_MOST_REPORTED]:
        final = _address(_text(block, "Original-Recipient")) or _address(_text(block, "Final-Recipient"))
        action = _text(block, "Action").strip().lower()
        if not action:
            continue
        found = re.search(r"[245]\.\d{1,3}\.\d{1,3}", _text(block, "Status"))
        detail = " ".join(_text(block, "Diagnostic-Code").split())
        yield Fault(final, action, found.group() if found else "", detail[:500])


def _address(field: str) -> str:
    """Of ``rfc822;ana@example.org``, or of a header."""
    kind, semicolon, rest = field.partition(";")
    if semicolon and kind.strip().lower() not in {"rfc822", "utf-8"}:
        return ""
    return parseaddr((rest if semicolon else field).strip())[1]


def _original_head(part: Mime | None) -> Mime | None:
    """The headers of the mail that a report is about."""
    if part is None:
        return None
    if part.get_content_maintype() == "message" and (children := _children(part)):
        return children[0]
    return message_from_bytes(_bytes(part)[:65_536])


def _fields(part: Mime) -> Mime:
    children = _children(part)
    return children[0] if children else message_from_bytes(_bytes(part)[:65_536])


def _children(mail: Mime) -> Sequence[Mime]:
    payload = mail.get_payload()
    return (
        [part for part in payload[:MOST_PARTS] if isinstance(part, Message)]
        if isinstance(payload, list)
        else []
    )


def _body(mail: Mime) -> str:
    """The first text of the mail itself, of HTML without its tags and what it quotes."""
    waiting: list[Mime] = [mail]
    html = ""
    for _ in range(MOST_PARTS):
        if not waiting:
            break
        part = waiting.pop(0)
        if part.is_multipart():
            if part.get_content_maintype() == "multipart":
                waiting[:0] = _children(part)
            continue
        if "attachment" in _text(part, "Content-Disposition").lower():
            continue
        if part.get_content_type() == "text/plain":
            return _decoded(part)
        if part.get_content_type() == "text/html" and not html:
            html = _decoded(part)
    return _without_tags(html)


def _decoded(part: Mime) -> str:
    raw = _bytes(part)[:65_536]
    try:
        return raw.decode(part.get_content_charset() or "utf-8", "replace")
    except (LookupError, ValueError):  # no such character set, or one with a NUL in its name
        return raw.decode("utf-8", "replace")


def _bytes(part: Mime) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _without_tags(html: str) -> str:
    own = re.split(r"<blockquote|gmail_quote|divRplyFwdMsg|<hr", html, maxsplit=1, flags=re.IGNORECASE)[0]
    own = own.rpartition("<")[0] if own != html and own.rfind("<") > own.rfind(">") else own
    own = re.sub(r"<(style|script|title)\b.*?</\1\s*>", "", own, flags=re.IGNORECASE | re.DOTALL)
    own = re.sub(r"<(?:br|/p|/div|/tr|/li)\b[^<>]*>", "\n", own, flags=re.IGNORECASE)
    return unescape(re.sub(r"<[^<>]*>", "", own))


def _references(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_REFERENCE.findall(text[:20_000])[:20]))


def _text(mail: Mime, name: str) -> str:
    """A header, decoded as far as it can be, without what no database takes."""
    return _UNFIT.sub("\ufffd", _decoded_header(str(mail.get(name, ""))[:20_000]))


def _decoded_header(value: str) -> str:
    if "=?" not in value:
        return value
    found = []
    try:
        for part, charset in decode_header(value):
            found.append(part if isinstance(part, str) else part.decode(charset or "ascii", "replace"))
    except (ValueError, LookupError):  # email.errors.HeaderParseError is one
        return value
    return "".join(found)
