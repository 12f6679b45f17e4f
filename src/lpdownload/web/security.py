"""Who is let in by name, and what every answer says to the browser.

The pages need nothing but their own style, which stands in them and whose digest the policy names. They carry
``Referrer-Policy: no-referrer``, as their addresses are keys; so a browser writes ``Origin: null`` above our
own forms, and where it says Sec-Fetch-Site, that decides.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NOTHING: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""The policy of an answer that is no page."""
HEALTH: Final = frozenset({"/healthz", "/readyz"})
"""Asked for by whatever name: a balancer's probe knows our address only."""

_ALWAYS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "browsing-topics=(), camera=(), geolocation=(), microphone=()",
}
_UNLESS_SAID: Final = {
    "cache-control": "no-store",
    "content-security-policy": NOTHING,
    "x-robots-tag": "noindex",
}
HEADERS: Final = {**_ALWAYS, **_UNLESS_SAID}
"""Of an answer that says nothing else."""
_RAW_ALWAYS: Final = [(name.encode(), value.encode()) for name, value in _ALWAYS.items()]
_RAW_UNLESS_SAID: Final = [(name.encode(), value.encode()) for name, value in _UNLESS_SAID.items()]
_RAW_NOTHING: Final = NOTHING.encode()
_HSTS: Final = b"max-age=31536000"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


def page_policy(css: str, *, framed: bool = False) -> str:
    """For a page with this text in its one style element, and with forms for us. ``framed``: anywhere."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    frames = "*" if framed else "'none'"
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src 'self' data:; base-uri 'none'; "
        f"form-action 'self'; frame-ancestors {frames}"
    )


def from_elsewhere(request: Request, host: str) -> bool:
    """Whether another site's page sent a form; False where the browser does not say."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site.lower() not in {"same-origin", "none"}
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return False
    return urlsplit(origin).netloc.lower() not in {host, request.headers.get("host", "").lower()}


class Guard:
    """Lets in what asks for our host, below our path, and puts the headers on every answer."""

    def __init__(self, app: ASGIApp, public_url: str, scheme: Callable[[Scope], str]) -> None:
        """``scheme``: what the reader's browser spoke."""
        parts = urlsplit(public_url)
        self._app = app
        self._host = parts.netloc.lower()
        self._path = parts.path.rstrip("/")
        self._scheme = scheme

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = self._scheme(scope) == "https"

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message["headers"])  # past Starlette's, which looks through all for each
                said = dict(headers)
                headers += _RAW_ALWAYS
                headers += [(name, value) for name, value in _RAW_UNLESS_SAID if name not in said]
                if b"frame-ancestors 'none'" in said.get(b"content-security-policy", _RAW_NOTHING):
                    headers.append((b"x-frame-options", b"DENY"))
                if secure:
                    headers.append((b"strict-transport-security", _HSTS))
                message = {**message, "headers": headers}
            await send(message)

        path = str(scope["path"])
        if path not in HEALTH and not self._is_ours(scope):
            refusal = PlainTextResponse("This server has another name.\n", 421)
            await refusal(scope, receive, with_headers)
            return
        if self._path and path.startswith(f"{self._path}/"):  # a proxy that does not take it away
            scope = {**scope, "path": path[len(self._path) :]}
            scope.pop("raw_path", None)
        await self._app(scope, receive, with_headers)

    def _is_ours(self, scope: Scope) -> bool:
        hosts = Headers(scope=scope).getlist("host")
        if len(hosts) != 1:
            return False
        host = hosts[0].lower()
        name, colon, port = host.rpartition(":")
        bare = name if colon and port.isdecimal() else host
        ours = self._host.rpartition(":")[0] if ":" in self._host else self._host
        return host == self._host or bare in _LOCAL or (bare == ours and port in {"443", "80"})
