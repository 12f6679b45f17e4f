"""One call to a provider over HTTPS: the same bytes however often, and an answer or the fault in its place.

HTTP/1.1 with kept-alive connections, proxies from the environment, certificates checked. Nothing here knows a
vendor; nothing here is ever printed: headers and bodies hold secrets and people.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from importlib.metadata import version
from typing import Final

import httpx
from tenacity import Future, Retrying, retry_if_result, stop_after_attempt
from tenacity.wait import wait_random_exponential

from lpdownload.providers.retry import Fault, Verdict, judge

CONNECT_SECONDS: Final = 10.0
IDLE_SECONDS: Final = 60.0
"""Without a byte in either direction."""
TOTAL_SECONDS: Final = 120.0
"""For an exchange with all its repetitions."""
ATTEMPTS: Final = 4
LONGEST_PAUSE: Final = 20.0
"""A longer Retry-After is left to whoever plans the next batch."""
LARGEST_ANSWER: Final = 5_000_000
"""Bytes: more is not read."""


@dataclass(frozen=True)
class Exchange:
    """What came of a call."""

    verdict: Verdict
    status: int | None
    fault: Fault | None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    seconds: float | None = None
    """When the provider said to come back."""
    attempts: int = 1
    complete: bool = True
    """False if the answer's body was cut off."""

    @property
    def reason(self) -> str:
        """In a few words, without anything of the body."""
        if self.fault:
            return {
                "not connected": "no connection",
                "lost": "the connection was lost after the request had begun",
                "timed out": "no answer in time",
            }[self.fault]
        return f"HTTP {self.status}"


class Caller:
    """A provider's HTTP address with its connections; threads may share it. ``close`` it."""

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str],
        auth: tuple[str, str] | None = None,
        at_once: int = 16,
        total_seconds: float = TOTAL_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = dict(headers)
        self._auth = auth
        self._at_once = at_once
        self._total_seconds = total_seconds
        self._sleep = sleep

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            headers={"User-Agent": f"lpdownload/{version('lpdownload')}", **self._headers},
            auth=self._auth,
            timeout=httpx.Timeout(IDLE_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx.Limits(max_connections=self._at_once, max_keepalive_connections=self._at_once),
            follow_redirects=False,
        )

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
    ) -> Exchange:
        """Calls, and repeats what may be (retry.py) while there is time. Never raises for the network."""
        deadline = time.monotonic() + self._total_seconds
        attempts = 0

        def once() -> Exchange:
            nonlocal attempts
            attempts += 1
            return self._once(method, path, body, headers or {}, idempotent, deadline)

        def again(found: Exchange) -> bool:
            pause = found.seconds or 0.0
            return found.verdict.repeat and pause <= LONGEST_PAUSE and time.monotonic() + pause < deadline

        backoff = wait_random_exponential(multiplier=0.25, max=5)
        retrying = Retrying(
            retry=retry_if_result(again),
            stop=stop_after_attempt(ATTEMPTS),
            wait=lambda state: max(_asked_for(state.outcome), backoff(state)),
            sleep=self._sleep,
            retry_error_callback=lambda state: state.outcome.result() if state.outcome else None,
        )
        found = retrying(once)
        assert isinstance(found, Exchange)
        return replace(found, attempts=attempts)

    def _once(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        idempotent: bool,
        deadline: float,
    ) -> Exchange:
        fault: Fault | None = None
        status: int | None = None
        answer: dict[str, str] = {}
        received = bytearray()
        try:
            with self._client.stream(
                method, f"{self._base_url}{path}", content=body, headers=dict(headers)
            ) as response:
                status = response.status_code
                answer = {name.lower(): value for name, value in response.headers.items()}
                for chunk in response.iter_bytes():
                    received += chunk
                    if len(received) > LARGEST_ANSWER or time.monotonic() > deadline:
                        fault = "timed out"
                        break
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol):
            fault = "not connected"
        except httpx.TimeoutException:
            fault = "timed out"
        except (httpx.TransportError, httpx.DecodingError):
            fault = "lost"
        seconds = _retry_after(answer)
        if status is not None:  # the answer's head settles it, even if its body was cut off
            verdict = judge(status, None, retry_after=seconds is not None, idempotent=idempotent)
            return Exchange(verdict, status, None, answer, bytes(received), seconds, complete=fault is None)
        verdict = judge(None, fault, retry_after=False, idempotent=idempotent)
        return Exchange(verdict, None, fault)

    def close(self) -> None:
        if "_client" in self.__dict__:
            self._client.close()


def _asked_for(outcome: Future | None) -> float:
    """The pause that the provider asked for."""
    found = outcome.result() if outcome else None
    return found.seconds or 0.0 if isinstance(found, Exchange) else 0.0


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from Retry-After as a number or a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    try:
        return max(0.0, float(text)) if text.replace(".", "", 1).isdigit() else _until(text)
    except ValueError:
        return None


def _until(date: str) -> float:
    when = parsedate_to_datetime(date)
    return max(
        0.0, (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - datetime.now(UTC).timestamp()
    )
