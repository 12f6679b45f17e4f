"""A worker in a process of its own, that can be killed."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lpdownload.store.database import Database

_SCRIPT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from lpdownload.store.database import open_database
from lpdownload.store.lease import working

with open_database(Path(sys.argv[1]), sys.argv[2] or None) as database:
    with working(database, datetime.now(UTC)) as worker:
        print("none" if worker is None else worker.number, flush=True)
        sys.stdin.read()
"""


@contextmanager
def another_worker(database: Database) -> Iterator[tuple[subprocess.Popen[str], int | None]]:
    """The process, which ends when its input does, and the worker's number; None if it was refused."""
    folder = database.path.parent if database.path else Path()
    url = "" if database.path else database.engine.url.render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, str(folder), url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        try:
            yield process, None if said == "none" else int(said)
        finally:
            process.kill()
