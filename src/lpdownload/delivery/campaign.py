"""A send through a provider that holds the list: a campaign of theirs, made under our external id.

State before act: the send's row, with the content that goes out, is committed before anything is asked of
them, and ``sending`` before they are told to send. Whatever fails or is in doubt pauses the send, and
``resume`` looks for the campaign under our id before anything is made again. Of two who resume, the ledger's
moves let one through.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import Connection

from lpdownload.audience.audience import Asked, Audience
from lpdownload.content.library import Library
from lpdownload.delivery import campaign_gate
from lpdownload.delivery.campaign_gate import Ready, Theirs, count_findings
from lpdownload.delivery.gate import Order
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.delivery import Mail
from lpdownload.model.ledger import IllegalMove, Send
from lpdownload.providers.base import Check
from lpdownload.providers.campaigns import Campaign, CampaignProvider, Target
from lpdownload.store import contents, sends
from lpdownload.store.database import Database
from lpdownload.store.facts import ledger_name
from lpdownload.store.instance import instance_of

BY: Final = "lpdownload"
_MADE_FOR: Final = "campaign for"
_COUNTING: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between looks at what they are still working out, as Action Network counts its people."""

_ASKING: Final = "asking for the campaign"

Judge = Callable[[int], Sequence[Finding]]
"""What is wrong with that many people."""


def send_campaign(
    database: Database,
    library: Library,
    provider: CampaignProvider,
    order: Order,
    theirs: Theirs,
    now: datetime,
) -> tuple[Send, Ready]:
    """Makes a send and its campaign, and schedules it with them or has it sent; the send is paused, with the
    reason, where that does not go well. InvalidInput with all that is wrong before; then nothing was made.
    """
    send, ready = make(database, library, provider, order, theirs, now)
    judge = judge_of(ready.asked, ready.audience, "count" in order.waived)
    return carry_on(database, provider, send.id, theirs, judge), ready


def judge_of(asked: Asked, audience: Audience, is_waived: bool) -> Judge:
    """``is_waived``: somebody has answered for a difference to our own number."""

    def judge(people: int) -> Sequence[Finding]:
        found = count_findings(asked, audience, people)
        return [
            each for each in found if each.severity == "error" and not (is_waived and each.rule == "count")
        ]

    return judge


def make(
    database: Database,
    library: Library,
    provider: CampaignProvider,
    order: Order,
    theirs: Theirs,
    now: datetime,
) -> tuple[Send, Ready]:
    """A send in the ledger, of which they know nothing yet. InvalidInput with everything that is wrong."""
    with database.writing() as connection:
        ready = campaign_gate.look(library, connection, provider, order, theirs, now)
        if ready.errors:
            raise InvalidInput(ready.findings)
        new = sends.NewSend(
            issue=order.key,
            newsletter=ready.asked.loaded.issue.newsletter_name,
            account=order.account.name,
            provider=order.account.provider,
            starts_at=order.starts_at,
            by=order.by,
            late=order.late,
            local=False,
            reason=order.why,
            content_digest=ready.digests.content,
            audience_digest=ready.digests.audience,
            instance=instance_of(connection, database),
        )
        send = sends.add(connection, new, now)
        for what in sorted(order.waived):
            sends.note(connection, send.id, now, order.by, f"waived {what}", order.why)
        sends.note(connection, send.id, now, order.by, _made_for(theirs.target), "")
        contents.put(connection, send.id, {0: (ready.frozen, frozenset())})
        ledger_name(connection)  # made here if it never was, so that reading it is enough from now on
        return send, ready


def carry_on(
    database: Database, provider: CampaignProvider, number: int, theirs: Theirs, judge: Judge
) -> Send:
    """Makes the campaign of a scheduled send, or finds the one that was made, and schedules or sends it.

    What stands in the way pauses the send, with the reason. ``judge`` hears how many people it goes to, where
    they say so only now.
    """
    try:
        return _carried_on(database, provider, number, theirs, judge)
    except InvalidInput as error:  # a CampaignFault is one
        pause(database, number, "; ".join(_said(finding) for finding in error.findings))
    except KeyboardInterrupt:
        pause(database, number, "stopped by hand")
        raise
    with database.reading() as connection:
        return sends.find(connection, number)


def _carried_on(
    database: Database, provider: CampaignProvider, number: int, theirs: Theirs, judge: Judge
) -> Send:
    order = _order(database, number)
    send, mail = order.send, order.mail
    if order.is_first and provider.find(order.name):
        message = f"there is a campaign {order.name} already: this database is older than it"
        hint = f"lpdownload sends cancel {number}, and make the send again"
        raise InvalidInput([Finding("campaign-exists", message, hint)])
    if order.target != _made_for(theirs.target):
        message = "the newsletter's list or segment was changed after the campaign was made"
        hint = f"lpdownload sends cancel {number}, and make the send again"
        raise InvalidInput([Finding("target-changed", message, hint)])
    _note(database, number, _ASKING)
    campaign = provider.create(order.name, theirs.target, mail)
    with database.writing() as connection:
        sends.change(connection, number, campaign=campaign.id)
    if campaign.state == "draft":
        provider.set_content(campaign.id, mail)
        _fit(provider, campaign.id, judge if theirs.people is None else None)
        if send.starts_at > datetime.now(UTC):
            _only_scheduled(database, number)
            provider.schedule(campaign.id, send.starts_at)
            try:
                _only_scheduled(database, number)
            except InvalidInput:  # cancelled or paused while they were told
                provider.cancel(campaign.id)
                raise
            _note(database, number, f"scheduled by {provider.capabilities.title}")
        else:
            _begin(database, number)
            provider.send(campaign.id)
            _note(database, number, f"handed over to {provider.capabilities.title}")
    with database.reading() as connection:
        return sends.find(connection, number)


@dataclass(frozen=True)
class _Order:
    send: Send
    name: str
    """Ours for the campaign."""
    mail: Mail
    target: str
    is_first: bool
    """Whether nothing was asked of them before."""


def _order(database: Database, number: int) -> _Order:
    with database.reading() as connection:
        send = sends.find(connection, number)
        frozen = contents.of_send(connection, number)[0]
        said = [one.what for one in sends.decisions(connection, number)]
        name = external_id(connection, number)
    mail = Mail(frozen.content, send.issue, name, date=send.created_at)
    target = next((what for what in said if what.startswith(_MADE_FOR)), "")
    return _Order(send, name, mail, target, _ASKING not in said)


def external_id(connection: Connection, number: int) -> str:
    """Our name for a send's campaign: letters, digits and a dash."""
    return f"{ledger_name(connection)}-{number}"


def _made_for(target: Target) -> str:
    segment = f", segment {target.segment}" if target.segment else ""
    return f"{_MADE_FOR} list {target.audience}{segment}"


def _fit(provider: CampaignProvider, campaign: str, judge: Judge | None) -> None:
    """InvalidInput with what their own list says is missing, and what there is against their number."""
    checks = provider.preflight(campaign)
    for seconds in _COUNTING:
        if not any(check.state == "unknown" for check in checks):
            break
        time.sleep(seconds)
        checks = provider.preflight(campaign)
    findings = [_finding(check) for check in checks if check.state in {"error", "unknown"}]
    people = provider.status(campaign).recipients if judge and not findings else None
    if judge and people:
        findings += judge(people)
    if findings:
        raise InvalidInput(findings)


def _finding(check: Check) -> Finding:
    return Finding("preflight", f"{check.what}: {check.says}", check.remedy)


def _only_scheduled(database: Database, number: int) -> None:
    """InvalidInput if somebody has decided something else meanwhile."""
    with database.reading() as connection:
        found = sends.find(connection, number)
    if found.state != "scheduled":
        message = f"send {number} was {found.state} meanwhile"
        raise InvalidInput([Finding("decided", message, f"lpdownload sends show {number}")])


def _begin(database: Database, number: int) -> None:
    with database.writing() as connection:
        try:
            sends.move(connection, number, "sending", by=BY, why="", now=datetime.now(UTC))
        except IllegalMove as error:
            raise InvalidInput([Finding("illegal-move", str(error), "lpdownload sends show")]) from None


def _note(database: Database, number: int, what: str) -> None:
    with database.writing() as connection:
        sends.note(connection, number, datetime.now(UTC), BY, what, "")


def pause(database: Database, number: int, why: str, by: str = BY) -> None:
    """In the ledger alone; nothing if somebody has just decided something else."""
    try:
        with database.writing() as connection:
            sends.move(connection, number, "paused", by=by, why=why, now=datetime.now(UTC))
    except IllegalMove:
        pass


def _said(finding: Finding) -> str:
    return f"{finding.message} ({finding.hint})" if finding.hint else finding.message


def known_to_them(database: Database, provider: CampaignProvider, send: Send) -> Campaign | None:
    """The campaign of a send as it stands now; None if there is none. Raises CampaignFault."""
    if send.campaign:
        return provider.status(send.campaign)
    with database.reading() as connection:
        name = external_id(connection, send.id)
        asked_for = any(one.what == _ASKING for one in sends.decisions(connection, send.id))
    found = provider.find(name) if asked_for else None  # before that, one of this name is another's
    if found:
        with database.writing() as connection:
            sends.change(connection, send.id, campaign=found.id)
    return found
