"""A server on loopback, and calls to it that no proxy of this machine gets between."""

from collections.abc import Callable, Iterator

import pytest
from tests.providers.loopback import BODY, Loopback

from lpdownload.providers.http import Caller, Exchange

ENVIRONMENT = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as server:
        yield server


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def call(server: Loopback, pauses: list[float]) -> Iterator[Callable[..., Exchange]]:
    """POSTs BODY to the server; repeats do not wait."""
    caller = Caller(server.url, headers={"X-Key": "k"}, idle_seconds=1.5, sleep=pauses.append)

    def post(*, idempotent: bool = False, method: str = "POST", body: bytes = BODY) -> Exchange:
        return caller.call(method, "/send", body=body, idempotent=idempotent)

    yield post
    caller.close()
