"""Whether a database can be written to, tried without leaving anything."""

from sqlalchemy import delete, false

from lpdownload.errors import Finding, InvalidInput
from lpdownload.store.database import Database
from lpdownload.store.tables import quotas


def try_writing(database: Database) -> None:
    """Deletes no row, which a file or a server that is read only refuses all the same: InvalidInput."""
    with database.writing() as connection:
        connection.execute(delete(quotas).where(false()))


def check_whole(database: Database) -> None:
    """Reads all of an SQLite file, about 1 s for 500 MB. InvalidInput if it is damaged."""
    if not database.is_sqlite:
        return
    with database.reading() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
    if found != "ok":
        raise InvalidInput(
            [Finding("database", f"{database.shown}: the file is damaged", "restore a backup")]
        )
