"""The schema, migration by migration (Alembic). Imported only when there is something to migrate."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

from lpdownload.errors import InvalidInput
from lpdownload.store.database import Database, schema_of, wrong_schema
from lpdownload.store.tables import metadata

UPGRADE_LOCK = 0x6C70_0001
"""A number of our own among PostgreSQL's advisory locks."""

FOLDER = Path(__file__).parent / "migrations"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


def head() -> str:
    """The newest migration there is."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def is_known(revision: str) -> bool:
    """Whether it is one of this program's migrations."""
    scripts = ScriptDirectory.from_config(_config())
    return revision in {script.revision for script in scripts.walk_revisions()}


def pending(found: str | None) -> list[str]:
    """The migrations between a schema and the newest, in order, each as ``0001 what it does``."""
    scripts = ScriptDirectory.from_config(_config())
    steps = scripts.iterate_revisions("head", found or "base")
    return [f"{step.revision} {step.doc}" for step in reversed(list(steps)) if step.revision != found]


def upgrade(database: Database) -> list[str]:
    """Brings the schema to the newest, in one transaction; the migrations that were missing.

    InvalidInput if the database is not ours, or newer than this program.
    """
    found = schema_of(database)
    if found is not None and not is_known(found):
        raise InvalidInput([wrong_schema(database, found)])
    config = _config()
    with database.writing() as connection:
        if not database.is_sqlite:  # two first uses at once: the second finds it done
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return pending(found)


def row_counts(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.reading() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }
