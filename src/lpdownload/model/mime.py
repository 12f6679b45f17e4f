"""The MIME message: everything that does not depend on the recipient is encoded once per variant.

Written by hand around ``email.header`` because ``email.policy.SMTP`` takes 4 ms for a message, folds
List-Unsubscribe into encoded words (which breaks one-click) and loses spaces in subjects with emoji.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from typing import Final

from lpdownload.model.content import (
    ONE_CLICK_URL,
    UNSUBSCRIBE_MAILTO,
    Content,
    Pieces,
    Slot,
    UnsafeValue,
    header_text,
    whole_url,
)
from lpdownload.model.mailbox import Mailbox
from lpdownload.model.wire import EncodedWordPieces, QuotedPrintablePieces

_LONGEST_LINE: Final = 998
"""RFC 5322, 2.1.1."""

_FIRST_LINE: Final = 76 - len("Subject: ")

_OWN_HEADERS: Final = frozenset(
    ["to", "date", "message-id", "subject", "mime-version", "content-type", "content-transfer-encoding"]
)
_HEADER_NAME = re.compile(r"[!-9;-~]+")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
_FEEDBACK_ID = re.compile(r"(?:[!-9;-~]*:){0,3}[!-9;-~]{5,15}")
_LIST_ID = re.compile(r"[A-Za-z0-9\-_]+(?:\.[A-Za-z0-9\-_]+)+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


def standard_headers(
    *,
    sender: Mailbox,
    reply_to: Mailbox | None,
    list_name: str,
    list_id: str,
    help_url: str | None,
    archive_url: str | None,
    feedback_id: str,
    language: str,
    public_url: str,
) -> tuple[tuple[str, Pieces], ...]:
    """The headers a bulk sender owes (RFC 2369, 2919, 8058; Gmail's Feedback-ID), for ``Content.headers``.

    ``public_url`` is where the one-click links will live: RFC 8058 wants HTTPS, so without it
    List-Unsubscribe-Post stays out. Slots: ``one_click_url`` and ``unsubscribe_mailto``.
    Never Auto-Submitted or Precedence: a newsletter is neither an answer nor to be delayed.
    Raises UnsafeValue for a value that its header cannot carry.
    """
    _require(_FEEDBACK_ID, feedback_id, "Feedback-ID (four fields, the sender's the last, 5 to 15 long)")
    _require(_LANGUAGE, language, "language tag (BCP 47)")
    found: list[tuple[str, Pieces]] = [("From", Pieces.of(str(sender)))]
    if reply_to:
        found.append(("Reply-To", Pieces.of(str(reply_to))))
    one_click = Slot(ONE_CLICK_URL, None, "url")
    by_mail = Slot(UNSUBSCRIBE_MAILTO, None, "url_rest")
    found.append(("List-Unsubscribe", Pieces(("<", ">, <mailto:", ">"), (one_click, by_mail))))
    if public_url.lower().startswith("https://"):
        found.append(("List-Unsubscribe-Post", Pieces.of("List-Unsubscribe=One-Click")))
    found.append(("List-Id", Pieces.of(list_id_header(list_name, list_id))))
    if help_url:
        found.append(("List-Help", Pieces.of(f"<{whole_url(help_url)}>")))
    if archive_url:
        found.append(("List-Archive", Pieces.of(f"<{whole_url(archive_url)}>")))
    found.append(("Feedback-ID", Pieces.of(feedback_id)))
    found.append(("Content-Language", Pieces.of(language)))
    return tuple(found)


def list_id_header(name: str, list_id: str) -> str:
    """``Name <id>`` (RFC 2919): ASCII, at most 255 octets. The name gives way: accents go, then its end."""
    _require(_LIST_ID, list_id, "List-Id (dotted names of letters, digits, - and _)")
    if len(list_id) > 253:
        raise UnsafeValue(f"the List-Id is {len(list_id)} octets long; RFC 2919 allows 255 with its brackets")
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    phrase = " ".join(re.sub(r'[\x00-\x1f\x7f"\\]|=\?', " ", ascii_name).split())
    phrase = phrase[: max(0, 255 - len(list_id) - 5)].rstrip()
    if re.search(r"[^A-Za-z0-9 \-]", phrase):
        phrase = f'"{phrase}"'
    return f"{phrase} <{list_id}>" if phrase else f"<{list_id}>"


def _require(pattern: re.Pattern[str], value: str, meaning: str) -> None:
    if not pattern.fullmatch(value):
        raise UnsafeValue(f"{value!r} is not a {meaning}")


@dataclass(frozen=True)
class MimePieces:
    """A variant's message in wire form; ``message`` joins it for a recipient."""

    subject: Callable[[Mapping[str, str]], bytes]
    varying_headers: tuple[tuple[str, Pieces], ...]
    fixed_headers: bytes
    text: QuotedPrintablePieces
    html: QuotedPrintablePieces
    boundary: bytes

    def message(self, values: Mapping[str, str], *, to: Mailbox, message_id: str, date: datetime) -> bytes:
        """The complete message with CRLF line ends, pure ASCII.

        ``message_id`` has its angle brackets, ``date`` its time zone.
        Raises MissingValue, UnsafeValue, BadMailbox.
        """
        _require(_MESSAGE_ID, message_id, "Message-ID")
        if date.tzinfo is None:
            raise ValueError("a message's date needs a time zone")
        own = f"Date: {format_datetime(date)}\r\nMessage-ID: {message_id}\r\nTo: {to.header()}\r\n"
        delimiter = b"--" + self.boundary
        return b"".join(
            (
                own.encode("ascii"),
                self.subject(values),
                *(header_line(name, pieces.fill(values)) for name, pieces in self.varying_headers),
                self.fixed_headers,
                delimiter,
                _PART_HEAD % b"plain",
                *self.text.parts(values),
                b"\r\n",
                delimiter,
                _PART_HEAD % b"html",
                *self.html.parts(values),
                b"\r\n",
                delimiter,
                b"--\r\n",
            )
        )


_PART_HEAD: Final = (
    b"\r\nContent-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
)


def mime_pieces(content: Content) -> MimePieces:
    """Encodes ``content`` as multipart/alternative, plain text first, both parts quoted-printable.

    Raises UnsafeValue for a header that cannot be carried, ValueError for one that the message itself writes.
    """
    for name, _ in content.headers:
        if name.lower() in _OWN_HEADERS or not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"Content.headers cannot set {name!r}")
    # "=_" never occurs in quoted-printable text (RFC 2045, 6.7), so no part can contain the boundary.
    boundary = f"=_{content.digest[:32]}"
    fixed = [header_line(name, pieces.fill({})) for name, pieces in content.headers if not pieces.slots]
    mime = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n\r\n'
    return MimePieces(
        subject=_subject(content.subject),
        varying_headers=tuple((name, pieces) for name, pieces in content.headers if pieces.slots),
        fixed_headers=b"".join(fixed) + mime.encode("ascii"),
        text=QuotedPrintablePieces.of(content.text),
        html=QuotedPrintablePieces.of(content.html),
        boundary=boundary.encode("ascii"),
    )


def _subject(subject: Pieces) -> Callable[[Mapping[str, str]], bytes]:
    subject = Pieces(tuple(header_text(text) for text in subject.literals), subject.slots)
    if not subject.slots:
        line = header_line("Subject", subject.fill({}))
        return lambda _: line
    words = EncodedWordPieces.of(subject)

    def filled(values: Mapping[str, str]) -> bytes:
        text = subject.fill(values)
        if _needs_no_encoding(text):
            return header_line("Subject", text)
        return b"Subject: %s\r\n" % words.fill(values).encode("ascii")

    return filled


def header_line(name: str, text: str) -> bytes:
    """One header from its unencoded text, with its CRLF.

    Subject, From, Reply-To and Sender are encoded and folded. The rest, List-* above all, stays on one line
    and must be ASCII without encoded words: mailbox providers read one-click headers literally.
    """
    text = header_text(text)
    kind = name.lower()
    if kind == "subject":
        value = _encoded_subject(text)
    elif kind in ("from", "reply-to", "sender"):
        value = Mailbox.parse(text).header()
    elif not text.isascii() or "=?" in text:
        raise UnsafeValue(f"{name} must be plain ASCII, not {text!r}")
    else:
        value = text
    line = f"{name}: {value}"
    if len(line) > _LONGEST_LINE and any(len(row) > _LONGEST_LINE for row in line.split("\r\n")):
        raise UnsafeValue(f"{name} is {len(line)} octets long; a line may have {_LONGEST_LINE}")
    return line.encode("ascii") + b"\r\n"


def _needs_no_encoding(subject: str) -> bool:
    # "=?" would be read as an encoded word; a run of spaces, or a word too long for the first line, makes
    # folding leave a line of nothing but white space.
    words = subject.split()
    return (
        subject.isascii()
        and "=?" not in subject
        and " ".join(words) == subject
        and max(map(len, words), default=0) <= _FIRST_LINE
    )


def _encoded_subject(text: str) -> str:
    plain = _needs_no_encoding(text)
    if plain and len(text) <= _FIRST_LINE:
        return text
    charset = "us-ascii" if plain else "utf-8"
    return Header(text, charset, maxlinelen=76, header_name="Subject").encode(linesep="\r\n")
