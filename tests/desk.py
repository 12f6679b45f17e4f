"""Somebody at the keyboard of a newsroom with subscribers: commands given, files written, rows looked at."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from sqlalchemy import select
from tests.newsroom import Newsroom
from typer.testing import CliRunner, Result

from lpdownload.audience.generator import COLUMNS, people
from lpdownload.cli.app import app
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.address import address_of
from lpdownload.model.subscription import Evidence
from lpdownload.store import subscribers, subscriptions
from lpdownload.store.database import Database, open_database
from lpdownload.store.tables import metadata

LAB = """\
name: Lab Download
kind: network
cadence: monthly
timezone: America/New_York
sender: {name: Lab Download, email: lab@example.org}
why: You get this because you asked for it.
"""
"""A second newsletter, beside ``town``."""

_HEARS_CTRL_C = "import signal\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""A shell that runs the tests in the background has told its children to ignore it."""

Rows = dict[str, list[tuple[object, ...]]]


@dataclass(frozen=True)
class Desk:
    """A newsroom whose folder is the current one."""

    newsroom: Newsroom
    url: str
    """Of its database; empty for the file in its folder."""

    def run(self, *words: str, code: int = 0, stdin: bytes | None = None) -> Result:
        """A command; the exit code must be ``code``."""
        result = CliRunner().invoke(app, list(words), input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit | InvalidInput):
            raise result.exception
        assert result.exit_code == code, result.output or result.exception
        return result

    def refused(self, *words: str, stdin: bytes | None = None) -> tuple[Finding, ...]:
        """What a command finds wrong."""
        result = self.run(*words, code=1, stdin=stdin)
        assert isinstance(result.exception, InvalidInput)
        return result.exception.findings

    def json(self, *words: str, code: int = 0, stdin: bytes | None = None) -> dict[str, object]:
        """What a command reports."""
        found = json.loads(self.run(*words, "--json", code=code, stdin=stdin).stdout)
        assert isinstance(found, dict)
        return found

    def process(
        self, *words: str, prelude: str = "", stdin: IO[bytes] | None = None, **environment: str
    ) -> subprocess.Popen[str]:
        """The program as a process of its own; ``prelude`` is Python that it runs first."""
        run = "from lpdownload.cli.app import main\nif __name__ == '__main__':\n    main()\n"
        start = f"{_HEARS_CTRL_C}{prelude}\n{run}"
        script = self.newsroom.root.parent / f"start-{abs(hash(prelude))}.py"
        script.write_text(start, "utf-8")  # a file: a spawned process reads it again
        return subprocess.Popen(
            [sys.executable, str(script), *words],
            cwd=self.newsroom.root,
            env={**os.environ, "LPDOWNLOAD_DATABASE_URL": self.url, **environment},
            stdin=stdin or subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def open(self) -> Database:
        return open_database(self.newsroom.root, self.url or None)

    def rows(self) -> Rows:
        """Everything in the database, by table, in order."""
        with self.open() as database, database.reading() as connection:
            return {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables
            }

    def file(self, rows: Iterable[Sequence[str]], name: str = "people.csv") -> str:
        """A CSV file; its name."""
        out = io.StringIO()
        csv.writer(out).writerows(rows)
        self.newsroom.write(name, out.getvalue())
        return name

    def list_of(self, count: int, name: str = "people.csv", seed: int = 7) -> str:
        """A CSV file of generated people; its name."""
        return self.file([COLUMNS, *people(count, seed)], name)

    def add(self, email: str, *newsletters: str, **attributes: str) -> None:
        """A person, by the command."""
        named = [word for name in newsletters for word in ("--newsletter", name)]
        given = [word for name, value in attributes.items() for word in ("--set", f"{name}={value}")]
        self.run("subscribers", "add", email, "--source", "a form", *named, *given)

    def put(self, newsletter: str, people: Mapping[str, Mapping[str, str | tuple[str, ...]]]) -> None:
        """Subscribers by address with their attributes, faster than by commands."""
        said = Evidence(datetime.now(UTC), "a form")
        with self.open() as database, database.writing() as connection:
            for email, attributes in people.items():
                number = subscribers.add(connection, address_of(email), attributes, said.at)
                subscriptions.change(connection, number, newsletter, "subscribed", said)

    def state(self, email: str, newsletter: str = "town") -> str | None:
        """Of a subscription; None if there is none."""
        return self.states(email).get(newsletter)

    def states(self, email: str) -> dict[str, str]:
        shown = self.json("subscribers", "show", email)["subscriptions"]
        assert isinstance(shown, Mapping)
        return {name: each["state"] for name, each in shown.items()}

    def consent(self, email: str) -> list[dict[str, str]]:
        """What is on record of a person, in order."""
        entries = self.json("subscribers", "show", email)["consent"]
        assert isinstance(entries, list)
        return entries

    @property
    def root(self) -> Path:
        return self.newsroom.root
