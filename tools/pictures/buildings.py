"""What is built: houses, skylines, solar panels, wind turbines, a bus."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pictures.canvas import Canvas, Colour, Mask, Point, mix
from pictures.palettes import Palette


def panel(
    c: Canvas,
    corners: Sequence[Point],
    columns: int,
    rows: int,
    ink: Colour,
    line: Colour,
    width: float = 1.6,
) -> None:
    """A solar panel in perspective: corners from the upper left clockwise."""
    a, b, d, e = corners
    c.poly(ink, corners)
    for number in range(columns + 1):
        t = number / columns
        c.line(line, [_between(a, b, t), _between(e, d, t)], width, blunt=True)
    for number in range(rows + 1):
        t = number / rows
        c.line(line, [_between(a, e, t), _between(b, d, t)], width, blunt=True)


def _between(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def turbine(c: Canvas, x: float, foot: float, tall: float, ink: Colour, turn: float, shade: Colour) -> None:
    """A wind turbine with three tapered blades."""
    top = foot - tall
    c.poly(
        ink,
        [
            (x - tall * 0.018, foot),
            (x - tall * 0.009, top),
            (x + tall * 0.009, top),
            (x + tall * 0.018, foot),
        ],
    )
    c.poly(shade, [(x, foot), (x, top), (x + tall * 0.009, top), (x + tall * 0.018, foot)])
    for number in range(3):
        angle = math.radians(turn + number * 120)
        across, up, long = math.cos(angle), math.sin(angle), tall * 0.48
        base, belly = (x, top), (x + across * long * 0.22, top + up * long * 0.22)
        wide = tall * 0.022
        c.poly(
            ink,
            [
                (base[0] - up * wide * 0.4, base[1] + across * wide * 0.4),
                (belly[0] - up * wide, belly[1] + across * wide),
                (x + across * long, top + up * long),
                (belly[0] + up * wide * 0.4, belly[1] - across * wide * 0.4),
            ],
        )
    c.disc(shade, x, top, tall * 0.02)


def towers(
    c: Canvas,
    x0: float,
    x1: float,
    foot: float,
    tall: tuple[float, float],
    ink: Colour,
    lit: Colour | None,
    wide: tuple[float, float] = (34, 74),
    tops: bool = True,
) -> None:
    """A far skyline: stepped, sloped and spired towers side by side."""
    x = x0
    while x < x1:
        w, h = c.random.uniform(*wide), c.random.uniform(*tall)
        top = foot - h
        c.rect(ink, x, top, w, h)
        kind = c.random.randrange(5) if tops else 4
        if kind == 0:
            c.rect(ink, x + w * 0.2, top - h * 0.09, w * 0.6, h * 0.1)
            c.rect(ink, x + w * 0.36, top - h * 0.17, w * 0.28, h * 0.1)
            c.rect(ink, x + w * 0.48, top - h * 0.3, w * 0.05 + 1, h * 0.2)
        elif kind == 1:
            c.poly(ink, [(x, top + 1), (x + w, top - w * 0.4), (x + w, top + 1)])
        elif kind == 2:
            c.poly(ink, [(x + w * 0.1, top + 1), (x + w * 0.5, top - w * 0.8), (x + w * 0.9, top + 1)])
        if lit:
            _tower_lights(c, x, top, w, h, lit)
        x += w + c.random.choice((0, 0, 3, 9))


def _tower_lights(c: Canvas, x: float, top: float, w: float, h: float, lit: Colour) -> None:
    columns = max(2, int(w // 13))
    gap = w / (columns + 0.4)
    for row in range(int(h // 17) - 1):
        for column in range(columns):
            if c.random.random() < 0.5:
                c.rect(lit, x + gap * (column + 0.42), top + 10 + row * 17, gap * 0.5, 8)


def arched_window(
    c: Canvas, x: float, y: float, w: float, h: float, glass: Colour, frame: Colour, arch: bool = True
) -> None:
    """A sash window with a sill."""
    c.rect(frame, x - 4, y - 4, w + 8, h + 8, w / 2 + 4 if arch else 0, top=True)
    c.rect(glass, x, y, w, h, w / 2 if arch else 0, top=True)
    c.rect(frame, x, y + h * 0.52, w, 3)
    c.rect(frame, x + w / 2 - 1.5, y, 3, h)
    c.rect(frame, x - 8, y + h + 2, w + 16, 6)


def row_house(
    c: Canvas,
    p: Palette,
    x: float,
    foot: float,
    w: float,
    h: float,
    wall: Colour,
    trim: Colour,
    glass: Sequence[Colour],
    door: Colour,
    kind: int,
) -> None:
    """A town house of three storeys with cornice, windows and stoop."""
    front = Mask()
    front.rect(255, x, foot - h, w, h)
    c.shaded(front, wall, mix(wall, p.deep, 0.55), 20, 0.5)
    top = foot - h
    c.rect(trim, x - 5, top - 8, w + 10, 13)
    c.rect(trim, x, top + 9, w, 5)
    step = w / 9
    for number in range(9):
        c.rect(trim, x + step * number + step * 0.3, top + 12, step * 0.4, 10)
    if kind == 1:
        c.poly(trim, [(x + w * 0.22, top - 6), (x + w * 0.5, top - 38), (x + w * 0.78, top - 6)])
        c.disc(wall, x + w * 0.5, top - 18, 6)
    elif kind == 2:
        c.rect(trim, x + w * 0.66, top - 46, w * 0.16, 40)
        c.rect(trim, x + w * 0.63, top - 50, w * 0.22, 8)
    columns = 3 if w > 170 else 2
    wide, tall = w / columns * 0.46, h * 0.17
    for row in range(3):
        for column in range(columns):
            at = x + w / columns * (column + 0.5) - wide / 2
            if row == 2 and column == columns - 1:
                continue
            ink = glass[c.random.randrange(len(glass))]
            arched_window(c, at, top + h * (0.12 + 0.27 * row), wide, tall, ink, trim, arch=kind != 2)
    at = x + w / columns * (columns - 0.5) - wide * 0.6
    c.rect(trim, at - 6, foot - h * 0.34, wide * 1.2 + 12, h * 0.34, wide * 0.6 if kind != 2 else 0, top=True)
    c.rect(door, at, foot - h * 0.32, wide * 1.2, h * 0.32, wide * 0.6 if kind != 2 else 0, top=True)
    c.disc(trim, at + wide * 0.98, foot - h * 0.15, 3)
    for number in range(3):
        c.rect(
            mix(trim, p.deep, 0.12 * number),
            at - 8 - 7 * number,
            foot - 22 + 9 * number,
            wide * 1.2 + 16 + 14 * number,
            10,
        )


def bus(
    c: Canvas, x: float, foot: float, w: float, ink: Colour, glass: Colour, dark: Colour, stripe: Colour
) -> None:
    """A bus from the side, its lower left corner at (x, foot)."""
    h = w * 0.36
    y = foot - h - w * 0.05
    shape = Mask()
    shape.rect(255, x, y, w, h, w * 0.06)
    c.shaded(shape, ink, mix(ink, dark, 0.4), 80, 0.5)
    c.rect(stripe, x, y + h * 0.62, w, h * 0.12)
    for number in range(5):
        c.rect(glass, x + w * (0.04 + 0.155 * number), y + h * 0.15, w * 0.13, h * 0.36, w * 0.015)
    c.rect(glass, x + w * 0.83, y + h * 0.13, w * 0.135, h * 0.72, w * 0.02)
    for at in (0.22, 0.74):
        c.disc(dark, x + w * at, foot - w * 0.045, w * 0.065)
        c.disc(stripe, x + w * at, foot - w * 0.045, w * 0.026)


def bus_behind(
    c: Canvas, x: float, foot: float, w: float, ink: Colour, glass: Colour, dark: Colour, stripe: Colour
) -> None:
    """A bus from behind, driving away, its middle at x."""
    h = w * 1.05
    y = foot - h - w * 0.08
    for side in (-1, 1):
        c.rect(dark, x + side * w * 0.32 - w * 0.09, foot - w * 0.24, w * 0.18, w * 0.24, w * 0.05)
        c.rect(dark, x + side * w * 0.56 - w * 0.05, y + h * 0.2, w * 0.1, h * 0.24, w * 0.04)
    shape = Mask()
    shape.rect(255, x - w / 2, y, w, h, w * 0.14)
    c.shaded(shape, ink, mix(ink, dark, 0.45), 20, 0.5)
    c.rect(glass, x - w * 0.4, y + h * 0.16, w * 0.8, h * 0.36, w * 0.06)
    c.rect(stripe, x - w / 2, y + h * 0.62, w, h * 0.14)
    for side in (-1, 1):
        c.disc(dark, x + side * w * 0.36, y + h * 0.86, w * 0.06)


def gable_house(
    c: Canvas,
    p: Palette,
    x: float,
    foot: float,
    w: float,
    h: float,
    wall: Colour,
    roof: Colour,
    glass: Colour,
    porch: bool = False,
) -> None:
    """A small-town house with its gable to the street."""
    front = Mask()
    front.poly(
        255, [(x, foot), (x, foot - h), (x + w / 2, foot - h - w * 0.5), (x + w, foot - h), (x + w, foot)]
    )
    c.shaded(front, wall, mix(wall, p.deep, 0.5), 20, 0.5)
    ridge = (x + w / 2, foot - h - w * 0.5)
    c.line(roof, [(x - w * 0.08, foot - h + w * 0.08), ridge, (x + w * 1.08, foot - h + w * 0.08)], w * 0.07)
    trim = mix(p.paper, wall, 0.1) if wall != p.paper else p.accent
    for at in (0.18, 0.62):
        arched_window(c, x + w * at, foot - h * 0.92, w * 0.19, h * 0.28, glass, trim, arch=False)
    c.rect(trim, x + w * 0.42, foot - h - w * 0.24, w * 0.16, w * 0.16, w * 0.08, top=True)
    c.rect(roof, x + w * 0.4, foot - h * 0.42, w * 0.2, h * 0.42)
    if porch:
        c.poly(
            roof,
            [
                (x - w * 0.06, foot - h * 0.44),
                (x + w * 0.04, foot - h * 0.56),
                (x + w * 0.96, foot - h * 0.56),
                (x + w * 1.06, foot - h * 0.44),
            ],
        )
        for at in (0.02, 0.32, 0.66, 0.96):
            c.rect(trim, x + w * at - w * 0.015, foot - h * 0.44, w * 0.03, h * 0.44)
    else:
        for at in (0.18, 0.64):
            arched_window(c, x + w * at, foot - h * 0.42, w * 0.17, h * 0.24, glass, trim, arch=False)
