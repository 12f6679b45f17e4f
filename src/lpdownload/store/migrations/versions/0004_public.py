"""The public side: whose an open or click is."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

WORDS = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Add what pages and webhooks write down."""
    op.add_column("events", sa.Column("by", WORDS))
