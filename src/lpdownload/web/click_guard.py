"""The guard against programs that press buttons: so soon after a mail, a press counts once it is repeated.

Scanners of mail follow its links before its reader does, and some press what they find there. Whoever reads
the page that then asks once more gets through; one-click unsubscribing (RFC 8058) is never held up.
"""

from datetime import timedelta
from typing import Final

from sqlalchemy import Connection

from lpdownload.model.token import Claim
from lpdownload.store.leaving import handed_over
from lpdownload.web.forms import Form
from lpdownload.web.public import Public

READING_TIME: Final = 1
"""Seconds that a person takes at least from a page to its button."""


class ClickGuard:
    """Of the rooms whose links stand in mails."""

    def __init__(self, public: Public) -> None:
        self._public = public
        self._guard = timedelta(seconds=public.settings.web_click_guard_seconds)

    async def holds(self, claim: Claim, form: Form) -> bool:
        """Whether a scanner may have pressed the button, rather than the reader."""
        if not self._guard or self.was_read(form.first("asked")):
            return False
        now = self._public.now()

        def last(connection: Connection) -> bool:
            sent = handed_over(connection, claim.subscriber_id, claim.newsletter)
            return sent is not None and sent <= now < sent + self._guard

        return await self._public.read(last)

    def mark(self) -> int:
        """For a page that asks: when it did, Unix time."""
        return int(self._public.now().timestamp())

    def was_read(self, mark: str) -> bool:
        """Whether a page with that mark was there for as long as reading takes."""
        return mark.isdecimal() and len(mark) < 12 and self.mark() - int(mark) > READING_TIME
