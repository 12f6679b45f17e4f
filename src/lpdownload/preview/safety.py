"""Who may talk to the preview, and what a page that it serves may do.

A name in the Host header that is not ours means DNS rebinding: a strange site's script whose name leads here.
What another site's page asks for is refused whoever sends it, but for following a link to here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")

PAGE_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

OWN_HEADER: Final = "x-lpdownload"
"""Asked of every POST: a form or a script of another site cannot send it without asking first, in vain."""

_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def mail_policy(*, remote: bool) -> str:
    """For the mail in its frame: it runs nothing and fetches nothing; pictures by https if ``remote``."""
    pictures = "img-src 'self' data: https:" if remote else "img-src 'self' data:"
    return (
        f"default-src 'none'; {pictures}; style-src 'unsafe-inline'; script-src 'none'; "
        "frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-same-origin"
    )


@dataclass(frozen=True, slots=True)
class Hosts:
    """The Host headers that mean this server. ``bound`` is the address it was told to listen on."""

    bound: str
    port: int

    def knows(self, written: str) -> bool:
        name, _, port = written.lower().rpartition(":")
        if port != str(self.port):
            return False
        bare = name.removeprefix("[").removesuffix("]")
        if name in LOOPBACK or bare == self.bound.lower():
            return True
        return is_wildcard(self.bound) and _address(bare) is not None  # no name, hence no rebinding


class Guard:
    """Lets in what comes from our own page or a person's address bar; puts the headers on every answer."""

    def __init__(self, app: ASGIApp, hosts: Hosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers[name] = value
                headers.setdefault("content-security-policy", PAGE_POLICY)
            await send(message)

        refusal = self._refusal(str(scope["method"]), Headers(scope=scope), _hosts_of(scope))
        if refusal is None:
            await self._app(scope, receive, with_headers)
        else:
            status, words = refusal
            await JSONResponse({"error": words}, status)(scope, receive, with_headers)

    def _refusal(
        self, method: str, headers: Mapping[str, str], hosts: Iterable[str]
    ) -> tuple[int, str] | None:
        given = tuple(hosts)
        if len(given) != 1 or not self._hosts.knows(given[0]):
            return 421, "this server answers to localhost and its own port only"
        if method not in {"GET", "HEAD", "POST"}:
            return 405, "there is nothing of that kind here"
        origin = headers.get("origin")
        if origin is not None and not self._is_ours(origin):
            return 403, "another site asks"
        site = headers.get("sec-fetch-site", "none")
        follows_link = headers.get("sec-fetch-mode") == "navigate" and method == "GET"
        is_top = headers.get("sec-fetch-dest", "document") == "document"
        if site not in {"same-origin", "none"} and not (follows_link and is_top):
            return 403, "another site asks"
        if method == "POST" and OWN_HEADER not in headers:
            return 403, f"a POST carries the header {OWN_HEADER}"
        return None

    def _is_ours(self, origin: str) -> bool:
        parts = urlsplit(origin)
        return parts.scheme == "http" and self._hosts.knows(parts.netloc)


def _hosts_of(scope: Scope) -> list[str]:
    return [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]


def is_wildcard(host: str) -> bool:
    """Whether it means every address of this machine."""
    address = _address(host)
    return address is not None and address.is_unspecified


def is_loopback(host: str) -> bool:
    """Whether only this machine itself reaches it."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
