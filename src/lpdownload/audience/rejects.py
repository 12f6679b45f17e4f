"""The rows an import did not take (wholly), with line and reason, in a file to mend and to import again."""

import csv
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from lpdownload.audience.csv_file import Rejected
from lpdownload.writable import part_of, writing_to

_HINT = "choose another file with --rejects"


class RejectsFile:
    """Made at the first row, beside its final name, for its owner's eyes only; ``keep`` gives it the name.

    Left without ``keep`` it goes. The rows stand in it as they were, so that only they need mending.
    InvalidInput if it cannot be written.
    """

    def __init__(self, path: Path, header: tuple[str, ...]) -> None:
        self.path = path
        self.count = 0
        self._header = header
        with writing_to(path, _HINT):
            self._part = part_of(path)
        self._file: IO[str] | None = None

    def add(self, row: Rejected) -> None:
        with writing_to(self.path, _HINT):
            if self._file is None:
                descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
                self._file = os.fdopen(
                    descriptor, "w", encoding="utf-8", errors="surrogateescape", newline=""
                )
                csv.writer(self._file).writerow(("line", "reason", *self._header))
            csv.writer(self._file).writerow((row.line, row.reason, *row.fields))
        self.count += 1

    def keep(self) -> Path | None:
        """The file, under its name; None if there was no row."""
        if self._file is None:
            return None
        self._file.close()
        self._file = None
        self._part.replace(self.path)
        return self.path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._part.unlink(missing_ok=True)
