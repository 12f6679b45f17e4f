"""What was sent to try an issue out."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
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
