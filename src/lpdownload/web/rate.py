"""How often who may ask: by range of addresses, in a moving window, in the memory of this process.

A household or a provider's customer has a /64 of IPv6 or a single IPv4 address, an attacker easily a /56 or
a /24: so that is what is counted. Several processes count each for itself.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.types import Scope

from lpdownload.errors import LpdownloadError
from lpdownload.settings import Settings

LIMITS: Final = {
    "page": "240/minute",
    "wrong": "60/minute; 600/hour",
    "change": "30/minute",
    "join": "10/minute; 60/hour",
    "join_mailbox": "20/hour",
}
"""page: looked at, by range. wrong: links that do not hold, by range. change: of one person's, by person.
join: sign-ups, by range. join_mailbox: those for one mailbox; how often it is mailed, the database knows.

A room adds its own here. A one-click unsubscribe comes from its provider's machines, thousands of people's
from one range: what counts for it is the person.
"""


class TooMany(LpdownloadError):
    """Too often. ``wait``: seconds until it may be tried again."""

    def __init__(self, wait: int) -> None:
        self.wait = wait
        super().__init__("too many requests")


class Rates:
    """The counters of one process."""

    def __init__(self, settings: Settings) -> None:
        self._proxies = settings.web_trusted_proxies
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limits: dict[str, list[RateLimitItem]] = {
            name: parse_many(words) for name, words in LIMITS.items()
        }

    def count(self, name: str, who: str) -> None:
        """One more of a kind. Raises TooMany."""
        for limit in self._limits[name]:
            if not self._limiter.hit(limit, name, who):
                raise TooMany(self._wait(limit, name, who))

    def look(self, name: str, who: str) -> None:
        """Raises TooMany if another one would be too many; counts nothing."""
        for limit in self._limits[name]:
            if not self._limiter.test(limit, name, who):
                raise TooMany(self._wait(limit, name, who))

    def _wait(self, limit: RateLimitItem, name: str, who: str) -> int:
        import time

        window = self._limiter.get_window_stats(limit, name, who)
        return max(1, round(window.reset_time - time.time()))

    def range_of(self, scope: Scope) -> str:
        """The range of addresses that a request comes from, as in 192.0.2.0/24."""
        return address_range(self.client(scope))

    def client(self, scope: Scope) -> str:
        """The address a request comes from: the last in X-Forwarded-For that is no proxy of ours."""
        peer = (scope.get("client") or ("", 0))[0]
        if not self.is_proxy(peer):
            return str(peer)
        said = ",".join(Headers(scope=scope).getlist("x-forwarded-for"))
        for hop in reversed([part.strip() for part in said.split(",") if part.strip()]):
            written = _bare(hop)
            if _address(written) is None:  # whoever wrote that, it says nothing
                break
            peer = written
            if not self.is_proxy(written):
                break
        return str(peer)

    def scheme(self, scope: Scope) -> str:
        """https, if the reader's browser spoke that to us or to our proxy."""
        peer = (scope.get("client") or ("", 0))[0]
        said = Headers(scope=scope).get("x-forwarded-proto", "").strip().lower()
        return said if said in {"http", "https"} and self.is_proxy(peer) else str(scope.get("scheme", "http"))

    def is_proxy(self, written: str) -> bool:
        address = _address(written)
        return address is not None and any(address in network for network in self._proxies)


def address_range(written: str) -> str:
    """192.0.2.0/24 of an IPv4 address, the /56 of an IPv6 one; ``unknown`` of anything else."""
    address = _address(written)
    if address is None:
        return "unknown"
    if isinstance(address, IPv4Address):
        return f"{address.packed[0]}.{address.packed[1]}.{address.packed[2]}.0/24"
    return str(IPv6Network((address, 56), strict=False))


@lru_cache(maxsize=4_096)
def _address(written: str) -> IPv4Address | IPv6Address | None:
    """An IPv4 address that is written as one of IPv6 is one of IPv4."""
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _bare(hop: str) -> str:
    """Without a port: 192.0.2.1:443, [2001:db8::1]:443."""
    if hop.startswith("["):
        return hop[1:].partition("]")[0]
    return hop.partition(":")[0] if hop.count(":") == 1 else hop
