"""Many rows at once: executemany on SQLite, COPY on PostgreSQL, past SQLAlchemy's statement building."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias, cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.expression import ColumnOperators

Cell: TypeAlias = str | int | None
"""As the database stores it: a moment is Unix seconds, a document JSON text."""


def insert_rows(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """Adds the rows; the driver's own error if one may not stand there."""
    names = ", ".join(columns)
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        cursor = connection.connection.cursor()
        cursor.executemany(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))
        return
    copy_rows(connection, table.name, columns, rows)


def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> None:
    """PostgreSQL's COPY into a table by its name."""
    from psycopg import Cursor

    cursor = cast("Cursor[tuple[object, ...]]", connection.connection.cursor())
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def insert_if_new(connection: Connection, table: Table, row: Mapping[str, object]) -> bool:
    """Adds a row unless one with its key is there, or is just being added by somebody else."""
    new = (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table).values(row)
    added = new.on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(added).one_or_none() is not None


def is_one_of(
    connection: Connection,
    column: ColumnElement[str] | ColumnElement[int],
    values: Sequence[str] | Sequence[int],
) -> ColumnElement[bool]:
    """``column IN (values)`` for as many values as there may be, as one parameter."""
    if connection.dialect.name == "sqlite":
        import json

        listed = func.json_each(json.dumps(values)).table_valued("value")
        return column.in_(select(listed.c.value))
    array = bindparam(None, values, type_=ARRAY(column.type))
    return cast(ColumnOperators, column) == func.any(array)


def framed(words: Iterable[str]) -> str | None:
    """A list as it stands in its column: each word between line breaks; None if there is none."""
    joined = "\n".join(words)
    return f"\n{joined}\n" if joined else None


def words_of(text: str | None) -> tuple[str, ...]:
    """The list that ``framed`` wrote."""
    return tuple(text.strip("\n").split("\n")) if text else ()
