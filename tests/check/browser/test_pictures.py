"""Mails look as they did: each picture against its reference in pictures/; `make pictures` renews those.

Fonts come from packages of PyPI and photographs are left blank, so that pictures depend on the mail alone.
"""

import base64
import os
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.check.browser.comparing import difference, reference
from tests.render.newsrooms import draft_of, every_section

from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.shots import picture
from lpdownload.check.browser.views import View
from lpdownload.check.clients.see import see
from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.render.render import Rendering, fill_values, render_issue

PICTURES = Path(__file__).parent / "pictures"
ROOT = Path(__file__).parents[3]
RENEW = "LPDOWNLOAD_RENEW_PICTURES"

VIEWS = (View("light", 700), View("light", 375), View("dark", 700), View("forced", 375))
FACES = {
    "-apple-system": ("font_lato", "Lato"),
    "Georgia": ("font_caladea", "Caladea"),
}
"""The first fonts of the mails' two stacks, and what stands in for them: Lato (OFL), Caladea (Apache 2.0)."""
STYLES = {
    ("normal", "normal"): "Regular",
    ("bold", "normal"): "Bold",
    ("normal", "italic"): "Italic",
    ("bold", "italic"): "BoldItalic",
}
NOT_IN_FONTS = re.compile("[^\\x00-\\u017f–—‘’“”…•]")


@cache
def fonts() -> str:
    """@font-face rules that bring the fonts along."""
    return "".join(
        f"@font-face {{ font-family: '{family}'; font-weight: {weight}; font-style: {style}; src: url("
        f"data:font/ttf;base64,{base64.b64encode(data).decode()}) }}\n"
        for family, (package, name) in FACES.items()
        for (weight, style), suffix in STYLES.items()
        for data in [files(package).joinpath("files", f"{name}-{suffix}.ttf").read_bytes()]
    )


def steady(html: str) -> str:
    """The mail in those fonts; what they cannot draw, as emoji, is a #."""
    return NOT_IN_FONTS.sub("#", html).replace("<head>", f"<head><style>{fonts()}</style>", 1)


def blank(rendering: Rendering) -> Mapping[str, bytes]:
    """The pictures as grey areas of their size."""
    assets = {}
    for asset in rendering.assets:
        if not asset.name.endswith((".jpg", ".png", ".gif")):
            continue  # a date for calendars
        out = BytesIO()
        with Image.open(BytesIO(asset.data)) as photograph:
            Image.new("RGB", photograph.size, "#7a8a99").save(out, "PNG")
        assets[asset.name] = out.getvalue()
    return assets


@pytest.fixture(scope="module")
def mails(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rendering]:
    """A mail with every section and every field, and a sample."""
    root = tmp_path_factory.mktemp("every")
    draft_of(root, every_section())
    return {"every-section": rendered(root, "xx/2024-09"), "lpny": rendered(ROOT, "lpny/2024-09")}


def rendered(root: Path, key: str) -> Rendering:
    library = Library(root)
    return render_issue(load_issue(library, key).issue, newsroom=root, templates=library.templates)


def taken(page: MailPage, rendering: Rendering, view: View, *, change: tuple[str, str] = ("", "")) -> bytes:
    """A picture of the mail; to break it, ``change`` is a pattern and what it becomes."""
    html = rendering.content.html.fill(fill_values(rendering, {}))
    if change[0]:
        html, count = re.subn(*change, html, count=1, flags=re.DOTALL)
        assert count, f"the mail has no {change[0]}"
    if view.mode == "forced":
        html = see(html, mode="forced").html
    page.show(steady(html), blank(rendering))
    return picture(page, view)


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: f"{view.mode}-{view.width}")
@pytest.mark.parametrize("name", ["every-section", "lpny"])
def test_the_mail_looks_as_it_did(page: MailPage, mails: dict[str, Rendering], name: str, view: View) -> None:
    kept = PICTURES / f"{name}-{view.width}-{view.mode}.png"
    now = taken(page, mails[name], view)
    if os.environ.get(RENEW):
        kept.write_bytes(reference(now))
    assert difference(now, kept) == ""


BROKEN = {
    "a button gone": (r'(<a [^>]*style=")([^>]*>\s*Propose a priority)', r"\1visibility:hidden;\2"),
    "a word gone": ("Wages", ""),
    "a column shifted": ("padding:28px 32px 0px 32px", "padding:28px 28px 0px 36px"),
    "a section longer": ("padding:28px 32px 0px 32px", "padding:48px 32px 0px 32px"),
    "a text as white as its ground": (r'(<p [^>]*style="[^"]*)(">September was loud)', r"\1;color:#fff\2"),
    "a pale heading": ("color:#12294f", "color:#ccccdd"),
    "a picture gone": (r"""(<img [^>]*style=["'])""", r"\1visibility:hidden;"),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_mail_broken_on_purpose_differs(
    page: MailPage, mails: dict[str, Rendering], change: tuple[str, str]
) -> None:
    now = taken(page, mails["every-section"], View("light", 700), change=change)
    assert difference(now, PICTURES / "every-section-700-light.png")


def test_dark_text_on_the_dark_ground_differs(page: MailPage, mails: dict[str, Rendering]) -> None:
    change = (r"(\.card div, [^{]*\{ color: )#[0-9a-f]{6}", r"\1#1b1f24")
    now = taken(page, mails["every-section"], View("dark", 700), change=change)
    assert difference(now, PICTURES / "every-section-700-dark.png")


@pytest.mark.parametrize(
    "css", ["* { -webkit-text-stroke: 0.12px }", "* { text-rendering: geometricPrecision }"]
)
def test_letters_drawn_a_little_otherwise_do_not(
    page: MailPage, mails: dict[str, Rendering], css: str
) -> None:
    change = ("</head>", f"<style>{css}</style></head>")
    now = taken(page, mails["every-section"], View("light", 700), change=change)
    kept = PICTURES / "every-section-700-light.png"
    assert reference(now) != kept.read_bytes()
    assert difference(now, kept) == ""


def test_all_references_are_of_a_test_and_light_enough_for_a_repository() -> None:
    names = {f"{name}-{view.width}-{view.mode}.png" for name in ("every-section", "lpny") for view in VIEWS}
    assert {path.name for path in PICTURES.iterdir()} == names
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) <= 1_500_000
