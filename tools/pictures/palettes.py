"""The inks of each newsletter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import ImageColor

from pictures.canvas import Canvas, Colour, mix


@dataclass(frozen=True)
class Palette:
    """Accent, deep tone, paper and one warm highlight."""

    accent: Colour
    deep: Colour
    paper: Colour
    glow: Colour

    def light(self, share: float) -> Colour:
        """The accent thinned with paper; 1 is paper."""
        return mix(self.accent, self.paper, share)

    def dark(self, share: float) -> Colour:
        """The accent thickened with the deep tone; 1 is the deep tone."""
        return mix(self.accent, self.deep, share)

    def mist(self, share: float) -> Colour:
        """The deep tone thinned with paper; 1 is paper."""
        return mix(self.deep, self.paper, share)

    def warm(self, share: float) -> Colour:
        """The highlight thinned with paper; 1 is paper."""
        return mix(self.glow, self.paper, share)

    def skin(self, number: int) -> Colour:
        """One of five tones from the thinned to the darkened highlight."""
        share = (0.12, 0.62, 0.36, 0.78, 0.5)[number % 5]
        clay = mix(self.glow, (226, 140, 96), 0.6)
        return mix(mix(clay, self.paper, 0.35), mix(clay, (44, 16, 14), 0.8), share)


# What draws one picture in the inks of a newsletter.
Scene = Callable[[Canvas, Palette], None]


def _palette(accent: str, deep: str, paper: str, glow: str) -> Palette:
    colours = []
    for code in (accent, deep, paper, glow):
        red, green, blue = ImageColor.getrgb(code)[:3]
        colours.append((red, green, blue))
    return Palette(*colours)


PALETTES = {
    "lp-network": _palette("#1f4e9c", "#12294f", "#eef2f8", "#f2b84b"),
    "federal-advocacy": _palette("#b3312c", "#2f3b4a", "#f0f1f3", "#e9b08a"),
    "lpny": _palette("#0b6e75", "#0a3f46", "#e9f3f2", "#f0a868"),
    "school-board": _palette("#7b2f6b", "#431a3c", "#f6eef5", "#e9b44c"),
    "lppa": _palette("#2f6b3a", "#1c3d26", "#eef4ec", "#d9a441"),
    "lpmn": _palette("#1769a5", "#0f3a5c", "#eaf3f9", "#f4c95d"),
    "lptx": _palette("#a23e22", "#5a2313", "#f8efe9", "#e8b04a"),
    "lpnc": _palette("#4d6b1d", "#2c3f14", "#f2f4e8", "#d98e3f"),
    "lpco": _palette("#a6481c", "#1f4a6b", "#edf3f8", "#f1c27d"),
    "news": _palette("#c2502e", "#16315c", "#eef2f8", "#f0b357"),
}
