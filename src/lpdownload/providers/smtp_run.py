"""One batch over several connections at once: who takes which message, and when to give up.

A message goes to the server once. What certainly was not taken is Throttled, for delivery to plan again; only
a message for a connection that had gone stale between two batches is tried again here. Connections are opened
one after the other, each by the one before it, so that a wrong password is tried once and not once a thread.
"""

import threading
import time
from collections import deque
from queue import SimpleQueue
from typing import Final

from lpdownload.model.delivery import InDoubt, Outcome, Refused, Throttled
from lpdownload.providers.base import Batch, Told
from lpdownload.providers.smtp_connection import Connection, Lost, Waits
from lpdownload.providers.smtp_opening import Unwelcome, connect
from lpdownload.providers.smtp_settings import Settings

_FAILURES: Final = 3
"""In a row, over all connections: then the rest of the batch waits for another time."""
_WORTH_A_CONNECTION: Final = 5
"""Messages."""


class Pool:
    """A server's connections, at most ``settings.connections`` in use; threads share it. ``close`` it."""

    def __init__(self, settings: Settings, waits: Waits) -> None:
        self.settings = settings
        self.waits = waits
        self.slots = threading.BoundedSemaphore(settings.connections)
        self._resting: deque[tuple[Connection, float]] = deque()
        """Each since when."""

    def take(self, *, fresh: bool = False) -> tuple[Connection, bool]:
        """A connection, and whether it is new; for who holds a slot. Raises Unwelcome."""
        while not fresh:
            try:
                connection, since = self._resting.pop()
            except IndexError:
                break
            if time.monotonic() - since < self.waits.rest and not connection.is_stale:
                return connection, False
            connection.close()
        return connect(self.settings, self.waits), True

    def give_back(self, connection: Connection) -> None:
        if connection.is_open:
            self._resting.append((connection, time.monotonic()))

    def close(self) -> None:
        while self._resting:
            self._resting.pop()[0].quit()


class Run:
    """One batch on its way; used once."""

    def __init__(self, batch: Batch, pool: Pool) -> None:
        self._batch = batch
        self._pool = pool
        self._todo = deque(range(len(batch.parts)))
        self._most = min(pool.settings.connections, -(-len(batch.parts) // _WORTH_A_CONNECTION))
        self._done: SimpleQueue[tuple[int, Outcome] | BaseException | None] = SimpleQueue()
        """Each outcome as it comes; None at the end."""
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._working = 0
        self._connected = 0
        self._let_in = False
        self._failures = 0
        self._rest: Refused | Throttled = Throttled("no connection was free for it")
        """What became of the messages that nobody took on."""

    def outcomes(self, told: Told | None) -> tuple[Outcome, ...]:
        found: dict[int, Outcome] = {}
        surprise: BaseException | None = None
        try:
            if self._todo:
                self._start_another()
                while (item := self._done.get()) is not None:
                    if isinstance(item, BaseException):
                        surprise = item
                        continue
                    index, found[index] = item
                    if told:
                        told(index, found[index])
        finally:  # also when ``told`` raises, or a person interrupts: the messages under way are finished
            self._todo.clear()
            for thread in tuple(self._threads):
                thread.join()
        if surprise:
            raise surprise
        for index in range(len(self._batch.parts)):
            if index not in found:
                found[index] = self._rest
                if told:
                    told(index, self._rest)
        return tuple(found[index] for index in range(len(self._batch.parts)))

    def _start_another(self) -> None:
        with self._lock:
            if len(self._threads) >= self._most or not self._todo:
                return
            first = not self._threads
            thread = threading.Thread(target=self._work, args=(first,), name="smtp", daemon=True)
            self._threads.append(thread)
            self._working += 1
        thread.start()

    def _work(self, first: bool) -> None:
        try:
            # Another batch may hold all slots: the first thread waits for one, the others are a luxury.
            if self._pool.slots.acquire(blocking=first):
                try:
                    self._work_off()
                finally:
                    self._pool.slots.release()
        except BaseException as error:  # noqa: BLE001  (raised again by the thread that submits)
            self._done.put(error)
        finally:
            with self._lock:
                self._working -= 1
                last = not self._working
            if last:
                self._done.put(None)

    def _work_off(self) -> None:
        fresh = False
        while self._todo:
            try:
                connection, new = self._pool.take(fresh=fresh)
            except Unwelcome as error:
                if self._is_hopeless(error):
                    return
                continue
            with self._lock:
                self._connected += 1
                self._let_in = True
            self._start_another()
            try:
                fresh = self._use(connection, new)
            finally:
                with self._lock:
                    self._connected -= 1
                self._pool.give_back(connection)

    def _is_hopeless(self, error: Unwelcome) -> bool:
        """Whether this thread gives up; waits a little if it does not."""
        with self._lock:
            outcome = error.outcome
            if self._let_in and isinstance(outcome, Refused):  # too many at once, and not the account
                outcome = Throttled(outcome.reason)
            self._rest = outcome
            if self._connected:  # those there are do the rest
                return True
            self._failures += 1
            failures = self._failures
            if isinstance(outcome, Refused) or failures >= _FAILURES:
                self._todo.clear()
                return True
        time.sleep(self._pool.waits.pause * failures)
        return False

    def _use(self, connection: Connection, new: bool) -> bool:
        """Hands messages over until there are no more or it breaks; True if the next must be a new one."""
        rested = not new
        while True:
            if connection.handed_over >= self._pool.settings.messages_per_connection:
                connection.quit()
                return False
            try:
                index = self._todo.popleft()
            except IndexError:
                return False
            part, address = self._batch.parts[index], self._batch.addresses[index]
            try:
                outcome = connection.hand_over(self._batch.sender, address, part)
            except Lost as error:
                outcome = Throttled(f"{error} before the message was whole")
            if rested and isinstance(outcome, Throttled) and not connection.is_open:
                # The server had hung up long ago, or was about to (421), for nobody had used the connection.
                self._todo.appendleft(index)
                return True
            rested = False
            self._done.put((index, outcome))
            self._count(outcome, connection.is_open)
            if not connection.is_open:
                return True

    def _count(self, outcome: Outcome, is_open: bool) -> None:
        slow_down = isinstance(outcome, Throttled) and outcome.seconds is not None
        lost = not is_open and not isinstance(outcome, Refused)
        with self._lock:
            self._failures = self._failures + 1 if slow_down or lost else 0
            if self._failures >= _FAILURES:
                if isinstance(outcome, Throttled):
                    self._rest = outcome
                elif isinstance(outcome, InDoubt):
                    self._rest = Throttled("the connection was lost several times in a row")
                self._todo.clear()
