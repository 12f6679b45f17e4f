"""When a send stops by itself: what goes wrong for many at once is about to get worse."""

from dataclasses import dataclass, field
from typing import Final

from lpdownload.delivery.submit import Result
from lpdownload.model.ledger import Counts

MOST_WHOLE: Final = 12
"""Calls in a row that were refused as a whole. A single bad address among 1,000 is found after ten."""
MOST_TRIES: Final = 12
"""Of a batch that the provider does not take: two hours, with the waits between."""
_SHARES: Final = (
    # since the send was opened: of those who were accepted or refused since, and of what is reported later,
    # of all who ever were; so many people at least
    ("refused", 0.2, 100, "of the recipients were refused"),
    ("bounced", 0.1, 50, "of the messages bounced"),
    ("complained", 0.003, 5, "of the readers complained; mailbox providers block from 0.3 % on"),
)


@dataclass
class Breaker:
    """Of one send, in one process."""

    begun_with: Counts
    _whole: int = field(default=0)

    def heard(self, result: Result) -> str:
        """Why the send should pause now; empty if it should not."""
        if result.stop:
            return result.stop
        self._whole = self._whole + 1 if result.whole else 0
        if self._whole >= MOST_WHOLE:
            return f"the provider refused {self._whole} calls one after the other"
        if result.state == "planned" and not result.whole and result.row.attempts >= MOST_TRIES:
            return f"the provider has not taken a batch in {result.row.attempts} tries"
        return ""

    def counted(self, counts: Counts) -> str:
        """The same, by where everybody stands."""
        before = self.begun_with
        every = counts.accepted + counts.refused
        for name, most, least, says in _SHARES:
            people = int(getattr(counts, name)) - int(getattr(before, name))
            through = every - before.accepted - before.refused if name == "refused" else every
            if people >= least and people > most * through:
                return f"{people:,} of {max(through, people):,} {says}"
        return ""
