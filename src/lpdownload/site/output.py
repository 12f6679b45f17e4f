"""The hub's folder: only what changes is written, whole or not at all, and only our own files are touched.

Everything is made before anything is written, so that what cannot be made leaves the folder as it was.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pydantic import TypeAdapter, ValidationError

from lpdownload.errors import Finding, InvalidInput
from lpdownload.render.output import write
from lpdownload.writable import writing_to

MANIFEST: Final = ".lpdownload.json"
"""In the hub's folder: what the last build wrote there, by path: what it was made of, and its size."""

HINT: Final = "another folder, as in --out build/site"
"""What to do if a hub cannot be written where it was asked for."""

_UNKNOWN: Final = ""
"""What a file is made of while it is being written: whatever is there, the next build makes it anew."""

_FORM = TypeAdapter(dict[str, tuple[str, int]])


@dataclass
class Output:
    """``dry``: nothing is written, and what would be is told all the same."""

    folder: Path
    dry: bool = False
    ours: bool = False
    """Whether a build of ours was there before, whatever became of its list."""
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    _last: dict[str, tuple[str, int]] = field(default_factory=dict)
    _now: dict[str, tuple[str, int]] = field(default_factory=dict)
    _made: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def at(cls, folder: Path, *, dry: bool = False) -> "Output":
        """With what the last build left, if its list can be read: else all is written, nothing removed."""
        last: dict[str, tuple[str, int]] = {}
        try:
            last = _FORM.validate_json((folder / MANIFEST).read_bytes())
        except (OSError, ValidationError):
            last = {}
        safe = {path: row for path, row in last.items() if _is_inside(path)}
        return cls(folder, dry, (folder / MANIFEST).exists(), _last=safe)

    def has(self, path: str, key: str) -> bool:
        """Whether the file is there as the last build wrote it, made of the same."""
        known = self._last.get(path)
        if known is None or known[0] != key or not self._is_there(path, known[1]):
            return False
        self._now[path] = known
        return True

    def put(self, path: str, key: str, data: bytes) -> None:
        """A file that is written when all is made, if its bytes are others than before.

        InvalidInput if somebody else's file stands there.
        """
        self._now[path] = (key, len(data))
        target = self.folder / path
        if self._is_there(path, len(data)) and target.read_bytes() == data:
            return
        if target.is_dir() or (target.exists() and path not in self._last and not self.ours):
            message = f"{target} is there already, and no build of the hub wrote it"
            raise InvalidInput([Finding("output", message, "an empty folder, or take that away")])
        self.written.append(path)
        if not self.dry:
            self._made[path] = data

    def data(self, path: str) -> bytes:
        """What the file holds, or will hold once all is written."""
        return self._made[path] if path in self._made else (self.folder / path).read_bytes()

    def key_of(self, path: str) -> str:
        """What the file is made of now; nothing if no such file is known yet."""
        return self._now.get(path, (_UNKNOWN, 0))[0]

    def was_made_of(self, path: str) -> str:
        """What it was made of when the last build wrote it, if it is still there; else nothing."""
        key, size = self._last.get(path, (_UNKNOWN, 0))
        return key if self._is_there(path, size) else _UNKNOWN

    def below(self, folder: str) -> tuple[str, ...]:
        """What the last build wrote into a folder."""
        return tuple(sorted(path for path in self._last if path.startswith(folder)))

    def keep(self, path: str) -> None:
        """A file named by the digest of its bytes, which whoever rendered its page has written."""
        if path not in self._last:
            self.written.append(path)
        self._now[path] = self._last.get(path, ("", 0))

    def finish(self) -> None:
        """Writes what is made, removes what only the last build wrote, and leaves the list for the next."""
        self.removed = sorted(self._last.keys() - self._now.keys())
        if not self.dry:
            with writing_to(self.folder, HINT):
                self._write()

    def _write(self) -> None:
        if self._made:  # if it ends half way, the next build knows which are ours, and trusts none
            begun = {**self._last, **dict.fromkeys(self._made, (_UNKNOWN, 0))}
            write(self.folder / MANIFEST, _FORM.dump_json(begun) + b"\n")
        while self._made:
            path, data = self._made.popitem()
            write(self.folder / path, data)
        for path in self.removed:
            self._remove(path)
        rows = dict(sorted(self._now.items()))
        write(self.folder / MANIFEST, _FORM.dump_json(rows) + b"\n")

    @property
    def paths(self) -> Iterable[str]:
        return self._now.keys()

    def _is_there(self, path: str, size: int) -> bool:
        try:
            return os.stat(f"{self.folder}/{path}").st_size == size  # noqa: PTH116 - thousands of times
        except OSError:
            return False

    def _remove(self, path: str) -> None:
        target = self.folder / path
        target.unlink(missing_ok=True)
        for parent in target.parents:
            if parent == self.folder or not parent.is_relative_to(self.folder):
                return
            try:
                parent.rmdir()
            except OSError:  # something else is in it
                return


def _is_inside(path: str) -> bool:
    return not path.startswith("/") and ".." not in path.split("/") and path != MANIFEST
