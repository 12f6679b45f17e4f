"""The news hub of two thousand issues: built, built again unchanged, and after one edit."""

import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from measure import Timing, timing

ISSUES = 2_000
PROGRAM = Path(sys.executable).with_name("lpdownload")
SAMPLE_DATE = re.compile(r"^(?:period|date): .*\n", re.MULTILINE)


def newsroom(root: Path, into: Path, issues: int) -> Path:
    """The samples' newsletters with weekly issues back from 2024; a file of the newest."""
    shutil.copytree(root / "newsletters", into / "newsletters")
    (into / "newsletters" / "published.yaml").unlink(missing_ok=True)
    samples = [path for path in sorted((into / "newsletters").glob("*/20*.yaml")) if ".es." not in path.name]
    made = 0
    while made < issues - len(samples) - 1:
        path = samples[made % len(samples)]
        day = date(2024, 8, 30) - timedelta(days=7 * (made // len(samples)))
        text = SAMPLE_DATE.sub("", path.read_text("utf-8"))
        head = f"period: {day:%Y-%m}\ndate: {day}\nslug: week-{day}\n"
        text = re.sub(
            r"^preheader: (['\"]?)", rf"preheader: \1Week {made}. ", text, count=1, flags=re.MULTILINE
        )
        path.with_name(f"{day}.yaml").write_text(head + text, "utf-8")
        made += 1
    return samples[0]


def timings(root: Path, issues: int = ISSUES) -> Iterator[Timing | str]:
    """Each time is that of the whole command, from start to end of its process."""
    with tempfile.TemporaryDirectory(prefix="lpdownload-bench-") as folder:
        room, out, cache = Path(folder, "room"), Path(folder, "out"), Path(folder, "cache")
        room.mkdir()
        edited = newsroom(root, room, issues)
        yield timing(f"hub of {issues:,} issues built", [_build(room, out, cache)], 20.0, "without search")
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        pages = sum(1 for _ in out.rglob("*.html"))
        yield timing("hub built again, unchanged", _several(room, out, cache, None), 1.0, f"{pages:,} pages")
        yield timing("hub rebuilt after one edit", _several(room, out, cache, edited), 1.0, "a teaser")
        yield timing("hub with a search page", [_build(room, out, cache, search=True)], note="all pages anew")
        found = _several(room, out, cache, edited, 3, search=True)
        yield timing("rebuilt with search", found, note="Pagefind indexes all of it again")
        yield f"hub: the largest process so far took {peak:,.0f} MB at its peak"


def _several(
    room: Path, out: Path, cache: Path, edited: Path | None, runs: int = 7, *, search: bool = False
) -> list[float]:
    found = []
    for run in range(runs):
        if edited is not None:
            text = edited.read_text("utf-8")
            line = rf"\1Edit {run}{'s' if search else ''}."
            edited.write_text(re.sub(r"^(preheader: ).*", line, text, flags=re.MULTILINE), "utf-8")
        found.append(_build(room, out, cache, search=search))
    return found


def _build(room: Path, out: Path, cache: Path, *, search: bool = False) -> float:
    """Raises subprocess.CalledProcessError if it fails."""
    command = [str(PROGRAM), "site", "build", "--out", str(out), "--as-of", "2024-12-01", "--json"]
    begun = time.perf_counter()
    environ = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    extra = [] if search else ["--no-search"]
    subprocess.run([*command, *extra], cwd=room, check=True, capture_output=True, env=environ)
    return time.perf_counter() - begun
