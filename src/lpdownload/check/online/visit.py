"""One visit: HEAD, if need be GET, and every redirect by hand, so that each hop is looked at anew.

Nothing of a page is read but its head. No cookies, no credentials, no proxy, no referrer; the connection is
closed after the answer. httpx takes addresses apart and joins them as browsers do, httpcore speaks HTTP.
"""

import ssl
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Final, Literal, TypeAlias

import httpcore
import httpx

from lpdownload.check.online.public import NoSuchName, NotPublic, PublicBackend

REDIRECTS: Final = 5
SECONDS: Final = 10.0
"""For a visit with all its redirects."""

Fault: TypeAlias = Literal[
    "no such name", "not public", "certificate", "connection", "time", "busy", "redirects", "answer"
]
"""busy: others were asking that host all the time."""

_REDIRECTING: Final = frozenset({301, 302, 303, 307, 308})
_PERMANENT: Final = frozenset({301, 308})

Slot: TypeAlias = Callable[[str, float], AbstractContextManager[None]]
"""Room for one more connection to this host, waited for until this moment. Raises httpcore.PoolTimeout."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of it: the last answer's status, or why there was none. ``url`` is where it ended."""

    url: str
    status: int | None = None
    fault: Fault | None = None
    detail: str = ""
    moved_for_good: bool = False
    """Every redirect on the way was permanent."""
    hops: int = 0


@dataclass(frozen=True)
class Visitor:
    """What all visits share; threads may share it too."""

    network: PublicBackend
    slot: Slot
    certificates: ssl.SSLContext

    def visit(self, url: str, deadline: float) -> Visit:
        """Goes to ``url``, and on, until ``deadline`` of time.monotonic. Never raises for a fault."""
        found = Visit(url, moved_for_good=True)
        while True:
            at = found.url
            status, location, fault, detail = self._ask(at, deadline)
            if fault or status not in _REDIRECTING or not location:
                for_good = found.moved_for_good and found.hops > 0
                return replace(found, status=status, fault=fault, detail=detail, moved_for_good=for_good)
            if found.hops == REDIRECTS:
                return replace(found, fault="redirects", moved_for_good=False)
            try:
                onward = httpx.URL(at).join(location)
            except (httpx.InvalidURL, ValueError):
                return replace(
                    found, fault="answer", detail="it redirects to no address", moved_for_good=False
                )
            for_good = found.moved_for_good and status in _PERMANENT
            found = Visit(str(onward.copy_with(fragment=None)), moved_for_good=for_good, hops=found.hops + 1)

    def _ask(self, url: str, deadline: float) -> tuple[int | None, str, Fault | None, str]:
        """Status, Location, fault and its detail. Many a server refuses HEAD: then GET has the last word."""
        answer = self._once("HEAD", url, deadline)
        status, _, fault, _ = answer
        if (status is not None and status >= 400) or (fault in {"connection", "answer"}):
            return self._once("GET", url, deadline)
        return answer

    def _once(self, method: str, url: str, deadline: float) -> tuple[int | None, str, Fault | None, str]:
        try:
            parts = httpx.URL(url)
            if parts.scheme not in {"http", "https"} or not parts.host or parts.userinfo:
                return None, "", "not public", "it leads to no web page"
            self.network.end_at(deadline)
            with (
                self.slot(parts.host, deadline),
                self._pool() as pool,
                pool.stream(
                    method,
                    _wire(parts),
                    headers=[(b"Host", parts.netloc), *_HEADERS],
                    extensions={"timeout": _TIMEOUTS},
                ) as response,
            ):
                headers = {name.lower(): value for name, value in response.headers}
                return response.status, headers.get(b"location", b"").decode("latin-1"), None, ""
        except NoSuchName:
            return None, "", "no such name", ""
        except NotPublic:
            return None, "", "not public", ""
        except httpcore.PoolTimeout:
            return None, "", "busy", ""
        except httpcore.TimeoutException:
            return None, "", "time", ""
        except httpcore.ConnectError as error:
            inner = error.args[0] if error.args else None
            if isinstance(inner, ssl.SSLCertVerificationError):
                return None, "", "certificate", inner.verify_message
            return None, "", "connection", _cause(inner)
        except (httpcore.NetworkError, httpcore.RemoteProtocolError):
            return None, "", "answer", "it breaks off without an answer"
        except (httpx.InvalidURL, httpcore.LocalProtocolError, httpcore.UnsupportedProtocol, ValueError):
            return None, "", "answer", "it cannot be asked for"

    def _pool(self) -> httpcore.ConnectionPool:
        """For one question: nothing is kept that another hop could find open."""
        return httpcore.ConnectionPool(
            ssl_context=self.certificates,
            max_connections=1,
            max_keepalive_connections=0,
            network_backend=self.network,
        )


class Slots:
    """At most so many connections to each host at once."""

    def __init__(self, each: int) -> None:
        self._each = each
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.BoundedSemaphore] = {}

    def __call__(self, host: str, deadline: float) -> "_Taken":
        with self._lock:
            room = self._hosts.setdefault(host, threading.BoundedSemaphore(self._each))
        return _Taken(room, deadline)


class _Taken(AbstractContextManager[None]):
    def __init__(self, room: threading.BoundedSemaphore, deadline: float) -> None:
        self._room = room
        self._deadline = deadline

    def __enter__(self) -> None:
        if not self._room.acquire(timeout=max(0.0, self._deadline - time.monotonic())):
            raise httpcore.PoolTimeout

    def __exit__(self, *_: object) -> None:
        self._room.release()


_HEADERS: Final = [
    (b"User-Agent", f"lpdownload/{version('lpdownload')} (link check)".encode("ascii")),
    (b"Accept", b"text/html,*/*;q=0.5"),
    (b"Accept-Encoding", b"identity"),
    (b"Connection", b"close"),
]
_TIMEOUTS: Final = {"connect": SECONDS, "read": SECONDS, "write": SECONDS, "pool": SECONDS}


def _wire(parts: httpx.URL) -> httpcore.URL:
    return httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)


def _cause(inner: object) -> str:
    if isinstance(inner, ssl.SSLError):
        return "it speaks no TLS that we do"
    if isinstance(inner, ConnectionRefusedError):
        return "it refuses connections"
    return str(inner) if isinstance(inner, str) else ""
