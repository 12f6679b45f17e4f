"""How a timing is taken, what it is compared with, and on which machine."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of one run, and the target for the median if there is one."""

    name: str
    median: float
    p95: float
    runs: int
    target: float | None = None
    note: str = ""

    @property
    def reached(self) -> bool | None:
        return None if self.target is None else self.median <= self.target


def timing(name: str, seconds: Sequence[float], target: float | None = None, note: str = "") -> Timing:
    several = len(seconds) > 1
    p95 = statistics.quantiles(seconds, n=20, method="inclusive")[-1] if several else seconds[0]
    return Timing(name, statistics.median(seconds), p95, len(seconds), target, note)


def call_times(work: Callable[[], object], *, runs: int, each: int = 1) -> list[float]:
    """Seconds of one call, ``runs`` times, each the mean of ``each`` calls; the first call does not count."""
    work()
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        for _ in range(each):
            work()
        found.append((time.perf_counter() - start) / each)
    return found


def process_times(
    command: Sequence[str], *, runs: int, cwd: Path, environ: Mapping[str, str] | None = None
) -> list[float]:
    """Seconds from start to end of a process; the first one, which fills the caches, does not count.

    Raises subprocess.CalledProcessError if it fails.
    """
    found = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(
            command, cwd=cwd, check=True, capture_output=True, env={**os.environ, **(environ or {})}
        )
        found.append(time.perf_counter() - start)
    return found[1:]


def machine() -> dict[str, str]:
    """What the numbers depend on. Not the host's name: it is nobody's business."""
    return {
        "cpu": _cpu(),
        "cores": str(os.cpu_count()),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.release()}",
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
