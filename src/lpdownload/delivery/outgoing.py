"""A send that is under way, with all that its batches need: made once in each process that works on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.delivery.readers import Readers
from lpdownload.model.content import Content
from lpdownload.model.delivery import Mail
from lpdownload.model.ledger import Send
from lpdownload.model.pace import Pace
from lpdownload.model.token import Tokens
from lpdownload.providers.base import MessageProvider
from lpdownload.store import contents, sends
from lpdownload.store.facts import ledger_name, token_keys

_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Outgoing:
    """By variant: its content, and how people become its recipients."""

    send: Send
    name: str
    """Ours for the send, towards the provider."""
    provider: MessageProvider
    pace: Pace
    contents: Mapping[int, Content]
    readers: Mapping[int, Readers]
    ignores_quiet_hours: bool
    _mails: dict[tuple[int, datetime], Mail] = field(default_factory=dict)

    def mail(self, variant: int, at: datetime) -> Mail:
        """As it is handed over at that moment; of a second try, that of the first: so its bytes are the same.

        Its Date is that of the hour: a send may take days, and filters distrust an old date.
        """
        begun = self.send.started_at or self.send.created_at
        date = begun + (at - begun) // _HOUR * _HOUR
        if (variant, date) not in self._mails:
            for old in [key for key in self._mails if key[0] == variant]:
                del self._mails[old]
            mail = Mail(self.contents[variant], self.send.issue, self.name, date=date)
            self._mails[variant, date] = mail
        return self._mails[variant, date]


def open_send(connection: Connection, send: Send, provider: MessageProvider, pace: Pace) -> Outgoing:
    """Reads what was frozen when it was planned."""
    name = f"{ledger_name(connection)}-{send.id}"
    waived = {one.what for one in sends.decisions(connection, send.id)}
    tokens = Tokens(token_keys(connection))
    frozen = contents.of_send(connection, send.id)
    return Outgoing(
        send,
        name,
        provider,
        pace,
        {number: one.content for number, one in frozen.items()},
        {
            number: Readers(one, newsletter=send.newsletter, send=name, tokens=tokens)
            for number, one in frozen.items()
        },
        "waived quiet-hours" in waived,
    )
