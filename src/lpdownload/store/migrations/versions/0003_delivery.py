"""The ledger: sends, their contents, batches and recipients, approvals, and what providers report."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DOCUMENT = sa.JSON().with_variant(sa.dialects.postgresql.JSONB(), "postgresql")
LIVE = "state IN ('scheduled', 'sending', 'paused')"
WAITING = "applied_at IS NULL"
SEND_STATES = "state IN ('scheduled', 'sending', 'paused', 'done', 'cancelled')"
BATCH_STATES = "state IN ('planned', 'submitting', 'accepted', 'partly', 'refused', 'in_doubt', 'cancelled')"


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, KEY, nullable=False, autoincrement=False)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, WORDS, nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False, autoincrement=False) for name in names]


def _moments(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger()) for name in names]


def upgrade() -> None:
    """Make the tables. Before this, nothing could be sent: the two that are made anew hold no row."""
    op.drop_table("recipients")
    op.drop_table("sends")
    _make_sends()
    _make_batches()
    op.create_table(
        "send_log",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        _key("send_id"),
        sa.Column("batch", sa.Integer()),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_words("by", "what", "why"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_send_log_send_id", "send_log", ["send_id"])
    op.create_table(
        "approvals",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        *_words("issue", "content_digest", "audience_digest", "by"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_moments("withdrawn_at"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_approvals_issue", "approvals", ["issue"])
    op.create_table(
        "workers",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        *_words("name"),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    _make_events()


def _make_sends() -> None:
    op.create_table(
        "sends",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        _key("issue_id"),
        *_numbers("edition"),
        *_words("state", "account", "provider"),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        *_moments("started_at", "finished_at"),
        *_words("by", "reason", "late"),
        *_numbers("local"),
        sa.Column("only_to", WORDS),
        *_words("instance", "content_digest", "audience_digest"),
        sa.Column("planned", sa.Integer()),
        sa.Column("excluded", DOCUMENT),
        *_numbers("delivered", "bounced", "complained"),
        *_words("campaign"),
        sa.CheckConstraint(SEND_STATES, name=op.f("ck_sends_state")),
        sa.ForeignKeyConstraint(["issue_id"], ["issues.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sends_issue_id", "sends", ["issue_id"])
    live = sa.text(LIVE)
    op.create_index(
        "uq_sends_live", "sends", ["issue_id"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "contents",
        _key("send_id"),
        *_numbers("variant"),
        *_words("language"),
        sa.Column("segments", WORDS),
        *_words("digest", "document"),
        sa.PrimaryKeyConstraint("send_id", "variant"),
    )


def _make_batches() -> None:
    op.create_table(
        "batches",
        _key("send_id"),
        *_numbers("number", "variant", "people"),
        *_words("state"),
        *_moments("not_before"),
        sa.Column("owner", KEY),
        *_numbers("attempts"),
        sa.Column("digest", WORDS),
        *_words("reason"),
        sa.Column("provider_id", WORDS),
        *_moments("submitted_at", "settled_at"),
        *_numbers("accepted", "refused", "failed", "in_doubt"),
        sa.CheckConstraint(BATCH_STATES, name=op.f("ck_batches_state")),
        sa.PrimaryKeyConstraint("send_id", "number"),
    )
    op.create_index("ix_batches_state", "batches", ["state", "send_id", "number"])
    op.create_table(
        "recipients",
        _key("issue_id"),
        _key("subscriber_id"),
        *_numbers("edition"),
        _key("send_id"),
        *_numbers("batch"),
        *_words("email"),
        sa.Column("outcome", WORDS),
        sa.Column("reason", WORDS),
        sa.PrimaryKeyConstraint("issue_id", "subscriber_id", "edition"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_recipients_subscriber_id", "recipients", ["subscriber_id"])
    op.create_index("ix_recipients_send_id", "recipients", ["send_id", "batch"])


def _make_events() -> None:
    op.create_table(
        "events",
        *_words("identity", "kind"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_words("provider"),
        sa.Column("send_id", KEY),
        sa.Column("subscriber_id", KEY),
        sa.Column("permanent", sa.Integer()),
        *_words("detail"),
        sa.PrimaryKeyConstraint("identity"),
    )
    op.create_index("ix_events_subscriber_id", "events", ["subscriber_id"])
    op.create_index("ix_events_send_id", "events", ["send_id", "kind"])
    op.create_table(
        "reports",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        *_words("provider", "account"),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        *_words("body"),
        *_moments("applied_at"),
        *_words("fault"),
        sa.PrimaryKeyConstraint("id"),
    )
    waiting = sa.text(WAITING)
    op.create_index("ix_reports_waiting", "reports", ["id"], sqlite_where=waiting, postgresql_where=waiting)
