"""Whether a database can be written to, tried without leaving anything."""

from sqlalchemy import delete, false

from lpdownload.store.database import Database
from lpdownload.store.tables import quotas


def try_writing(database: Database) -> None:
    """Deletes no row, which a file or a server that is read only refuses all the same: InvalidInput."""
    with database.writing() as connection:
        connection.execute(delete(quotas).where(false()))
