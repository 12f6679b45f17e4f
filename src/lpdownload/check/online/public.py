"""Connections to public addresses only: what is connected to is the very address that was looked at.

An issue may come from anybody who writes one, and a page may redirect anywhere: neither may make this machine
knock at its own network. A name is looked up once for a connection, so it cannot change in between.
"""

from collections.abc import Callable, Iterable, Sequence
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Final, TypeAlias

import httpcore
from httpcore import SOCKET_OPTION, NetworkStream

from lpdownload.errors import LpdownloadError
from lpdownload.providers.deadline import DeadlineBackend

Allowed: TypeAlias = Callable[[str, int], bool]
"""Whether this IP address and port may be connected to."""

Resolve: TypeAlias = Callable[[str, float], Sequence[str]]
"""The IP addresses of a name, within so many seconds. Raises NoSuchName; httpcore.ConnectError if unknown."""

_NOT_PUBLIC_4: Final = tuple(
    map(
        ip_network,
        (
            *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
            *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
            *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        ),
    )
)
"""IANA's registry of special addresses; carriers' NAT, 6to4 relays and broadcast among them."""

_GLOBAL_6: Final = ip_network("2000::/3")
"""What IANA gives out. Outside of it: mapped and translated IPv4 (NAT64), loopback, link, site, multicast."""

_NOT_PUBLIC_6: Final = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
"""Teredo and other protocols' own, examples, 6to4."""


class NotPublic(LpdownloadError):
    """The address is none that readers reach."""


class NoSuchName(LpdownloadError):
    """The DNS knows no such name, or no address of it."""


def is_public(address: str, port: int) -> bool:
    """Whether it is a web server's address that anybody may reach."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if port not in {80, 443}:
        return False
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in _NOT_PUBLIC_4)
    return ip in _GLOBAL_6 and not ip.scope_id and not any(ip in network for network in _NOT_PUBLIC_6)


def resolve(host: str, seconds: float) -> Sequence[str]:
    """As the DNS says: no hosts file and no search domains, for readers have none of ours."""
    import dns.exception
    import dns.resolver

    try:
        resolver = dns.resolver.Resolver()
    except dns.resolver.NoResolverConfiguration:
        raise httpcore.ConnectError("this machine knows no name server") from None
    resolver.lifetime = seconds
    for kind in ("A", "AAAA"):  # IPv6 is for hosts that have nothing else
        try:
            return [record.to_text() for record in resolver.resolve(host, kind, search=False)]
        except dns.resolver.NXDOMAIN:
            break
        except dns.resolver.NoAnswer:
            continue
        except (dns.exception.DNSException, OSError, UnicodeError):
            raise httpcore.ConnectError("its name servers do not answer") from None
    raise NoSuchName(host)


class PublicBackend(DeadlineBackend):
    """Sockets to allowed addresses, each with the deadline of the calling thread."""

    def __init__(self, allowed: Allowed = is_public, resolver: Resolve = resolve) -> None:
        super().__init__()
        self._allowed = allowed
        self._resolve = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        """Raises NotPublic, NoSuchName besides what httpcore does."""
        allowed = [address for address in self._addresses(host, timeout) if self._allowed(address, port)]
        if not allowed:
            raise NotPublic(host)
        for address in allowed[:-1]:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(allowed[-1], port, timeout, local_address, socket_options)

    def _addresses(self, host: str, timeout: float | None) -> Sequence[str]:
        try:
            return [str(ip_address(host.strip("[]")))]
        except ValueError:
            return self._resolve(host, self.wait(timeout, httpcore.ConnectTimeout) or 10.0)

    def connect_unix_socket(self, *_: object, **__: object) -> NetworkStream:
        raise NotPublic("a socket of this machine")
