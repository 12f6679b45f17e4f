"""Takes pictures of every sample's mail and web page, at 375 and 700 px, light and dark, into build/shots/.

    python tools/shots.py                    all samples
    python tools/shots.py lpny lppa/2024-fall   only these

Beside the pictures of an issue stands sheet.png: its mail four times, side by side, to look over at a glance.
"""

import argparse
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Error, sync_playwright

from lpdownload.cli.issues import chosen
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.render.output import write_outputs
from lpdownload.render.render import fill_values, render_issue

ROOT = Path(__file__).resolve().parent.parent
WIDTHS = (375, 700)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PAGES = ("email", "web")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
SHEET_HEIGHT = 2400
NO_BROWSER = """No Chromium was found that could be started. Install one, then run `make shots` again:
  Debian, Ubuntu: apt-get install chromium
  elsewhere:      .venv/bin/python -m playwright install chromium"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, else the one that Playwright downloaded; leaves the program without one."""
    paths = [path for name in CHROMIUM if (path := shutil.which(name))]
    with sync_playwright() as playwright:
        for path in (*paths, None):
            try:
                browser = playwright.chromium.launch(
                    executable_path=path, args=["--no-sandbox", "--disable-gpu"]
                )
            except Error:
                continue
            yield browser
            browser.close()
            return
    sys.exit(NO_BROWSER)


def rendered(library: Library, key: str, out: Path) -> Path:
    """The folder with the issue's files."""
    issue = load_issue(library, key).issue
    rendering = render_issue(issue, newsroom=library.root, templates=library.templates)
    return write_outputs(rendering, out, fill_values(rendering, {})).files["email.html"].parent


def shots(browser: Browser, folder: Path, out: Path) -> list[Path]:
    """One picture of the whole page for each page, width and scheme; scripts off, as in a mail program."""
    out.mkdir(parents=True, exist_ok=True)
    taken = []
    for scheme in SCHEMES:
        for width in WIDTHS:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=False
            )
            for name in PAGES:
                page = context.new_page()
                page.goto((folder / f"{name}.html").as_uri(), wait_until="load")
                path = out / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)
                page.close()
                taken.append(path)
            context.close()
    return taken


def contact_sheet(pictures: list[Path], path: Path) -> None:
    """The pictures side by side in one scale, on grey, so that the tallest fills the sheet's height."""
    opened = [Image.open(picture).convert("RGB") for picture in pictures]
    scale = min(1.0, SHEET_HEIGHT / max(picture.height for picture in opened))
    small = [
        picture.resize(
            (round(picture.width * scale), round(picture.height * scale)), Image.Resampling.LANCZOS
        )
        for picture in opened
    ]
    gap = 16
    size = (sum(picture.width + gap for picture in small) + gap, SHEET_HEIGHT + 2 * gap)
    sheet = Image.new("RGB", size, "#808080")
    left = gap
    for picture in small:
        sheet.paste(picture, (left, gap))
        left += picture.width + gap
    sheet.save(path, optimize=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Takes pictures of the samples into build/shots/.")
    parser.add_argument("issues", nargs="*", help="NEWSLETTER or NEWSLETTER/ISSUE; all when none is given")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "shots", help="folder to write to")
    options = parser.parse_args()
    library = Library(ROOT)
    try:
        keys = chosen(library, options.issues, not options.issues)
        folders = {key: rendered(library, key, ROOT / "build") for key in keys}
    except InvalidInput as error:
        sys.exit(str(error))
    with chromium() as browser:
        for key, folder in folders.items():
            out = options.out / key
            taken = shots(browser, folder, out)
            contact_sheet([path for path in taken if path.name.startswith("email-")], out / "sheet.png")
            print(f"{out}: {len(taken)} pictures and sheet.png", flush=True)


if __name__ == "__main__":
    main()
