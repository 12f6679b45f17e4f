"""The check that `--online` asks for: each page behind the links once, many at a time, and what it means."""

import queue
import ssl
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from lpdownload.check.addresses import Address, addresses, is_reserved, organisation, target
from lpdownload.check.inspection import Inspection
from lpdownload.check.online.public import Allowed, PublicBackend, Resolve, is_public, resolve
from lpdownload.check.online.visit import SECONDS, Slots, Visit, Visitor
from lpdownload.errors import Finding, Severity

Progress = Callable[[int, int], None]
"""How many of how many pages have been looked at; called by the thread that called `look`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is asked for, and how long."""

    at_once: int = 8
    each_host: int = 2
    seconds: float = SECONDS
    """For a page with all its redirects."""
    altogether: float = 60.0
    """For all pages of a run; what is left then is not looked at."""


@dataclass
class OnlineCheck:
    """The extra "online" of check/extras.py: hold one for a run, and each page is asked for once.

    ``progress`` is told how far it is. ``allowed`` and ``resolver`` are for tests, which have no public
    addresses: nothing that users can set leads to them.
    """

    progress: Progress = lambda done, of: None  # noqa: ARG005
    limits: Limits = Limits()
    allowed: Allowed = is_public
    resolver: Resolve = resolve
    certificates: ssl.SSLContext | None = None
    _visits: dict[str, Visit] = field(default_factory=dict)
    _visitor: Visitor | None = None
    _left: float | None = None

    @property
    def name(self) -> str:
        return "online"

    def look(self, inspection: Inspection) -> Iterator[Finding]:
        """What is wrong with the pages that the issue leads to, at each address's own line."""
        asked = [(one, page) for one in addresses(inspection) if (page := _page(one))]
        self._visit(dict.fromkeys(page for _, page in asked if page not in self._visits))
        seen: set[Finding] = set()
        for one, page in asked:
            for rule, severity, message, hint in _meaning(page, self._visits.get(page)):
                found = one.found(inspection, message, hint)
                place = found.place or inspection.place(found.loc, found.within)
                finding = Finding(rule, message, hint, severity, found.loc, place)
                if finding not in seen:
                    seen.add(finding)
                    yield finding

    def _visit(self, pages: Iterable[str]) -> None:
        """Fills ``_visits``; pages for which there is no time stay out of it."""
        turns = _Turns(pages, self.limits.each_host)
        if not turns.count:
            return
        done: queue.SimpleQueue[tuple[str, Visit]] = queue.SimpleQueue()
        left = self.limits.altogether if self._left is None else self._left
        begun = time.monotonic()
        end = begun + left
        visitor = self._visitor = self._visitor or self._new_visitor()

        def work() -> None:
            while page := turns.take(end):
                patience = time.monotonic() + self.limits.seconds
                visit = visitor.visit(page, min(end, patience))
                if visit.fault != "time" or patience <= end:  # else it had less time than it should have
                    done.put((page, visit))
                turns.give_back(page)

        # Daemons: a look-up or handshake that hangs must not keep the program.
        for _ in range(min(self.limits.at_once, turns.count)):
            threading.Thread(target=work, daemon=True).start()
        for number in range(1, turns.count + 1):
            try:
                page, visit = done.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                break
            self._visits[page] = visit
            self.progress(number, turns.count)
        self._left = max(0.0, left - (time.monotonic() - begun))

    def _new_visitor(self) -> Visitor:
        certificates = self.certificates or _certificates()
        return Visitor(PublicBackend(self.allowed, self.resolver), Slots(self.limits.each_host), certificates)


def _certificates() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _page(address: Address) -> str | None:
    """What to ask for: without UTM parameters and fragment. Nothing for samples and merge fields."""
    if not address.is_web or "{{" in address.url or "%7b%7b" in address.url.lower():
        return None
    return None if is_reserved(address.host) else target(address.url).partition("#")[0]


class _Turns:
    """Pages to look at, hosts by turns, no more than ``each`` of one at once: none keeps others waiting."""

    def __init__(self, pages: Iterable[str], each: int) -> None:
        self._each = each
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[str]] = {}
        self._running: Counter[str] = Counter()
        for page in pages:
            self._waiting.setdefault(urlsplit(page).netloc, deque()).append(page)
        self.count = sum(map(len, self._waiting.values()))

    def take(self, end: float) -> str | None:
        """The next page, once its host has room; None if there are no more, or at ``end``."""
        with self._changed:
            while self._waiting and (left := end - time.monotonic()) > 0:
                host = next((host for host in self._waiting if self._running[host] < self._each), None)
                if host is None:
                    self._changed.wait(left)
                    continue
                pages = self._waiting.pop(host)
                page = pages.popleft()
                if pages:
                    self._waiting[host] = pages  # behind all others
                self._running[host] += 1
                return page
            return None

    def give_back(self, page: str) -> None:
        """It has been looked at."""
        with self._changed:
            self._running[urlsplit(page).netloc] -= 1
            self._changed.notify_all()


_NOT_FOR_US: Final[Mapping[int, str]] = {
    401: "it asks for a login",
    403: "it lets no program in",
    429: "it has had too many questions",
    999: "it lets no program in",  # LinkedIn
}
_SIGN_IN: Final = frozenset({"accounts.google.com", "login.microsoftonline.com", "login.live.com"})
_OPEN_IT: Final = "open it in a browser"


def _meaning(page: str, visit: Visit | None) -> Iterator[tuple[str, Severity, str, str]]:
    """Rule, severity, message and hint."""
    if visit is None:
        yield "link-unchecked", "info", f"{page} was not looked at: there was no time left", _OPEN_IT
        return
    through = f" (it was led on to {_shown(visit.url)})" if visit.hops else ""
    match visit.fault:
        case "no such name":
            host = urlsplit(visit.url).hostname
            yield "link-dead", "error", f"there is no {host}{through}", "write the address that is meant"
        case "certificate":
            message = f"browsers warn of {page}: its certificate is not accepted ({visit.detail}){through}"
            yield "link-certificate", "error", message, "tell whoever runs that site, or link elsewhere"
        case "not public":
            message = f"{page} leads to no public page{through}"
            yield "link-unreachable", "warning", message, "write an address that readers reach"
        case "busy":
            yield "link-unchecked", "info", f"{page} was not looked at: there was no time left", _OPEN_IT
        case "redirects":
            yield "link-unreachable", "warning", f"{page} leads on and on: {_shown(visit.url)}", _OPEN_IT
        case "time":
            yield "link-unreachable", "warning", f"{page} does not answer in time{through}", "try again later"
        case "connection" | "answer":
            why = f": {visit.detail}" if visit.detail else ""
            yield "link-unreachable", "warning", f"{page} cannot be reached{why}{through}", "try again later"
        case None:
            yield from _of_status(page, visit, through)


def _of_status(page: str, visit: Visit, through: str) -> Iterator[tuple[str, Severity, str, str]]:
    status = visit.status or 0
    if status in {404, 410}:
        yield "link-dead", "error", f"{page} is not there (HTTP {status}){through}", "link to a page that is"
    elif status >= 500 and status != 999:
        yield "link-unreachable", "warning", f"{page} fails (HTTP {status}){through}", "try again later"
    elif status >= 400:
        why = _NOT_FOR_US.get(status, "it does not like the question")
        yield (
            "link-unchecked",
            "info",
            f"{page} could not be checked: {why} (HTTP {status}){through}",
            _OPEN_IT,
        )
    elif visit.hops:
        host, was = urlsplit(visit.url).hostname or "", urlsplit(page).hostname or ""
        hint = f"write {_shown(visit.url)}, if that is what is meant"
        if host in _SIGN_IN:
            message = f"{page} asks readers to sign in at {host}"
            yield "link-unreachable", "warning", message, "share it with everybody who has the link"
        elif organisation(host) != organisation(was):
            yield "link-moved", "info", f"{page} leads on to {host}", hint
        elif visit.moved_for_good and visit.url.rstrip("/") != page.rstrip("/"):
            yield "link-moved", "info", f"{page} has moved for good", hint


def _shown(url: str) -> str:
    """An address that a server wrote, in letters that a terminal can show."""
    plain = "".join(char for char in url if char.isprintable())
    return plain if len(plain) <= 300 else plain[:299] + "…"
