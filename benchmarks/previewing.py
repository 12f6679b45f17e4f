"""From a save to the picture of it in a real browser, again and again."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lpdownload.check.browser.chromium import chromium
from measure import Timing, timing

if TYPE_CHECKING:
    from playwright.sync_api import Page

SAVES = 50
WARM = 5
PAUSE = 0.4
"""Seconds between two saves, in which the page gets its findings: nobody saves faster."""

_TITLE = re.compile(r"""^    title: [^"'{\[|>\n]+$""", re.MULTILINE)
_PAINTED = """void (window.painted = new Promise((done, fail) => {
    document.addEventListener("painted", ({detail}) => {
        done({at: performance.timeOrigin + performance.now(), seen: detail.at});
    }, {once: true});
    setTimeout(() => fail(Error("nothing was painted within 20 seconds")), 20000);
}))"""


def timings(root: Path, key: str) -> Iterator[Timing]:
    with tempfile.TemporaryDirectory() as folder:
        newsroom = Path(folder)
        shutil.copytree(root / "newsletters", newsroom / "newsletters")
        if (root / "templates").is_dir():
            shutil.copytree(root / "templates", newsroom / "templates")
        with _preview(newsroom, key) as address, chromium() as browser:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            page.locator("#findings .hint, #findings button").first.wait_for()
            page.locator("#size button").first.wait_for()
            found = _saves(page, newsroom / f"newsletters/{key}.yaml")
    seen, painted = zip(*found, strict=True)
    yield timing("save → painted, in a browser", painted, 0.060, f"{key}: a title in its middle")
    yield timing("of it: save → seen by the preview", seen)


def _saves(page: "Page", file: Path) -> list[tuple[float, float]]:
    """Of each: seconds until the preview knew, and until the mail was on the screen."""
    text = file.read_text("utf-8")
    titles = list(_TITLE.finditer(text))
    end = titles[len(titles) // 2].end()
    found = []
    for number in range(WARM + SAVES):
        page.evaluate(_PAINTED)
        time.sleep(PAUSE)
        start = time.time()
        file.write_text(f"{text[:end]} {number}{text[end:]}", "utf-8")
        painted = page.evaluate("window.painted")
        found.append((painted["seen"] / 1000 - start, painted["at"] / 1000 - start))
    return found[WARM:]


@contextmanager
def _preview(newsroom: Path, key: str) -> Iterator[str]:
    """Its address."""
    command = [sys.executable, "-m", "lpdownload.cli.app", "preview", key, "--port", "0", "--no-open"]
    environ = os.environ | {"PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=newsroom, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environ
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()
