"""What the newsroom's own machine must have: a database that can be written to, and room."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from lpdownload.errors import InvalidInput
from lpdownload.providers.base import Check
from lpdownload.settings import Settings
from lpdownload.store.database import SCHEMA, Database, connect, file_of, schema_of, wrong_schema
from lpdownload.store.trial import check_whole, try_writing

_LITTLE_ROOM: Final = 1_000_000_000
_NO_ROOM: Final = 100_000_000
_NONE_YET: Final = "none yet: the first command that needs it makes it"


def check_database(root: Path, settings: Settings) -> Iterator[Check]:
    """Whether it opens, has the schema, and can be written to."""
    url = _url(settings)
    try:
        file = file_of(root, url)
        if file and not file.exists():
            yield _could_make(file)
            return
        with connect(root, url) as database:
            schema = _schema(database)
            yield schema
            if schema.says == SCHEMA:
                check_whole(database)
                try_writing(database)
                yield Check("database", "ok", f"{database.shown} can be written to")
    except InvalidInput as error:
        for finding in error.findings:
            yield Check("database", "error", finding.message, finding.hint)


def _url(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None


def _could_make(file: Path) -> Check:
    try:
        with TemporaryFile(dir=file.parent):
            return Check("database", "ok", _NONE_YET)
    except OSError as error:
        says = f"none yet, and none can be made in {file.parent}: {error.strerror}"
        return Check("database", "error", says, "give yourself the right to write there, or make room")


def _schema(database: Database) -> Check:
    found = schema_of(database)
    if found in {SCHEMA, None}:
        return Check("schema", "ok", found or "none yet: the first command that needs it makes its tables")
    finding = wrong_schema(database, str(found))
    return Check("schema", "error", finding.message, finding.hint)


def check_disks(root: Path, settings: Settings) -> Iterator[Check]:
    """Those that the newsroom and its database are on, each once."""
    folders = [root]
    with suppress(InvalidInput):  # what check_database says
        file = file_of(root, _url(settings))
        folders += [file.parent] if file and file.parent.is_dir() else []
    devices = {folder.stat().st_dev: folder for folder in reversed(folders)}
    for folder in reversed(devices.values()):
        yield room(folder, shutil.disk_usage(folder).free)


def room(folder: Path, free: int) -> Check:
    """What so many free bytes mean."""
    says = f"{free / 1e9:,.1f} GB free for {folder}"
    if free < _NO_ROOM:
        return Check("disk", "error", says, "make room: a full disk stops a send in its middle")
    if free < _LITTLE_ROOM:
        return Check("disk", "warning", says, "make room")
    return Check("disk", "ok", says)
