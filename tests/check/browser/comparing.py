"""Compares pictures as an eye does from a step back: bytes first, then what differs once both are blurred."""

import hashlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter

SCALE = 2
"""References are kept at half the size: an eighth of the bytes, and all that an eye looks for."""
BLUR = 2.5
APART = 28
"""Of 255, between two blurred pictures. Measured at the mail with every section, the place furthest apart:

moved by a third of a pixel 16, letters by other rules 13, bolder ones 8, no kerning 21;
a caption's credit gone 37, a column moved by 4 px 39, a word gone 63, a button gone 73, pale text 89.
"""
HEIGHTS = 3
"""Pixels of a reference by which two pictures may differ in height."""


def reference(taken: bytes) -> bytes:
    """A picture as it is kept."""
    with Image.open(BytesIO(taken)) as picture:
        small = picture.convert("RGB").reduce(SCALE)
    out = BytesIO()
    small.quantize(256, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def difference(taken: bytes, kept: Path) -> str:
    """How the picture differs from its reference; empty if it shows the same."""
    if not kept.is_file():
        return f"there is no reference {kept.name}: make pictures"
    now, then = reference(taken), kept.read_bytes()
    if hashlib.sha256(now).digest() == hashlib.sha256(then).digest():
        return ""
    return _seen(Image.open(BytesIO(now)).convert("RGB"), Image.open(BytesIO(then)).convert("RGB"))


def _seen(now: Image.Image, then: Image.Image) -> str:
    if now.width != then.width or abs(now.height - then.height) > HEIGHTS:
        return f"it is {now.size} where the reference is {then.size}, at half the size"
    size = (0, 0, now.width, min(now.height, then.height))
    blurred = (one.crop(size).filter(ImageFilter.GaussianBlur(BLUR)) for one in (now, then))
    red, green, blue = ImageChops.difference(*blurred).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    box = most.point([255 * (level > APART) for level in range(256)]).getbbox()
    if not box:
        return ""
    left, top, right, bottom = (edge * SCALE for edge in box)
    return f"it differs between {left}×{top} and {right}×{bottom} px from the left and the top"
