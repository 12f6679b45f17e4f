"""The pictures of the advocacy newsletter: a line of voters, a capitol."""

from __future__ import annotations

import math
from itertools import pairwise

from pictures import scenery
from pictures.canvas import Canvas, Colour, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def voting(c: Canvas, p: Palette) -> None:
    """A queue from the waist down, the booths with their screens beyond it."""
    wall = Mask()
    wall.rect(255, 0, 0, 1280, 430)
    c.shaded(wall, p.mist(0.72), p.mist(0.5), 270, 0.4)
    for x in range(-60, 1340, 200):
        pane = Mask()
        pane.rect(255, x, -20, 150, 190)
        c.shaded(pane, p.paper, p.mist(0.8), 90, 0.6)
        c.rect(p.mist(0.6), x + 72, 0, 6, 170)
        c.rect(p.mist(0.6), x, 76, 150, 6)
        c.rect(p.mist(0.5), x - 8, 168, 166, 9)
    c.rect(p.mist(0.42), 0, 416, 1280, 16)
    floor = Mask()
    floor.rect(255, 0, 432, 1280, 300)
    c.shaded(floor, p.warm(0.5), p.glow, 90, 0.75)
    boards = Mask()
    for number in range(-16, 17):
        boards.line(255, [(640 + number * 46, 432), (640 + number * 150, 720)], 2, blunt=True)
    for y in (452, 482, 526, 588, 668):
        boards.rect(255, 0, y, 1280, 2)
    c.fill(boards & floor, mix(p.glow, p.accent, 0.25))
    for x in (-50, 142, 366, 557, 748, 966, 1172):
        _booth(c, p, x, 474)
    _posts(c, p, 560)
    for x, foot, reach in ((86, 664, 60), (352, 690, 64), (914, 694, 64), (1164, 668, 60)):
        shadow = Mask()
        shadow.poly(
            255,
            [(x - reach, foot - 8), (x + reach, foot - 8), (x + reach + 150, 730), (x - reach + 130, 730)],
        )
        shadow.oval(255, x, foot - 8, reach + 16, 14)
        c.fill(shadow, p.deep, 0.32)
    _trousers(c, p, 86, 664, p.deep, p.accent, p.paper, 0)
    _skirt(c, p, 352, 690, p.accent, p.skin(1), p.deep)
    _trousers(c, p, 914, 694, p.mist(0.35), p.deep, p.deep, 26)
    _skirt(c, p, 1164, 668, p.deep, p.skin(0), p.accent)
    _cane(c, p, 1016, 690)


def _booth(c: Canvas, p: Palette, x: float, foot: float) -> None:
    for dx in (16, 150):
        c.line(p.deep, [(x + dx, foot - 110), (x + dx + (dx - 83) * 0.1, foot)], 6)
    side = Mask()
    side.poly(255, [(x, foot - 262), (x + 26, foot - 248), (x + 26, foot - 112), (x, foot - 104)])
    side.poly(
        255, [(x + 166, foot - 262), (x + 140, foot - 248), (x + 140, foot - 112), (x + 166, foot - 104)]
    )
    back = Mask()
    back.rect(255, x + 26, foot - 248, 114, 138)
    c.shaded(back, p.paper, p.mist(0.6), 90, 0.5)
    stripes = Mask()
    stripes.rect(255, x + 26, foot - 248, 114, 138)
    c.hatch(stripes, p.accent, 24, 10, 45)
    c.shaded(side, p.accent, p.deep, 90, 0.6)
    c.poly(p.deep, [(x - 4, foot - 104), (x + 170, foot - 104), (x + 146, foot - 122), (x + 20, foot - 122)])
    c.rect(p.deep, x - 4, foot - 104, 174, 9)


def _posts(c: Canvas, p: Palette, foot: float) -> None:
    tops = (270, 545, 800, 1050)
    for x in tops:
        c.rect(p.deep, x - 4, foot - 128, 8, 126)
        c.oval(p.deep, x, foot, 26, 7)
        c.disc(p.deep, x, foot - 130, 9)
    ends = (-20, *tops, 1310)
    for a, b in pairwise(ends):
        rope = [
            (a, foot - 118),
            (a + (b - a) * 0.25, foot - 94),
            ((a + b) / 2, foot - 84),
            (a + (b - a) * 0.75, foot - 94),
            (b, foot - 118),
        ]
        c.line(p.accent, smooth(rope), 7)


def _shoe(c: Canvas, x: float, foot: float, side: int, ink: Colour, sole: Colour) -> None:
    c.rect(ink, x - 34 + side * 5, foot - 40, 68, 40, 26, top=True)
    c.rect(sole, x - 38 + side * 5, foot - 9, 76, 11, 4)


def _trousers(
    c: Canvas, p: Palette, x: float, foot: float, cloth: Colour, shoe: Colour, sole: Colour, cuff: float
) -> None:
    dark = mix(cloth, p.deep, 0.6) if cloth != p.deep else mix(p.deep, (0, 0, 0), 0.45)
    for side in (-1, 1):
        middle = x + side * 47
        if cuff:
            c.rect(p.skin(2), middle - 19, foot - 80, 38, 60)
        _shoe(c, middle, foot, side, shoe, sole)
        leg = Mask()
        leg.poly(
            255,
            [
                (x, -5),
                (x + side * 104, -5),
                (middle + side * 38, foot - 22 - cuff),
                (middle - side * 37, foot - 22 - cuff),
                (x, 190),
            ],
        )
        c.shaded(leg, cloth, dark, 0, 0.65)
        if cuff:
            c.rect(dark, middle - 40, foot - 34 - cuff, 80, 14)
        c.line(dark, [(middle - side * 2, 120), (middle, foot - 40 - cuff)], 2.5, blunt=True)
    c.rect(dark, x - 2, 20, 4, 172)


def _skirt(c: Canvas, p: Palette, x: float, foot: float, cloth: Colour, leg: Colour, shoe: Colour) -> None:
    for side in (-1, 1):
        middle = x + side * 38
        shape = Mask()
        shape.poly(
            255,
            [
                (middle - 30, 250),
                (middle + 30, 250),
                (middle + 33, 420),
                (middle + 16, foot - 20),
                (middle - 16, foot - 20),
                (middle - 33, 420),
            ],
        )
        c.shaded(shape, leg, mix(leg, p.deep, 0.5), 0, 0.6)
        _shoe(c, middle, foot, side, shoe, mix(shoe, p.paper, 0.65))
        c.rect(shoe, middle - 22, foot - 62, 44, 40, 8)
    hem = Mask()
    hem.poly(255, [(x - 84, -5), (x + 84, -5), (x + 134, 356), (x - 134, 356)])
    hem.oval(255, x, 354, 134, 16)
    dark = mix(cloth, p.deep, 0.6)
    c.shaded(hem, cloth, dark, 0, 0.7)
    for dx in (-52, 0, 52):
        c.poly(dark, [(x + dx * 0.7, 60), (x + dx * 1.55 - 5, 364), (x + dx * 1.55 + 5, 364)])


def _cane(c: Canvas, p: Palette, x: float, foot: float) -> None:
    c.line(p.accent, [(x + 16, 20), (x + 26, foot)], 9)
    c.rect(p.deep, x + 18, foot - 12, 16, 14, 4)


def capitol(c: Canvas, p: Palette) -> None:
    """A dome in layers before a red sun."""
    ground = whole()
    c.shaded(ground, p.mist(0.7), p.mist(0.45), 270, 0.35)
    c.rays(ground, p.paper, 640, 330, 26, 0.6)
    for r, ink, share in ((330, p.glow, 0.55), (270, p.glow, 1.0)):
        halo = Mask()
        halo.disc(255, 640, 300, r)
        c.fill(halo, ink, share)
    scenery.sun(c, 640, 300, 214, p.accent, mix(p.accent, p.deep, 0.6), 90, 0.6)
    _dome(c, p)
    _wings(c, p)
    _stairs(c, p)
    for side in (-1, 1):
        for dx, foot, tall in ((590, 640, 300), (480, 646, 220), (690, 650, 230)):
            crown = Mask()
            crown.oval(255, 640 + side * dx, foot - tall * 0.6, tall * 0.26, tall * 0.42)
            c.shaded(crown, p.dark(0.2) if dx == 480 else p.deep, mix(p.deep, (0, 0, 0), 0.4), 30, 0.7)
            c.line(
                mix(p.deep, (0, 0, 0), 0.4),
                [(640 + side * dx, foot - tall * 0.6), (640 + side * dx, foot)],
                7,
            )
    for y, ink in ((640, p.dark(0.55)), (668, p.accent), (696, p.deep)):
        lawn = Mask()
        lawn.poly(255, [(0, y), (470 - (y - 640), y), (430 - (y - 640) * 2, y + 90), (0, y + 90)])
        lawn.poly(255, [(1280, y), (810 + (y - 640), y), (850 + (y - 640) * 2, y + 90), (1280, y + 90)])
        c.shaded(lawn, ink, p.deep, 90, 0.5)


def _dome(c: Canvas, p: Palette) -> None:
    shade = p.mist(0.42)
    c.rect(p.deep, 637, 30, 6, 50)
    c.disc(p.deep, 640, 34, 8)
    c.rect(p.paper, 622, 78, 36, 46, 12, top=True)
    for x in (627, 637, 647):
        c.rect(p.deep, x, 90, 5, 34)
    c.rect(p.deep, 612, 122, 56, 8)
    shell = Mask()
    shell.pie(255, 640, 308, 184, 180, 360)
    c.shaded(shell, p.paper, p.mist(0.45), 10, 0.85)
    ribs = Mask()
    for number in range(1, 8):
        across = math.cos(math.pi * number / 8) * 184
        box = abs(across)
        if box < 4:
            ribs.rect(255, 638, 124, 4, 184)
        else:
            ribs.image.paste(255, (0, 0), _rib(box, across > 0).image)
    c.fill(ribs & shell, p.deep)
    c.rect(p.deep, 446, 304, 388, 12)
    drum = Mask()
    drum.rect(255, 466, 316, 348, 100)
    c.shaded(drum, p.mist(0.82), shade, 0, 0.8)
    for number in range(13):
        c.rect(p.deep, 485 + number * 25.6, 330, 13, 74, 6.5, top=True)
    c.rect(p.paper, 452, 316, 376, 9)
    c.rect(p.deep, 440, 410, 400, 12)
    base = Mask()
    base.rect(255, 424, 422, 432, 44)
    c.shaded(base, p.paper, shade, 0, 0.8)


def _rib(half: float, right: bool) -> Mask:
    mask, hole = Mask(), Mask()
    left = 640 if right else 640 - half - 2
    mask.oval(255, 640, 308, half + 2, 184)
    hole.oval(255, 640, 308, max(1, half - 2), 181)
    clip = Mask()
    clip.rect(255, left, 100, half + 2, 208)
    return (mask - hole) & clip


def _wings(c: Canvas, p: Palette) -> None:
    body = Mask()
    body.rect(255, 130, 486, 1020, 150)
    c.shaded(body, p.mist(0.85), p.mist(0.45), 90, 0.6)
    for number in range(26):
        x = 150 + number * 38.4
        if not 460 < x < 800:
            c.rect(p.deep, x, 510, 15, 42)
            c.rect(p.deep, x, 570, 15, 50, 7, top=True)
    c.rect(p.deep, 118, 478, 1044, 10)
    c.rect(p.paper, 124, 466, 1032, 13)
    porch = Mask()
    porch.poly(255, [(440, 486), (640, 420), (840, 486)])
    c.shaded(porch, p.paper, p.mist(0.5), 0, 0.7)
    inner = Mask()
    inner.poly(255, [(490, 479), (640, 430), (790, 479)])
    c.shaded(inner, p.accent, p.deep, 0, 0.5)
    c.rect(p.deep, 436, 486, 408, 9)
    c.rect(mix(p.deep, p.accent, 0.12), 452, 495, 376, 141)
    for number in range(8):
        x = 458 + number * 48.6
        column = Mask()
        column.rect(255, x, 499, 24, 132)
        c.shaded(column, p.paper, p.mist(0.5), 0, 0.9)
        c.rect(p.paper, x - 5, 495, 34, 9)
        c.rect(p.paper, x - 5, 626, 34, 10)


def _stairs(c: Canvas, p: Palette) -> None:
    for number in range(8):
        y, spread = 636 + number * 11, number * 16
        c.rect(p.paper if number % 2 == 0 else p.mist(0.55), 436 - spread, y, 408 + spread * 2, 12)
    for side in (-1, 1):
        c.poly(
            p.deep,
            [
                (640 + side * 204, 630),
                (640 + side * 232, 630),
                (640 + side * 362, 725),
                (640 + side * 316, 725),
            ],
        )


SCENES: dict[str, Scene] = {"voting": voting, "capitol": capitol}
