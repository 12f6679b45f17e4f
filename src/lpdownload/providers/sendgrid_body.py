"""A mail as the body of SendGrid's Mail Send: everything but the personalizations is encoded once.

https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (also …/limitations)
https://www.twilio.com/docs/sendgrid/for-developers/sending-email/substitution-tags
"""

import json
from dataclasses import dataclass
from typing import Final

from lpdownload.model.content import Pieces, Slot, UnsafeValue
from lpdownload.model.delivery import Mail, Recipient
from lpdownload.model.mailbox import Mailbox
from lpdownload.providers.merging import (
    Substitutions,
    header_value,
    headers_of,
    json_string,
    mark_of,
    subject_of,
)

MOST_SUBSTITUTED: Final = 10_000
"""Bytes of one personalization's substitutions (API reference; the page on tags says 50,000)."""
OWN_TAG: Final = "<%asm_"
"""Its tags for unsubscribe groups, replaced wherever they stand."""

_OFF: Final = {"enable": False}
# Off explicitly, because an account may have them on. The other bypass settings have no default of an
# account's, and "cannot be combined" with bypass_list_management.
_MAIL_SETTINGS: Final = {"bypass_list_management": _OFF, "footer": _OFF}
_TRACKING_SETTINGS: Final = {
    "click_tracking": {"enable": False, "enable_text": False},
    "open_tracking": _OFF,
    "subscription_tracking": _OFF,
    "ganalytics": _OFF,
}


@dataclass(frozen=True)
class Body:
    """What all recipients of a mail share, encoded once."""

    mark: str
    substitutions: Substitutions
    room: int
    """Bytes for the substitutions' values."""
    headers: tuple[tuple[str, Pieces], ...]
    """Those with slots."""
    person: str
    """A personalization, for %: to, headers with slots, values, reference."""
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, mail: Mail, *, sandbox: bool) -> "Body":
        """Raises UnsafeValue, MissingValue, BadMailbox for what ``refusals`` reports."""
        content = mail.content
        mark, subject = mark_of(content), subject_of(content)
        substitutions = Substitutions.of(subject, content.text, content.html)
        # No tag is part of another, and its letters mean nothing in HTML, a URL or a regular expression.
        names = [f"lp{mark}x{number}z" for number in substitutions.numbers.values()]

        def tagged(pieces: Pieces) -> str:
            return pieces.with_tags(tag, lambda literal: literal)

        def tag(slot: Slot) -> str:
            return names[substitutions.numbers[slot]]

        rest: dict[str, object] = {
            "from": _address(mail.sender),
            "subject": tagged(subject),
            "content": [
                {"type": "text/plain", "value": tagged(content.text)},
                {"type": "text/html", "value": tagged(content.html)},
            ],
            "categories": [mail.issue],
            "mail_settings": {**_MAIL_SETTINGS, "sandbox_mode": {"enable": sandbox}},
            "tracking_settings": _TRACKING_SETTINGS,
        }
        if mail.reply_to:
            rest["reply_to"] = _address(mail.reply_to)
        # Whether a personalization's headers add to the message's or take their place is not documented:
        # each personalization has them all.
        headers = headers_of(content)
        fixed = {name: header_value(name, pieces, {}) for name, pieces in headers if not pieces.slots}
        varying = tuple((name, pieces) for name, pieces in headers if pieces.slots)
        pairs = [f"{json_string(name)}:{json_string(text)}" for name, text in fixed.items()]
        tags = [json_string(name) for name in names]
        room = MOST_SUBSTITUTED - sum(len(tag) + 2 for tag in tags) - 2
        template = (
            '{"to":[%s],"headers":{'
            + ",".join(
                [_literal(pair) for pair in pairs]
                + [_literal(json_string(name)) + ":%s" for name, _ in varying]
            )
            + '},"substitutions":{'
            + ",".join(f"{tag}:%s" for tag in tags)
            + '},"custom_args":{"lp_reference":%s,"lp_send":'
            + _literal(json_string(mail.send))
            + "}}"
        )
        tail = b"]," + json.dumps(rest, separators=(",", ":")).encode("ascii")[1:]
        return cls(mark, substitutions, room, varying, template, b'{"personalizations":[', tail)

    def personalization(self, recipient: Recipient, address: str) -> str:
        """Raises MissingValue, UnsafeValue."""
        values = self.substitutions.values(recipient.values)
        headers = [json_string(header_value(*header, recipient.values)) for header in self.headers]
        found = self.person % (
            _receiver(recipient.to, address),
            *headers,
            *values,
            json_string(recipient.reference),
        )
        if found.count(self.mark) != len(values) or OWN_TAG in found:
            raise UnsafeValue("a value reads like one of SendGrid's tags, and would be replaced")
        if sum(map(len, values)) > self.room:  # too long in ASCII; SendGrid counts something shorter
            size = sum(len(json.loads(value).encode()) + 2 for value in values)
            if size > self.room:
                raise UnsafeValue(f"the values take {size:,} bytes; SendGrid has room for {self.room:,}")
        return found


def _literal(text: str) -> str:
    return text.replace("%", "%%")


def _name(mailbox: Mailbox) -> str:
    """ "The to.name personalizations cannot include either the ; or , characters" (…/limitations)."""
    name = mailbox.name
    if "," in name or ";" in name:
        name = " ".join(name.replace(",", " ").replace(";", " ").split())
    return name


def _address(mailbox: Mailbox) -> dict[str, str]:
    return {"email": mailbox.wire_address, **({"name": mailbox.name} if mailbox.name else {})}


def _receiver(mailbox: Mailbox, address: str) -> str:
    name = _name(mailbox)
    named = f',"name":{json_string(name)}' if name else ""
    return f'{{"email":{json_string(address)}{named}}}'
