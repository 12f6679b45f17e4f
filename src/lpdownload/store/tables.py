"""The tables, alike on SQLite and PostgreSQL. What changes here needs a migration; a test compares them.

Lists (caucuses, committees, interests, tags) stand in one text column each, framed by line breaks:
``"\\neducation\\nhousing\\n"``. A side table would cost an import three more rows a person, and asking it is
no faster than looking for ``"\\neducation\\n"``. No word of a list can hold a line break.

The tables with a row or more for each person name the person without a foreign key: PostgreSQL would check
each of a million rows on its own. Only ``subscribers.erase`` and ``imports.undo`` delete people.
"""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, MetaData, Table, text

from lpdownload.model.subscription import SubscriptionState
from lpdownload.model.suppression import SuppressionReason
from lpdownload.store.types import Document, Key, Moment, Words

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


def _one_of(column: str, words: object) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words.__args__)  # type: ignore[attr-defined]
    return CheckConstraint(f"{column} IN ({listed})", name=column)


facts = Table(
    "facts",
    metadata,
    Column("name", Words, primary_key=True),
    Column("value", Words, nullable=False),
    # What the database knows of itself: the salt of erased addresses.
)

imports = Table(
    "imports",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("source", Words, nullable=False),
    Column("file", Words, nullable=False, doc="Its name, without the folder."),
    Column("counts", Document, nullable=False),
    Column("undone_at", Moment),
    sqlite_autoincrement=True,
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("address_key", Words, nullable=False, doc="The person: see model/address.py."),
    Column("email", Words, nullable=False, doc="The address as it is mailed to."),
    Column("mailbox_key", Words, doc="Where another spelling leads to the same mailbox."),
    Column("first_name", Words),
    Column("last_name", Words),
    Column("language", Words),
    Column("timezone", Words),
    Column("state", Words),
    Column("chapter", Words),
    Column("office", Words),
    Column("jurisdiction", Words),
    Column("role", Words),
    Column("caucuses", Words),
    Column("committees", Words),
    Column("interests", Words),
    Column("tags", Words),
    Column("member_since", Words),
    Column("term_end", Words),
    Column("attributes", Document, doc="The newsroom's own attributes: text, or a framed list."),
    Column("created_at", Moment, nullable=False),
    Column("import_id", Key, doc="The import that brought the person."),
    Index("uq_subscribers_address_key", "address_key", unique=True),
    Index(
        "ix_subscribers_mailbox_key",
        "mailbox_key",
        sqlite_where=text("mailbox_key IS NOT NULL"),
        postgresql_where=text("mailbox_key IS NOT NULL"),
    ),
    sqlite_autoincrement=True,  # a number is never used again: consent and ledger name it
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("newsletter", Words, primary_key=True),
    Column("subscriber_id", Key, primary_key=True, autoincrement=False),
    Column("state", Words, nullable=False),
    Column("since", Moment, nullable=False, doc="Of this state."),
    Column("import_id", Key, doc="The import that brought it to this state."),
    _one_of("state", SubscriptionState),
    Index("ix_subscriptions_subscriber_id", "subscriber_id"),
    sqlite_with_rowid=False,
)

confirmations = Table(
    "confirmations",
    metadata,
    Column("token_hash", Words, primary_key=True),
    Column("subscriber_id", Key, nullable=False),
    Column("newsletter", Words, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_confirmations_subscriber_id", "subscriber_id"),
    # Who was asked whether the subscription was meant, and has not answered yet.
)

consent = Table(
    "consent",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("subscriber_id", Key, nullable=False),
    Column("newsletter", Words, doc="None: everything."),
    Column("what", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Words, nullable=False),
    Column("proof", Words),
    Column("import_id", Key),
    Index("ix_consent_subscriber_id", "subscriber_id"),
    # Append-only: triggers refuse an UPDATE.
)

suppressions = Table(
    "suppressions",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("address_key", Words, doc="None after an erasure."),
    Column("address_hash", Words, nullable=False, doc="HMAC-SHA256 of the key with the salt in facts."),
    Column("reason", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("source", Words, nullable=False),
    Column("import_id", Key),
    _one_of("reason", SuppressionReason),
    Index("uq_suppressions_address_key", "address_key", unique=True),
    Index("uq_suppressions_address_hash", "address_hash", unique=True),
    sqlite_autoincrement=True,
)

import_changes = Table(
    "import_changes",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("import_id", Key, nullable=False),
    Column("subscriber_id", Key, nullable=False),
    Column("before", Document, nullable=False, doc="What the import wrote over, for its undoing."),
    Column("after", Document, nullable=False),
    Index("ix_import_changes_import_id", "import_id"),
    Index("ix_import_changes_subscriber_id", "subscriber_id"),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("key", Words, nullable=False, doc="As in lpny/2024-09; of a translation, the original."),
    Column("newsletter", Words, nullable=False),
    Index("uq_issues_key", "key", unique=True),
    # The issues that were ever planned to be mailed.
)

sends = Table(
    "sends",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("issue_id", Key, ForeignKey("issues.id"), nullable=False),
    Column("state", Words, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_sends_issue_id", "issue_id"),
    sqlite_autoincrement=True,
)

recipients = Table(
    "recipients",
    metadata,
    Column("issue_id", Key, primary_key=True, autoincrement=False),
    Column("subscriber_id", Key, primary_key=True, autoincrement=False),
    Column("send_id", Key, nullable=False),
    Column("email", Words, nullable=False, doc="The address as it was when the send was planned."),
    Column("variant", Words, nullable=False),
    Index("ix_recipients_subscriber_id", "subscriber_id"),
    # Unique per issue and person, across sends.
    sqlite_with_rowid=False,
)

test_sends = Table(
    "test_sends",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("issue", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("address", Words, nullable=False, doc="Of the newsroom's own people."),
    Column("at", Moment, nullable=False),
    Column("outcome", Words, doc="None: it was begun, and nobody knows how it ended."),
)

paces = Table(
    "paces",
    metadata,
    Column("account", Words, primary_key=True),
    Column("calls_at", BigInteger, nullable=False, doc="Microseconds since 1970: caught up with its calls."),
    Column("recipients_at", BigInteger, nullable=False, doc="The same for recipients."),
    Column("held_until", Moment, doc="The provider asked for a pause until then."),
)

quotas = Table(
    "quotas",
    metadata,
    Column("account", Words, primary_key=True),
    Column("day", Words, primary_key=True, doc="UTC, as in 2024-09-18."),
    Column("recipients", BigInteger, nullable=False),
)

ATTRIBUTE_COLUMNS: Final = (
    "first_name",
    "last_name",
    "language",
    "timezone",
    "state",
    "chapter",
    "office",
    "jurisdiction",
    "role",
    "caucuses",
    "committees",
    "interests",
    "tags",
    "member_since",
    "term_end",
)
"""The built-in attributes that have a column each, in the table's order; email stands apart."""
