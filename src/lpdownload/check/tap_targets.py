"""How tall a button or a link that stands alone is, by its styles."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from lpdownload.check.inline_styles import font_size, inherited, pixels, styles

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NUMBER = re.compile(r"\d*\.?\d+")
_NORMAL = 1.2  # what browsers take for line-height: normal


def is_button(element: "HtmlElement") -> bool:
    """Whether it takes a block of its own; a link within a line of words need not be large (WCAG 2.5.8)."""
    return styles(element).get("display") in {"inline-block", "block", "inline-flex", "flex"} and not any(
        child.tag == "img" for child in element.iter()
    )


def height(element: "HtmlElement") -> float:
    """Of one line with its padding and border, in pixels."""
    own = styles(element)
    size = font_size(element)
    line = _line_height(inherited(element, "line-height") or "normal", size)
    above, below = _padding(own)
    border = sum(_border(own, side) for side in ("top", "bottom"))
    least = max(pixels(own.get(name)) or 0 for name in ("height", "min-height"))
    return max(line + above + below + border, least)


def _line_height(written: str, size: float) -> float:
    if (fixed := pixels(written)) is not None and fixed:
        return fixed
    if _NUMBER.fullmatch(written):
        return float(written) * size
    if found := re.fullmatch(r"(\d*\.?\d+)(%|em)", written):
        return float(found[1]) * size / (100 if found[2] == "%" else 1)
    return _NORMAL * size


def _padding(own: Mapping[str, str]) -> tuple[float, float]:
    """Above and below; of a shorthand the first and third of four, or what stands for them."""
    sides = own.get("padding", "").split()
    above = pixels(sides[0]) if sides else None
    below = pixels(sides[2]) if len(sides) > 2 else above
    above = pixels(own["padding-top"]) if "padding-top" in own else above
    below = pixels(own["padding-bottom"]) if "padding-bottom" in own else below
    return above or 0, below or 0


def _border(own: Mapping[str, str], side: str) -> float:
    written = own.get(f"border-{side}") or own.get("border") or ""
    return next((width for part in written.split() if (width := pixels(part))), 0)
