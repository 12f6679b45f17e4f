"""Colours turned dark as Microsoft's own code turns them: by the lightness of CIE LAB, the hue as it is.

``(100 - L) * (100 - base) / 100 + base``, base 21.247, the lightness of #333333: getDarkColor in
https://github.com/microsoft/roosterjs, the editor of Outlook on the web.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import tinycss2
from tinycss2.color4 import parse_color

BASE: Final = 21.247
"""The lightness of the ground a white one becomes."""

READABLE: Final = 63.8
"""The least lightness of a text: a contrast of 4.5 on #333333, as Outlook on the web makes each text
"contrasted enough" (https://www.hteumeuleu.com/2019/dealing-with-outlook-com-s-dark-mode/)."""

_D65: Final = (0.95047, 1.0, 1.08883)
_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_TO_RGB: Final = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)


@lru_cache(maxsize=1024)
def dark_ground(written: str) -> str:
    """A background's colour, or the colours of a ``background``: light ones dark, dark ones as they are.

    What is no colour (pictures, gradients) stays.
    """
    return _replaced(written, lambda lightness: min(lightness, _inverted(lightness)))


@lru_cache(maxsize=1024)
def light_text(written: str) -> str:
    """A text's colour: dark ones light, those between light enough to read, light ones as they are."""
    return _replaced(written, lambda lightness: max(lightness, _inverted(lightness), READABLE))


def _inverted(lightness: float) -> float:
    return (100 - lightness) * (100 - BASE) / 100 + BASE


def _replaced(written: str, turned: Callable[[float], float]) -> str:
    nodes = tinycss2.parse_component_value_list(written)
    texts = [node.serialize() for node in nodes]
    for index, node in enumerate(nodes):
        colour = parse_color(node)
        if colour is None or isinstance(colour, str) or not colour.alpha:
            continue
        red, green, blue = (min(1.0, max(0.0, part or 0.0)) for part in colour.to("srgb").coordinates)
        lightness, a, b = _lab(red, green, blue)
        if (new := turned(lightness)) != lightness:
            texts[index] = _written(_srgb(new, a, b), colour.alpha)
    return "".join(texts) if texts != [node.serialize() for node in nodes] else written


def _written(channels: tuple[int, int, int], alpha: float) -> str:
    if alpha < 1:
        return f"rgba({channels[0]}, {channels[1]}, {channels[2]}, {alpha:g})"
    return "#{:02x}{:02x}{:02x}".format(*channels)


def _lab(red: float, green: float, blue: float) -> tuple[float, float, float]:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (red, green, blue)
    ]
    x, y, z = (
        _f(sum(weight * part for weight, part in zip(row, linear, strict=True)) / white)
        for row, white in zip(_TO_XYZ, _D65, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def _f(ratio: float) -> float:
    return ratio ** (1 / 3) if ratio > 216 / 24389 else (24389 / 27 * ratio + 16) / 116


def _srgb(lightness: float, a: float, b: float) -> tuple[int, int, int]:
    """Eight bits a channel; what the screen cannot show is cut to what it can."""
    y = (lightness + 16) / 116
    ratios = [
        value**3 if value**3 > 216 / 24389 else (116 * value - 16) * 27 / 24389
        for value in (y + a / 500, y, y - b / 200)
    ]
    xyz = [ratio * white for ratio, white in zip(ratios, _D65, strict=True)]
    red, green, blue = (
        _channel(sum(weight * part for weight, part in zip(row, xyz, strict=True))) for row in _TO_RGB
    )
    return red, green, blue


def _channel(linear: float) -> int:
    part = 12.92 * linear if linear <= 0.0031308 else 1.055 * linear ** (1 / 2.4) - 0.055
    return round(255 * min(1.0, max(0.0, part)))
