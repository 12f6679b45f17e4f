"""A send carried out in this process, with its progress, until it is over or somebody presses Ctrl-C."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import typer

from lpdownload.cli import console

if TYPE_CHECKING:
    from types import FrameType

    from lpdownload.content.library import Library
    from lpdownload.delivery.engine import Engine, Watch
    from lpdownload.delivery.services import Services
    from lpdownload.model.ledger import Counts, Send
    from lpdownload.store.database import Database


HEARING: Final = 1.0
"""Seconds in which reports are applied before the sends go on; what is left comes at the next turn."""


def carry_out(
    library: "Library", database: "Database", services: "Services", number: int, as_json: bool
) -> None:
    """Works on a send until it is over, and shows what became of it. Exit code 1 if it needs somebody."""
    import time
    from datetime import UTC, datetime

    from lpdownload.cli.standing import show_send
    from lpdownload.delivery.engine import Engine
    from lpdownload.store import sends
    from lpdownload.store.lease import working
    from lpdownload.tracking.apply import apply_reports

    def hear() -> object:
        untracked = library.network.tracking.untracked
        return apply_reports(database, datetime.now(UTC), seconds=HEARING, untracked=untracked)

    interrupted = False
    with progress(database, number) as watch:
        told = False
        while True:
            with working(database, datetime.now(UTC)) as worker:
                if worker is not None:
                    chores = [hear]
                    engine = Engine(
                        database, library, worker, services, only=number, watch=watch, chores=chores
                    )
                    with stopping(engine) as stopped:
                        engine.run(for_ever=False)
                    interrupted = bool(stopped)
                    break
            if not told:
                told = True
                console.note("Another lpdownload is sending from this database; waiting for it.")
            with database.reading() as connection:
                send = sends.find(connection, number)
                watch(send, sends.counts(connection, number))
            if send.state not in {"scheduled", "sending"}:
                break
            time.sleep(1)
    if interrupted:
        _pause(database, number)
    show_send(database, number, as_json)
    with database.reading() as connection:
        send, counts = sends.find(connection, number), sends.counts(connection, number)
    if interrupted and send.state == "paused":
        console.note(f"Paused; what was in flight is accounted for. lpdownload sends resume {number}")
        raise typer.Exit(console.EXIT_INTERRUPTED)
    if send.state != "done" or counts.in_doubt:
        raise typer.Exit(console.EXIT_FINDINGS)


@contextmanager
def stopping(engine: "Engine") -> Iterator[list[int]]:
    """The signals heard: the first lets what is in flight end, the next one does not wait.

    A closed terminal is one too, unless nohup or the shell has said that it is none.
    """
    heard: list[int] = []

    def stop(number: int, _: "FrameType | None") -> None:
        if heard:
            raise KeyboardInterrupt
        heard.append(number)
        engine.stop()

    ours = [signal.SIGINT, signal.SIGTERM]
    ours += [signal.SIGHUP] if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN else []
    before = {each: signal.signal(each, stop) for each in ours}
    try:
        yield heard
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _pause(database: "Database", number: int) -> None:
    from datetime import UTC, datetime

    from lpdownload.model.ledger import IllegalMove
    from lpdownload.store import sends

    try:
        with database.writing() as connection:
            now = datetime.now(UTC)
            sends.move(connection, number, "paused", by="lpdownload", why="stopped by hand", now=now)
    except IllegalMove:
        pass  # it was just over


@contextmanager
def progress(database: "Database", number: int) -> "Iterator[Watch]":
    """A bar or lines for a send; told where it stands."""
    from lpdownload.store import sends

    with database.reading() as connection:
        counts = sends.counts(connection, number)
    with console.meter(counts.planned or None, f"Send {number}") as tell:
        yield _watch(tell, counts)


def _watch(tell: Callable[[int, str], None], before: "Counts") -> "Watch":
    import time

    begun = time.monotonic()

    def watch(_: "Send", counts: "Counts") -> None:
        through = counts.planned - counts.pending
        seconds = time.monotonic() - begun
        rate = (through - before.planned + before.pending) / seconds if seconds > 0 else 0
        doubt = f", {counts.in_doubt:,} in doubt" if counts.in_doubt else ""
        tell(through, f"{through:,} of {counts.planned:,}, {rate:,.0f} a second{doubt}")

    return watch
