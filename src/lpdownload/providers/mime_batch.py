"""A complete message for each recipient: what SMTP, the outbox and Amazon SES hand over."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from lpdownload.errors import Finding
from lpdownload.model.content import MissingValue, UnsafeValue
from lpdownload.model.delivery import Mail, Recipient, Refused
from lpdownload.model.mailbox import BadMailbox
from lpdownload.model.redact import redact_text
from lpdownload.providers.base import Batch, Capabilities, TooLarge

_REFERENCE: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


def mime_refusals(mail: Mail) -> Iterator[Finding]:
    """What of this mail no message can carry."""
    try:
        mail.sender  # noqa: B018  (raises)
    except BadMailbox as error:
        yield Finding("bad-sender", f"From: {error}", "write the sender as Name <name@example.org>")
    except MissingValue:
        yield Finding("merged-sender", "From holds a merge field", "write the sender without merge fields")
    try:
        mail.mime  # noqa: B018  (raises)
    except (UnsafeValue, BadMailbox, MissingValue, ValueError) as error:
        yield Finding("bad-header", str(error), "change or leave out that header")


def mime_batch(mail: Mail, recipients: Sequence[Recipient], key: str, capabilities: Capabilities) -> Batch:
    """A batch with one part each: bytes with CRLF line ends, pure ASCII. Raises TooLarge."""
    references: list[str] = []
    addresses: list[str] = []
    parts: list[bytes] = []
    unfit: list[tuple[str, Refused]] = []
    total = 0
    domain = mail.sender.wire_address.rpartition("@")[2]
    for index, recipient in enumerate(recipients):
        try:
            if not _REFERENCE.fullmatch(recipient.reference):
                raise UnsafeValue("its reference is not of letters, digits and dashes")
            message = mail.mime.message(
                recipient.values,
                to=recipient.to,
                message_id=f"<{recipient.reference}@{domain}>",
                date=mail.date,
            )
        except (MissingValue, UnsafeValue, BadMailbox) as error:
            unfit.append((recipient.reference, Refused(redact_text(str(error)))))
            continue
        if len(message) > capabilities.most_message_bytes:
            says = f"the message takes {len(message):,} bytes; {capabilities.most_message_bytes:,} may be"
            unfit.append((recipient.reference, Refused(says)))
            continue
        total += len(message)
        if total > capabilities.most_bytes:
            raise TooLarge(index)
        references.append(recipient.reference)
        addresses.append(recipient.to.wire_address)
        parts.append(message)
    return Batch(
        key,
        tuple(references),
        tuple(addresses),
        tuple(parts),
        content_type="message/rfc822",
        unfit=tuple(unfit),
        sender=mail.sender.wire_address,
    )
