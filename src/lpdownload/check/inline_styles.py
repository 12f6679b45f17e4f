"""How an element of the mail looks, as far as style attributes say: its own and those it stands in."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from lpdownload.model.theme import contrast

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LEAST_SEEN = 9
"""Pixels; what is smaller is not meant to be read."""

_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]+)")
_PIXELS = re.compile(r"(-?\d*\.?\d+)(px)?")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
_NAMED = {"white": "#ffffff", "black": "#000000", "transparent": "", "inherit": "", "none": "", "initial": ""}
_LINK = "#0000ee"  # what browsers give a link that has no colour of its own
_UNSEEN = 1.3  # contrast; white on the palest grey has more


@lru_cache(maxsize=4096)
def declared(style: str) -> Mapping[str, str]:
    """The declarations of a style attribute, in lower case; of two with one name the last."""
    return {name.lower(): value.strip().lower() for name, value in _DECLARATION.findall(style)}


def styles(element: "HtmlElement") -> Mapping[str, str]:
    return declared(element.get("style") or "")


def pixels(length: str | None) -> float | None:
    """``14px`` or a bare zero as a number; None for anything else."""
    found = _PIXELS.fullmatch(length.removesuffix("!important").strip()) if length else None
    return float(found[1]) if found and (found[2] or float(found[1]) == 0) else None


def inherited(element: "HtmlElement", name: str) -> str | None:
    """The nearest value of a property that children take over, at the element or above it."""
    for one in (element, *element.iterancestors()):
        if (value := styles(one).get(name)) is not None:
            return value
    return None


def font_size(element: "HtmlElement", default: float = 16) -> float:
    """In pixels; sizes relative to their surroundings are worked out."""
    factor = 1.0
    for one in (element, *element.iterancestors()):
        written = styles(one).get("font-size")
        if written is not None and (size := pixels(written)) is not None:
            return size * factor
        factor *= relative_size(written, str(one.tag))
    return default * factor


def relative_size(written: str | None, tag: str) -> float:
    """How much larger than its surroundings: of ``0.8em``, ``80%``, ``smaller`` and of a bare ``<small>``."""
    if written is None:
        return 0.83 if tag == "small" else 1.0
    if found := re.fullmatch(r"(\d*\.?\d+)(r?em|%)", written):
        return float(found[1]) / (100 if found[2] == "%" else 1)
    return {"smaller": 0.83, "larger": 1.2}.get(written, 1.0)


def is_removed(element: "HtmlElement") -> bool:
    """Whether its own style takes it off the page, or out of sight."""
    own = styles(element)
    clipped = own.get("overflow") == "hidden" and (
        0 in {pixels(own.get(side)) for side in ("height", "max-height", "width", "max-width")}
    )
    return (
        clipped
        or own.get("display") == "none"
        or own.get("visibility") == "hidden"
        or own.get("opacity") in {"0", "0.0", ".0"}
        or element.get("hidden") is not None
    )


def why_unseen(element: "HtmlElement") -> str:
    """Why nobody sees the words of this element; nothing, if they can be seen or there is no telling."""
    if any(is_removed(one) for one in (element, *element.iterancestors())):
        return "it is hidden by its style"
    holder = next((one for one in element.iter() if _has_words(one)), element)
    size = font_size(holder)
    if size < LEAST_SEEN:
        return f"it is {size:g} px small"
    written, ground = _written_color(holder), _ground(holder)
    if written and ground and contrast(written, ground) < _UNSEEN:
        return f"it is {written} on {ground}"
    return ""


def _has_words(element: "HtmlElement") -> bool:
    return isinstance(element.tag, str) and bool((element.text or "").strip())


def _written_color(element: "HtmlElement") -> str:
    for one in (element, *element.iterancestors()):
        if written := styles(one).get("color") or one.get("color"):
            return _color(written)
        if one.tag == "a" and one.get("href") is not None:
            return _LINK
    return "#000000"


def _ground(element: "HtmlElement") -> str:
    for one in (element, *element.iterancestors()):
        own = styles(one)
        written = own.get("background-color") or own.get("background") or one.get("bgcolor")
        if one.get("background") or "url(" in (own.get("background-image") or written or ""):
            return ""
        if written and (color := _color(written)):
            return color
        if written and written not in _NAMED:
            return ""
    return "#ffffff"


def _color(written: str) -> str:
    """``#rrggbb``, or nothing for what stands for no colour or is not known here."""
    written = written.lower().removesuffix("!important").strip()
    if _HEX.fullmatch(written):
        return written if len(written) == 7 else "#" + "".join(digit * 2 for digit in written[1:])
    if found := _RGB.fullmatch(written):
        return "#" + "".join(f"{min(255, int(part)):02x}" for part in found.groups())
    return _NAMED.get(written, "")


def written_nodes(tree: "HtmlElement") -> "Iterator[tuple[HtmlElement, str]]":
    """Every piece of text that is not blank, with the element it stands in; no style sheets, no comments."""
    for element in tree.iter():
        if isinstance(element.tag, str) and element.tag not in {"style", "script"}:
            text = element.text
            if text and not text.isspace():
                yield element, text
        tail = element.tail
        if tail and not tail.isspace() and (parent := element.getparent()) is not None:
            yield parent, tail
