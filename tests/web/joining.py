"""Somebody who signs up, and the outbox that the mails to them go to."""

import re
import time
from email import message_from_bytes, policy
from pathlib import Path

import httpx
from sqlalchemy import func, select
from tests.web.site import Site, field_of

from lpdownload.store import subscribers
from lpdownload.store.tables import confirmation_mails
from lpdownload.store.tables import subscribers as people

BO = "bo@example.org"
PATIENCE = 30.0


class Joining:
    """The public app, and the outbox that its mails go to."""

    def __init__(self, site: Site, root: Path) -> None:
        self.site = site
        self._root = root

    def ask(self, email: str = BO, path: str = "/join/town", **fields: str) -> httpx.Response:
        """The form, filled in as a browser does."""
        shown = self.site.get(f"{path}?lang={fields.get('lang', 'en')}")
        given = {"address": email, "first_name": "Bo", "lang": "en", "consent": field_of(shown, "consent")}
        return self.site.post(path, given | fields)

    def mails(self) -> list[str]:
        """The messages that were handed over, in order: each as its whole text."""
        until = time.monotonic() + PATIENCE
        while self._waiting() and time.monotonic() < until:
            time.sleep(0.01)
        return [path.read_text("utf-8") for path in sorted(self._root.glob("outbox/**/*.eml"))]

    def _waiting(self) -> int:
        with self.site.database.reading() as connection:
            open_ = select(func.count()).where(confirmation_mails.c.outcome.is_(None))
            return connection.execute(open_).scalar_one()

    def links(self) -> list[str]:
        """The paths in the mails that ask."""
        found = []
        for text in self.mails():
            mail = message_from_bytes(text.encode(), policy=policy.default)
            body = mail.get_body(("plain",))
            assert body is not None
            (link,) = re.findall(
                r"^https://news\.example\.org(/confirm/\S+)$", body.get_content(), re.MULTILINE
            )
            found.append(link)
        return found

    def link(self) -> str:
        """Of the only mail."""
        (link,) = self.links()
        return link

    def number(self, email: str = BO) -> int:
        with self.site.database.reading() as connection:
            found = subscribers.find(connection, email)
        assert found is not None
        return found.id

    def known(self) -> int:
        """How many people there are."""
        with self.site.database.reading() as connection:
            return connection.execute(select(func.count()).select_from(people)).scalar_one()
