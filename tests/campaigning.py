"""A desk whose newsletter goes out as a campaign, and Mailchimp or Action Network beside it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import update
from tests.desk import Desk
from tests.newsroom import KEY
from tests.providers import test_action_network as action_network
from tests.providers import test_mailchimp as mailchimp
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import readers

from lpdownload.store import sends
from lpdownload.store.tables import send_log

TOWN: Final = "newsletters/town/newsletter.yaml"
AT: Final = "2030-09-30 09:15"
THERE: Final = "2030-09-30T13:15:00+00:00"
"""The same in UTC, as Mailchimp is told."""
TAGS: Final = "unsubscribe_url=<<OUT>>, preferences_url=<<PREF>>"


class Mailchimp(mailchimp.Vendor):
    """Its side; an answer can be lost, or be another one, by how the request's path ends."""

    def __init__(self) -> None:
        super().__init__()
        self.lost: set[str] = set()
        self.instead: dict[str, Answer] = {}
        self.meanwhile: dict[str, Callable[[], None]] = {}
        """What somebody else does while it is asked for that."""
        self.unreadable: Answer | None = None
        """To every question."""
        self.acts: list[str] = []

    def __call__(self, asked: Asked) -> Answer:
        act = asked.path.partition("?")[0].rpartition("/")[2]
        if asked.method != "GET":
            self.acts.append(act)
        if act in self.meanwhile and asked.method != "GET":
            self.meanwhile.pop(act)()
        if act in self.instead and asked.method != "GET":
            return self.instead.pop(act)
        if self.unreadable and asked.method == "GET":
            return self.unreadable
        answer = super().__call__(asked)
        if act in self.lost and asked.method != "GET":
            self.lost.discard(act)
            return Answer(breaks="after the body")
        return answer

    def says(self, status: str, **more: object) -> None:
        """Somebody has done something to the campaign on its site, or its time has come."""
        self.campaigns[-1].update(status=status, **more)

    @property
    def statuses(self) -> list[object]:
        return [each["status"] for each in self.campaigns]


class ActionNetwork(action_network.Vendor):
    """Its side; people are counted by the time they are asked for."""

    people = 3

    def one(self, found: dict[str, object], method: str, rest: str, value: dict[str, object]) -> Answer:
        if found["status"] == "calculating":
            found |= {"status": "draft", "total_targeted": self.people}
        return super().one(found, method, rest, value)


@contextmanager
def campaigning(
    desk: Desk, people: int = 3, campaign: str = "{audience: a3}", approvals: int = 0
) -> Iterator[Mailchimp]:
    """So many readers, and Mailchimp, where the list a3 has three, a2 two and a1 one."""
    vendor = Mailchimp()
    with Loopback(vendor) as server:
        _set_up(desk, "mailchimp", f"API_KEY={mailchimp.KEY}", server, campaign, people, approvals)
        yield vendor


@contextmanager
def messaging(desk: Desk, people: int = 3) -> Iterator[ActionNetwork]:
    """So many readers, and Action Network."""
    vendor = ActionNetwork()
    with Loopback(vendor) as server:
        settings = f"API_KEY={action_network.KEY}\nLPDOWNLOAD_ACTION_NETWORK_MERGE_TAGS={TAGS}"
        campaign = f"{{audience: group, segment: {action_network.QUERY}}}"
        _set_up(desk, "action_network", settings, server, campaign, people, 0)
        yield vendor


def _set_up(
    desk: Desk, provider: str, settings: str, server: Loopback, campaign: str, people: int, approvals: int
) -> None:
    own = f"LPDOWNLOAD_{provider.upper()}_"
    desk.newsroom.write(
        ".env", f"LPDOWNLOAD_PROVIDER={provider}\n{own}{settings}\n{own}BASE_URL={server.url}\n"
    )
    desk.newsroom.add(TOWN, f"campaign: {campaign}\n" if campaign else "")
    seeds = "seed_list: [seed@example.org, other@example.org]"
    desk.newsroom.add("newsletters/network.yaml", f"approvals: {approvals}\n{seeds}\n")
    readers(desk, people)


def send(desk: Desk, *words: str, code: int = 0) -> dict[str, object]:
    """The issue sent; what is reported."""
    return desk.json("send", KEY, "--yes", *words, code=code)


def state(desk: Desk, number: int = 1) -> tuple[str, str]:
    """Of the send in the ledger, and the reason; nobody asks them."""
    with desk.open() as database, database.reading() as connection:
        found = sends.find(connection, number)
    return found.state, found.reason


def an_hour_later(desk: Desk) -> None:
    """As if everything had been decided an hour earlier."""
    with desk.open() as database, database.writing() as connection:
        connection.execute(update(send_log).values(at=datetime.now(UTC) - timedelta(hours=1)))
