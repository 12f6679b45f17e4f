"""Whether the bytes of a message have the form that RFC 5322, 2045–2047, 2369, 2919 and 8058 ask for.

It reads what was written, by Python's own parser, and knows nothing of how it was written.
"""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses

_LONGEST_LINE = 998
_LONGEST_ENCODED_WORD = 75
_ONCE = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "MIME-Version",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "List-Id",
)
_AT_MOST_ONCE = ("Reply-To", "Sender", "List-Help", "List-Archive", "Feedback-ID", "Content-Language")
_ENCODED = frozenset({"from", "to", "reply-to", "sender", "subject"})
_NEVER = ("Auto-Submitted", "Precedence")

_HEADER = re.compile(rb"(?m)^([!-9;-~]+):")
_ENCODED_WORD = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?\s]*\?=")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?"
_LIST_ID = re.compile(
    rf"(?:(?:\"[^\"\\]*\"|[\w!#$%&'*+/=?^`{{|}}~ -]*) )?<{_LABEL}(?:\.{_LABEL})+>", re.ASCII | re.IGNORECASE
)
_UNSUBSCRIBE = re.compile(r"<https://[^<>,\s]+>, ?<mailto:[^<>,\s]+@[^<>,\s]+>")
_ADDRESS = re.compile(r"<(?:https?://|mailto:)[^<>\s]+>(?:, ?<(?:https?://|mailto:)[^<>\s]+>)*")
_FEEDBACK_ID = re.compile(r"(?:[!-9;-~]*:){3}[!-9;-~]{5,15}")
_FORMS = {
    "List-Unsubscribe": (_UNSUBSCRIBE, "is not <https://…>, <mailto:…>"),
    "List-Unsubscribe-Post": (re.compile("List-Unsubscribe=One-Click"), "is not List-Unsubscribe=One-Click"),
    "List-Id": (_LIST_ID, "is not Name <list.domain>"),
    "List-Help": (_ADDRESS, "is not <https://…> or <mailto:…>"),
    "List-Archive": (_ADDRESS, "is not <https://…> or <mailto:…>"),
    "Feedback-ID": (_FEEDBACK_ID, "is not four fields, the last 5 to 15 characters long"),
}


def form_faults(message: bytes) -> Iterator[tuple[str, str]]:
    """(header, what is wrong with it) of a whole message; the header is empty for the message itself."""
    head, _, body = message.partition(b"\r\n\r\n")
    parsed = message_from_bytes(message)
    yield from _line_faults(head, body)
    for name in (*_ONCE, *_AT_MOST_ONCE):
        count = len(parsed.get_all(name, []))
        if count > 1:
            yield name, f"stands {count} times"
        elif not count and name in _ONCE:
            yield name, "is missing"
    for name in _NEVER:
        if name in parsed:
            yield name, "does not belong into a newsletter"
    for name, value in parsed.items():
        yield from _value_faults(name, str(value))
    for name, (form, fault) in _FORMS.items():
        if name in parsed and not form.fullmatch(str(parsed[name])):
            yield name, f"{fault}: {parsed[name]}"
    if len(list_id := str(parsed.get("List-Id", ""))) > 255:
        yield "List-Id", f"is {len(list_id)} characters long, and may have 255"
    if len(getaddresses([str(parsed.get("From", ""))])) != 1:
        yield "From", "holds more or less than one address"
    yield from _part_faults(parsed)


def _line_faults(head: bytes, body: bytes) -> Iterator[tuple[str, str]]:
    name = ""
    for line in head.split(b"\r\n"):
        if found := _HEADER.match(line):
            name = found[1].decode("ascii")
        elif line[:1] not in {b" ", b"\t"}:
            yield name, "is followed by a line that is no header"
        if len(line) > _LONGEST_LINE:
            yield name, f"has a line of {len(line)} characters, and may have {_LONGEST_LINE}"
        if b"\r" in line or b"\n" in line:
            yield name, "holds a line break"
    if not head.isascii() or not body.isascii():
        yield "", "the message is not pure ASCII"
    elif max(map(len, body.split(b"\r\n"))) > _LONGEST_LINE:
        yield "", f"a line of the message is longer than {_LONGEST_LINE} characters"


def _value_faults(name: str, value: str) -> Iterator[tuple[str, str]]:
    if "=?" not in value:
        return
    if name.lower() not in _ENCODED:
        yield name, "holds encoded words, which mail programs read as they stand"
    elif long := [word for word in _ENCODED_WORD.findall(value) if len(word) > _LONGEST_ENCODED_WORD]:
        yield name, f"has an encoded word of {len(long[0])} characters, and may have {_LONGEST_ENCODED_WORD}"


def _part_faults(parsed: "Message[str, str]") -> Iterator[tuple[str, str]]:
    """Plain text first, HTML second, both UTF-8 and quoted-printable."""
    parts = [one for one in parsed.walk() if not one.is_multipart()]
    kinds = [one.get_content_type() for one in parts]
    if parsed.get_content_type() != "multipart/alternative" or kinds != ["text/plain", "text/html"]:
        yield "Content-Type", f"does not lead to plain text and HTML, but to {', '.join(kinds) or 'nothing'}"
    for part in parts:
        encoding = str(part.get("Content-Transfer-Encoding", "")).lower()
        if part.get_content_charset() != "utf-8" or encoding != "quoted-printable":
            yield "Content-Type", f"{part.get_content_type()} is not quoted-printable UTF-8"
