"""Where a send and its people stand, printed."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lpdownload.cli import console

if TYPE_CHECKING:
    from datetime import datetime

    from lpdownload.model.ledger import BatchRow, BatchState, Counts, Send
    from lpdownload.providers.campaigns import Campaign
    from lpdownload.store.database import Database
    from lpdownload.store.sends import Copy


def show_send(database: "Database", number: int, as_json: bool, campaign: "Campaign | None" = None) -> None:
    """The account of a send; by the numbers of whoever runs its campaign, where they are known."""
    from lpdownload.store import doubt, sends

    with database.reading() as connection:
        send, counts = sends.find(connection, number), sends.counts(connection, number)
        states = sends.batch_states(connection, number)
        decisions = sends.decisions(connection, number)
        doubtful = doubt.in_doubt(connection, [number])
    if campaign:
        from lpdownload.delivery.campaign_step import counts_of

        counts = counts_of(campaign)
    if as_json:
        said = [
            {"at": moment(one.at), "by": one.by, "what": one.what, "why": one.why, "batch": one.batch}
            for one in decisions
        ]
        doubts = [_doubt_row(batch) for batch in doubtful]
        console.print_json(send_row(send, counts, states) | {"log": said, "in_doubt_batches": doubts})
        return
    reason = f": {send.reason}" if send.reason else ""
    console.say(f"Send {send.id} of {send.issue} through {send.account}: {send.state}{reason}")
    when = [("starts", send.starts_at), ("started", send.started_at), ("ended", send.finished_at)]
    console.say("  " + ", ".join(f"{name} {moment:%Y-%m-%d %H:%M:%S} UTC" for name, moment in when if moment))
    if campaign:
        console.say(
            f"  their campaign {campaign.id} is {campaign.state}{campaign.link and f': {campaign.link}'}"
        )
    if send.planned is not None or counts.planned:
        _print_counts(counts)
    for batch in doubtful:
        console.say(f"  In doubt: batch {batch.number}, {batch.people:,} people: {batch.reason}")
    if doubtful:
        console.note(
            f"Look at the provider whether they were taken, then: "
            f"lpdownload sends reconcile {send.id} --assume accepted|not-sent --why TEXT"
        )
    for one in decisions:
        why = f": {one.why}" if one.why else ""
        where = f" (batch {one.batch})" if one.batch else ""
        console.say(f"  {one.at:%Y-%m-%d %H:%M:%S}  {one.by}  {one.what}{where}{why}")


def _print_counts(counts: "Counts") -> None:
    lines = [("candidates", counts.candidates)]
    lines += [(f"- {reason.replace('_', ' ')}", people) for reason, people in counts.excluded.items()]
    lines += [("= planned", counts.planned)]
    names = ("pending", "accepted", "refused", "failed", "in_doubt", "delivered", "bounced", "complained")
    lines += [(f"  {name.replace('_', ' ')}", getattr(counts, name)) for name in names]
    columns = [console.Column(""), console.Column("People", right=True)]
    console.print_table(columns, [[name, f"{people:,}"] for name, people in lines])


def send_row(send: "Send", counts: "Counts", states: "Mapping[BatchState, int]") -> dict[str, object]:
    from dataclasses import asdict

    return {
        "id": send.id,
        "issue": send.issue,
        "state": send.state,
        "account": send.account,
        "scheduled_at": moment(send.starts_at),
        "counts": asdict(counts),
        "batches": states,
        "started_at": moment(send.started_at),
        "finished_at": moment(send.finished_at),
        "newsletter": send.newsletter,
        "provider": send.provider,
        "edition": send.edition,
        "only_to": send.only_to,
        "by": send.by,
        "reason": send.reason,
        "late": send.late,
        "local": send.local,
        "campaign": send.campaign or None,
    }


def _doubt_row(batch: "BatchRow") -> dict[str, object]:
    return {
        "batch": batch.number,
        "people": batch.people,
        "reason": batch.reason,
        "submitted_at": moment(batch.submitted_at),
        "attempts": batch.attempts,
    }


def moment(at: "datetime | None") -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


_STATES = {
    "planned": "pending",
    "submitting": "being handed over",
    "in_doubt": "in doubt",
    "partly": "accepted",
}


def state_of(copy: "Copy") -> str:
    """Of one person's copy, in the words of ``sends show``."""
    if copy.edition < 0:
        return "not sent: the send was cancelled"
    if copy.outcome:
        return copy.outcome
    return _STATES.get(copy.batch_state, copy.batch_state)
