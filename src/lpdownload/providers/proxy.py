"""The way to a provider's host: directly, or through the proxy that the environment names."""

import ssl
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore

from lpdownload.providers.endpoint import is_here

IDLE_CONNECTION_SECONDS: Final = 5.0
"""Kept for the next call: shorter than any provider waits before it closes one."""


class NoWay(Exception):
    """The environment is wrong: says what, in words without a password."""


@dataclass(frozen=True)
class Way:
    """What it takes to connect to an address."""

    certificates: ssl.SSLContext | None
    proxy: httpcore.Proxy | None

    @classmethod
    def to(cls, base_url: str) -> "Way":
        """Certificates: certifi's, or those of SSL_CERT_FILE. Raises NoWay; ValueError for a bad address."""
        certificates = _certificates() if base_url.lower().startswith("https:") else None
        return cls(certificates, _proxy(base_url, certificates))

    def connection(self, network: httpcore.NetworkBackend) -> httpcore.ConnectionPool:
        """One HTTP/1.1 connection that is kept, and opened anew when it has been closed."""
        return httpcore.ConnectionPool(
            ssl_context=self.certificates,
            proxy=self.proxy,
            max_connections=1,
            keepalive_expiry=IDLE_CONNECTION_SECONDS,
            network_backend=network,
        )


def _certificates() -> ssl.SSLContext:
    import httpx  # 80 ms that a service on this machine does not need

    try:
        return httpx.create_ssl_context()
    except OSError:  # ssl.SSLError is one
        raise NoWay("SSL_CERT_FILE holds no certificates that can be read") from None


def _proxy(base_url: str, certificates: ssl.SSLContext | None) -> httpcore.Proxy | None:
    """HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host, with or without its port.

    Never for this machine: plain http is allowed there only because nobody is on the way.
    """
    wanted = urlsplit(base_url)
    proxies = getproxies()
    found = proxies.get(wanted.scheme) or proxies.get("all")
    host, port = wanted.hostname, wanted.port or {"http": 80, "https": 443}.get(wanted.scheme, 0)
    if not found or not host or is_here(host) or proxy_bypass(host) or proxy_bypass(f"{host}:{port}"):
        return None
    try:
        return _proxy_at(found if "://" in found else f"http://{found}", certificates)
    except ValueError:
        raise NoWay("the environment's proxy is malformed") from None


def _proxy_at(url: str, certificates: ssl.SSLContext | None) -> httpcore.Proxy:
    """Raises ValueError, NoWay."""
    proxy = urlsplit(url)
    if proxy.scheme not in {"http", "https", "socks5", "socks5h"} or not proxy.hostname:
        raise ValueError("not the URL of a proxy")
    if proxy.scheme.startswith("socks") and find_spec("socksio") is None:
        raise NoWay("the environment's proxy speaks SOCKS, which needs the package socksio")
    auth = (unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None
    host = f"[{proxy.hostname}]" if ":" in proxy.hostname else proxy.hostname
    port = proxy.port or {"http": 80, "https": 443}.get(proxy.scheme, 1080)
    own = certificates if proxy.scheme == "https" else None
    return httpcore.Proxy(f"{proxy.scheme}://{host}:{port}", auth=auth, ssl_context=own)
