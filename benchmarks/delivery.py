"""Whole sends: `lpdownload send` as a process, from the command to its end, with the ledger on disk.

The service is a sink in another process; commits are durable, as they are for users.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import http_sink
import smtp_sink
from measure import Timing, call_times, timing

NEWSLETTER, ISSUE = "lpny", "lpny/2024-09"
PROGRAM = (sys.executable, "-m", "lpdownload.cli.app")
RECIPIENTS_A_SECOND = 30_000
MESSAGES_A_SECOND = 1_500
CPU = 35e-6
SMALL, MESSAGES = 100_000, 20_000


def timings(root: Path, people: int) -> Iterator[Timing | str]:
    """SQLite with 10,000, 100,000 and ``people``; PostgreSQL with two workers; SMTP."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lpdownload-bench-")))
        shutil.copytree(root / "newsletters", folder / "newsletters")
        url = stack.enter_context(http_sink.sink())
        sendgrid = {
            "LPDOWNLOAD_PROVIDER": "sendgrid",
            "LPDOWNLOAD_SENDGRID_API_KEY": "key",
            "LPDOWNLOAD_SENDGRID_BASE_URL": url,
        }
        costs = []
        for count in (10_000, SMALL, people):
            seconds, cpu, memory, first = _send(folder, _prepared(folder, count, sendgrid), sendgrid)
            costs.append(seconds / count)
            note = f"{count / seconds:,.0f} a second, {memory:,.0f} MB; first call after {first:.1f} s"
            asked = count >= SMALL  # the start of a process weighs more on fewer
            target = count / RECIPIENTS_A_SECOND if asked else None
            yield timing(f"SQLite: {count:,} by SendGrid", [seconds], target, note)
            yield timing(f"SQLite: {count:,}, CPU of each", [cpu / count], CPU if asked else None)
        yield timing("SQLite: each of the most", [costs[-1]], 1.2 * costs[0], "the target is 1.2 × of 10,000")
        shown = call_times(lambda: _run(folder, sendgrid, "sends", "show", "1", "--json"), runs=3)
        yield timing(f"sends show of {people:,}", shown, 0.2, "a whole process")
        (folder / "lpdownload.db").unlink()
        port, _ = stack.enter_context(smtp_sink.sink())
        smtp = {
            "LPDOWNLOAD_PROVIDER": "smtp",
            "LPDOWNLOAD_SMTP_HOST": "127.0.0.1",
            "LPDOWNLOAD_SMTP_PORT": str(port),
            "LPDOWNLOAD_SMTP_TLS": "none",
        }
        seconds, _, memory, _ = _send(folder, _prepared(folder, MESSAGES, smtp), smtp)
        note = f"{MESSAGES / seconds:,.0f} a second, {memory:,.0f} MB"
        yield timing(f"SQLite: {MESSAGES:,} by SMTP", [seconds], MESSAGES / MESSAGES_A_SECOND, note)
        sys.path.insert(0, str(root))
        from tests.postgres import CARELESS, Server

        server = stack.enter_context(Server(dict.fromkeys(CARELESS, "on")))
        database = {"LPDOWNLOAD_DATABASE_URL": server.create_database("bench"), **sendgrid}
        _prepared(folder, SMALL, database)
        with subprocess.Popen([*PROGRAM, "worker"], cwd=folder, env={**os.environ, **database}) as worker:
            seconds, _, memory, _ = _send(folder, 1, database)
            worker.terminate()
        note = f"{SMALL / seconds:,.0f} a second, {memory:,.0f} MB; the send and a worker"
        yield timing(f"PostgreSQL: {SMALL:,} by SendGrid", [seconds], SMALL / RECIPIENTS_A_SECOND, note)


def _prepared(folder: Path, people: int, environ: Mapping[str, str]) -> int:
    """A database with that many people and an approved issue; the number its send will have."""
    for file in folder.glob("lpdownload.db*"):
        file.unlink()
    with (folder / "people.csv").open("wb") as out:
        subprocess.run((*PROGRAM, "demo", "subscribers", str(people), "--seed", "7"), check=True, stdout=out)
    _run(
        folder,
        environ,
        "subscribers",
        "import",
        "people.csv",
        "--newsletter",
        NEWSLETTER,
        "--source",
        "bench",
    )
    _run(folder, environ, "approve", ISSUE, "--by", "bench@example.org")
    return 1


def _send(folder: Path, number: int, environ: Mapping[str, str]) -> tuple[float, float, float, float]:
    """Seconds of the command, of its CPU, its peak of memory in MB, and seconds until the first call."""
    start, begun = time.perf_counter(), time.time()
    process = subprocess.Popen(
        (*PROGRAM, "send", ISSUE, "--yes", "--json"),
        cwd=folder,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout
    said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    counts = json.loads(said)["counts"]
    if status or counts["accepted"] != counts["planned"]:
        raise RuntimeError(f"{counts}")
    memory = usage.ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return seconds, usage.ru_utime + usage.ru_stime, memory, _first_call(folder, number, environ, begun)


def _first_call(folder: Path, number: int, environ: Mapping[str, str], begun: float) -> float:
    from sqlalchemy import text

    from lpdownload.store.database import open_database

    url = environ.get("LPDOWNLOAD_DATABASE_URL")
    with open_database(folder, url) as database, database.reading() as connection:
        first = text("SELECT min(submitted_at) FROM batches WHERE send_id = :number")
        return max(0.0, float(connection.execute(first, {"number": number}).scalar_one()) - begun)


def _run(folder: Path, environ: Mapping[str, str], *words: str) -> None:
    subprocess.run(
        (*PROGRAM, *words), cwd=folder, env={**os.environ, **environ}, check=True, capture_output=True
    )
