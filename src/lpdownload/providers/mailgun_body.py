"""A mail as the multipart body of Mailgun's Messages API: everything but the recipients is encoded once.

https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/pass-sending-options
"""

import re
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

_SYNTAX: Final = re.compile(r"%(?=recipient)", re.IGNORECASE)
READS_AS_VARIABLE: Final = re.compile(r"%(?:recipient|unsubscribe_|tag_unsub|mailing_list)", re.IGNORECASE)


@dataclass(frozen=True)
class Body:
    """What all recipients of a mail share, encoded once."""

    mark: str
    substitutions: Substitutions
    person: str
    """A recipient's variables as a JSON member, for %: address, headers with slots, values, reference."""
    marks: int
    """How often the mark stands in ``person``."""
    headers: tuple[tuple[str, Pieces], ...]
    """Those with slots."""
    boundary: str
    fixed: bytes
    """The parts that are the same for all."""
    options: int
    """Bytes of the parameters that Mailgun limits together."""

    @classmethod
    def of(cls, mail: Mail, *, test_mode: bool) -> "Body":
        """Raises UnsafeValue, MissingValue, BadMailbox for what ``refusals`` reports."""
        content = mail.content
        mark, subject, headers = mark_of(content), subject_of(content), headers_of(content)
        substitutions = Substitutions.of(subject, content.text, content.html)
        names = [f"x{mark}n{number}" for number in substitutions.numbers.values()]
        percent = f"x{mark}p"

        def tagged(pieces: Pieces) -> str:
            # A look-alike's percent sign becomes a variable, and what follows is then nobody's syntax.
            return pieces.with_tags(tag, lambda text: _SYNTAX.sub(f"%recipient.{percent}%", text))

        def tag(slot: Slot) -> str:
            return f"%recipient.{names[substitutions.numbers[slot]]}%"

        fixed = {name: header_value(name, pieces, {}) for name, pieces in headers if not pieces.slots}
        varying = {name: pieces for name, pieces in headers if pieces.slots}
        options = [
            ("o:tag", mail.issue),
            ("o:tracking", "no"),
            ("o:tracking-clicks", "no"),
            ("o:tracking-opens", "no"),
            *([("o:testmode", "yes")] if test_mode else []),
            ("v:lp_send", mail.send),
            ("v:lp_reference", f"%recipient.x{mark}r%"),
            *((f"h:{name}", tagged(Pieces.of(text))) for name, text in fixed.items()),
            *((f"h:{name}", f"%recipient.x{mark}h{number}%") for number, name in enumerate(varying)),
            *([("h:Reply-To", _mailbox(mail.reply_to))] if mail.reply_to else []),
        ]
        parameters = [
            ("from", _mailbox(mail.sender)),
            ("subject", tagged(subject)),
            ("text", tagged(content.text)),
            ("html", tagged(content.html)),
            *options,
        ]
        keys = [*(f"x{mark}h{number}" for number in range(len(varying))), *names, f"x{mark}r"]
        members = [f'"{key}":%s' for key in keys]
        if any(f"%recipient.{percent}%" in text for _, text in parameters):
            members.append(f'"{percent}":"%%"')
        boundary = f"lpdownload-{mark}"
        return cls(
            mark=mark,
            substitutions=substitutions,
            person="%s:{" + ",".join(members) + "}",
            marks=len(members),
            headers=tuple(varying.items()),
            boundary=boundary,
            fixed="".join(multipart(boundary, name, text) for name, text in parameters).encode(
                "utf-8", "replace"
            ),
            options=sum(len(name.encode()) + len(text.encode()) for name, text in options),
        )

    def variables(self, recipient: Recipient, address: str) -> str:
        """Raises MissingValue, UnsafeValue."""
        found = self.person % (
            json_string(address),
            *[json_string(header_value(*header, recipient.values)) for header in self.headers],
            *self.substitutions.values(recipient.values),
            json_string(recipient.reference),
        )
        if found.count(self.mark) != self.marks or ("%" in found and READS_AS_VARIABLE.search(found)):
            raise UnsafeValue("a value reads like one of Mailgun's variables, and would be replaced")
        return found


def multipart(boundary: str, name: str, text: str) -> str:
    """One part of the body."""
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'


def _mailbox(mailbox: Mailbox) -> str:
    """``"Name" <address>``: the name in Unicode, the address in ASCII."""
    if mailbox.address.isascii():
        return str(mailbox)
    return str(Mailbox(mailbox.name, mailbox.wire_address))


def receiver(body: Body, mailbox: Mailbox) -> str:
    text = _mailbox(mailbox)
    if body.mark in text or ("%" in text and READS_AS_VARIABLE.search(text)):
        raise UnsafeValue("the name reads like one of Mailgun's variables, and would be replaced")
    return multipart(body.boundary, "to", text)
