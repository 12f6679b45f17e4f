"""What `send` and `sends` do where the provider holds the list, and a campaign of theirs is the send."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

import typer

from lpdownload.cli import console
from lpdownload.cli.agreeing import agree, dry_run_row, is_asked
from lpdownload.errors import Finding, InvalidInput

if TYPE_CHECKING:
    from datetime import datetime

    from lpdownload.content.library import Library
    from lpdownload.delivery.campaign_gate import Ready
    from lpdownload.delivery.campaign_services import CampaignServices
    from lpdownload.delivery.gate import Order
    from lpdownload.delivery.test_send import TestSent
    from lpdownload.model.ledger import Send
    from lpdownload.providers.base import Capabilities
    from lpdownload.render.render import Rendering
    from lpdownload.store.database import Database

    Decide = Callable[[Database, CampaignServices, Send], Send]

_WATCHED: Final = 15.0
"""Seconds between two looks of `watch`."""


def send_campaign(
    library: "Library",
    database: "Database",
    order: "Order",
    now: "datetime",
    *,
    named: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Sends an issue as a campaign; exit code 1 if it ends paused. ``named``: the account that was named."""
    from lpdownload.delivery import campaign
    from lpdownload.delivery.campaign_gate import look, their_side
    from lpdownload.delivery.campaign_services import campaign_services

    with campaign_services(library, named) as services:
        provider = services.of(order.account.name)
        theirs = their_side(library, provider, order.key)
        if dry_run or not yes:
            with database.reading() as connection:
                ready = look(library, connection, provider, order, theirs, now)
            if dry_run:
                _report(order, ready, provider.capabilities, now, as_json)
                return
            if ready.errors:
                raise InvalidInput(ready.findings)
            _ask(order, ready, provider.capabilities, is_later=order.starts_at > now)
        send, ready = campaign.send_campaign(database, library, provider, order, theirs, now)
        console.print_findings(ready.findings, stderr=True)
        _show(database, services, send, as_json)
        if send.state == "scheduled":
            title = provider.capabilities.title
            console.note(f"{title} sends it; a worker keeps this database in step: `lpdownload worker`.")


def try_campaign(
    library: "Library", rendering: "Rendering", account: str, addresses: Sequence[str], *, named: str | None
) -> "tuple[TestSent, ...]":
    """For `send --test-to`: what became of each address."""
    from lpdownload.cli.people import open_store
    from lpdownload.delivery.campaign_gate import target_of
    from lpdownload.delivery.campaign_services import campaign_services
    from lpdownload.delivery.campaign_trial import send_trial

    with campaign_services(library, named) as services, open_store(library) as database:
        provider = services.of(account)
        target = target_of(rendering.issue, provider.capabilities.title)
        return send_trial(rendering, provider, database, account=account, target=target, addresses=addresses)


def is_one(database: "Database", number: int) -> bool:
    """Whether a send is a campaign."""
    from lpdownload.providers.registry import holds_the_list
    from lpdownload.store import sends

    with database.reading() as connection:
        return holds_the_list(sends.find(connection, number).provider)


def show(library: "Library", database: "Database", number: int, as_json: bool) -> None:
    """As it stands with them now; as the ledger has it where they cannot be asked, or where it is a copy."""
    from lpdownload.cli.standing import show_send
    from lpdownload.delivery.campaign_services import campaign_services
    from lpdownload.delivery.campaign_step import keep_in_step

    campaign = None
    try:
        send = _of_this_database(database, number)
        with campaign_services(library, send.account) as services:
            _, campaign = keep_in_step(database, services, send)
    except InvalidInput as error:
        console.print_findings(error.findings, stderr=True)
    show_send(database, number, as_json, campaign)


def watch(library: "Library", database: "Database", number: int) -> None:
    """Follows it until it is over."""
    import time

    from lpdownload.delivery.campaign_services import campaign_services
    from lpdownload.delivery.campaign_step import keep_in_step

    send = _of_this_database(database, number)
    with (
        campaign_services(library, send.account) as services,
        console.meter(None, f"Send {number}") as tell,
    ):
        while True:
            send, campaign = keep_in_step(database, services, send)
            accepted = campaign.statistics.get("accepted", 0) if campaign else 0
            tell(accepted, f"{send.state}, {accepted:,} accepted")
            if send.state not in {"scheduled", "sending"}:
                break
            time.sleep(_WATCHED)
    show(library, database, number, as_json=False)


def pause(library: "Library", database: "Database", number: int, by: str, why: str, as_json: bool) -> None:
    from lpdownload.delivery import campaign_decisions

    decide = partial(campaign_decisions.pause, by=by, why=why)
    _decided(library, database, number, decide, as_json, is_sending=False)


def cancel(library: "Library", database: "Database", number: int, by: str, why: str, as_json: bool) -> None:
    from lpdownload.delivery import campaign_decisions

    decide = partial(campaign_decisions.cancel, by=by, why=why)
    _decided(library, database, number, decide, as_json, is_sending=False)


def resume(library: "Library", database: "Database", number: int, by: str, why: str, as_json: bool) -> None:
    from lpdownload.delivery import campaign_decisions

    decide = partial(campaign_decisions.resume, by=by, why=why)
    _decided(library, database, number, decide, as_json)


def reschedule(
    library: "Library", database: "Database", number: int, at: str, by: str, why: str, as_json: bool
) -> None:
    from datetime import UTC, datetime

    from lpdownload.delivery import campaign_decisions
    from lpdownload.delivery.campaign_gate import time_findings
    from lpdownload.delivery.schedule import moment_given

    send, now = _of_this_database(database, number), datetime.now(UTC)
    zone = library.newsletter(send.newsletter)[1].timezone
    moment = moment_given(at, zone)
    if moment < now:
        raise InvalidInput([Finding("past", "that time has passed", f"lpdownload sends resume {number}")])
    if findings := time_findings(send.provider, moment, zone, now):
        raise InvalidInput(findings)
    decide = partial(campaign_decisions.reschedule, at=moment, by=by, why=why)
    _decided(library, database, number, decide, as_json)


def _decided(
    library: "Library",
    database: "Database",
    number: int,
    decide: "Decide",
    as_json: bool,
    *,
    is_sending: bool = True,
) -> None:
    """Does what was decided, and shows it. Where LPDOWNLOAD_PROVIDER is outbox nothing may be sent, but much
    may be stopped.
    """
    from lpdownload.delivery.campaign_services import campaign_services
    from lpdownload.model.ledger import IllegalMove

    send = _of_this_database(database, number)
    with campaign_services(library, None if is_sending else send.account) as services:
        try:
            send = decide(database, services, send)
        except IllegalMove as error:
            raise InvalidInput([Finding("illegal-move", str(error), "lpdownload sends show")]) from None
        _show(database, services, send, as_json, needs_somebody=is_sending)


def _show(
    database: "Database",
    services: "CampaignServices",
    send: "Send",
    as_json: bool,
    *,
    needs_somebody: bool = True,
) -> None:
    """With their numbers; exit code 1 if it is paused and that ``needs_somebody``."""
    from lpdownload.cli.standing import show_send
    from lpdownload.delivery.campaign_step import keep_in_step

    campaign = None
    if send.campaign:
        try:
            send, campaign = keep_in_step(database, services, send)
        except InvalidInput as error:
            console.print_findings(error.findings, stderr=True)
    show_send(database, send.id, as_json, campaign)
    if send.state == "paused" and needs_somebody:
        raise typer.Exit(console.EXIT_FINDINGS)


def _of_this_database(database: "Database", number: int) -> "Send":
    """A copy of the database must not touch the original's campaign."""
    from lpdownload.cli.sends import stranger
    from lpdownload.store import sends
    from lpdownload.store.instance import instance_of

    with database.reading() as connection:
        send = sends.find(connection, number)
        if send.instance != instance_of(connection, database):
            raise InvalidInput([stranger(send)])
    return send


def _people(ready: "Ready") -> int:
    """How many get it, as they say, or as we count."""
    return ready.audience.included if ready.theirs.people is None else ready.theirs.people


def _ask(order: "Order", ready: "Ready", capabilities: "Capabilities", *, is_later: bool) -> None:
    if not is_asked(is_later=is_later):
        return
    issue, target = ready.asked.loaded.issue, ready.theirs.target
    lines = [
        ("Issue", f"{issue.key}, {issue.newsletter.name}"),
        ("From", f"{issue.sender.name} <{issue.sender.email}>"),
        ("Through", f"{order.account.name}: a campaign of {capabilities.title}'s"),
        ("Approved", ready.approved or "not at all"),
        ("List", f"{target.audience}{f', segment {target.segment}' if target.segment else ''}"),
        ("People", f"{_people(ready):,} there; {ready.audience.included:,} here"),
    ]
    agree(lines, ready.findings, _people(ready))


def _report(
    order: "Order", ready: "Ready", capabilities: "Capabilities", now: "datetime", as_json: bool
) -> None:
    """Of a dry run."""
    audience, issue, target = ready.audience, ready.asked.loaded.issue, ready.theirs.target
    if as_json:
        row = dry_run_row(order, capabilities, issue, audience, ready.digests, ready.findings)
        theirs = {"audience": target.audience, "segment": target.segment, "people": ready.theirs.people}
        console.print_json(row | {"campaign": theirs})
    else:
        when = "now" if order.starts_at <= now else f"at {order.starts_at:%Y-%m-%d %H:%M} UTC"
        console.say(
            f"{order.key} would go to {_people(ready):,} people {when}, "
            f"as a campaign of {capabilities.title}'s through {order.account.name}"
        )
        console.print_findings(ready.findings)
    if ready.errors:
        raise typer.Exit(console.EXIT_FINDINGS)
