"""`lpdownload inbox`: the mailbox for unsubscribes and bounces."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lpdownload.cli import console, issues
from lpdownload.cli.people import JsonOption, open_store
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from lpdownload.content.library import Library
    from lpdownload.settings import Settings
    from lpdownload.store.database import Database
    from lpdownload.tracking.inbox import Read

app = typer.Typer(help="The mailbox for unsubscribes and bounces.", no_args_is_help=True)

EVERY: Final = 60.0
"""Seconds between two looks."""


@app.callback()
def inbox() -> None:
    """The mailbox for unsubscribes and bounces."""


@app.command("read")
def read(
    once: Annotated[bool, typer.Option("--once", help="Read what is there now, and end.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let mails take effect that unsubscribe, come back, complain or say stop: every minute, until Ctrl-C.

    `lpdownload worker` does so too. LPDOWNLOAD_IMAP_… say which mailbox.
    """
    import time

    library = issues.open_library([])
    settings = _settings(library)
    with open_store(library) as database:
        if once:
            _report(_read(library, settings, database), as_json)
            return
        console.note("Reading every minute; Ctrl-C ends it.")
        told = ""
        while True:
            try:
                found = _read(library, settings, database)
                told = ""
                if found.mails:
                    _report(found, as_json)
            except InvalidInput as error:
                told = _tell(error, told)
            time.sleep(EVERY)


@contextmanager
def reading(library: "Library", database: "Database", *, once: bool) -> Iterator[None]:
    """The mailbox is read, once or every minute by a thread; nothing happens where none is set up."""
    from threading import Event, Thread

    settings = _settings(library)
    if settings.imap_host is None:
        yield
        return
    over = Event()

    def run() -> None:
        told = ""
        while True:
            try:
                _read(library, settings, database)
                told = ""
            except InvalidInput as error:
                told = _tell(error, told)
            if once or over.wait(EVERY):
                return

    thread = Thread(target=run, name="inbox", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _settings(library: "Library") -> "Settings":
    from lpdownload.settings import load_settings

    return library.settings or load_settings(library.root)


def _read(library: "Library", settings: "Settings", database: "Database") -> "Read":
    """InvalidInput if the mailbox cannot be read."""
    from lpdownload.tracking.inbox import read_inbox
    from lpdownload.tracking.mailbox import CannotRead, opened

    try:
        with opened(settings) as mailbox:
            return read_inbox(database, library.newsletter_names, mailbox)
    except CannotRead as error:
        hint = "look at LPDOWNLOAD_IMAP_… in .env; nothing is lost, it is read next time"
        raise InvalidInput([Finding("inbox", str(error), hint)]) from None


def _tell(error: InvalidInput, told: str) -> str:
    """Says what is wrong, unless it was said just now."""
    words = "; ".join(str(finding) for finding in error.findings)
    if words != told:
        console.note(f"The mailbox cannot be read: {words}")
    return words


def _report(found: "Read", as_json: bool) -> None:
    from dataclasses import asdict

    counts = asdict(found)
    if as_json:
        console.print_json(counts)
        return
    mails = counts.pop("mails")
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    console.say(f"{mails:,} {'mail' if mails == 1 else 'mails'}{f': {told}' if told else ''}")
