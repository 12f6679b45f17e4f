"""The public side: pauses, the words that were agreed to, whose an open or click is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add what pages and webhooks write down."""
    op.add_column("events", sa.Column("by", WORDS))
    op.add_column("subscriptions", sa.Column("paused_until", sa.BigInteger()))
    op.create_table(
        "consent_texts",
        sa.Column("digest", WORDS, nullable=False),
        sa.Column("language", WORDS, nullable=False),
        sa.Column("text", WORDS, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "confirmation_mails",
        sa.Column("id", KEY, nullable=False, autoincrement=True),
        sa.Column("subscriber_id", KEY, nullable=False, autoincrement=False),
        sa.Column("newsletter", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", WORDS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_confirmation_mails_subscriber_id", "confirmation_mails", ["subscriber_id"])
