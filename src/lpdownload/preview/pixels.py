"""Two mails as pictures, and what of them differs: by a browser, if there is one (extra ``browser``)."""

from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Final

from lpdownload.check.clients.see import see
from lpdownload.preview.compare import Side
from lpdownload.preview.view import View

if TYPE_CHECKING:
    from PIL.Image import Image

_NOTICED: Final = 24
"""Of 255, in any channel: less is a font's smoothing."""

_TALLEST: Final = 16_000
"""Pixels of height that are compared."""

_COLOUR: Final = (220, 20, 90)


@dataclass(frozen=True)
class Pixels:
    """PNG files of the same size; ``share`` of their pixels differ."""

    share: float
    width: int
    height: int
    old: bytes
    new: bytes
    difference: bytes


def has_browser() -> bool:
    """Whether the extra is installed; a browser may still be missing."""
    return find_spec("playwright") is not None


def pixel_difference(old: Side, new: Side, view: View, width: int) -> Pixels:
    """The two as the view's client shows them, so wide. InvalidInput if there is no browser."""
    from PIL import Image

    from lpdownload.check.browser.chromium import chromium
    from lpdownload.check.browser.page import mail_page

    shots: list[Image.Image] = []
    with chromium() as browser, mail_page(browser) as page:
        page.page.set_viewport_size({"width": width, "height": 800})
        page.page.emulate_media(color_scheme="light" if view.mode == "light" else "dark")
        for side in (old, new):
            seen = see(side.html, client=view.client, mode=view.mode, images=view.images)
            page.show(seen.html, side.assets)
            png = page.page.screenshot(full_page=True, animations="disabled")
            shot = Image.open(BytesIO(png)).convert("RGB")
            shots.append(shot.crop((0, 0, shot.width, min(shot.height, _TALLEST))))
    return compared(*shots)


def compared(old: "Image", new: "Image") -> Pixels:
    """Both on a sheet of the larger size, and on a third one the new one pale, what differs loud."""
    from PIL import Image, ImageChops

    size = (max(old.width, new.width), max(old.height, new.height))
    sheets = []
    for shot in (old, new):
        sheet = Image.new("RGB", size, "white")
        sheet.paste(shot)
        sheets.append(sheet)
    red, green, blue = ImageChops.difference(*sheets).split()
    strongest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    mask = strongest.point([255 if level > _NOTICED else 0 for level in range(256)])
    pale = Image.blend(sheets[1], Image.new("RGB", size, "white"), 0.7)
    pale.paste(_COLOUR, mask=mask)
    differing = mask.histogram()[255]
    old_png, new_png, difference = map(_png, (*sheets, pale))
    return Pixels(differing / (size[0] * size[1]), *size, old_png, new_png, difference)


def _png(image: "Image") -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
