"""What a mail server's reply means (RFC 5321, 4.2; enhanced codes: RFC 3463).

4xx is Throttled and 5xx Refused wherever it comes. Anything that is no such reply is a broken connection:
what that means depends on whether the final dot had left.
"""

import re
from dataclasses import dataclass
from typing import Final

from lpdownload.model.delivery import Refused, Throttled
from lpdownload.providers.answers import quoted

SLOW_DOWN_SECONDS: Final = 600.0
"""For 421 (the server closes), and for 4.7.28 (Gmail: too much mail of this sender, host or network)."""

_SLOW_DOWN: Final = re.compile(r"^4\.7\.28\b")

_QUEUE_IDS: Final = (
    re.compile(r"\bqueued as ([!-~]+)", re.IGNORECASE),  # Postfix, SendGrid
    re.compile(r"\bid=([!-~]+)"),  # Exim
    re.compile(r"^(?:2\.\d\.\d )?([!-~]+) Message accepted for delivery"),  # sendmail, OpenSMTPD
    re.compile(r"^Ok ([0-9a-f]{16,}[0-9a-f-]*)$"),  # Amazon SES
)

_REMEDIES: Final = {
    530: "set the account's USERNAME and PASSWORD, and its TLS to starttls",
    534: "the server wants another kind of password, such as one made for this program",
    535: "check the account's USERNAME and PASSWORD",
    538: "set the account's TLS to starttls or tls",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, its lines joined."""

    code: int
    text: str

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    @property
    def is_negative(self) -> bool:
        return 400 <= self.code < 600

    @property
    def closes(self) -> bool:
        """Whether the server hangs up with it (RFC 5321, 3.8)."""
        return self.code == 421


def negative(reply: Reply, to: str, *secrets: str) -> Refused | Throttled:
    """The outcome that a 4xx or 5xx ``to`` one of our steps means; it quotes none of the ``secrets``."""
    says = f"the server refused {to}: {reply.code} {quoted(reply.text, *secrets)}".rstrip()
    if reply.code < 500:
        slow = reply.closes or _SLOW_DOWN.match(reply.text)
        return Throttled(says, SLOW_DOWN_SECONDS if slow else None)
    remedy = _REMEDIES.get(reply.code)
    return Refused(f"{says}: {remedy}", account=True) if remedy else Refused(says)


def queue_id(text: str) -> str | None:
    """The server's name for a message it has taken, where its reply holds one."""
    for pattern in _QUEUE_IDS:
        if found := pattern.search(text):
            return found[1][:200]
    return None
