"""What grows and lies outdoors: hills, trees, clouds, roads, grass and water."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from pictures.canvas import Canvas, Colour, Mask, Point, mix, smooth, whole
from pictures.palettes import Palette


def sky(c: Canvas, ground: Colour, shade: Colour, end: float = 0.4, foot: float = 720) -> None:
    """A flat sky which darkens in grain towards the top."""
    mask = Mask()
    mask.rect(255, 0, 0, 1280, foot)
    c.fill(mask, ground)
    c.grain(mask, shade, 270, 0.0, end)


def sun(
    c: Canvas, x: float, y: float, r: float, ink: Colour, shade: Colour, angle: float = 90, end: float = 0.6
) -> None:
    """A disc with grain on one side."""
    mask = Mask()
    mask.disc(255, x, y, r)
    c.shaded(mask, ink, shade, angle, end)


def hill(
    c: Canvas,
    points: Sequence[Point],
    ink: Colour,
    shade: Colour,
    angle: float = 90,
    end: float = 0.6,
    foot: float = 720,
) -> Mask:
    """Ground under a curve with grain; its mask, to print more on it."""
    mask = Mask()
    mask.hill(255, points, foot)
    c.shaded(mask, ink, shade, angle, end)
    return mask


def cloud(c: Canvas, x: float, y: float, w: float, ink: Colour) -> None:
    """Three stacked bars with round ends."""
    h = w * 0.11
    c.rect(ink, x, y, w, h, h / 2)
    c.rect(ink, x + w * 0.16, y - h * 0.86, w * 0.5, h, h / 2)
    c.rect(ink, x + w * 0.3, y + h * 0.86, w * 0.55, h, h / 2)


def round_tree(
    c: Canvas, x: float, foot: float, tall: float, leaf: Colour, shade: Colour, trunk: Colour
) -> None:
    """A broad tree: forked trunk and a crown of overlapping discs."""
    r = tall * 0.22
    thick = tall * 0.05
    c.poly(
        trunk,
        [
            (x - thick * 1.3, foot),
            (x - thick * 0.6, foot - tall * 0.6),
            (x + thick * 0.6, foot - tall * 0.6),
            (x + thick * 1.3, foot),
        ],
    )
    crown = Mask()
    for dx, dy, size in (
        (-0.95, -2.3, 0.95),
        (0.95, -2.35, 0.9),
        (0, -3.2, 1.12),
        (-0.1, -2.1, 1.0),
        (-1.25, -1.75, 0.66),
        (1.3, -1.8, 0.62),
    ):
        crown.disc(255, x + dx * r, foot + dy * r - tall * 0.1, size * r)
    c.shaded(crown, leaf, shade, 40, 0.85)
    c.poly(
        trunk,
        [
            (x - thick * 0.7, foot - tall * 0.5),
            (x - thick * 0.2, foot - tall * 0.82),
            (x + thick * 0.2, foot - tall * 0.82),
            (x + thick * 0.7, foot - tall * 0.5),
        ],
    )
    for side, y0, dx, y1 in ((-1, 0.47, 0.2, 0.6), (1, 0.55, 0.17, 0.68), (-1, 0.64, 0.1, 0.74)):
        c.line(trunk, [(x, foot - tall * y0), (x + side * tall * dx, foot - tall * y1)], thick * 0.42)


def conifer(
    c: Canvas, x: float, foot: float, tall: float, ink: Colour, shade: Colour, tiers: int = 4
) -> None:
    """A fir of stacked triangles, its right half in shade."""
    wide = tall * 0.24
    c.rect(shade, x - tall * 0.022, foot - tall * 0.14, tall * 0.044, tall * 0.14)
    for tier in range(tiers):
        top = foot - tall + tall * 0.78 * tier / tiers * 0.95
        low = foot - tall * 0.1 - tall * 0.78 * (tiers - 1 - tier) / tiers * 0.9
        half = wide * (0.45 + 0.55 * (tier + 1) / tiers)
        c.poly(ink, [(x, top), (x - half, low), (x, low + half * 0.18), (x + half, low)])
        c.poly(shade, [(x, top), (x, low + half * 0.18), (x + half, low)])


def conifers(
    c: Canvas,
    points: Sequence[Point],
    gap: float,
    tall: tuple[float, float],
    ink: Colour,
    shade: Colour,
    tiers: int = 3,
) -> None:
    """A row of firs along a curve, a little irregular."""
    curve, x = smooth(points), points[0][0]
    while x < points[-1][0]:
        foot = min(curve, key=lambda at: abs(at[0] - x))[1]
        conifer(c, x, foot + tall[0] * 0.12, c.random.uniform(*tall), ink, shade, tiers)
        x += gap * c.random.uniform(0.6, 1.4)


def road(c: Canvas, left: Sequence[Point], right: Sequence[Point], ink: Colour, shade: Colour) -> Mask:
    """A road between two curves which run from near to far."""
    mask = Mask()
    mask.poly(255, [*smooth(left), *reversed(smooth(right))])
    c.shaded(mask, ink, shade, 90, 0.45)
    return mask


def dashes(
    c: Canvas, line: Sequence[Point], widths: tuple[float, float], ink: Colour, count: int = 12
) -> None:
    """A centre line of dashes which get shorter and thinner with the distance."""
    curve = smooth(line, 40)
    at = [0.0]
    for (x0, y0), (x1, y1) in pairwise(curve):
        at.append(at[-1] + math.hypot(x1 - x0, y1 - y0))
    for number in range(count):
        spans = [1 - (1 - (number + part) / count) ** 2 for part in (0.1, 0.6)]
        part = [p for p, along in zip(curve, at, strict=True) if spans[0] <= along / at[-1] <= spans[1]]
        if len(part) > 1:
            width = widths[0] + (widths[1] - widths[0]) * (spans[0] + spans[1]) / 2
            c.line(ink, part, width, blunt=True)


def grass(
    c: Canvas,
    x0: float,
    x1: float,
    foot: float,
    tall: tuple[float, float],
    inks: Sequence[Colour],
    gap: float = 9,
) -> None:
    """Tapered blades along the lower edge."""
    x = x0
    while x < x1:
        high, lean = c.random.uniform(*tall), c.random.uniform(-0.35, 0.35)
        wide = high * 0.05 + 1.5
        tip = (x + lean * high, foot - high)
        bend = (x + lean * high * 0.3, foot - high * 0.6)
        c.poly(
            c.random.choice(inks),
            [
                (x - wide, foot),
                (bend[0] - wide * 0.7, bend[1]),
                tip,
                (bend[0] + wide * 0.7, bend[1]),
                (x + wide, foot),
            ],
        )
        x += gap * c.random.uniform(0.5, 1.5)


def glints(
    c: Canvas,
    x0: float,
    x1: float,
    y0: float,
    y1: float,
    ink: Colour,
    count: int,
    long: float = 90,
    mask: Mask | None = None,
) -> None:
    """Level strokes of light on water, longer towards the viewer."""
    strokes = Mask()
    for number in range(count):
        depth = (number + 0.5) / count
        y = y0 + (y1 - y0) * depth
        half = long * (0.3 + 0.7 * depth) * c.random.uniform(0.4, 1.0) / 2
        x, thick = c.random.uniform(x0, x1), 1.5 + 3.5 * depth
        strokes.rect(255, x - half, y, half * 2, thick, thick / 2)
    c.fill(strokes & (mask or whole()), ink)


def birds(c: Canvas, at: Sequence[tuple[float, float, float]], ink: Colour) -> None:
    """Far birds as two arcs each: x, y and half the span."""
    for x, y, half in at:
        c.ring(ink, x - half / 2, y, half / 2, 2.4, 200, 340)
        c.ring(ink, x + half / 2, y, half / 2, 2.4, 200, 340)


def shore(p: Palette, share: float) -> Colour:
    """A tone between the highlight and the paper, for sand and stubble."""
    return mix(p.glow, p.paper, share)
