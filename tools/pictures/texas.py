"""The pictures of Texas: the plains, a delegation on its way."""

from __future__ import annotations

import math

from pictures import people, scenery
from pictures.canvas import Canvas, Mask, Point, mix, smooth, whole
from pictures.palettes import Palette, Scene


def plains(c: Canvas, p: Palette) -> None:
    """A wind pump and a road under a big sun."""
    scenery.sky(c, p.warm(0.62), mix(p.glow, p.accent, 0.35), 0.65, 480)
    scenery.sun(c, 520, 430, 318, p.warm(0.42), p.paper, 90, 0.5)
    scenery.sun(c, 520, 430, 250, p.glow, p.accent, 270, 0.35)
    bars = Mask()
    for number in range(6):
        bars.rect(255, 0, 300 + number * 24, 1280, 3 + number * 2.2)
    disc = Mask()
    disc.disc(255, 520, 430, 250)
    c.fill(bars & disc, p.warm(0.62))
    mesa = Mask()
    mesa.poly(255, [(-10, 450), (-10, 346), (70, 340), (96, 372), (130, 380), (150, 418), (240, 446)])
    mesa.poly(
        255,
        [(800, 450), (850, 420), (866, 372), (890, 366), (1010, 364), (1030, 376), (1048, 420), (1120, 446)],
    )
    mesa.poly(255, [(1080, 450), (1130, 410), (1150, 350), (1290, 342), (1290, 450)])
    c.shaded(mesa, p.light(0.35), p.accent, 0, 0.6)
    c.hatch(mesa, p.light(0.2), 20, 3, 0)
    scenery.hill(c, [(-10, 446), (300, 438), (700, 444), (1000, 436), (1290, 446)], p.accent, p.deep, 90, 0.6)
    for y, points in ((470, 0.0), (496, 0.14), (536, 0.3), (590, 0.5), (654, 0.72)):
        scenery.hill(
            c,
            [(-10, y), (330, y + 10), (640, y - 6), (960, y + 8), (1290, y - 4)],
            p.dark(points),
            mix(p.accent, p.glow, 0.5),
            270,
            0.3,
        )
    scenery.road(
        c,
        [(120, 730), (300, 620), (440, 520), (512, 442)],
        [(640, 730), (600, 620), (560, 520), (528, 442)],
        p.deep,
        mix(p.deep, (0, 0, 0), 0.4),
    )
    scenery.dashes(c, [(370, 730), (446, 620), (498, 520), (520, 442)], (15, 2), p.glow, 12)
    _fence(c, p, 1290, 640, 566, 446)
    _fence(c, p, -20, 660, 478, 446)
    _pump(c, p, 1010, 640)
    _cactus(c, p, 176, 650)
    scenery.grass(c, -5, 150, 728, (30, 96), (p.glow, p.accent, p.light(0.4)), 11)
    scenery.grass(c, 640, 1290, 728, (30, 104), (p.glow, p.accent, p.light(0.4)), 11)
    scenery.birds(c, ((300, 120, 17), (352, 146, 13), (262, 164, 11)), p.deep)


def _fence(c: Canvas, p: Palette, x0: float, y0: float, x1: float, y1: float) -> None:
    last: tuple[float, float, float] | None = None
    for number in range(11):
        t = 1 - 0.72**number
        x, y, tall = x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, 120 * (1 - t) + 5
        c.line(p.deep, [(x, y), (x, y - tall)], max(1.6, tall * 0.09), blunt=True)
        if last:
            for share in (0.45, 0.85):
                c.line(p.deep, [(last[0], last[1] - last[2] * share), (x, y - tall * share)], 2, blunt=True)
        last = (x, y, tall)


def _pump(c: Canvas, p: Palette, x: float, foot: float) -> None:
    top, ink = 210.0, mix(p.deep, (0, 0, 0), 0.3)
    for side in (-1, 1):
        c.line(ink, [(x + side * 78, foot), (x + side * 8, top)], 7)
    c.line(ink, [(x, foot), (x, top)], 4)
    for number in range(6):
        t0, t1 = number / 6, (number + 1) / 6
        a, b = 78 - 70 * t0, 78 - 70 * t1
        y0, y1 = foot + (top - foot) * t0, foot + (top - foot) * t1
        c.line(ink, [(x - a, y0), (x + b, y1)], 3)
        c.line(ink, [(x + a, y0), (x - b, y1)], 3)
        c.line(ink, [(x - b, y1), (x + b, y1)], 4)
    c.rect(ink, x - 40, 318, 80, 8)
    c.line(ink, [(x, top), (x + 150, top - 8)], 6)
    tail = Mask()
    tail.poly(255, [(x + 110, top - 16), (x + 196, top - 52), (x + 196, top + 36), (x + 110, top + 4)])
    c.shaded(tail, p.accent, p.deep, 0, 0.7)
    for number in range(18):
        a, b = math.radians(number * 20 + 2), math.radians(number * 20 + 15)
        blade = [
            (x + math.cos(t) * r, top + math.sin(t) * r)
            for t, r in ((a, 34), (b, 34), (b + 0.04, 112), (a - 0.02, 112))
        ]
        c.poly(p.paper if number % 2 else p.accent, blade)
    for r in (36, 88):
        c.ring(ink, x, top, r, 4)
    c.disc(ink, x, top, 13)
    tank = Mask()
    tank.rect(255, x - 250, foot - 64, 150, 64)
    tank.oval(255, x - 175, foot, 75, 13)
    c.shaded(tank, p.light(0.45), p.deep, 0, 0.8)
    c.oval(p.paper, x - 175, foot - 64, 75, 13)
    c.oval(p.light(0.3), x - 175, foot - 63, 66, 9)


def _cactus(c: Canvas, p: Palette, x: float, foot: float) -> None:
    ink = mix(p.deep, (0, 0, 0), 0.25)
    for dx, dy, r, lean in (
        (0, -40, 40, 0),
        (-38, -104, 32, -0.3),
        (34, -110, 34, 0.3),
        (4, -158, 28, 0),
        (70, -166, 24, 0.2),
    ):
        pad = Mask()
        pad.oval(255, x + dx, foot + dy, r, r * 1.25)
        c.shaded(pad, p.dark(0.55), ink, 30, 0.8)
        for number in range(5):
            a = number * 1.26 + lean
            c.disc(p.glow, x + dx + math.cos(a) * r * 0.55, foot + dy + math.sin(a) * r * 0.7, 2.6)
    for dx, dy in ((-50, -146), (30, -192), (86, -196)):
        c.disc(p.glow, x + dx, foot + dy, 9)


def _star(x: float, y: float, r: float, turn: float = -90) -> list[Point]:
    points = []
    for number in range(10):
        a, far = math.radians(turn + number * 36), r if number % 2 == 0 else r * 0.4
        points.append((x + math.cos(a) * far, y + math.sin(a) * far))
    return points


def delegation(c: Canvas, p: Palette) -> None:
    """A delegation seen from behind, walking with pennants towards the morning."""
    c.shaded(whole(), p.light(0.62), p.light(0.35), 270, 0.5)
    c.rays(whole(), p.warm(0.5), 640, 430, 20, 0.9)
    disc = Mask()
    disc.disc(255, 640, 400, 320)
    c.fill(disc, p.glow)
    c.halftone(disc, mix(p.glow, p.accent, 0.45), 18, 90, 0.55)
    star = Mask()
    star.poly(255, _star(640, 300, 168))
    c.shaded(star, p.paper, p.warm(0.4), 20, 0.7)
    for number in range(0, 10, 2):
        tips = _star(640, 300, 168)
        c.poly(p.warm(0.5), [(640, 300), tips[number], tips[(number + 1) % 10]])
    scenery.hill(
        c,
        [(-10, 470), (220, 440), (460, 474), (760, 440), (1060, 478), (1290, 440)],
        p.light(0.2),
        p.light(0.5),
        90,
        0.7,
    )
    _pennants(c, p)
    far = (
        (150, 500, 30, p.paper, 2, "bun"),
        (262, 486, 31, p.accent, 3, "hat"),
        (376, 478, 32, p.glow, 0, "bob"),
        (494, 470, 33, p.deep, 1, "afro"),
        (622, 464, 34, p.paper, 4, "crop"),
        (752, 470, 33, p.accent, 3, "tail"),
        (872, 476, 32, p.glow, 1, "hat"),
        (990, 486, 31, p.deep, 0, "bald"),
        (1106, 500, 30, p.paper, 3, "afro"),
    )
    for x, y, r, coat, tone, style in far:
        people.bust(c, p, x, y, r, coat, tone, style, hair=p.deep if style == "hat" else None)
    for x, y, top, sleeve, tone in ((352, 640, 404, p.paper, 3), (930, 640, 396, p.accent, 0)):
        people.arm(c, [(x, y), (x - 4, y - 80), (x + 8, top)], 38, sleeve, p.skin(tone))
    near = (
        (70, 600, 52, p.accent, 1, "crop"),
        (284, 606, 55, p.paper, 3, "bun"),
        (520, 600, 56, p.deep, 2, "hat"),
        (770, 600, 56, p.light(0.4), 1, "bob"),
        (1000, 606, 55, p.accent, 0, "scarf"),
        (1216, 600, 53, p.glow, 3, "hat"),
    )
    for x, y, r, coat, tone, style in near:
        hair = {"hat": p.paper if coat == p.deep else p.deep, "scarf": p.glow}.get(style)
        people.bust(c, p, x, y, r, coat, tone, style, hair=hair)
        _straps(c, p, x, y, r, coat == p.deep)


def _straps(c: Canvas, p: Palette, x: float, y: float, r: float, pale: bool) -> None:
    c.line(
        p.glow if pale else p.deep, [(x - r * 1.2, y + r * 1.55), (x + r * 1.5, 740)], r * 0.16, blunt=True
    )


def _pennants(c: Canvas, p: Palette) -> None:
    for x, top, foot, lean, ink, mark in (
        (206, 170, 520, -16, p.accent, p.glow),
        (440, 110, 500, -8, p.deep, p.paper),
        (836, 104, 500, 8, p.accent, p.paper),
        (1076, 168, 520, 16, p.deep, p.glow),
    ):
        c.line(p.deep, [(x, foot), (x + lean, top - 8)], 7)
        c.disc(p.glow, x + lean, top - 14, 8)
        side = -1 if x < 640 else 1
        cloth = Mask()
        edge = smooth([(x + lean, top), (x + lean + side * 60, top + 10), (x + lean + side * 150, top + 48)])
        back = smooth(
            [(x + lean + side * 150, top + 48), (x + lean + side * 60, top + 82), (x + lean * 0.7, top + 100)]
        )
        cloth.poly(255, [*edge, *back])
        c.shaded(cloth, ink, mix(ink, (0, 0, 0), 0.4), 0 if side > 0 else 180, 0.6)
        c.disc(mark, x + lean + side * 42, top + 48, 15)


SCENES: dict[str, Scene] = {"plains": plains, "delegation": delegation}
