"""Sockets that keep a call's deadline, however slow the other side is, and know if it has spoken since.

HTTP clients bound the wait for each read and write, not their sum: an answer of a byte a minute would never
time out. httpcore lets us put in the sockets; httpx, which stands on it, does not. Looking a name up takes
the system's own time, and each of its addresses may take the wait for a connection; nothing has left then.
"""

import ssl
import threading
import time
from collections.abc import Iterable
from typing import Final, TypeVar

import httpcore
from httpcore import SOCKET_OPTION, NetworkBackend, NetworkStream

_SLICE: Final = 256 * 1024
"""Bytes written before the clock is looked at again; also spares a copy of the rest at every write."""


class _Call(threading.local):
    """The call that this thread is making."""

    ends_at = float("inf")
    """On the monotonic clock."""
    heard = False
    """Whether anything was read since the last byte was written."""


_Timeout = TypeVar("_Timeout", bound=httpcore.TimeoutException)


class DeadlineBackend(NetworkBackend):
    """Connections whose every wait ends at the deadline of the calling thread."""

    def __init__(self) -> None:
        self._inner = httpcore.SyncBackend()
        self.call = _Call()

    def end_at(self, moment: float) -> None:
        """For everything this thread does from now on; ``moment`` is of time.monotonic."""
        self.call.ends_at = moment

    def wait(self, timeout: float | None, error: type[_Timeout]) -> float | None:
        """``timeout``, or less if the deadline is nearer. Raises ``error`` if it is over."""
        left = self.call.ends_at - time.monotonic()
        if left <= 0:
            raise error("the deadline is over")
        if timeout is None:
            return None if left == float("inf") else left
        return min(timeout, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SOCKET_OPTION] | None = None,
    ) -> NetworkStream:
        wait = self.wait(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, wait, local_address, socket_options), self)


class _Stream(NetworkStream):
    def __init__(self, inner: NetworkStream, backend: DeadlineBackend) -> None:
        self._inner = inner
        self._backend = backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        found = self._inner.read(max_bytes, self._backend.wait(timeout, httpcore.ReadTimeout))
        self._backend.call.heard = True
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._backend.call.heard = False
        for start in range(0, len(buffer), _SLICE):
            wait = self._backend.wait(timeout, httpcore.WriteTimeout)
            self._inner.write(buffer[start : start + _SLICE], wait)

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> NetworkStream:
        wait = self._backend.wait(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, wait), self._backend)

    def get_extra_info(self, info: str) -> object:
        return self._inner.get_extra_info(info)
