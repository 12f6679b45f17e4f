"""Makes happen what the ledger says is due: plans sends whose time has come, hands batches over, recovers.

The ledger alone says what is due and who has it, on SQLite as on PostgreSQL, so this engine keeps nothing
that a restart would lose. Batches are built in this thread and handed over by a few others, as building is
Python's work and handing over is waiting.
"""

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from lpdownload.content.library import Library
from lpdownload.delivery import recovery
from lpdownload.delivery.breaker import MOST_TRIES, Breaker
from lpdownload.delivery.due import plan_due
from lpdownload.delivery.outgoing import Outgoing, open_send
from lpdownload.delivery.schedule import quiet_until
from lpdownload.delivery.services import Services
from lpdownload.delivery.submit import Prepared, Result, begin, prepare, submit_batch
from lpdownload.errors import Finding, InvalidInput, Unavailable
from lpdownload.model.ledger import BatchRow, Counts, IllegalMove, Send
from lpdownload.providers.registry import holds_the_list
from lpdownload.store import batches, doubt, sends
from lpdownload.store.database import Database
from lpdownload.store.lease import Worker
from lpdownload.store.pace import Wait

AT_ONCE: Final = 4
"""Calls under way in a process, where the account's pace says nothing else."""
_CLAIMED: Final = 8
_TICK: Final = 0.5
"""Seconds between two looks at what others have decided."""
_CHORES: Final = 3.0
"""Seconds between two looks for what is due, dead, or in doubt."""
_SOON: Final = 60.0
"""Seconds that one who does only what is due waits for more."""

Watch = Callable[[Send, Counts], None]


@dataclass
class _Open:
    """A send that this process works on."""

    outgoing: Outgoing
    breaker: Breaker
    zone: str
    """Of its newsletter, for quiet hours."""
    ready: deque[BatchRow] = field(default_factory=deque)
    not_before: datetime | None = None
    hopeless: set[int] = field(default_factory=set)
    """Batches in doubt that can no longer be built as they were."""
    asked_at: datetime | None = None
    """When the provider was asked what it took of batches in doubt."""

    def may_repeat(self, batch: BatchRow, now: datetime) -> bool:
        """Of a batch in doubt: whether handing it over once more tells what became of it."""
        is_hopeless = batch.number in self.hopeless or batch.attempts >= MOST_TRIES
        return not is_hopeless and recovery.repeatable(self.outgoing, batch, now)


class Engine:
    """One process at its work; ``run`` it while its worker's lease is held."""

    def __init__(
        self,
        database: Database,
        library: Library,
        worker: Worker,
        services: Services,
        *,
        only: int | None = None,
        watch: Watch | None = None,
        chores: Sequence[Callable[[], object]] = (),
    ) -> None:
        """``only``: the one send to work on; all of them if not given. ``watch`` hears how it goes.

        ``chores``: what else is to be done every few seconds, in this thread; each should be short.
        """
        self._database = database
        self._library = library
        self._worker = worker
        self._services = services
        self._only = only
        self._watch = watch
        self._more_chores = chores
        self._stopped = False  # and no Event: a signal that comes while one is waited for would lock it twice
        self._open: dict[int, _Open] = {}
        self._calls: dict[Future[Result], int] = {}
        self._looked = 0.0
        self._tidied = 0.0
        self._failures: list[BaseException] = []

    def stop(self) -> None:
        """From a signal: what is in flight is waited for, nothing more begins."""
        self._stopped = True

    def run(self, *, for_ever: bool) -> None:
        """Until everything that is due is done, or without end. Raises what a call of the database raised."""
        with self._pool() as pool:
            while not self._stopped:
                self._look()
                prepared = self._next()
                if prepared is not None:
                    self._hand_over(pool, *prepared)
                elif self._calls:
                    self._await_a_call(_TICK)
                elif not self._rest(for_ever):
                    return

    @contextmanager
    def _pool(self) -> Iterator[ThreadPoolExecutor]:
        """Its end waits for what is in flight, and gives back what was not begun.

        Who presses Ctrl-C once more does not wait: the rest is in doubt.
        """
        pool = ThreadPoolExecutor(32, thread_name_prefix="submit")
        is_patient = True
        try:
            try:
                yield pool
            finally:
                while self._calls:
                    self._await_a_call(None)
                with self._database.writing() as connection:
                    batches.release(connection, self._worker.number)
                self._look(always=True)
        except KeyboardInterrupt:
            is_patient = False
            raise
        finally:
            pool.shutdown(wait=is_patient)
        if self._failures:
            raise self._failures[0]

    def _look(self, *, always: bool = False) -> None:
        """What others have decided, and how far everything is."""
        now = time.monotonic()
        if now - self._looked < _TICK and not always:
            return
        self._looked = now
        if now - self._tidied >= _CHORES and not self._stopped:
            self._tidied = now
            self._chores()
        with self._database.reading() as connection:
            live = {send.id: send for send in sends.live(connection) if self._is_mine(send)}
            counted = {number: sends.counts(connection, number) for number in self._open}
            finished = [
                number
                for number, send in live.items()
                if send.state == "sending" and not batches.is_open(connection, number)
            ]
        for number, send in live.items():
            if send.state == "sending" and number not in self._open:
                self._take_on(send)
        for number in list(self._open):
            if number not in live or live[number].state != "sending":
                self._put_down(number)
            elif number in counted and (reason := self._open[number].breaker.counted(counted[number])):
                self._pause(number, reason)
        for number in finished:
            if not any(each == number for each in self._calls.values()) and not self._repeats(number):
                self._finish(number)
        if self._watch and self._only is not None:
            with self._database.reading() as connection:
                self._watch(sends.find(connection, self._only), sends.counts(connection, self._only))

    def _is_mine(self, send: Send) -> bool:
        mine = send.instance == self._worker.instance and self._only in {None, send.id}
        return mine and not holds_the_list(send.provider)

    def _chores(self) -> None:
        if not self._worker.is_alive():
            lost = "the database's server has lost this process: others may have taken its work over"
            hint = "start it again: what was in flight is accounted for"
            self._failures.append(Unavailable([Finding("lease-lost", lost, hint)]))
            self._stopped = True
            return
        recovery.recover(self._database, self._worker)
        for chore in self._more_chores:
            chore()
        plan_due(self._database, self._library, self._services, self._worker, self._only)
        now = datetime.now(UTC)
        for number, each in list(self._open.items()):
            with self._database.reading() as connection:
                doubtful = doubt.in_doubt(connection, [number])
            if doubtful:
                if each.asked_at is None or now - each.asked_at >= recovery.LOOK_UP_AFTER:
                    each.asked_at = now
                    recovery.look_up(self._database, each.outgoing, doubtful, now)
                each.ready.extend(
                    batch
                    for batch in doubtful
                    if each.may_repeat(batch, now) and batch not in each.ready and _is_time(batch, now)
                )

    def _take_on(self, send: Send) -> None:
        try:
            service = self._services.of(send.account)
            zone = self._library.newsletter(send.newsletter)[1].timezone
        except InvalidInput as error:
            self._pause(send.id, "; ".join(finding.message for finding in error.findings))
            return
        with self._database.writing() as connection:  # it may have to make the keys of readers' links
            outgoing = open_send(connection, send, service.provider, service.pace)
            self._open[send.id] = _Open(outgoing, Breaker(sends.counts(connection, send.id)), zone)

    def _put_down(self, number: int) -> None:
        del self._open[number]
        self._give_back()

    def _give_back(self) -> None:
        """What this process had claimed and not begun."""
        with self._database.writing() as connection:
            batches.release(connection, self._worker.number)
        for each in self._open.values():
            each.ready.clear()

    def _repeats(self, number: int) -> bool:
        """Whether a batch in doubt will still be handed over once more, under its key."""
        each = self._open.get(number)
        if each is None:
            return False
        now = datetime.now(UTC)
        with self._database.reading() as connection:
            doubtful = doubt.in_doubt(connection, [number])
        return any(each.may_repeat(batch, now) for batch in doubtful)

    def _finish(self, number: int) -> None:
        now = datetime.now(UTC)
        with self._database.writing() as connection:
            send = sends.find(connection, number, lock=True)
            if send.state == "sending" and not batches.is_open(connection, number):
                sends.move(connection, number, "done", by="lpdownload", why="", now=now)
        self._open.pop(number, None)

    def _pause(self, number: int, reason: str) -> None:
        try:
            with self._database.writing() as connection:
                sends.move(connection, number, "paused", by="lpdownload", why=reason, now=datetime.now(UTC))
        except IllegalMove:
            pass  # somebody paused, cancelled or finished it just now
        if number in self._open:
            self._put_down(number)

    def _next(self) -> tuple[_Open, Prepared] | None:
        """The next batch that may leave now, built."""
        now = datetime.now(UTC)
        for each in sorted(self._open.values(), key=self._under_way):
            if (each.not_before and each.not_before > now) or self._is_quiet(each, now):
                continue
            if self._is_full(each) and len(self._open) > 1:
                continue  # of one alone the next batch is built while it waits
            if not each.ready:
                with self._database.writing() as connection:
                    claimed = batches.claim(
                        connection, self._worker.number, _CLAIMED, now, [each.outgoing.send.id]
                    )
                each.ready.extend(claimed)
            if each.ready:
                row = each.ready.popleft()
                prepared = self._prepared(each, row, now)
                is_same = prepared is not None and prepared.batch.digest == row.digest
                if prepared is not None and (row.state == "planned" or is_same):
                    return each, prepared
                if row.state == "in_doubt":
                    each.hopeless.add(row.number)
        return None

    def _prepared(self, each: _Open, row: BatchRow, now: datetime) -> Prepared | None:
        """Built; a send that cannot be is set aside, so that the next process goes on with the others."""
        try:
            return prepare(self._database, each.outgoing, row, now)
        except InvalidInput:
            raise
        except Exception as error:
            self._pause(each.outgoing.send.id, f"a bug of lpdownload's own: {type(error).__name__}")
            raise

    def _is_quiet(self, each: _Open, now: datetime) -> bool:
        send = each.outgoing.send
        hours = self._library.network.contact.quiet_hours
        if hours is None or send.local or each.outgoing.ignores_quiet_hours:
            return False
        each.not_before = quiet_until(now, hours, each.zone)
        return each.not_before is not None

    def _hand_over(self, pool: ThreadPoolExecutor, each: _Open, prepared: Prepared) -> None:
        number = each.outgoing.send.id
        while self._is_full(each):
            self._await_a_call(_TICK)
            self._look()
            if self._open.get(number) is not each:
                return  # paused, and given back
        if self._stopped:
            return
        begun = begin(self._database, each.outgoing, prepared, self._worker.number, datetime.now(UTC))
        if isinstance(begun, Wait):
            each.ready.appendleft(prepared.row)
            each.not_before = begun.until
            return
        if begun is None:  # its send was paused or cancelled meanwhile
            self._give_back()
            self._look(always=True)
            return
        call = pool.submit(submit_batch, self._database, each.outgoing, prepared, begun, self._worker.number)
        self._calls[call] = number

    def _await_a_call(self, seconds: float | None) -> None:
        done, _ = wait(self._calls, seconds, FIRST_COMPLETED)
        for call in done:
            number = self._calls.pop(call)
            if error := call.exception():
                self._failures.append(error)
                self._stopped = True
                continue
            if number in self._open and (reason := self._open[number].breaker.heard(call.result())):
                self._pause(number, reason)

    def _rest(self, for_ever: bool) -> bool:
        """Nothing is due; False if nothing ever will be."""
        self._look(always=True)
        if not self._open and not for_ever:
            return False
        now = datetime.now(UTC)
        with self._database.reading() as connection:
            first = batches.next_due(connection, list(self._open), now)
        moments = [moment for moment in (first, *(each.not_before for each in self._open.values())) if moment]
        waits = [(moment - now).total_seconds() for moment in moments if moment > now]
        if waits and min(waits) > _SOON and not for_ever and self._only is None:
            return False
        time.sleep(min([*waits, _TICK]))
        return True

    def _under_way(self, each: _Open) -> int:
        """How many calls of a send are."""
        return sum(number == each.outgoing.send.id for number in self._calls.values())

    def _is_full(self, each: _Open) -> bool:
        """Whether its account has as many calls under way as it may."""
        account = each.outgoing.send.account
        calls = sum(
            self._under_way(one) for one in self._open.values() if one.outgoing.send.account == account
        )
        return calls >= (each.outgoing.pace.calls_at_once or AT_ONCE)


def _is_time(batch: BatchRow, now: datetime) -> bool:
    """Of a batch in doubt that may be repeated: soon at first, and then ever later."""
    waited = (now - (batch.settled_at or now)).total_seconds()
    return waited >= min(2.0**batch.attempts, 600)
