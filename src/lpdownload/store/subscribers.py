"""Subscribers: found, added, changed, erased."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Text,
    cast,
    delete,
    exists,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from lpdownload.model.address import Address
from lpdownload.model.subscriber import Subscriber
from lpdownload.model.subscription import ConsentRecord, Evidence
from lpdownload.store.bulk import framed, words_of
from lpdownload.store.subscriptions import paused_of, subscriptions_of
from lpdownload.store.suppressions import reason_of, suppress
from lpdownload.store.tables import (
    ATTRIBUTE_COLUMNS,
    confirmation_mails,
    confirmations,
    consent,
    import_changes,
    issues,
    recipients,
    subscribers,
    subscriptions,
)

AttributeValues = Mapping[str, str | tuple[str, ...]]

_MADE_UP: Final = ("example.org", "example.com", "example.net", "%.example", "%.test", "%.invalid")

_OWN: Final = cast(subscribers.c.attributes, Text)  # twice as fast as a value that psycopg would parse


def find(connection: Connection, key: str) -> Subscriber | None:
    """The person with this address key, with subscriptions, suppression and what was received."""
    return _one(connection, subscribers.c.address_key == key)


def with_number(connection: Connection, subscriber_id: int) -> Subscriber | None:
    """The same by the row's number."""
    return _one(connection, subscribers.c.id == subscriber_id)


def _one(connection: Connection, which: ColumnElement[bool]) -> Subscriber | None:
    columns = [column for column in subscribers.c if column.name != "attributes"]
    row = connection.execute(select(*columns, _OWN.label("own")).where(which)).one_or_none()
    if row is None:
        return None
    return Subscriber(
        id=row.id,
        email=row.email,
        key=row.address_key,
        attributes=attributes_of(row),
        subscriptions=subscriptions_of(connection, row.id),
        paused=paused_of(connection, row.id),
        received=received_by(connection, row.id),
        suppressed=reason_of(connection, row.address_key),
        created_at=row.created_at,
        import_id=row.import_id,
    )


def key_of(connection: Connection, subscriber_id: int) -> str | None:
    """The address key of a person; None if there is nobody of that number."""
    found = select(subscribers.c.address_key).where(subscribers.c.id == subscriber_id)
    key: str | None = connection.execute(found).scalar()
    return key


def attributes_of(row: Row[*tuple[object, ...]]) -> dict[str, str | tuple[str, ...]]:
    """A row's attributes by name, those without a value left out."""
    found = {name: value for name in ATTRIBUTE_COLUMNS if (value := row._mapping[name]) is not None}
    found |= json.loads(row._mapping["own"] or "{}")
    return {name: words_of(value) if value.startswith("\n") else value for name, value in found.items()}


def received_by(connection: Connection, subscriber_id: int) -> tuple[str, ...]:
    """The issues that were mailed to a person, in order of their keys."""
    mailed = select(issues.c.key).join(recipients, recipients.c.issue_id == issues.c.id).distinct()
    mine = recipients.c.subscriber_id == subscriber_id, recipients.c.edition >= 0
    return tuple(connection.execute(mailed.where(*mine).order_by(issues.c.key)).scalars())


def consent_of(connection: Connection, subscriber_id: int) -> tuple[ConsentRecord, ...]:
    """The consent record of a person, in order."""
    rows = connection.execute(
        select(consent).where(consent.c.subscriber_id == subscriber_id).order_by(consent.c.id)
    )
    return tuple(
        ConsentRecord(row.newsletter, row.what, Evidence(row.at, row.source, row.proof)) for row in rows
    )


def add(connection: Connection, address: Address, attributes: AttributeValues, at: datetime) -> int:
    """A new person; the row's number. The address must be new."""
    row: dict[str, object] = {
        "address_key": address.key,
        "email": address.email,
        "mailbox_key": address.mailbox,
        "created_at": at,
    }
    columns, own = _cells(attributes)
    if own:
        row["attributes"] = own
    new = insert(subscribers).values(row | columns).returning(subscribers.c.id)
    return int(connection.execute(new).scalar_one())


def _cells(attributes: AttributeValues) -> tuple[dict[str, str | None], dict[str, str]]:
    texts = {
        name: value if isinstance(value, str) else framed(value)
        for name, value in attributes.items()
        if value
    }
    columns = {name: text for name, text in texts.items() if name in ATTRIBUTE_COLUMNS}
    return columns, {name: text for name, text in texts.items() if name not in ATTRIBUTE_COLUMNS and text}


def set_attributes(connection: Connection, subscriber_id: int, attributes: AttributeValues) -> None:
    """Writes the attributes given over what was there; an empty one is taken away."""
    columns, own = _cells(attributes)
    columns |= {name: None for name, value in attributes.items() if not value and name in ATTRIBUTE_COLUMNS}
    _wait_for_import(connection)
    mine = subscribers.c.id == subscriber_id
    before = json.loads(connection.execute(select(_OWN).where(mine).with_for_update()).scalar() or "{}")
    after = {name: value for name, value in before.items() if attributes.get(name, value)} | own
    connection.execute(update(subscribers).where(mine).values(columns | {"attributes": after or None}))


def _wait_for_import(connection: Connection) -> None:
    """PostgreSQL: until the import that is running has ended, so that what is read next is what it left."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE subscribers IN ROW EXCLUSIVE MODE")


def erase(connection: Connection, key: str, *, at: datetime, source: str) -> bool:
    """Forgets a person; of the address only a salted hash stays, in the suppressions, so that no import
    brings it back. What was mailed stays counted, without the address. False if nobody was known by it.
    """
    _wait_for_import(connection)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # or the file's free space would still tell
    found = connection.execute(select(subscribers.c.id).where(subscribers.c.address_key == key)).scalar()
    suppress(connection, key, "erased", at=at, source=source)
    if found is None:
        return False
    delete_people(connection, subscribers.c.id == found)
    connection.execute(update(recipients).where(recipients.c.subscriber_id == found).values(email=""))
    return True


def delete_people(connection: Connection, which: ColumnElement[bool]) -> int:
    """Deletes subscribers and all that names them but the ledger; how many they were."""
    ids = select(subscribers.c.id).where(which)
    for table in (subscriptions, confirmations, confirmation_mails, consent, import_changes):
        connection.execute(delete(table).where(table.c.subscriber_id.in_(ids)))
    return connection.execute(delete(subscribers).where(which)).rowcount


def everybody(connection: Connection, newsletter: str | None = None) -> Iterator[Subscriber]:
    """All people, or those with a subscription of any state to a newsletter, in order of their numbers.

    Without what they received; streamed, so that a million fit.
    """
    columns = [column for column in subscribers.c if column.name != "attributes"]
    query = select(*columns, _OWN.label("own")).order_by(subscribers.c.id)
    if newsletter is not None:
        query = query.where(
            subscribers.c.id.in_(
                select(subscriptions.c.subscriber_id).where(subscriptions.c.newsletter == newsletter)
            )
        )
    for rows in connection.execute(query.execution_options(yield_per=5_000)).partitions():
        ids = [row.id for row in rows]
        states: dict[int, dict[str, tuple[str, datetime]]] = {}
        mine = select(subscriptions).where(subscriptions.c.subscriber_id.between(ids[0], ids[-1]))
        for row in connection.execute(mine.order_by(subscriptions.c.newsletter)):
            states.setdefault(row.subscriber_id, {})[row.newsletter] = (row.state, row.since)
        for row in rows:
            yield Subscriber(
                id=row.id,
                email=row.email,
                key=row.address_key,
                attributes=attributes_of(row),
                subscriptions=states.get(row.id, {}),  # type: ignore[arg-type]  # checked by the table
                created_at=row.created_at,
                import_id=row.import_id,
            )


def count(connection: Connection) -> int:
    """How many people there are."""
    return connection.execute(select(func.count()).select_from(subscribers)).scalar_one()


def time_zones(connection: Connection) -> list[str]:
    """Those that people are in, as they were given."""
    rows = select(subscribers.c.timezone).where(subscribers.c.timezone.is_not(None)).distinct()
    return [zone for zone in connection.execute(rows).scalars() if zone]


def is_mixed(connection: Connection) -> bool:
    """Whether people who are made up (example.org and its like, RFC 2606) stand beside others."""
    made_up = or_(*(subscribers.c.address_key.like(f"%@{domain}") for domain in _MADE_UP))
    found = select(exists().where(made_up), exists().where(not_(made_up)))
    return all(connection.execute(found).one())
