"""A newsroom's database and the mailbox that it reads, of a real IMAP server or given by hand."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from tests.imap_server import ImapServer
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, HOUR, mailed

from lpdownload.model.token import Purpose, Tokens
from lpdownload.settings import load_settings
from lpdownload.store import subscribers, suppressions
from lpdownload.store.database import Database
from lpdownload.store.facts import token_keys
from lpdownload.store.subscribers import consent_of
from lpdownload.tracking.inbox import Read, read_inbox
from lpdownload.tracking.mailbox import Mail, Mailbox, opened

LATER = NOW + HOUR


class Given(Mailbox):
    """A mailbox without its server: for what mails change, and for mails no server would live through."""

    def __init__(self, *mails: bytes, meanwhile: Callable[[int], object] = int) -> None:
        """``meanwhile`` is called before each mail, with its UID."""
        self._mails: list[tuple[bytes, datetime]] = []
        self._meanwhile = meanwhile
        self.validity = 1
        self.deliver(*mails)

    def deliver(self, *mails: bytes, at: datetime = LATER) -> None:
        self._mails += [(raw, at) for raw in mails]

    @property
    def name(self) -> str:
        return "given"

    def new_after(self, uid: int) -> Iterator[tuple[Mail, ...]]:
        for number, (raw, at) in enumerate(self._mails, 1):
            if number > uid:
                self._meanwhile(number)
                yield (Mail(number, at, raw),)

    def put_away(self, uids: Sequence[int]) -> None:
        pass


class Office:
    """A newsroom's database, and the mailbox that it reads."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._mailbox = Given()
        with database.writing() as connection:
            self.mailed = mailed(connection, ANA, BO)
            self.name = self.mailed.name
            self.numbers = {email: self.mailed.person(email) for email in (ANA, BO)}
            self._tokens = Tokens(token_keys(connection))

    def token(self, email: str = ANA, purpose: Purpose = "unsubscribe") -> str:
        return self._tokens.sign(self.numbers[email], "town", purpose)

    def reference(self, email: str = ANA) -> str:
        return f"{self.name}-{self.numbers[email]}"

    def hears(
        self, *mails: bytes, at: datetime = LATER, newsletters: tuple[str, ...] = ("town", "lab")
    ) -> Read:
        """The mails come, and the mailbox is read."""
        self._mailbox.deliver(*mails, at=at)
        return read_inbox(self.database, newsletters, self._mailbox)

    def state(self, email: str = ANA, newsletter: str = "town") -> str:
        with self.database.reading() as connection:
            found = subscribers.find(connection, email)
            assert found is not None
            return found.subscriptions[newsletter][0]

    def suppressed(self, email: str = ANA) -> str | None:
        with self.database.reading() as connection:
            return suppressions.reason_of(connection, email)

    def proofs(self, email: str = ANA) -> list[tuple[str, str | None]]:
        with self.database.reading() as connection:
            return [(one.what, one.evidence.proof) for one in consent_of(connection, self.numbers[email])]


class Posted(Office):
    """The same with a real server."""

    def __init__(self, database: Database, server: ImapServer) -> None:
        super().__init__(database)
        self.server = server

    def posts(self, *mails: bytes, at: datetime = LATER, **settings: str) -> Read:
        """The mails come, and the mailbox is read from its server."""
        self.server.deliver(*mails, at=at)
        return self.read(**settings)

    def read(self, **settings: str) -> Read:
        with opened(load_settings(None, self.server.environ(**settings))) as mailbox:
            return read_inbox(self.database, ("town", "lab"), mailbox)
