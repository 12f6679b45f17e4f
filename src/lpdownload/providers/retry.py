"""What an exchange with a provider means, and whether it may be repeated: one pure function.

Only what certainly was not taken is repeated: a connection that never stood, a 429, and a 503 that says when
to come back. A 502 or 504 is from a machine in between, which cannot know. What went wrong after the body
left may have been taken; it is repeated only where the provider answers the same key and bytes without a
second message (RFC 9110, 9.2.2).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Fault: TypeAlias = Literal["not connected", "lost", "timed out"]
"""not connected: before a byte of the body left. lost, timed out: after some may have."""

Meaning: TypeAlias = Literal["taken", "throttled", "refused", "credentials", "in doubt"]
"""refused: this request, for what is in it. credentials: any request, until a person mends the account."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an exchange means, and whether to send the same bytes again now."""

    meaning: Meaning
    repeat: bool = False


def judge(status: int | None, fault: Fault | None, *, retry_after: bool, idempotent: bool) -> Verdict:
    """``status`` of the answer, or the ``fault`` if there was none; exactly one of them is given.

    ``retry_after``: the answer says when to come back. ``idempotent``: the provider knows our key.
    """
    if fault == "not connected":
        return Verdict("throttled", repeat=True)
    if fault is not None:
        return Verdict("in doubt", repeat=idempotent)
    assert status is not None
    if 200 <= status < 300:
        return Verdict("taken")
    if status in {401, 403, 407}:
        return Verdict("credentials")
    if status == 429:
        return Verdict("throttled", repeat=True)
    if status == 503 and retry_after:
        return Verdict("throttled", repeat=True)
    if status in {408, 425} or status >= 500 or status < 200:
        return Verdict("in doubt", repeat=idempotent)
    if 300 <= status < 400:
        return Verdict("credentials")  # no provider redirects a POST: the address is wrong
    return Verdict("refused")
