"""Readers' links: whose a token is, and for what; every token that is none of ours is the same nothing."""

import time
from collections.abc import Callable
from typing import Final

from lpdownload.model.token import Claim, Purpose, Tokens
from lpdownload.store.database import Database
from lpdownload.store.facts import known_token_keys, token_keys
from lpdownload.store.leaving import mailed_newsletters

RENEW_AFTER: Final = 10.0
"""Seconds after which keys and newsletters are read again for a token that was not understood: another
process may sign with a newer key by now.
"""


class Links:
    """Reads tokens, and signs those of pages that lead to each other. For any number of threads."""

    def __init__(
        self, database: Database, newsletters: tuple[str, ...], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._database = database
        self._current = newsletters
        self._clock = clock
        self._read_at = float("-inf")
        self.renew()

    def renew(self) -> None:
        """Reads what the database knows. InvalidInput if it cannot."""
        self._read_at = self._clock()
        with self._database.reading() as connection:
            keys = known_token_keys(connection)
            self._known = (*self._current, *sorted(mailed_newsletters(connection) - set(self._current)))
        if not keys:  # the first is made when it is needed
            with self._database.writing() as connection:
                keys = token_keys(connection)
        self._tokens = Tokens(keys)

    @property
    def is_old(self) -> bool:
        """Whether a token that is not understood is worth a look for newer keys."""
        return self._clock() - self._read_at > RENEW_AFTER

    def claim(self, token: str, purpose: Purpose) -> Claim | None:
        """None if the token was not made by us, or for something else."""
        found = self._tokens.read(token, self._known)
        return found if found is not None and found.purpose == purpose else None

    def sign(self, claim: Claim, purpose: Purpose) -> str:
        """Another token for the same person and newsletter."""
        return self._tokens.sign(claim.subscriber_id, claim.newsletter, purpose)
