"""Whole processes, as an organiser waits for them, and npm's MJML beside them where it can be had."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from measure import Timing, process_times, timing

MJML = "mjml@5"


def timings(root: Path, key: str, mjml: str, cache: Path) -> Iterator[Timing | str]:
    """Timings, and a line for what could not be measured. ``cache`` keeps npm's packages between runs."""
    program = [sys.executable, "-m", "lpdownload.cli.app"]
    with tempfile.TemporaryDirectory() as folder:
        render = process_times([*program, "render", key, "--out", folder], runs=15, cwd=root)
        everything = process_times([*program, "render", "--all", "--out", folder], runs=5, cwd=root)
        rival = _npm_mjml(mjml, Path(folder), cache)
    target = None if isinstance(rival, str) else rival.median
    yield timing("process: render one issue", render, target, f"{key}; the target is npm's time")
    yield rival
    yield timing("process: render all samples", everything, 1.5)
    yield timing("process: --help", process_times([*program, "--help"], runs=15, cwd=root), 0.150)


def _npm_mjml(mjml: str, folder: Path, cache: Path) -> Timing | str:
    """The same issue's MJML through npm's compiler as a process; a sentence if that cannot be done."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        return "npm mjml: not compared, since there is no node with npm here"
    command = cache / "node_modules" / "mjml" / "bin" / "mjml"
    source = folder / "issue.mjml"
    source.write_text(mjml, "utf-8")
    try:
        if not command.is_file():
            cache.mkdir(parents=True, exist_ok=True)
            install = [npm, "install", "--prefix", str(cache), "--no-audit", "--no-fund", MJML]
            subprocess.run(install, check=True, capture_output=True, timeout=300)
        found = process_times(
            [node, str(command), str(source), "-o", str(folder / "npm.html")], runs=15, cwd=folder
        )
    except (OSError, subprocess.SubprocessError) as error:
        return f"npm mjml: not compared, since {MJML} could not be installed or run: {type(error).__name__}"
    return timing("process: npm mjml, same issue", found, note="compiles MJML, nothing else")
