"""One call to a provider over HTTPS: the same bytes however often, and an answer or the fault in its place.

HTTP/1.1 with kept-alive connections, proxies from the environment, certificates checked, no redirects. No
vendor is known here, and nothing is ever printed: headers and bodies hold secrets and people. Built on
httpcore, the engine of httpx: it tells what has begun to leave, and has room for a deadline (deadline.py).
"""

import base64
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from queue import Empty, LifoQueue
from typing import Final

import httpcore
from tenacity import RetryCallState, Retrying, retry_if_result, stop_after_attempt, stop_before_delay
from tenacity.wait import wait_random_exponential

from lpdownload.providers.deadline import DeadlineBackend
from lpdownload.providers.proxy import NoWay, Way
from lpdownload.providers.retry import Fault, Verdict, judge
from lpdownload.providers.retry_after import seconds_until_retry

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
    cause: str = ""
    """Why there was no connection, in a few words of ours."""

    @property
    def reason(self) -> str:
        """In a few words, without anything of the body."""
        if self.fault == "not connected":
            return f"no connection: {self.cause}" if self.cause else "no connection"
        if self.fault:
            return {
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
        connect_seconds: float = CONNECT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        total_seconds: float = TOTAL_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``auth``: user and password of HTTP Basic (RFC 7617)."""
        self._base_url = base_url.rstrip("/")
        self._headers = {
            "user-agent": f"lpdownload/{version('lpdownload')}",
            "accept-encoding": "identity",
            "accept": "application/json",
            **_lower(headers),
        }
        if auth:
            basic = base64.b64encode(":".join(auth).encode()).decode("ascii")
            self._headers["authorization"] = f"Basic {basic}"
        self._total_seconds = total_seconds
        self._timeouts = {
            "connect": connect_seconds,
            "read": idle_seconds,
            "write": idle_seconds,
        }
        self._sleep = sleep
        self._network = DeadlineBackend()
        self._way: Way | None = None
        self._opening = threading.Lock()
        # A connection belongs to one call at a time. Where threads share httpcore's pool it closes, now and
        # then, a connection that is in use (1.0.9): each of them would be a doubt.
        self._free: LifoQueue[httpcore.ConnectionPool | None] = LifoQueue()
        for _ in range(at_once):
            self._free.put(None)

    def call(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        idempotent: bool = False,
    ) -> Exchange:
        """Calls, and repeats what may be (retry.py) while there is time. Never raises for the network.

        ``idempotent``: the provider answers the same request again without doing it twice.
        """
        deadline = time.monotonic() + self._total_seconds
        attempts = 0
        doubtful: Exchange | None = None

        def once() -> Exchange:
            nonlocal attempts, doubtful
            attempts += 1
            found = self._once(method, path, body, _lower(headers or {}), idempotent, deadline)
            if found.verdict.meaning == "in doubt":
                doubtful = found
            return found

        backoff = wait_random_exponential(multiplier=0.25, max=5)
        retrying = Retrying(
            retry=retry_if_result(lambda found: found.verdict.repeat and _pause(found) <= LONGEST_PAUSE),
            stop=stop_after_attempt(ATTEMPTS) | stop_before_delay(self._total_seconds),
            wait=lambda state: max(_pause(_result(state)), backoff(state)),
            sleep=self._sleep,
            retry_error_callback=_result,
        )
        found = retrying(once)
        if doubtful and found.verdict.meaning != "taken":
            # What an earlier attempt may have done is not undone by a later one that was turned away.
            found = replace(found, verdict=Verdict("in doubt"))
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
        sent = _Sent(self._network, headers_suffice=not body)
        status: int | None = None
        answer: dict[str, str] = {}
        received = bytearray()
        complete = True
        fault: Fault = "lost"
        cause = ""
        self._network.end_at(deadline)
        try:
            with (
                self._connection(deadline) as connection,
                connection.stream(
                    method,
                    f"{self._base_url}{path}".encode("ascii"),
                    content=body,
                    headers=[
                        (name.encode("ascii"), value.encode("ascii"))
                        for name, value in {**self._headers, **headers}.items()
                    ],
                    extensions={"timeout": self._timeouts, "trace": sent.trace},
                ) as response,
            ):
                status = response.status
                answer = {
                    name.decode("latin-1").lower(): value.decode("latin-1")
                    for name, value in response.headers
                }
                for chunk in response.iter_stream():
                    received += chunk
                    if len(received) > LARGEST_ANSWER:
                        complete = False
                        break
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProxyError) as error:
            complete, cause = False, _cause(error)
            fault = "timed out" if isinstance(error, httpcore.TimeoutException) else "lost"
        except (httpcore.RemoteProtocolError, httpcore.LocalProtocolError) as error:
            complete = False
            if not sent.begun and isinstance(error, httpcore.LocalProtocolError):
                return _unusable("the address or a header has a character that HTTP cannot carry")
        except httpcore.UnsupportedProtocol:
            return _unusable("the address has to begin with https:// or http://")
        except NoWay as error:
            return _unusable(str(error))
        except ValueError:  # in the address or a header
            if sent.begun:
                raise
            return _unusable("the address or the credentials are malformed")
        if status is not None:  # the answer's head settles it, even if its body was cut off
            seconds = seconds_until_retry(status, answer)
            verdict = judge(status, None, retry_after=seconds is not None, idempotent=idempotent)
            return Exchange(verdict, status, None, answer, bytes(received), seconds, complete=complete)
        if sent.begun:
            cause = ""
        else:
            fault = "not connected"
        verdict = judge(None, fault, retry_after=False, idempotent=idempotent)
        return Exchange(verdict, None, fault, complete=False, cause=cause)

    @contextmanager
    def _connection(self, deadline: float) -> Iterator[httpcore.ConnectionPool]:
        """For this thread alone. Raises PoolTimeout, NoWay, and ValueError for a malformed address."""
        try:
            found = self._free.get(timeout=max(0.0, deadline - time.monotonic()))
        except Empty:
            raise httpcore.PoolTimeout from None
        try:
            if found is None:
                with self._opening:
                    self._way = self._way or Way.to(self._base_url)
                found = self._way.connection(self._network)
            yield found
        finally:
            self._free.put(found)

    def close(self) -> None:
        """Call it when no call is on its way."""
        for connection in [self._free.get() for _ in range(self._free.qsize())]:
            self._free.put(None)
            if connection:
                connection.close()


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Under names in lower case, so that one replaces another."""
    return {name.lower(): value for name, value in headers.items()}


class _Sent:
    """Follows a request: whether anything has begun to leave that a server could take for the whole of it.

    httpcore writes the headers, then the body, and says so beforehand. Where the headers already meet a
    closed connection, the body never leaves, and without it nothing is taken.
    """

    def __init__(self, network: DeadlineBackend, *, headers_suffice: bool) -> None:
        self.begun = False
        self._network = network
        self._decisive = "http11.send_request_" + ("headers" if headers_suffice else "body") + ".started"

    def trace(self, event: str, info: Mapping[str, object]) -> None:
        if event == self._decisive:
            request = info.get("request")
            # CONNECT goes to a proxy, and carries nothing of ours.
            self.begun |= not (isinstance(request, httpcore.Request) and request.method == b"CONNECT")
        elif event == "http11.receive_response_headers.complete" and not self._network.call.heard:
            # It was in httpcore's buffer behind the answer before, which httpcore does not mind: it may say
            # nothing about this request (RFC 9112, 9.2).
            raise httpcore.RemoteProtocolError("an answer before the request")


def _unusable(cause: str) -> Exchange:
    """No call can be made at all until a person has mended the settings."""
    return Exchange(Verdict("credentials"), None, "not connected", complete=False, cause=cause)


def _cause(error: Exception) -> str:
    """Nothing of the error's own words but a certificate's fault: they may quote what was sent."""
    inner = error.args[0] if error.args else None
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({inner.verify_message})"
    if isinstance(inner, ssl.SSLError):
        return "it speaks no TLS that we do"
    if isinstance(inner, socket.gaierror):
        return "its name is not known"
    if isinstance(inner, ConnectionRefusedError):
        return "it refuses connections"
    if isinstance(error, httpcore.ProxyError):
        return "the proxy does not let us through"
    if isinstance(error, httpcore.PoolTimeout):
        return "all our connections were busy"
    return "it took too long" if isinstance(error, httpcore.TimeoutException) else ""


def _result(state: RetryCallState) -> Exchange:
    assert state.outcome is not None
    found = state.outcome.result()
    assert isinstance(found, Exchange)
    return found


def _pause(found: Exchange) -> float:
    """Seconds that the provider asked for."""
    return found.seconds or 0.0
