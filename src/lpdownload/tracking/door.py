"""Which reports are let in: what an account's own provider has signed, lately, and of a small one only what
is to be kept.

Whoever knocks is nobody until ``Door.admit`` says otherwise, and learns nothing: an account that does not
exist, one that is not set up and a wrong signature are one refusal.
"""

import hashlib
import json
import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Final
from urllib.parse import urlsplit

from lpdownload.errors import Finding, InvalidInput, LpdownloadError
from lpdownload.model.event import EventKind
from lpdownload.model.network import Network
from lpdownload.providers import sns
from lpdownload.providers.account import account_named, known_accounts
from lpdownload.providers.base import Confirms, SignsToken
from lpdownload.providers.events import BadSignature, NotAnEvent
from lpdownload.providers.registry import Account, capabilities_of, event_source
from lpdownload.settings import PROVIDERS, Settings

_LOG: Final = logging.getLogger("lpdownload.web")

MOST_FETCHES: Final = 6
"""Calls of ours to Amazon in ``FETCHES_WITHIN``: a signature is checked with what they bring, so anybody who
knows a topic's name can cause them. There is a certificate per region, good for months."""
FETCHES_WITHIN: Final = 60.0
"""Seconds."""
AT_ONCE: Final = 2
REMEMBERED: Final = timedelta(hours=9)
"""Of a token that was used: as long as its provider's signatures are believed."""
MOST_TOKENS: Final = 100_000
"""The oldest is forgotten. About 25 MB."""


MOST_READ: Final = 65_536
"""Bytes of a body that is read before it is answered. From a larger one whoever applies it leaves out what is
not to be kept, and clears it then: its provider waits for the answer, and calls again if that is late.
"""


class NotAdmitted(LpdownloadError):
    """Whoever it was has no business here. Says why, without anything of the body.

    ``account``: ours, of which it claimed to be the provider; None where we have no such account.
    """

    def __init__(self, reason: str, account: str | None = None) -> None:
        self.account = account
        super().__init__(reason)


class TryLater(LpdownloadError):
    """It cannot be known now whether the report is genuine: its provider should repeat it."""


class Door:
    """Of one newsroom; for any number of threads."""

    def __init__(
        self,
        settings: Settings,
        network: Network,
        *,
        fetch: Callable[[str], bytes] = sns.fetch_from_amazon,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._network = network
        self._untracked = network.tracking.untracked
        self._known = known_accounts(network)
        self._accounts: dict[str, Account | None] = {}
        self._errands: dict[str, Callable[[str], bytes]] = {}
        self._fetch = fetch
        self._clock = clock
        self._fetched: deque[float] = deque()
        self._fetching = 0
        self._tokens: OrderedDict[bytes, tuple[bytes, datetime]] = OrderedDict()
        self._lock = Lock()

    def admit(
        self, provider: str, name: str, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> bytes | None:
        """What is to be kept of a report to that account; None if nothing, as of a handshake.

        Raises NotAdmitted, TryLater; NotAnEvent for a body that is malformed where it would be signed.
        """
        account = self._account(provider, name)
        if account is None:
            raise NotAdmitted("there is no such account that reports to us")
        source = event_source(account.provider)
        try:
            if isinstance(source, Confirms):
                fetch = self._errand(account)
                source.verify(headers, body, account.settings, now, fetch)
                if source.confirm(body, fetch):
                    return None
            else:
                source.verify(headers, body, account.settings, now)
            if isinstance(source, SignsToken):
                self._use(name, source.token_of(body), body, now)
        except BadSignature as error:
            raise NotAdmitted(str(error), name) from None
        return body if len(body) > MOST_READ else wanted(account, body, self._untracked)

    def _account(self, provider: str, name: str) -> Account | None:
        if provider not in PROVIDERS or self._known.get(name) != provider:
            return None
        with self._lock:
            if name not in self._accounts:
                self._accounts[name] = self._opened(name)
            return self._accounts[name]

    def _opened(self, name: str) -> Account | None:
        """None if it is not set up, which is logged, or its provider reports nothing."""
        if not capabilities_of(self._known[name]).events:
            return None
        try:
            return account_named(self._settings, self._network, name)
        except InvalidInput as error:
            why = "; ".join(map(_without_values, error.findings))
            _LOG.warning("reports to the account %s cannot be heard: %s", name, why)
            return None

    def _errand(self, account: Account) -> Callable[[str], bytes]:
        """GETs from Amazon what a message of the account's topic may ask for, if we have not gone too often.

        The same function for the same account: what it brings is remembered by it (sns.py).
        """
        if account.name not in self._errands:
            region = (str(getattr(account.settings, "topic_arn", "")).split(":") + [""] * 4)[3]
            self._errands[account.name] = partial(self._go, f"sns.{region}.amazonaws.com")
        return self._errands[account.name]

    def _go(self, host: str, address: str) -> bytes:
        if urlsplit(address).hostname not in {host, f"{host}.cn"}:
            raise BadSignature("it sends us to another region than its topic's")
        with self._lock:
            now = self._clock()
            while self._fetched and now - self._fetched[0] >= FETCHES_WITHIN:
                self._fetched.popleft()
            if len(self._fetched) >= MOST_FETCHES or self._fetching >= AT_ONCE:
                raise TryLater("too many calls to Amazon")
            self._fetched.append(now)
            self._fetching += 1
        try:
            return self._fetch(address)
        except OSError:
            raise TryLater("Amazon cannot be reached") from None
        finally:
            with self._lock:
                self._fetching -= 1

    def _use(self, name: str, token: str, body: bytes, now: datetime) -> None:
        """The same report may come again; another one under the same token is somebody else's."""
        key, digest = (
            hashlib.blake2b(each, digest_size=16).digest() for each in (f"{name} {token}".encode(), body)
        )
        with self._lock:
            before = self._tokens.get(key)
            if before and now - before[1] < REMEMBERED:
                if before[0] != digest:
                    raise NotAdmitted("its token was used for another report", name)
                return
            self._tokens[key] = digest, now
            self._tokens.move_to_end(key)
            while len(self._tokens) > MOST_TOKENS:
                self._tokens.popitem(last=False)


def _without_values(finding: Finding) -> str:
    if finding.rule == "bad-setting":
        return f"{finding.message.partition(':')[0]} is not valid"
    return finding.message


def wanted(account: Account, body: bytes, untracked: frozenset[EventKind]) -> bytes | None:
    """A body without the events that are not to be kept; None if that leaves nothing.

    One that cannot be read stays as it is: whoever applies it says what is wrong with it.
    """
    source = event_source(account.provider)
    words = [word for word, kind in source.EVENTS.items() if kind in untracked]
    if not any(word.encode() in body for word in words):
        return body
    try:
        events = [*source.parse_events(body)]
    except NotAnEvent:
        return body
    kept = [event for event in events if event.kind not in untracked]
    if len(kept) == len(events):
        return body
    if not kept:
        return None
    # events of several kinds come in a list only, and each one's ``raw`` is its item of it
    return json.dumps([dict(event.raw) for event in kept]).encode()
