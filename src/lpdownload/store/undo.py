"""The undoing of an import: what it brought goes, what it wrote over comes back, what happened since stays.

Whoever has said stop since then keeps the subscription that says so; whoever was mailed, or was brought by
another import or a form since then, stays.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.subscription import Evidence
from lpdownload.store.imports import Changed, change_people, lock_others_out, state_from, texts_of
from lpdownload.store.subscribers import delete_people
from lpdownload.store.tables import (
    consent,
    import_changes,
    imports,
    recipients,
    subscribers,
    subscriptions,
    suppressions,
)
from lpdownload.store.types import Moment

STATE_OF = "newsletter "
"""How the earlier state of a subscription is named among what an import wrote over."""


@dataclass(frozen=True)
class Import:
    """An import as the database remembers it."""

    id: int
    at: datetime
    source: str
    file: str
    counts: dict[str, int]
    undone_at: datetime | None


def all_imports(connection: Connection) -> tuple[Import, ...]:
    """Every import, the newest first."""
    rows = connection.execute(select(imports).order_by(imports.c.id.desc()))
    return tuple(Import(row.id, row.at, row.source, row.file, row.counts, row.undone_at) for row in rows)


def undo(connection: Connection, import_id: int, evidence: Evidence) -> dict[str, int]:
    """Undoes an import; how much went, and how much came back. InvalidInput if it has been undone."""
    lock_others_out(connection, lambda: None)
    this = and_(imports.c.id == import_id, imports.c.undone_at.is_(None))
    if not connection.execute(update(imports).where(this).values(undone_at=evidence.at)).rowcount:
        message, hint = f"import {import_id} was undone already", "lpdownload import list"
        raise InvalidInput([Finding("undone", message, hint)])
    found = {
        "values_restored": _restore_values(connection, import_id),
        "subscriptions_restored": _restore_states(connection, import_id, evidence),
        "subscriptions_removed": _remove_subscriptions(connection, import_id, evidence),
        "suppressions_removed": connection.execute(
            delete(suppressions).where(suppressions.c.import_id == import_id)
        ).rowcount,
        "people_removed": delete_people(connection, _brought_only_by(import_id)),
    }
    stay = select(func.count()).where(subscribers.c.import_id == import_id)
    found["people_kept"] = connection.execute(stay).scalar_one()
    connection.execute(delete(import_changes).where(import_changes.c.import_id == import_id))
    return found


def _changes(connection: Connection, import_id: int) -> list[Changed]:
    columns = (
        import_changes.c.subscriber_id,
        cast(import_changes.c.before, Text),
        cast(import_changes.c.after, Text),
    )
    rows = connection.execute(select(*columns).where(import_changes.c.import_id == import_id))
    return [Changed(id_, json.loads(before), json.loads(after)) for id_, before, after in rows]


def _restore_values(connection: Connection, import_id: int) -> int:
    """Of each attribute that still is as the import left it."""
    count = 0
    changes = _changes(connection, import_id)
    for start in range(0, len(changes), 5_000):
        some = changes[start : start + 5_000]
        current = texts_of(connection, [change.subscriber_id for change in some])
        back = []
        for change in some:
            now = current.get(change.subscriber_id, {})
            values = {
                name: text
                for name, text in change.before.items()
                if not name.startswith(STATE_OF) and now.get(name) == change.after[name]
            }
            if values:
                back.append(Changed(change.subscriber_id, {}, values))
                count += len(values)
        if back:
            change_people(connection, back)
    return count


def _restore_states(connection: Connection, import_id: int, evidence: Evidence) -> int:
    """Of each subscription that the import stopped, and that nobody has touched since."""
    count = 0
    for change in _changes(connection, import_id):
        for name, text in change.before.items():
            if not name.startswith(STATE_OF):
                continue
            newsletter = name.removeprefix(STATE_OF)
            mine = and_(
                subscriptions.c.newsletter == newsletter,
                subscriptions.c.subscriber_id == change.subscriber_id,
                subscriptions.c.import_id == import_id,
            )
            before = state_from(text or "")
            if connection.execute(update(subscriptions).where(mine).values(before._asdict())).rowcount:
                _undone(connection, change.subscriber_id, newsletter, evidence)
                count += 1
    return count


def _undone(connection: Connection, subscriber_id: int, newsletter: str, evidence: Evidence) -> None:
    row = {"subscriber_id": subscriber_id, "newsletter": newsletter, "what": "undone"}
    connection.execute(insert(consent).values(row | {"at": evidence.at, "source": evidence.source}))


def _remove_subscriptions(connection: Connection, import_id: int, evidence: Evidence) -> int:
    """Those the import brought; a consent record says so for the people who stay."""
    mine = subscriptions.c.import_id == import_id
    said = select(
        subscriptions.c.subscriber_id,
        subscriptions.c.newsletter,
        literal("undone"),
        literal(evidence.at, Moment),
        literal(evidence.source),
    ).where(mine)
    columns: Sequence[str] = ("subscriber_id", "newsletter", "what", "at", "source")
    connection.execute(insert(consent).from_select(columns, said))
    return connection.execute(delete(subscriptions).where(mine)).rowcount


def _brought_only_by(import_id: int) -> ColumnElement[bool]:
    """People of the import whom nothing else has touched."""
    mine = subscribers.c.id
    return and_(
        subscribers.c.import_id == import_id,
        ~exists().where(subscriptions.c.subscriber_id == mine),
        ~exists().where(recipients.c.subscriber_id == mine),
        ~exists().where(import_changes.c.subscriber_id == mine, import_changes.c.import_id != import_id),
        ~exists().where(
            consent.c.subscriber_id == mine,
            or_(
                consent.c.import_id.is_(None),
                and_(
                    consent.c.import_id != import_id,
                    consent.c.import_id.not_in(select(imports.c.id).where(imports.c.undone_at.is_not(None))),
                ),
            ),
            consent.c.what != "undone",
        ),
    )
