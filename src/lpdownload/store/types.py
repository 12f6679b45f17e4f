"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from math import floor

from sqlalchemy import JSON, BigInteger, Integer, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

Words = Text().with_variant(Text(collation="C"), "postgresql")
"""Text that compares by code point, as in Python and in SQLite; PostgreSQL would ask the locale."""

Key = BigInteger().with_variant(Integer, "sqlite")
"""A row's number; on SQLite only INTEGER is the row's own place in the file."""

Document = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
"""A JSON object."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the second, stored as Unix time: five bytes instead of twenty."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        return None if value is None else floor(value.timestamp())

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else datetime.fromtimestamp(value, UTC)
