"""What an import asks of the database and writes to it, thousands of rows at a time; and its undoing.

Each import is one transaction of ``Database.writing``. It gives people their numbers itself, so that their
subscriptions and consent can follow without asking back; nobody else adds people in the meantime.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, TypeAlias

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    cast,
    insert,
    select,
    update,
)

from lpdownload.model.subscription import SubscriptionState
from lpdownload.store.bulk import Cell, copy_rows, insert_rows, is_one_of
from lpdownload.store.tables import (
    ATTRIBUTE_COLUMNS,
    consent,
    import_changes,
    imports,
    subscribers,
    subscriptions,
    suppressions,
)

IMPORT_LOCK: Final = 0x6C70_0002
"""Among PostgreSQL's advisory locks: one import at a time."""

PERSON_COLUMNS: Final = (
    "id",
    "address_key",
    "email",
    "mailbox_key",
    *ATTRIBUTE_COLUMNS,
    "attributes",
    "created_at",
    "import_id",
)
SUBSCRIPTION_COLUMNS: Final = ("newsletter", "subscriber_id", "state", "since", "import_id")
CONSENT_COLUMNS: Final = ("subscriber_id", "newsletter", "what", "at", "source", "proof", "import_id")
SUPPRESSION_COLUMNS: Final = ("address_key", "address_hash", "reason", "at", "source", "import_id")

Texts: TypeAlias = dict[str, str | None]
"""Attributes by name as their columns hold them; the newsroom's own stand beside the built-in ones."""


class State(NamedTuple):
    """Of a subscription: what it is, since when, and the import that brought it there."""

    state: SubscriptionState
    since: datetime
    import_id: int | None


class Changed(NamedTuple):
    """What an import writes over: attributes by name, or ``newsletter NAME`` with ``state_text``."""

    subscriber_id: int
    before: Texts
    after: Texts


def start(
    connection: Connection, *, source: str, file: str, at: datetime, waiting: Callable[[], None]
) -> int:
    """The new import's number. From here on nobody else adds people until the transaction ends.

    ``waiting`` is called if another import has to end first.
    """
    lock_others_out(connection, waiting)
    row = {"source": source, "file": file, "at": at, "counts": {}}
    return int(connection.execute(insert(imports).values(row).returning(imports.c.id)).scalar_one())


def lock_others_out(connection: Connection, waiting: Callable[[], None]) -> None:
    """Until the transaction ends, nobody else imports, undoes an import, or writes to subscribers."""
    if connection.dialect.name == "sqlite":  # a transaction that writes is alone anyway
        return
    if not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({IMPORT_LOCK})").scalar():
        waiting()
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({IMPORT_LOCK})")
    connection.exec_driver_sql("LOCK TABLE subscribers IN SHARE ROW EXCLUSIVE MODE")


def finish(connection: Connection, import_id: int, counts: Mapping[str, int]) -> None:
    """Writes what the import came to, and lets PostgreSQL see what it has got now."""
    if connection.dialect.name != "sqlite" and counts["added"] >= 10_000:
        connection.exec_driver_sql("ANALYZE subscribers, subscriptions")
    connection.execute(update(imports).where(imports.c.id == import_id).values(counts=dict(counts)))


def reserve_ids(connection: Connection, count: int) -> Sequence[int]:
    """Numbers for so many new people, ascending."""
    if connection.dialect.name == "sqlite":
        last = (
            connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'subscribers'").scalar()
            or 0
        )
        return range(last + 1, last + count + 1)
    # Nobody else takes numbers between the two: they would have to hold a lock that ours excludes.
    first = connection.exec_driver_sql("SELECT nextval('subscribers_id_seq')").scalar_one()
    connection.exec_driver_sql("SELECT setval('subscribers_id_seq', %(last)s)", {"last": first + count - 1})
    return range(first, first + count)


def ids_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """The numbers of the people there are among the keys."""
    mine = is_one_of(connection, subscribers.c.address_key, keys)
    rows = connection.execute(select(subscribers.c.address_key, subscribers.c.id).where(mine))
    return {row.address_key: row.id for row in rows}


def texts_of(connection: Connection, ids: Sequence[int]) -> dict[int, Texts]:
    """The attributes of these people as their columns hold them."""
    columns = [subscribers.c[name] for name in ATTRIBUTE_COLUMNS]
    own = cast(subscribers.c.attributes, Text)
    rows = select(subscribers.c.id, own, *columns).where(is_one_of(connection, subscribers.c.id, ids))
    return {
        id_: dict(zip(ATTRIBUTE_COLUMNS, values, strict=True)) | json.loads(own_text or "{}")
        for id_, own_text, *values in connection.execute(rows)
    }


def states_of(connection: Connection, newsletter: str, ids: Sequence[int]) -> dict[int, State]:
    """State of these people's subscriptions to a newsletter."""
    mine = is_one_of(connection, subscriptions.c.subscriber_id, ids)
    columns = [subscriptions.c[name] for name in ("subscriber_id", *State._fields)]
    rows = connection.execute(select(*columns).where(subscriptions.c.newsletter == newsletter, mine))
    return {id_: State(state, since, import_id) for id_, state, since, import_id in rows}


def state_text(state: State) -> str:
    """As it is remembered: ``active 1725148800 7``, the last word missing where no import brought it."""
    return f"{state.state} {int(state.since.timestamp())} {state.import_id or ''}".rstrip()


def state_from(text: str) -> State:
    """What ``state_text`` wrote."""
    state, since, *import_id = text.split()
    at = datetime.fromtimestamp(int(since), UTC)
    by = int(import_id[0]) if import_id else None
    return State(state, at, by)  # type: ignore[arg-type]  # state_text wrote it


def add_people(connection: Connection, rows: Iterable[Sequence[Cell]]) -> None:
    """New people, in PERSON_COLUMNS."""
    insert_rows(connection, subscribers, PERSON_COLUMNS, rows)


def add_first_subscriptions(connection: Connection, rows: Iterable[Sequence[Cell]]) -> None:
    """Of people whom nobody else can know yet, in SUBSCRIPTION_COLUMNS."""
    insert_rows(connection, subscriptions, SUBSCRIPTION_COLUMNS, rows)


def add_subscriptions(connection: Connection, rows: Sequence[Sequence[Cell]]) -> None:
    """In SUBSCRIPTION_COLUMNS. One that somebody else made in the meantime stays as that one made it."""
    if connection.dialect.name == "sqlite":  # nobody writes but us
        insert_rows(connection, subscriptions, SUBSCRIPTION_COLUMNS, rows)
        return
    if not rows:
        return
    connection.exec_driver_sql(
        "CREATE TEMPORARY TABLE IF NOT EXISTS staged (LIKE subscriptions) ON COMMIT DROP"
    )
    copy_rows(connection, "staged", SUBSCRIPTION_COLUMNS, rows)
    connection.exec_driver_sql(
        "WITH moved AS (DELETE FROM staged RETURNING *) "
        "INSERT INTO subscriptions SELECT * FROM moved ON CONFLICT DO NOTHING"
    )


def change_subscriptions(
    connection: Connection,
    newsletter: str,
    state: SubscriptionState,
    ids: Sequence[int],
    at: datetime,
    import_id: int,
) -> None:
    """Moves the subscriptions of these people to a newsletter."""
    connection.execute(
        update(subscriptions)
        .where(
            subscriptions.c.newsletter == newsletter,
            is_one_of(connection, subscriptions.c.subscriber_id, ids),
        )
        .values(state=state, since=at, import_id=import_id)
    )


def add_consent(connection: Connection, rows: Iterable[Sequence[Cell]]) -> None:
    """In CONSENT_COLUMNS."""
    insert_rows(connection, consent, CONSENT_COLUMNS, rows)


def add_suppressions(connection: Connection, rows: Iterable[Sequence[Cell]]) -> None:
    """In SUPPRESSION_COLUMNS; the addresses must not be suppressed yet."""
    insert_rows(connection, suppressions, SUPPRESSION_COLUMNS, rows)


def change_people(connection: Connection, changes: Sequence[Changed]) -> None:
    """Writes attributes over; those of the newsroom's own among them."""
    current = texts_of(connection, [change.subscriber_id for change in changes])
    rows = []
    for change in changes:
        after = current[change.subscriber_id] | change.after
        own = {name: text for name, text in after.items() if name not in ATTRIBUTE_COLUMNS and text}
        rows.append(
            {"row": change.subscriber_id, "own": own or None}
            | {f"new_{n}": after[n] for n in ATTRIBUTE_COLUMNS}
        )
    values: dict[str, object] = {name: bindparam(f"new_{name}") for name in ATTRIBUTE_COLUMNS}
    statement = update(subscribers).where(subscribers.c.id == bindparam("row"))
    connection.execute(
        statement.values(values | {"attributes": bindparam("own", type_=subscribers.c.attributes.type)}), rows
    )


def remember(connection: Connection, import_id: int, changes: Sequence[Changed]) -> None:
    """Keeps what was written over, so that the import can be undone."""
    rows = (
        (import_id, change.subscriber_id, json.dumps(change.before), json.dumps(change.after))
        for change in changes
    )
    insert_rows(connection, import_changes, ("import_id", "subscriber_id", "before", "after"), rows)
