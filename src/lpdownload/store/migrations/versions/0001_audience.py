"""Subscribers, subscriptions, consent, suppressions, imports, and what was mailed to whom."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

# As they were on that day: a migration never changes with the code.
WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.BigInteger()
DOCUMENT = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables, and the triggers that keep consent append-only."""
    op.create_table(
        "confirmations",
        sa.Column("token_hash", WORDS, nullable=False),
        sa.Column("subscriber_id", KEY, nullable=False),
        sa.Column("newsletter", WORDS, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("token_hash"),
    )
    op.create_index("ix_confirmations_subscriber_id", "confirmations", ["subscriber_id"])
    op.create_table(
        "consent",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("subscriber_id", KEY, nullable=False),
        sa.Column("newsletter", WORDS),
        sa.Column("what", WORDS, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("proof", WORDS),
        sa.Column("import_id", KEY),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_subscriber_id", "consent", ["subscriber_id"])
    op.create_table(
        "facts",
        sa.Column("name", WORDS, nullable=False),
        sa.Column("value", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "import_changes",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("import_id", KEY, nullable=False),
        sa.Column("subscriber_id", KEY, nullable=False),
        sa.Column("before", DOCUMENT, nullable=False),
        sa.Column("after", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_import_changes_import_id", "import_changes", ["import_id"])
    op.create_index("ix_import_changes_subscriber_id", "import_changes", ["subscriber_id"])
    op.create_table(
        "imports",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("file", WORDS, nullable=False),
        sa.Column("counts", DOCUMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "issues",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("key", WORDS, nullable=False),
        sa.Column("newsletter", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("uq_issues_key", "issues", ["key"], unique=True)
    op.create_table(
        "recipients",
        sa.Column("issue_id", KEY, autoincrement=False, nullable=False),
        sa.Column("subscriber_id", KEY, autoincrement=False, nullable=False),
        sa.Column("send_id", KEY, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("variant", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("issue_id", "subscriber_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recipients_subscriber_id", "recipients", ["subscriber_id"])
    op.create_table(
        "subscribers",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("address_key", WORDS, nullable=False),
        sa.Column("email", WORDS, nullable=False),
        sa.Column("mailbox_key", WORDS),
        sa.Column("first_name", WORDS),
        sa.Column("last_name", WORDS),
        sa.Column("language", WORDS),
        sa.Column("timezone", WORDS),
        sa.Column("state", WORDS),
        sa.Column("chapter", WORDS),
        sa.Column("office", WORDS),
        sa.Column("jurisdiction", WORDS),
        sa.Column("role", WORDS),
        sa.Column("caucuses", WORDS),
        sa.Column("committees", WORDS),
        sa.Column("interests", WORDS),
        sa.Column("tags", WORDS),
        sa.Column("member_since", WORDS),
        sa.Column("term_end", WORDS),
        sa.Column("attributes", DOCUMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("import_id", KEY),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_subscribers_mailbox_key",
        "subscribers",
        ["mailbox_key"],
        sqlite_where=sa.text("mailbox_key IS NOT NULL"),
        postgresql_where=sa.text("mailbox_key IS NOT NULL"),
    )
    op.create_index("uq_subscribers_address_key", "subscribers", ["address_key"], unique=True)
    op.create_table(
        "subscriptions",
        sa.Column("newsletter", WORDS, nullable=False),
        sa.Column("subscriber_id", KEY, autoincrement=False, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("import_id", KEY),
        sa.CheckConstraint(
            "state IN ('pending', 'active', 'unsubscribed', 'bounced', 'complained')",
            name=op.f("ck_subscriptions_state"),
        ),
        sa.PrimaryKeyConstraint("newsletter", "subscriber_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_subscriptions_subscriber_id", "subscriptions", ["subscriber_id"])
    op.create_table(
        "suppressions",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("address_key", WORDS),
        sa.Column("address_hash", WORDS, nullable=False),
        sa.Column("reason", WORDS, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("source", WORDS, nullable=False),
        sa.Column("import_id", KEY),
        sa.CheckConstraint(
            "reason IN ('bounced', 'complained', 'unsubscribed', 'erased', 'staff')",
            name=op.f("ck_suppressions_reason"),
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_suppressions_address_hash", "suppressions", ["address_hash"], unique=True)
    op.create_index("uq_suppressions_address_key", "suppressions", ["address_key"], unique=True)
    op.create_table(
        "sends",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("issue_id", KEY, nullable=False),
        sa.Column("state", WORDS, nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["issue_id"],
            ["issues.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sends_issue_id", "sends", ["issue_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER consent_append_only BEFORE UPDATE ON consent "
            "BEGIN SELECT RAISE(ABORT, 'consent is append-only'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION consent_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'consent is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER consent_append_only BEFORE UPDATE ON consent "
            "FOR EACH ROW EXECUTE FUNCTION consent_append_only()"
        )
