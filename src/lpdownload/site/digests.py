"""Digests of files, each read again only when its size or one of its times is another."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lpdownload.site.entry import digest

Seen = tuple[int, int, int, int, str]
"""Size, time of the last change of its bytes and of its place in the folder, inode, digest."""

_RACY: Final = 2_000_000_000
"""Nanoseconds: a file that young may change again without another time."""

MISSING: Final = ""


@dataclass
class Digests:
    """Of files by their path from a newsroom, or from the root; ``seen`` is what a former build knew."""

    root: Path
    seen: dict[str, Seen] = field(default_factory=dict)
    _now: dict[str, Seen] = field(default_factory=dict)

    def of(self, path: str) -> str:
        """MISSING if there is no such file."""
        if path in self._now:
            return self._now[path][-1]
        try:
            status = os.stat(os.path.join(self.root, path))  # noqa: PTH116, PTH118 - thousands of times
        except (OSError, ValueError):
            return MISSING
        known = self.seen.get(path)
        stamp = (status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        if known is None or known[:-1] != stamp:
            try:
                known = (*stamp, digest((self.root / path).read_bytes()))
            except OSError:
                return MISSING
        self._now[path] = known
        return known[-1]

    def are(self, read: Mapping[str, str]) -> bool:
        """Whether all these files are as they were."""
        return all(self.of(path) == known for path, known in read.items())

    def trusted(self) -> dict[str, Seen]:
        """What the next build may rely on."""
        young = time.time_ns() - _RACY
        return {path: seen for path, seen in self._now.items() if max(seen[1], seen[2]) < young}
