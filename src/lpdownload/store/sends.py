"""Sends in the ledger: made, moved by the table of legal moves, counted, and what was decided about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.ledger import (
    LIVE,
    SEND_MOVES,
    BatchState,
    Counts,
    FollowUp,
    IllegalMove,
    Send,
    SendState,
)
from lpdownload.store.bulk import insert_if_new
from lpdownload.store.tables import batches, events, issues, recipients, send_log, sends

_COLUMNS = [*(column for column in sends.c if column.name != "excluded"), issues.c.key, issues.c.newsletter]


@dataclass(frozen=True, kw_only=True)
class NewSend:
    """What is known of a send before its audience is."""

    issue: str
    newsletter: str
    account: str
    provider: str
    starts_at: datetime
    by: str
    late: str
    local: bool
    content_digest: str
    audience_digest: str
    instance: str
    only_to: FollowUp | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody's word about a send, or the program's own."""

    at: datetime
    by: str
    what: str
    why: str
    batch: int | None


def add(connection: Connection, new: NewSend, now: datetime) -> Send:
    """Adds a send that is scheduled. InvalidInput if another one of the issue is on its way."""
    issue_id = lock_issue(connection, new.issue, new.newsletter)
    if other := live_of(connection, new.issue):
        raise InvalidInput([on_its_way(other)])
    last = connection.execute(
        select(func.max(sends.c.edition)).where(sends.c.issue_id == issue_id, sends.c.planned > 0)
    ).scalar()
    edition = 0 if new.only_to is None else (last or 0) + 1
    row = {
        "issue_id": issue_id,
        "edition": edition,
        "state": "scheduled",
        "created_at": now,
        "late": new.late,
        "local": int(new.local),
        "delivered": 0,
        "bounced": 0,
        "complained": 0,
        "campaign": "",
        **{
            name: getattr(new, name)
            for name in ("account", "provider", "starts_at", "by", "reason", "only_to", "instance")
        },
        "content_digest": new.content_digest,
        "audience_digest": new.audience_digest,
    }
    number = connection.execute(insert(sends).values(row).returning(sends.c.id)).scalar_one()
    note(connection, number, now, new.by, "made", new.reason)
    return find(connection, number)


def on_its_way(other: Send) -> Finding:
    """Why another send of the issue cannot be made now."""
    on = f"lpdownload sends resume {other.id} goes on with it; " if other.state != "scheduled" else ""
    hint = f"{on}lpdownload sends show {other.id}; lpdownload sends cancel {other.id} stops it"
    return Finding("send-exists", f"send {other.id} of {other.issue} is {other.state}", hint)


def lock_issue(connection: Connection, key: str, newsletter: str) -> int:
    """The number of an issue, which nobody else can plan until this transaction ends."""
    insert_if_new(connection, issues, {"key": key, "newsletter": newsletter})
    known = select(issues.c.id).where(issues.c.key == key).with_for_update()
    return int(connection.execute(known).scalar_one())


def find(connection: Connection, number: int, *, lock: bool = False) -> Send:
    """InvalidInput if there is no such send. ``lock``: nobody else changes it until the transaction ends."""
    query = select(*_COLUMNS).join(issues, issues.c.id == sends.c.issue_id).where(sends.c.id == number)
    row = connection.execute(query.with_for_update(of=sends) if lock else query).one_or_none()
    if row is None:
        raise InvalidInput([Finding("unknown-send", f"there is no send {number}", "lpdownload sends list")])
    return _send(row)


def listed(
    connection: Connection, *conditions: ColumnElement[bool], limit: int | None = None
) -> tuple[Send, ...]:
    """The newest first."""
    query = select(*_COLUMNS).join(issues, issues.c.id == sends.c.issue_id).where(*conditions)
    return tuple(map(_send, connection.execute(query.order_by(sends.c.id.desc()).limit(limit))))


def live_of(connection: Connection, issue: str) -> Send | None:
    """The send of an issue that is not over yet."""
    found = listed(connection, issues.c.key == issue, sends.c.state.in_(LIVE))
    return found[0] if found else None


def of_issue(connection: Connection, issue: str) -> tuple[Send, ...]:
    """All of an issue, the newest first."""
    return listed(connection, issues.c.key == issue)


def live(connection: Connection) -> tuple[Send, ...]:
    """All that are not over yet, in the order in which they begin."""
    found = listed(connection, sends.c.state.in_(LIVE))
    return tuple(sorted(found, key=lambda send: (send.starts_at, send.id)))


def move(
    connection: Connection, number: int, to: SendState, *, by: str, why: str, now: datetime, what: str = ""
) -> Send:
    """Changes a send's state and notes who did it. Raises IllegalMove where the table has no such move, and
    InvalidInput for one that is to go on while another one of the issue is on its way.
    """
    send = find(connection, number, lock=True)
    if to not in SEND_MOVES[send.state]:
        raise IllegalMove(f"send {number}", send.state, to)
    if send.state not in LIVE and (other := live_of(connection, send.issue)):
        raise InvalidInput([on_its_way(other)])
    values: dict[str, object] = {"state": to, "reason": why}
    if to == "sending" and send.started_at is None:
        values["started_at"] = now
    if to in {"done", "cancelled"}:
        values["finished_at"] = now
    elif to == "sending":
        values["finished_at"] = None
    connection.execute(update(sends).where(sends.c.id == number).values(values))
    note(connection, number, now, by, what or to, why)
    return find(connection, number)


def change(connection: Connection, number: int, **values: object) -> None:
    """Writes other columns than the state."""
    connection.execute(update(sends).where(sends.c.id == number).values(values))


def note(
    connection: Connection,
    number: int,
    now: datetime,
    by: str,
    what: str,
    why: str,
    batch: int | None = None,
) -> None:
    """Keeps who decided what about a send, and why."""
    row = {"send_id": number, "batch": batch, "at": now, "by": by, "what": what, "why": why}
    connection.execute(insert(send_log).values(row))


def decisions(connection: Connection, number: int) -> tuple[Decision, ...]:
    """In order."""
    rows = connection.execute(select(send_log).where(send_log.c.send_id == number).order_by(send_log.c.id))
    return tuple(Decision(row.at, row.by, row.what, row.why, row.batch) for row in rows)


def counts(connection: Connection, number: int) -> Counts:
    """Where the people of a send stand; a sum over its batches, whatever their number of people."""
    names = ("planned", "excluded", "delivered", "bounced", "complained")
    row = connection.execute(select(*(sends.c[name] for name in names)).where(sends.c.id == number)).one()
    columns = ("accepted", "refused", "failed", "in_doubt")
    sums = connection.execute(
        select(*(func.coalesce(func.sum(batches.c[name]), 0) for name in columns)).where(
            batches.c.send_id == number
        )
    ).one()
    accepted, refused, failed, in_doubt = map(int, sums)
    planned, excluded = row.planned or 0, dict(cast(Mapping[str, int], row.excluded or {}))
    return Counts(
        candidates=planned + sum(excluded.values()),
        planned=planned,
        excluded=excluded,
        pending=planned - accepted - refused - failed - in_doubt,
        accepted=accepted,
        refused=refused,
        failed=failed,
        in_doubt=in_doubt,
        delivered=row.delivered,
        bounced=row.bounced,
        complained=row.complained,
    )


def batch_states(connection: Connection, number: int) -> dict[BatchState, int]:
    """How many batches of a send are in each state."""
    rows = connection.execute(
        select(batches.c.state, func.count()).where(batches.c.send_id == number).group_by(batches.c.state)
    )
    return {cast(BatchState, state): count for state, count in sorted(rows.all())}


def cancel(connection: Connection, number: int, *, by: str, why: str, now: datetime) -> int:
    """Ends a send: whoever was not handed over yet is excluded, and may get the issue by another send.

    Batches in flight go on to their end. Returns how many people it spares. Raises IllegalMove.
    """
    move(connection, number, "cancelled", by=by, why=why, now=now)
    return spare(connection, number)


def spare(connection: Connection, number: int) -> int:
    """Excludes those of a cancelled send who wait in a planned batch; how many they are."""
    waiting = batches.c.send_id == number, batches.c.state == "planned"
    theirs = (
        recipients.c.send_id == number,
        recipients.c.batch.in_(select(batches.c.number).where(*waiting)),
        recipients.c.outcome.is_(None),
    )
    spared = connection.execute(update(recipients).where(*theirs).values(edition=-number)).rowcount
    connection.execute(update(batches).where(*waiting).values(state="cancelled", owner=None))
    if spared:
        row = connection.execute(select(sends.c.planned, sends.c.excluded).where(sends.c.id == number)).one()
        excluded = dict(row.excluded or {})
        excluded["cancelled"] = excluded.get("cancelled", 0) + spared
        change(connection, number, planned=row.planned - spared, excluded=excluded)
    return spared


@dataclass(frozen=True, slots=True)
class Copy:
    """An issue that was planned for a person."""

    key: str
    send_id: int
    batch: int
    edition: int
    outcome: str | None
    reason: str | None
    batch_state: BatchState
    batch_reason: str
    settled_at: datetime | None
    account: str
    starts_at: datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """What a provider reported of a person's copy."""

    send_id: int | None
    kind: str
    at: datetime
    detail: str


def copies_of(connection: Connection, subscriber_id: int) -> tuple[Copy, ...]:
    """Every issue that was ever planned for a person, the latest send first."""
    rows = (
        select(
            issues.c.key,
            *(recipients.c[name] for name in ("send_id", "batch", "edition", "outcome", "reason")),
            batches.c.state,
            batches.c.reason,
            batches.c.settled_at,
            sends.c.account,
            sends.c.starts_at,
        )
        .join(issues, issues.c.id == recipients.c.issue_id)
        .join(sends, sends.c.id == recipients.c.send_id)
        .join(batches, (batches.c.send_id == recipients.c.send_id) & (batches.c.number == recipients.c.batch))
        .where(recipients.c.subscriber_id == subscriber_id)
    )
    return tuple(Copy(*row) for row in connection.execute(rows.order_by(recipients.c.send_id.desc())))


def events_of(connection: Connection, subscriber_id: int) -> tuple[Heard, ...]:
    """What was reported of a person's copies, in order."""
    rows = select(events.c.send_id, events.c.kind, events.c.at, events.c.detail)
    mine = rows.where(events.c.subscriber_id == subscriber_id).order_by(events.c.at)
    return tuple(Heard(*row) for row in connection.execute(mine))


def _send(row: Row[*tuple[object, ...]]) -> Send:
    fields = {
        name: row._mapping[name] for name in Send.__dataclass_fields__ if name not in {"issue", "local"}
    }
    return Send(**fields, issue=row._mapping["key"], local=bool(row._mapping["local"]))
