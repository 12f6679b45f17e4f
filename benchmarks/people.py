"""A million subscribers: import, import again, segments and audience, on SQLite and on PostgreSQL."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

from sqlalchemy import text

from lpdownload.audience.audience import audience_of
from lpdownload.content.library import Library
from lpdownload.model.segment import Named
from lpdownload.store.database import open_database
from lpdownload.store.segments import condition_of, count
from measure import Timing, call_times, timing

ROWS_A_SECOND = 40_000
NEWSLETTER, ISSUE, SEGMENT = "lpny", "lpny/2024-09", "ny-education"
PROGRAM = (sys.executable, "-m", "lpdownload.cli.app")


def timings(root: Path, people: int) -> Iterator[Timing | str]:
    """Both databases, one after the other, in a copy of the samples. PostgreSQL keeps its default caution."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lpdownload-bench-")))
        shutil.copytree(root / "newsletters", folder / "newsletters")
        file = folder / "people.csv"
        with file.open("wb") as out:
            command = (*PROGRAM, "demo", "subscribers", str(people), "--seed", "7")
            subprocess.run(command, check=True, stdout=out)
        yield f"{people:,} people, {file.stat().st_size / 1e6:,.0f} MB of CSV"
        yield from _database("SQLite", folder, file, people, None)
        (folder / "lpdownload.db").unlink()
        sys.path.insert(0, str(root))
        from tests.postgres import CARELESS, Server

        server = stack.enter_context(Server(dict.fromkeys(CARELESS, "on")))
        yield from _database("PostgreSQL", folder, file, people, server.create_database("bench"))


def _database(name: str, folder: Path, file: Path, people: int, url: str | None) -> Iterator[Timing | str]:
    environ = {**os.environ, **({"LPDOWNLOAD_DATABASE_URL": url} if url else {})}
    target = people / ROWS_A_SECOND
    first, told = _import(folder, file, environ)
    yield timing(f"{name}: import", [first], target, f"{people / first:,.0f} rows/s, {told}")
    second, told = _import(folder, file, environ)
    yield timing(f"{name}: the same file again", [second], first, f"{people / second:,.0f} rows/s, {told}")
    library = Library(folder)
    with open_database(folder, url) as database:
        with database.writing() as connection:
            for statement in _HISTORY:
                connection.execute(text(statement))
        with database.reading() as connection:
            condition = condition_of(Named(segment=SEGMENT), library.segments)
            found = count(connection, condition)
            seconds = call_times(lambda: count(connection, condition), runs=9)
            yield timing(f"{name}: segment of three rules", seconds, 0.3, f"{found:,} are in {SEGMENT}")
            sum_ = audience_of(library, connection, ISSUE)
            seconds = call_times(lambda: audience_of(library, connection, ISSUE), runs=5)
            note = f"{sum_.included:,} of {sum_.candidates:,}, {len(sum_.excluded)} reasons, and a last one"
            yield timing(f"{name}: audience of an issue", seconds, 3.0, note)


_HISTORY = (
    "UPDATE subscriptions SET state = 'unsubscribed' WHERE subscriber_id % 50 = 0",
    "INSERT INTO suppressions (address_key, address_hash, reason, at, source) "
    "SELECT address_key, address_key, 'complained', 0, 'bench' FROM subscribers WHERE id % 100 = 1",
    "INSERT INTO issues (id, key, newsletter) VALUES (1, 'lpny/2024-06', 'lpny')",
    "INSERT INTO sends (id, issue_id, edition, state, account, provider, starts_at, created_at, by, reason, "
    "late, local, instance, content_digest, audience_digest, planned, delivered, bounced, complained, "
    "campaign) VALUES (1, 1, 0, 'done', '', '', 0, 0, '', '', 'ask', 0, '', '', '', 900000, 0, 0, 0, '')",
    "INSERT INTO recipients (issue_id, subscriber_id, edition, send_id, batch, email) "
    "SELECT 1, id, 0, 1, id / 1000, email FROM subscribers WHERE id % 10 > 0",
)
"""So that an audience has reasons to give and an earlier issue to compare with."""


def _import(folder: Path, file: Path, environ: Mapping[str, str]) -> tuple[float, str]:
    """Seconds of the whole command, and its peak memory in words."""
    command = (*PROGRAM, "subscribers", "import", str(file), "--newsletter", NEWSLETTER, "--json")
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=dict(environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    said, errors = process.stdout.read(), process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise RuntimeError(re.sub(r"\S+@\S+", "…", errors.decode()))
    counts = json.loads(said)
    memory = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return seconds, f"{counts['added']:,} new, {counts['unchanged']:,} unchanged, {memory:,.0f} MB"
