"""What was sent to try an issue out, and the pace of accounts."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "test_sends",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("issue", WORDS, nullable=False),
        sa.Column("account", WORDS, nullable=False),
        sa.Column("address", WORDS, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", WORDS),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "paces",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("calls_at", sa.BigInteger(), nullable=False),
        sa.Column("recipients_at", sa.BigInteger(), nullable=False),
        sa.Column("held_until", sa.BigInteger()),
        sa.PrimaryKeyConstraint("account"),
    )
    op.create_table(
        "quotas",
        sa.Column("account", WORDS, nullable=False),
        sa.Column("day", WORDS, nullable=False),
        sa.Column("recipients", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "day"),
    )
