"""`lpdownload sends`: where every send stands, and what can be decided about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from lpdownload.cli import campaigns, console, issues
from lpdownload.cli.people import JsonOption, address_given, open_store
from lpdownload.cli.send import STARTS_BY_A_WORKER, ByOption, who
from lpdownload.cli.standing import moment, send_row, show_send, state_of
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.ledger import LIVE

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from lpdownload.model.ledger import Send
    from lpdownload.store.database import Database

app = typer.Typer(help="Issues on their way, and those that went out.", no_args_is_help=True)

SendArgument = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=2**31 - 1, help="The send's number, as in `sends list`.")
]
WhyOption = Annotated[str, typer.Option("--why", help="For the record.")]


@app.command("list")
def list_sends(
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the sends that are scheduled or under way, the latest first."""
    from lpdownload.store import sends
    from lpdownload.store.instance import instance_of
    from lpdownload.store.tables import sends as table

    library = issues.open_library([])
    with open_store(library) as database, database.reading() as connection:
        conditions = () if everything else (table.c.state.in_(("scheduled", "sending", "paused")),)
        found = sends.listed(connection, *conditions)
        rows = [(send, sends.counts(connection, send.id)) for send in found]
        here = instance_of(connection, database)
        states = {send.id: sends.batch_states(connection, send.id) for send in found} if as_json else {}
    if as_json:
        console.print_json([send_row(send, counts, states[send.id]) for send, counts in rows])
        return
    if not rows:
        console.say("Nothing is scheduled or under way." if not everything else "Nothing was sent yet.")
        return
    columns = [console.Column("ID", right=True), console.Column("Issue"), console.Column("State")]
    columns += [console.Column("Starts"), console.Column("Through"), console.Column("People", right=True)]
    columns += [console.Column("Accepted", right=True), console.Column("In doubt", right=True)]
    console.print_table(
        columns,
        [
            [
                f"{send.id}",
                send.issue,
                send.state,
                f"{send.starts_at:%Y-%m-%d %H:%M}Z",
                send.account,
                f"{counts.planned:,}" if send.planned is not None else "",
                f"{counts.accepted:,}",
                f"{counts.in_doubt:,}" if counts.in_doubt else "",
            ]
            for send, counts in rows
        ],
    )
    strangers = [f"{send.id}" for send, _ in rows if send.instance != here and send.finished_at is None]
    if strangers:
        console.note(
            f"Made in another copy of this database, so nothing starts by itself: {', '.join(strangers)}. "
            f"lpdownload sends adopt {strangers[0]}"
        )


@app.command()
def show(number: SendArgument, as_json: JsonOption = False) -> None:
    """Show where the people of a send stand, and what was decided about it."""
    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.show(library, database, number, as_json)
        else:
            show_send(database, number, as_json)


@app.command()
def watch(number: SendArgument) -> None:
    """Follow a send that another process carries out, until it is over."""
    import time

    from lpdownload.cli.running import progress
    from lpdownload.store import sends

    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.watch(library, database, number)
            return
        with progress(database, number) as tell:
            while True:
                with database.reading() as connection:
                    send, counts = sends.find(connection, number), sends.counts(connection, number)
                tell(send, counts)
                if send.state in {"done", "cancelled", "paused"}:
                    break
                time.sleep(1)
        show_send(database, number, as_json=False)


@app.command()
def pause(
    number: SendArgument, by: ByOption = None, why: WhyOption = "", as_json: JsonOption = False
) -> None:
    """Stop a send after the batches in flight, until somebody resumes it."""
    from lpdownload.store import sends

    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.pause(library, database, number, who(library, by), why, as_json)
            return
        with _decided(database) as (connection, now):
            sends.move(connection, number, "paused", by=who(library, by), why=why, now=now)
        show_send(database, number, as_json)


@app.command()
def resume(
    number: SendArgument,
    by: ByOption = None,
    why: WhyOption = "",
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave the rest to a worker, instead of doing it here.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Go on with a send that was paused, or whose process died: the rest, and nobody twice."""
    from lpdownload.cli.running import carry_out
    from lpdownload.delivery.plan import first_moment
    from lpdownload.delivery.services import services
    from lpdownload.store import sends
    from lpdownload.store.instance import instance_of

    library = issues.open_library([])
    with services(library) as opened, open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.resume(library, database, number, who(library, by), why, as_json)
            return
        with _decided(database) as (connection, now):
            send = sends.find(connection, number, lock=True)
            if send.state in LIVE and send.instance != instance_of(connection, database):
                raise InvalidInput([stranger(send)])
            begins = None
            if send.planned is None and send.state in {"paused", "scheduled"}:
                zone = library.newsletter(send.newsletter)[1].timezone
                begins = first_moment(connection, send, zone)
            is_later = begins is not None and begins > now
            counts = sends.counts(connection, number)
            is_over = send.state == "done" and not (counts.pending or counts.in_doubt)
            if is_over or (is_later and send.state == "scheduled"):
                pass
            elif begins is not None:
                if send.state == "paused":
                    sends.move(connection, number, "scheduled", by=who(library, by), why=why, now=now)
                if not is_later:  # what made it late is answered by whoever resumes it
                    sends.change(connection, number, starts_at=now, local=0)
            elif send.state != "sending":
                sends.move(
                    connection, number, "sending", by=who(library, by), why=why, now=now, what="resumed"
                )
        if is_over or is_later:
            show_send(database, number, as_json)
            console.note("There is nothing to go on with." if is_over else STARTS_BY_A_WORKER)
            return
        if detach:
            show_send(database, number, as_json)
            return
        carry_out(library, database, opened, number, as_json)


@app.command()
def cancel(
    number: SendArgument,
    by: ByOption = None,
    why: WhyOption = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """End a send: whoever was not handed over yet does not get it by this send."""
    import sys

    from lpdownload.store import sends

    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.cancel(library, database, number, who(library, by), why, as_json)
            return
        with database.reading() as connection:
            send, counts = sends.find(connection, number), sends.counts(connection, number)
        if counts.accepted and not yes and sys.stdin.isatty():
            console.confirm(
                f"{counts.accepted:,} people have got {send.issue} already; the other {counts.pending:,} "
                f"will not. Cancel it?"
            )
        with _decided(database) as (connection, now):
            sends.cancel(connection, number, by=who(library, by), why=why, now=now)
        show_send(database, number, as_json)


@app.command()
def reschedule(
    number: SendArgument,
    at: Annotated[str, typer.Option(metavar="WHEN", help="As for `lpdownload send`.")],
    by: ByOption = None,
    why: WhyOption = "",
    as_json: JsonOption = False,
) -> None:
    """Give a send that has not begun another time."""
    from lpdownload.delivery.schedule import moment_given
    from lpdownload.store import sends

    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.reschedule(library, database, number, at, who(library, by), why, as_json)
            return
        with _decided(database) as (connection, now):
            send = sends.find(connection, number, lock=True)
            if send.planned is not None or send.state not in {"scheduled", "paused"}:
                hint = f"lpdownload sends cancel {number} stops what is left of it"
                raise InvalidInput([Finding("begun", f"send {number} is {send.state}: it has begun", hint)])
            starts_at = moment_given(at, library.newsletter(send.newsletter)[1].timezone)
            if starts_at < now:
                raise InvalidInput(
                    [Finding("past", "that time has passed", f"lpdownload sends resume {number}")]
                )
            if send.state == "paused":
                sends.move(connection, number, "scheduled", by=who(library, by), why=why, now=now)
            sends.change(connection, number, starts_at=starts_at)
            sends.note(connection, number, now, who(library, by), f"rescheduled to {moment(starts_at)}", why)
        show_send(database, number, as_json)


@app.command()
def adopt(
    number: SendArgument, by: ByOption = None, why: WhyOption = "", as_json: JsonOption = False
) -> None:
    """Let this copy of the database fire a send that was made in another one."""
    from lpdownload.store import sends
    from lpdownload.store.instance import instance_of

    library = issues.open_library([])
    with open_store(library) as database:
        with _decided(database) as (connection, now):
            here = instance_of(connection, database)
            send = sends.find(connection, number, lock=True)
            if send.state not in LIVE:
                message = f"send {number} is {send.state}: it fires nothing any more"
                raise InvalidInput([Finding("nothing-to-adopt", message, f"lpdownload sends show {number}")])
            if send.instance != here:
                sends.change(connection, number, instance=here)
                sends.note(connection, number, now, who(library, by), "adopted", why)
        show_send(database, number, as_json)


@app.command()
def reconcile(
    number: SendArgument,
    assume: Annotated[
        str | None,
        typer.Option(
            metavar="accepted|not-sent",
            help="What is true of the batches in doubt, as you have found out at the provider.",
        ),
    ] = None,
    batch: Annotated[
        list[int] | None, typer.Option("--batch", help="Only of this batch; may be repeated.")
    ] = None,
    by: ByOption = None,
    why: WhyOption = "",
    as_json: JsonOption = False,
) -> None:
    """Settle what is in doubt: by asking the provider, or by your word with --assume."""
    from lpdownload.delivery.reconcile import ask_provider, assume_all
    from lpdownload.delivery.services import services

    if assume is not None and assume not in {"accepted", "not-sent"}:
        raise InvalidInput([Finding("assume", f"not an answer: {assume}", "--assume accepted, or not-sent")])
    if assume is not None and not why:
        raise InvalidInput([Finding("reason", "a decision needs a reason", '--why "not in their log"')])
    library = issues.open_library([])
    with open_store(library) as database:
        if campaigns.is_one(database, number):
            campaigns.show(library, database, number, as_json)  # there are no batches: they are asked
            return
        if assume is None:
            with services(library) as opened:
                settled = ask_provider(database, opened, number)
            if not as_json:
                console.note(f"The provider settled {settled} of the batches in doubt.")
        else:
            with _decided(database) as (connection, now):
                assume_all(
                    connection,
                    number,
                    taken=assume == "accepted",
                    only=batch or [],
                    by=who(library, by),
                    why=why,
                    now=now,
                )
        show_send(database, number, as_json)


@app.command()
def explain(
    email: Annotated[str, typer.Argument(help="The mail address.")], as_json: JsonOption = False
) -> None:
    """Say what became of each issue for one person, and why."""
    from lpdownload.cli.people import known
    from lpdownload.store import sends

    address = address_given(email)
    with open_store(issues.open_library([])) as database, database.reading() as connection:
        person = known(connection, address)
        rows = [
            {
                "issue": copy.key,
                "send": copy.send_id,
                "batch": copy.batch,
                "state": state_of(copy),
                "reason": copy.reason or copy.batch_reason or None,
                "account": copy.account,
                "at": moment(copy.settled_at or copy.starts_at),
            }
            for copy in sends.copies_of(connection, person.id)
        ]
        events = [
            {"send": one.send_id, "kind": one.kind, "at": moment(one.at), "detail": one.detail}
            for one in sends.events_of(connection, person.id)
        ]
    if as_json:
        console.print_json({"email": person.email, "copies": rows, "events": events})
        return
    if not rows:
        console.say("No issue was ever planned for this person. Why: lpdownload segments explain, or")
        console.say("lpdownload subscribers show, which tells subscriptions and suppressions.")
    for row in rows:
        reason = f": {row['reason']}" if row["reason"] else ""
        console.say(f"{row['issue']}  send {row['send']}  {row['state']}{reason}  {row['at']}")
    for event in events:
        console.say(f"  send {event['send']}  {event['kind']}  {event['at']}")


def stranger(send: "Send") -> Finding:
    message = f"send {send.id} was made in another copy of this database, or before it was restored"
    hint = f"if the original does not send it any more: lpdownload sends adopt {send.id}"
    return Finding("another-database", message, hint)


@contextmanager
def _decided(database: "Database") -> "Iterator[tuple[Connection, datetime]]":
    """A transaction for somebody's decision; an illegal move is a finding."""
    from datetime import UTC, datetime

    from lpdownload.model.ledger import IllegalMove

    try:
        with database.writing() as connection:
            yield connection, datetime.now(UTC)
    except IllegalMove as error:
        raise InvalidInput([Finding("illegal-move", str(error), "lpdownload sends list")]) from None
