"""Moments at which a process dies: at a chosen point of its work, or as soon as so much mail has left.

At a point the process stops itself (SIGSTOP), and whoever watches kills it there: so the others can be held
meanwhile, and what it leaves behind looked at before they take it over.
"""

import os
import random
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from typing import Final

_PATIENCE: Final = 120.0
"""Seconds for something to happen at all."""


@dataclass(frozen=True)
class Point:
    """Before or after a function, at its n-th call in the process."""

    module: str
    function: str
    after: bool
    latest: int
    """The n-th call, at most."""


_PLAN, _ENGINE, _SUBMIT = "delivery.plan", "delivery.engine", "delivery.submit"
POINTS: Final = {
    "claimed": Point("store.batches", "claim", True, 2),
    "before a batch is begun": Point(_ENGINE, "begin", False, 8),
    "while it is being begun": Point("store.batches", "begin", True, 8),
    "when it is begun": Point(_ENGINE, "begin", True, 8),
    "before the call": Point(_ENGINE, "submit_batch", False, 8),
    "after the call": Point(_SUBMIT, "_judged", False, 8),
    "while it is being settled": Point("store.settle", "settle", True, 8),
    "when it is settled": Point(_ENGINE, "submit_batch", True, 8),
}
"""Of a process that works on a send."""
PLANNING: Final = {
    "while it is being planned": Point(_PLAN, "freeze", True, 1),
    "when it is planned": Point("cli.running", "carry_out", False, 1),
}
RECOVERING: Final = {
    "while a doubt is written down": Point("store.doubt", "into_doubt", True, 1),
    "when the doubts are written down": Point("delivery.recovery", "recover", True, 1),
}
"""Of one that finds what another has left."""
TELLING: Final = {
    "while messages are told": Point("store.settle", "told", True, 2),
    "when messages are told": Point(_SUBMIT, "_Teller._write", True, 2),
}
"""Where outcomes of single messages are known."""
_ALL: Final = POINTS | PLANNING | RECOVERING | TELLING


@dataclass(frozen=True)
class Moment:
    """When a process dies."""

    point: str = ""
    nth: int = 1
    copies: int = 0
    """Without a point: after so many more copies have left, and then …"""
    seconds: float = 0.0

    @property
    def prelude(self) -> str:
        """For the process: see tests/desk.py."""
        armed = f"arm({self.point!r}, {self.nth})" if self.point else ""
        return f"from tests.acceptance.dying import arm, hurry\nhurry()\n{armed}\n"


def moment(chance: random.Random, points: Mapping[str, Point], latest: int) -> Moment:
    """One of them; every third time merely some time. ``latest``: the n-th call of a point, at most."""
    if chance.random() < 1 / 3:
        return Moment(copies=chance.randint(1, 3 * latest), seconds=chance.uniform(0, 0.03))
    name = chance.choice(sorted(points))
    return Moment(name, chance.randint(1, min(latest, points[name].latest)))


def arm(name: str, nth: int, *, act: Callable[[], None] | None = None) -> None:
    """This process stops itself there, and does not go on; or whatever else is to happen there."""
    point = _ALL[name]
    path = point.function.split(".")
    owner: object = import_module(f"lpdownload.{point.module}")
    for part in path[:-1]:
        owner = getattr(owner, part)
    original: Callable[..., object] = getattr(owner, path[-1])
    calls = count(1)

    def fatal(*given: object, **named: object) -> object:
        is_it = next(calls) == nth
        if is_it and not point.after:
            (act or _stop)()
        found = original(*given, **named)
        if is_it and point.after:
            (act or _stop)()
        return found

    setattr(owner, path[-1], fatal)


def fill_disk() -> None:
    """From now on no file of this process can grow."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def hurry() -> None:
    """It looks for dead workers and for doubts many times a second instead of every three, and tells of
    messages in groups that are smaller than these tests' batches.
    """
    from lpdownload.delivery import engine, submit

    engine._CHORES = 0.1  # type: ignore[misc]
    submit.TOLD = 10  # type: ignore[misc]


def _stop() -> None:
    signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)  # this very thread goes no further
    os.kill(os.getpid(), signal.SIGKILL)


_WAITS: Final = 3.0
"""Seconds after which a process that has done nothing waits for a lock of one that is held."""


def comes(
    process: "subprocess.Popen[str]",
    when: Moment,
    copies: Callable[[], int],
    *,
    at_first: Callable[[], None] = lambda: None,
    seconds: float = _PATIENCE,
) -> bool:
    """Waits for the moment, so many seconds at most, and stops the process; False if it ended before.

    ``at_first`` is called when the first copy has left, or the process has stopped, or waits for others.
    """
    before = copies()
    begun = time.monotonic()

    def wait(holds: Callable[[], bool], at_most: float) -> None:
        until = begun + at_most
        while not (holds() or _state(process, os.WEXITED | os.WSTOPPED)) and time.monotonic() < until:
            time.sleep(0.003)

    wait(lambda: copies() > before, min(seconds, _WAITS))
    at_first()
    wait(lambda: not when.point and copies() >= before + when.copies, seconds)
    if not when.point:
        time.sleep(when.seconds)
    os.kill(process.pid, signal.SIGSTOP)  # if it has ended it is still there, for nobody has waited
    until(lambda: _state(process, os.WEXITED | os.WSTOPPED))
    return not _state(process, os.WEXITED)


def _state(process: "subprocess.Popen[str]", options: int) -> bool:
    """Whether it has ended, or stopped; it stays to be waited for."""
    return os.waitid(os.P_PID, process.pid, options | os.WNOHANG | os.WNOWAIT) is not None


def until(holds: Callable[[], bool], seconds: float = _PATIENCE) -> None:
    """Waits for something that surely comes."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it does not come"
        time.sleep(0.05)
