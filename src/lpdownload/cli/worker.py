"""`lpdownload worker`: does what is due, once or for ever."""

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import open_store

if TYPE_CHECKING:
    from lpdownload.content.library import Library
    from lpdownload.delivery.services import Services
    from lpdownload.store.database import Database


def worker(
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, and end: for a crontab.")] = False,
) -> None:
    """Start the sends whose time has come, go on with those whose process died, and hear what became of them.

    One at a time works on a newsroom's own database file; on PostgreSQL any number, on any machines.
    """
    from lpdownload.delivery.services import services

    library = issues.open_library([])
    with services(library) as opened, open_store(library) as database:
        if once:
            heard = _work(library, opened, database, once=True)
        else:
            heard = _work_for_ever(library, opened, database)
    if signal.SIGINT in heard:
        raise typer.Exit(console.EXIT_INTERRUPTED)


def _work_for_ever(library: "Library", opened: "Services", database: "Database") -> list[int]:
    """Where the database is busy or away for a while, it begins anew, as if it had been started again."""
    from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random

    from lpdownload.errors import Unavailable

    def tell(state: RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        if isinstance(error, Unavailable):
            console.note("; ".join(finding.message for finding in error.findings) + "; begins anew soon.")

    again = Retrying(
        retry=retry_if_exception_type(Unavailable), wait=wait_random(2, 8), before_sleep=tell, reraise=True
    )
    return again(_work, library, opened, database, once=False)


def _work(library: "Library", opened: "Services", database: "Database", *, once: bool) -> list[int]:
    """The signals that ended it."""
    from datetime import UTC, datetime

    from lpdownload.cli.inbox import reading
    from lpdownload.cli.running import HEARING, stopping
    from lpdownload.delivery.campaign_services import campaign_services
    from lpdownload.delivery.campaign_step import InStep
    from lpdownload.delivery.engine import Engine
    from lpdownload.delivery.reconcile import AskingLater
    from lpdownload.store.lease import working
    from lpdownload.tracking.apply import apply_reports

    def hear() -> object:
        seconds = None if once else HEARING
        untracked = library.network.tracking.untracked
        return apply_reports(database, datetime.now(UTC), seconds=seconds, untracked=untracked)

    with working(database, datetime.now(UTC)) as me:
        if me is None:
            console.note("Another lpdownload works on this database; it does what is due.")
            raise typer.Exit(0 if once else console.EXIT_FINDINGS)
        if not once:
            console.note("Working; Ctrl-C ends it after what is in flight.")
        with (
            campaign_services(library) as campaigns,
            InStep(database, campaigns, me.instance) as in_step,
            reading(library, database, once=once),
        ):
            engine = Engine(
                database, library, me, opened, chores=[hear, in_step, AskingLater(database, opened)]
            )
            with stopping(engine) as heard:
                engine.run(for_ever=not once)
            if heard:
                in_step.stop()
    return heard
