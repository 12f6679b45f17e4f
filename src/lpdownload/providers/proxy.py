"""The way to a provider's host: directly, or through the proxy that the environment names."""

import ssl
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

IDLE_CONNECTION_SECONDS: Final = 5.0
"""Kept for the next call: shorter than any provider waits before it closes one."""


@dataclass(frozen=True)
class Way:
    """What it takes to connect to an address."""

    certificates: ssl.SSLContext | None
    proxy: httpcore.Proxy | None

    @classmethod
    def to(cls, base_url: str) -> "Way":
        """Certificates: certifi's, or those of SSL_CERT_FILE. Raises ValueError for a malformed proxy."""
        secure = base_url.lower().startswith("https:")
        return cls(httpx.create_ssl_context() if secure else None, _proxy(base_url))

    def connection(self, network: httpcore.NetworkBackend) -> httpcore.ConnectionPool:
        """One HTTP/1.1 connection that is kept, and opened anew when it has been closed.

        Raises ImportError for a SOCKS proxy without the package socksio.
        """
        return httpcore.ConnectionPool(
            ssl_context=self.certificates,
            proxy=self.proxy,
            max_connections=1,
            keepalive_expiry=IDLE_CONNECTION_SECONDS,
            network_backend=network,
        )


def _proxy(base_url: str) -> httpcore.Proxy | None:
    """HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, unless NO_PROXY names the host."""
    wanted = urlsplit(base_url)
    proxies = getproxies()
    found = proxies.get(wanted.scheme) or proxies.get("all")
    if not found or not wanted.hostname or proxy_bypass(wanted.hostname):
        return None
    proxy = urlsplit(found if "://" in found else f"http://{found}")
    if proxy.scheme not in {"http", "https", "socks5", "socks5h"} or not proxy.hostname:
        raise ValueError("not the URL of a proxy")
    auth = (unquote(proxy.username), unquote(proxy.password or "")) if proxy.username else None
    host = f"[{proxy.hostname}]" if ":" in proxy.hostname else proxy.hostname
    port = proxy.port or {"http": 80, "https": 443}.get(proxy.scheme, 1080)
    return httpcore.Proxy(f"{proxy.scheme}://{host}:{port}", auth=auth)
