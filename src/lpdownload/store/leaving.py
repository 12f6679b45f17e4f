"""Many people leave newsletters at once: a few statements for all of them, as one-click links ask for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, and_, bindparam, func, insert, select, update

from lpdownload.model.subscription import MOVES, Evidence
from lpdownload.store.bulk import is_one_of
from lpdownload.store.subscriptions import change
from lpdownload.store.tables import batches, consent, events, issues, recipients, sends, subscribers
from lpdownload.store.tables import subscriptions as table

_LEFT: Final = (
    update(table)
    .where(table.c.newsletter == bindparam("mine"), table.c.subscriber_id == bindparam("who"))
    .values(state=bindparam("left"), since=bindparam("at"), import_id=None)
)


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody who wants no more of a newsletter."""

    subscriber_id: int
    newsletter: str
    evidence: Evidence


def leave_all(connection: Connection, asked: Sequence[Leaving]) -> list[bool]:
    """As ``change(…, "unsubscribed", …)`` for each; whether the person is known."""
    ids = sorted({one.subscriber_id for one in asked})
    known = select(subscribers.c.id).where(is_one_of(connection, subscribers.c.id, ids))
    people = set(connection.execute(known).scalars())
    theirs = is_one_of(connection, table.c.subscriber_id, sorted(people))
    rows = select(table.c.newsletter, table.c.subscriber_id, table.c.state, table.c.import_id).where(theirs)
    order = table.c.subscriber_id, table.c.newsletter  # always the same: nobody waits for each other
    found = {
        (newsletter, number): (state, import_id)
        for newsletter, number, state, import_id in connection.execute(
            rows.order_by(*order).with_for_update()
        )
    }
    left: list[dict[str, object]] = []
    said: list[dict[str, object]] = []
    for one in asked:
        place = one.newsletter, one.subscriber_id
        if one.subscriber_id not in people:
            continue
        state, import_id = found.get(place, (None, None))
        after = MOVES.get((state, "unsubscribed"))
        if state is None or (after in {None, state} and import_id is not None):
            change(connection, one.subscriber_id, one.newsletter, "unsubscribed", one.evidence)
        elif after is not None and after != state:
            left.append({"mine": place[0], "who": place[1], "left": after, "at": one.evidence.at})
            row = {"newsletter": place[0], "subscriber_id": place[1], "what": "unsubscribed"}
            evidence = one.evidence
            said.append({**row, "at": evidence.at, "source": evidence.source, "proof": evidence.proof})
        found[place] = after or state or "unsubscribed", None  # once, however often it was asked
    if left:
        connection.execute(_LEFT, left)
        connection.execute(insert(consent), said)
    return [one.subscriber_id in people for one in asked]


def handed_over(connection: Connection, subscriber_id: int, newsletter: str) -> datetime | None:
    """When the last copy of a newsletter went to a person, as far as we know: when it was handed over, or
    later, when its provider says that it arrived.
    """
    copies = (
        select(func.max(func.coalesce(batches.c.settled_at, batches.c.submitted_at)))
        .select_from(recipients)
        .join(issues, issues.c.id == recipients.c.issue_id)
        .join(
            batches, and_(batches.c.send_id == recipients.c.send_id, batches.c.number == recipients.c.batch)
        )
        .where(recipients.c.subscriber_id == subscriber_id, issues.c.newsletter == newsletter)
    )
    arrived = (
        select(func.max(events.c.at))
        .select_from(events)
        .join(sends, sends.c.id == events.c.send_id)
        .join(issues, issues.c.id == sends.c.issue_id)
        .where(
            events.c.subscriber_id == subscriber_id,
            events.c.kind == "delivered",
            issues.c.newsletter == newsletter,
        )
    )
    moments = [connection.execute(asked).scalar() for asked in (copies, arrived)]
    return max((moment for moment in moments if moment is not None), default=None)


def mailed_newsletters(connection: Connection) -> frozenset[str]:
    """Those that were ever planned to be mailed: links in old mails hold, though the newsletter is gone."""
    return frozenset(connection.execute(select(issues.c.newsletter).distinct()).scalars())
