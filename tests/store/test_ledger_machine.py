"""Whatever workers, providers, deaths and people do to the ledger, everybody stays accounted for in it.

The provider is a model that remembers whom it took, so that who got two copies, or was forgotten, shows.
"""

from collections import Counter
from collections.abc import Callable
from typing import ClassVar, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Connection, delete, select
from tests.ledger import ISSUE, audience, check, new_send, stands, start
from tests.people import NOW, put_all

from lpdownload.model.audience import INCLUDED
from lpdownload.model.ledger import BATCH_MOVES, SEND_MOVES, BatchRow, BatchState, FollowUp, SendState
from lpdownload.store import batches, doubt, sends, settle
from lpdownload.store.batches import Differing
from lpdownload.store.candidates import Question
from lpdownload.store.database import Database
from lpdownload.store.follow_up import follow_up
from lpdownload.store.settle import Settlement
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import batches as batch_table
from lpdownload.store.tables import issues, recipients, send_log, subscribers
from lpdownload.store.tables import sends as send_table

Found = TypeVar("Found")
Truth = dict[int, str]
"""What the provider made of each person of a call; ``lost``: it took them, and the answer got lost;
``nothing``: the answer got lost, and it did not take them.
"""
truths = st.sampled_from(["accepted", "accepted", "refused", "later", "lost", "nothing"])
TAKEN = {"accepted", "lost"}


class _Ledger(RuleBasedStateMachine):
    """Up to nine people, two workers, one issue and its further sends."""

    database: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.workers = [1, 2]
        self.claimed: list[tuple[int, BatchRow]] = []
        self.calls: list[tuple[int, BatchRow, set[int]]] = []
        """Worker, batch, and those of whom it was not told yet."""
        self.ghosts: list[tuple[int, BatchRow, set[int]]] = []
        """Calls of workers that were taken for dead."""
        self.truth: dict[tuple[int, int], str] = {}
        """By edition and person."""
        self.copies: Counter[tuple[int, int]] = Counter()
        self.seen_in_doubt: list[BatchRow] = []
        self.send_states: dict[int, SendState] = {}
        self.batch_states: dict[tuple[int, int], BatchState] = {}

    @initialize()
    def begin_empty(self) -> None:
        with self.database.writing() as connection:
            for table in (recipients, batch_table, send_log, send_table, issues):
                connection.execute(delete(table))
            if connection.execute(select(subscribers.c.id)).first() is None:
                put_all(connection, [f"p{number}@example.org" for number in range(9)])
                suppress(connection, "p0@example.org", "staff", at=NOW, source="a call")

    def do(self, step: Callable[[Connection], Found]) -> Found:
        """One transaction; every move it makes is one of the tables."""
        with self.database.writing() as connection:
            found = step(connection)
            for send in sends.listed(connection):
                before = self.send_states.get(send.id, send.state)
                assert send.state == before or send.state in SEND_MOVES[before]
                self.send_states[send.id] = send.state
                for row in batches.of_send(connection, send.id):
                    key = (send.id, row.number)
                    known = self.batch_states.get(key, row.state)
                    assert row.state == known or row.state in BATCH_MOVES[known]
                    assert key in self.batch_states or row.state in {"planned", "in_doubt"}
                    self.batch_states[key] = row.state
        return found

    def edition(self, row: BatchRow) -> int:
        with self.database.reading() as connection:
            return sends.find(connection, row.send_id).edition

    def live(self) -> int | None:
        with self.database.reading() as connection:
            found = sends.live_of(connection, ISSUE)
        return found.id if found else None

    def in_doubt(self) -> list[BatchRow]:
        with self.database.reading() as connection:
            return list(doubt.in_doubt(connection, list(self.send_states)))

    def open_of(self, row: BatchRow) -> list[int]:
        with self.database.reading() as connection:
            return settle.open_people(connection, row)

    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """One of the things that can happen now; rules of their own would mostly find nothing to do."""
        live, doubtful, called = self.live(), self.in_doubt(), bool(self.calls or self.ghosts)
        possible = {
            self.plan: live is None,
            self.claim: live is not None,
            self.begin: bool(self.claimed),
            self.answer: called,
            self.tell: called,
            self.die: bool(self.claimed or self.calls),
            self.split: bool(self.claimed),
            self.ask_provider: bool(doubtful or self.seen_in_doubt),
            self.repeat: bool(doubtful),
            self.assume: bool(doubtful),
            self.decide: live is not None,
            self.finish: live is not None and self.send_states[live] == "sending",
        }
        happening = data.draw(st.sampled_from([what for what, can in possible.items() if can]))
        happening(data)

    def some_calls(self, data: st.DataObject) -> list[tuple[int, BatchRow, set[int]]]:
        late = data.draw(st.booleans())
        return (self.ghosts if late else self.calls) or self.ghosts or self.calls

    # The organiser.

    def plan(self, data: st.DataObject) -> None:
        size = data.draw(st.integers(1, 5))
        only_to: FollowUp | None = data.draw(
            st.sampled_from([None, None, "failed", "not-reached", "accepted"])
        )
        question = Question("town", ISSUE)
        with self.database.reading() as connection:
            asked = follow_up(connection, question, only_to) if only_to else question
            if not audience(connection, asked)[INCLUDED]:
                return
        send = self.do(lambda connection: sends.add(connection, new_send(only_to=only_to), NOW))
        self.do(lambda connection: start(connection, send, size))

    def decide(self, data: st.DataObject) -> None:
        to: SendState = data.draw(st.sampled_from(["sending", "paused", "cancelled"]))
        number = self.live()
        assert number is not None
        if to == "cancelled":
            self.do(lambda connection: sends.cancel(connection, number, by="ana", why="", now=NOW))
        elif to in SEND_MOVES[self.send_states[number]]:
            self.do(lambda connection: sends.move(connection, number, to, by="ana", why="", now=NOW))

    def finish(self, _: st.DataObject) -> None:
        number = self.live()
        assert number is not None
        with self.database.reading() as connection:
            is_over = not batches.is_open(connection, number)
        if is_over:
            self.do(lambda connection: sends.move(connection, number, "done", by="", why="", now=NOW))

    def assume(self, data: st.DataObject) -> None:
        """Somebody has looked, and is right; where the provider took some and not others, nobody can be."""
        row = data.draw(st.sampled_from(self.in_doubt()))
        edition = self.edition(row)
        taken = {self.truth[edition, number] in TAKEN for number in self.open_of(row)}
        if len(taken) == 2 or (self.send_states[row.send_id] == "done" and self.live() is not None):
            return
        (is_taken,) = taken

        def word(connection: Connection) -> None:
            doubt.assume(connection, row, is_taken, NOW, why="looked")
            if not is_taken and self.send_states[row.send_id] == "done":
                sends.move(connection, row.send_id, "sending", by="ana", why="", now=NOW)

        self.do(word)
        if not is_taken and self.send_states[row.send_id] == "cancelled":
            self.do(lambda connection: sends.spare(connection, row.send_id))

    # Workers.

    def claim(self, data: st.DataObject) -> None:
        owner, number = data.draw(st.sampled_from(self.workers)), self.live()
        most = data.draw(st.integers(1, 3))
        assert number is not None
        found = self.do(lambda connection: batches.claim(connection, owner, most, NOW, [number]))
        assert all(row.owner == owner for row in found)
        self.claimed += [(owner, row) for row in found]

    def begin(self, data: st.DataObject) -> None:
        owner, row = self.claimed.pop(data.draw(st.integers(0, len(self.claimed) - 1)))
        self.hand_over(data, owner, row)

    def repeat(self, data: st.DataObject) -> None:
        """To a provider that knows the key, and takes nobody twice under it."""
        owner = data.draw(st.sampled_from(self.workers))
        self.hand_over(data, owner, data.draw(st.sampled_from(self.in_doubt())))

    def hand_over(self, data: st.DataObject, owner: int, row: BatchRow) -> None:
        people = self.open_of(row)
        left = [number for number in people if row.state == "planned" and data.draw(st.integers(0, 9)) == 0]
        failed = [(number, "left") for number in left]
        before = self.batch_states[row.send_id, row.number]
        begun = self.do(lambda connection: batches.begin(connection, row, "d" * 64, failed, NOW, owner=owner))
        if begun is None:
            return
        assert (before, self.send_states[row.send_id]) == (row.state, "sending")
        called = set(people) - set(left)
        edition = self.edition(row)
        for number in sorted(called):
            key = (edition, number)
            if row.state == "in_doubt" and self.truth[key] in TAKEN:
                self.truth[key] = data.draw(st.sampled_from(["accepted", "lost"]))
            else:
                self.truth[key] = data.draw(truths)
                self.copies[key] += self.truth[key] in TAKEN
        self.calls.append((owner, begun, called))

    def split(self, data: st.DataObject) -> None:
        owner, row = self.claimed[data.draw(st.integers(0, len(self.claimed) - 1))]
        people = self.open_of(row)
        if len(people) > 1:
            fits = data.draw(st.integers(1, len(people) - 1))
            if not self.do(lambda connection: settle.split(connection, row, people[:fits], NOW)):
                self.claimed.remove((owner, row))

    def tell(self, data: st.DataObject) -> None:
        among = self.some_calls(data)
        _, row, left = data.draw(st.sampled_from(among))
        edition = self.edition(row)
        known = sorted(number for number in left if self.truth[edition, number] in {"accepted", "refused"})
        some = data.draw(st.sets(st.sampled_from(known))) if known else set()
        outcomes = [Differing(number, self.truth[edition, number], "so") for number in sorted(some)]  # type: ignore[arg-type]
        heard = self.do(lambda connection: settle.told(connection, row, outcomes))
        assert heard == (among is self.calls)
        if heard:
            left -= some

    def answer(self, data: st.DataObject) -> None:
        """Of a worker taken for dead it comes late, perhaps too late."""
        among = self.some_calls(data)
        call = data.draw(st.sampled_from(among))
        among.remove(call)
        owner, row, left = call
        edition = self.edition(row)
        by: dict[str, list[int]] = {}
        for number in sorted(left):
            by.setdefault(self.truth[edition, number], []).append(number)
        doubtful = sorted([*by.get("lost", []), *by.get("nothing", [])])
        found = Settlement(
            accepted=len(by.get("accepted", [])),
            refused=[(number, "no") for number in by.get("refused", [])],
            later=by.get("later", []),
            later_reason="busy",
            in_halves=data.draw(st.booleans()) and set(by) == {"later"} and len(left) > 1,
            doubtful=doubtful,
            doubt="cut off",
        )
        state = self.do(lambda connection: settle.settle(connection, row, found, NOW, owner=owner))
        assert state is not None or among is self.ghosts
        if found.later and self.send_states[row.send_id] == "cancelled":
            self.do(lambda connection: sends.spare(connection, row.send_id))

    def die(self, data: st.DataObject) -> None:
        """Or be taken for dead; what it had begun is in doubt, and what it had claimed is free."""
        worker = data.draw(st.integers(0, 1))
        owner = self.workers[worker]

        def recover(connection: Connection) -> None:
            for row in doubt.begun_by(connection, [owner]):
                doubt.into_doubt(connection, row, "died", NOW)
            batches.release(connection, owner)

        self.do(recover)
        self.ghosts += [call for call in self.calls if call[0] == owner]
        self.calls = [call for call in self.calls if call[0] != owner]
        self.workers[worker] = max(self.workers) + 1

    def ask_provider(self, data: st.DataObject) -> None:
        """It may answer when somebody else has settled the batch; whom it did not take it does not know."""
        self.seen_in_doubt += self.in_doubt()
        row = data.draw(st.sampled_from(self.seen_in_doubt))
        edition = self.edition(row)
        people = [number for number in self.open_of(row) if self.truth.get((edition, number)) in TAKEN]
        known = sorted(data.draw(st.sets(st.sampled_from(people), min_size=1))) if people else []
        outcomes = [Differing(number, "accepted", "") for number in known]
        self.do(lambda connection: doubt.resolve(connection, row, outcomes, NOW))

    @invariant()
    def everybody_is_accounted_for(self) -> None:
        with self.database.reading() as connection:
            check(connection)
            assert all(count <= 1 for count in self.copies.values())
            found: dict[tuple[int, int], set[str]] = {}
            for send in sends.listed(connection):
                flying = {
                    number
                    for row in batches.of_send(connection, send.id, "submitting")
                    for number in settle.open_people(connection, row)
                }
                for number, stand in stands(connection, send.id).items():
                    where = "submitting" if number in flying else stand
                    found.setdefault((send.edition, number), set()).add(where)
            for key, said in found.items():
                if "accepted" in said:
                    assert self.copies[key] == 1, f"{key} is forgotten"
                if self.copies[key]:
                    assert said & {"accepted", "in_doubt", "submitting"}, f"{key} may get it twice"


def test_everybody_stays_accounted_for(database: Database) -> None:
    examples = 25 if database.is_sqlite else 10
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(max_examples=examples, stateful_step_count=40, suppress_health_check=quiet)
    run_state_machine_as_test(type("Ledger", (_Ledger,), {"database": database}), settings=how)
