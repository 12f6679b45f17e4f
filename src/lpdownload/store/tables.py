"""The tables, alike on SQLite and PostgreSQL. What changes here needs a migration; a test compares them.

Lists (caucuses, committees, interests, tags) stand in one text column each, framed by line breaks:
``"\\neducation\\nhousing\\n"``. A side table would cost an import three more rows a person, and asking it is
no faster than looking for ``"\\neducation\\n"``. No word of a list can hold a line break.

The tables with a row or more for each person name the person without a foreign key: PostgreSQL would check
each of a million rows on its own. Only ``subscribers.erase`` and ``imports.undo`` delete people.
"""

from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Integer, MetaData, Table, text

from lpdownload.model.ledger import LIVE, BatchState, SendState
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


_LIVE: Final = f"state IN ({', '.join(repr(state) for state in LIVE)})"

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
    Column("paused_until", Moment, doc="The person wants nothing of it before."),
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

confirmation_mails = Table(
    "confirmation_mails",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("subscriber_id", Key, nullable=False),
    Column("newsletter", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", Words, doc="None: it was begun, and nobody knows how it ended."),
    Index("ix_confirmation_mails_subscriber_id", "subscriber_id"),
    # Mail that asks whether a subscription was meant: written down before it leaves.
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

consent_texts = Table(
    "consent_texts",
    metadata,
    Column("digest", Words, primary_key=True, doc="A consent record's proof names it: text DIGEST."),
    Column("language", Words, nullable=False),
    Column("text", Words, nullable=False, doc="As it was shown to whoever agreed to it."),
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
    Column("edition", Integer, nullable=False, doc="0; of further sends to the same people, the next."),
    Column("state", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("provider", Words, nullable=False),
    Column("starts_at", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("finished_at", Moment),
    Column("by", Words, nullable=False, doc="Who said so."),
    Column("reason", Words, nullable=False),
    Column("late", Words, nullable=False),
    Column("local", Integer, nullable=False, doc="1: each at this time of their own day."),
    Column("only_to", Words),
    Column("instance", Words, nullable=False, doc="Of the database that may fire it."),
    Column("content_digest", Words, nullable=False),
    Column("audience_digest", Words, nullable=False),
    Column("planned", Integer, doc="People; none until the audience is frozen."),
    Column("excluded", Document, doc="People by reason."),
    Column("delivered", Integer, nullable=False),
    Column("bounced", Integer, nullable=False),
    Column("complained", Integer, nullable=False),
    Column("campaign", Words, nullable=False, doc="The provider's own name, where it holds the list."),
    _one_of("state", SendState),
    Index("ix_sends_issue_id", "issue_id"),
    Index(
        "uq_sends_live",
        "issue_id",
        unique=True,
        sqlite_where=text(_LIVE),
        postgresql_where=text(_LIVE),
    ),
    sqlite_autoincrement=True,
)

contents = Table(
    "contents",
    metadata,
    Column("send_id", Key, primary_key=True, autoincrement=False),
    Column("variant", Integer, primary_key=True, autoincrement=False),
    Column("language", Words, nullable=False),
    Column("segments", Words, doc="Of which it shows the sections: a framed list."),
    Column("digest", Words, nullable=False),
    Column("document", Words, nullable=False, doc="The content as JSON: what was approved is what goes out."),
)

batches = Table(
    "batches",
    metadata,
    Column("send_id", Key, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("variant", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("state", Words, nullable=False),
    Column("not_before", Moment),
    Column("owner", Key, doc="The worker that has it."),
    Column("attempts", Integer, nullable=False),
    Column("digest", Words, doc="SHA-256 of what is handed over, written before it is."),
    Column("reason", Words, nullable=False),
    Column("provider_id", Words, doc="Where one answer stands for the whole batch."),
    Column("submitted_at", Moment),
    Column("settled_at", Moment),
    Column("accepted", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("in_doubt", Integer, nullable=False),
    _one_of("state", BatchState),
    Index("ix_batches_state", "state", "send_id", "number"),
)

recipients = Table(
    "recipients",
    metadata,
    Column("issue_id", Key, primary_key=True, autoincrement=False),
    Column("subscriber_id", Key, primary_key=True, autoincrement=False),
    Column("edition", Integer, primary_key=True, autoincrement=False, doc="Below 0: the send was cancelled."),
    Column("send_id", Key, nullable=False),
    Column("batch", Integer, nullable=False),
    Column("email", Words, nullable=False, doc="The address as it was when the send was planned."),
    Column("outcome", Words, doc="Where it is not simply the batch's."),
    Column("reason", Words),
    Index("ix_recipients_subscriber_id", "subscriber_id"),
    Index("ix_recipients_send_id", "send_id", "batch"),
    # Unique per issue and person, across sends.
    sqlite_with_rowid=False,
)

send_log = Table(
    "send_log",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("send_id", Key, nullable=False),
    Column("batch", Integer),
    Column("at", Moment, nullable=False),
    Column("by", Words, nullable=False),
    Column("what", Words, nullable=False),
    Column("why", Words, nullable=False),
    Index("ix_send_log_send_id", "send_id"),
    # Who decided what about a send, in order.
)

approvals = Table(
    "approvals",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("issue", Words, nullable=False),
    Column("content_digest", Words, nullable=False),
    Column("audience_digest", Words, nullable=False),
    Column("by", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Index("ix_approvals_issue", "issue"),
)

workers = Table(
    "workers",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("name", Words, nullable=False, doc="Its machine and process, for people."),
    Column("started_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

events = Table(
    "events",
    metadata,
    Column("identity", Words, primary_key=True, doc="The same whenever the provider reports it again."),
    Column("kind", Words, nullable=False),
    Column("at", Moment, nullable=False),
    Column("provider", Words, nullable=False),
    Column("send_id", Key),
    Column("subscriber_id", Key),
    Column("permanent", Integer),
    Column("detail", Words, nullable=False),
    Column("by", Words, doc="Of an open or click: person or machine."),
    Index("ix_events_subscriber_id", "subscriber_id"),
    Index("ix_events_send_id", "send_id", "kind"),
)

reports = Table(
    "reports",
    metadata,
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("provider", Words, nullable=False),
    Column("account", Words, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("body", Words, nullable=False, doc="As it came, verified, in Base64."),
    Column("applied_at", Moment),
    Column("fault", Words, nullable=False),
    Index(
        "ix_reports_waiting",
        "id",
        sqlite_where=text("applied_at IS NULL"),
        postgresql_where=text("applied_at IS NULL"),
    ),
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
