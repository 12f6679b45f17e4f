"""A full message for each recipient in one JSON array: Resend's and Postmark's form of a batch.

What is the same for everybody is encoded once per mail; a recipient costs a list of parts, and the array is
joined once, so that a body of 50 MB is copied once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Final, Generic, TypeVar

from lpdownload.model.content import MissingValue, Pieces, Slot, UnsafeValue, interleaved
from lpdownload.model.delivery import Mail, Recipient, Refused
from lpdownload.model.mailbox import BadMailbox, Mailbox
from lpdownload.model.redact import redact_text
from lpdownload.model.wire import JsonPieces
from lpdownload.providers.base import Batch, Capabilities, TooLarge
from lpdownload.providers.merging import json_string

RESERVED: Final = frozenset(
    {
        *("to", "cc", "bcc", "subject", "date", "message-id", "sender", "return-path", "received"),
        *("mime-version", "content-type", "content-transfer-encoding", "dkim-signature"),
    }
)
"""Headers that the service writes itself."""


def json_text(text: str) -> bytes:
    """A JSON string, quotes included."""
    return json_string(text).encode("ascii")


def mailbox_text(mailbox: Mailbox) -> str:
    """``"Name" <address>``: the name in Unicode and in quotes where it needs them, the address in ASCII."""
    return str(Mailbox(mailbox.name, mailbox.wire_address))


@dataclass(frozen=True)
class JsonTemplate:
    """JSON with slots inside its strings."""

    literals: tuple[bytes, ...]
    slots: tuple[Slot, ...]

    @classmethod
    def of(cls, *segments: bytes | Pieces) -> "JsonTemplate":
        """From JSON as it is, and from pieces that become strings."""
        literals, slots = [b""], list[Slot]()
        for segment in segments:
            if isinstance(segment, bytes):
                literals[-1] += segment
            else:
                encoded = JsonPieces.of(segment)
                literals[-1] += encoded.literals[0]
                literals += encoded.literals[1:]
                slots += encoded.slots
        return cls(tuple(literals), tuple(slots))

    def parts(self, values: Mapping[str, str]) -> list[bytes]:
        """What to join. Raises MissingValue, UnsafeValue."""
        bodies = [json_string(slot.value(values))[1:-1].encode("ascii") for slot in self.slots]
        return interleaved(self.literals, bodies)


_Made = TypeVar("_Made")


class PerMail(Generic[_Made]):
    """Keeps what was made for the last mails, by identity: threads send an issue's variants in turns."""

    def __init__(self, make: Callable[[Mail], _Made], most: int = 16) -> None:
        self._make = make
        self._most = most
        self._kept: dict[int, tuple[Mail, _Made]] = {}
        self._lock = Lock()

    def of(self, mail: Mail) -> _Made:
        found = self._kept.get(id(mail))
        if found is not None:  # it holds the mail, so the id is no other's
            return found[1]
        made = self._make(mail)
        with self._lock:
            while len(self._kept) >= self._most:
                del self._kept[next(iter(self._kept))]
            self._kept[id(mail)] = (mail, made)
        return made


def unfit_for(error: MissingValue | UnsafeValue | BadMailbox) -> Refused:
    """The outcome of a recipient for whom no message can be made."""
    return Refused(redact_text(str(error)))


def array_batch(
    recipients: Sequence[Recipient],
    key: str,
    capabilities: Capabilities,
    message: Callable[[Recipient], list[bytes]],
) -> Batch:
    """A batch whose body is the array of what ``message`` makes of each recipient: parts of JSON to join.

    Raises TooLarge.
    """
    references: list[str] = []
    addresses: list[str] = []
    unfit: list[tuple[str, Refused]] = []
    body: list[bytes] = []
    most = min(capabilities.most_message_bytes, capabilities.most_bytes - 2)
    total = 1  # a bracket or comma before each message, and the bracket at the end
    for index, recipient in enumerate(recipients):
        try:
            parts = message(recipient)
            address = recipient.to.wire_address
        except (MissingValue, UnsafeValue, BadMailbox) as error:
            unfit.append((recipient.reference, unfit_for(error)))
            continue
        size = sum(map(len, parts))
        if size > most:
            unfit.append((recipient.reference, Refused(f"the message takes {size:,} bytes; {most:,} may be")))
            continue
        total += size + 1
        if total > capabilities.most_bytes:
            raise TooLarge(index)
        body.append(b"," if references else b"[")
        body += parts
        references.append(recipient.reference)
        addresses.append(address)
    body.append(b"]")
    whole = (b"".join(body),) if references else ()
    return Batch(key, tuple(references), tuple(addresses), whole, unfit=tuple(unfit))
