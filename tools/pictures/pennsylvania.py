"""The picture of Pennsylvania: forest hills and a steel bridge over a river."""

from __future__ import annotations

import math

from pictures import scenery
from pictures.canvas import Canvas, Mask, mix
from pictures.palettes import Palette, Scene


def forest(c: Canvas, p: Palette) -> None:
    """A steel arch between wooded hills, the sun low over the river."""
    scenery.sky(c, p.warm(0.66), p.light(0.6), 0.5, 400)
    rays = Mask()
    rays.rect(255, 0, 0, 1280, 400)
    c.rays(rays, p.paper, 660, 250, 24, 0.5)
    scenery.sun(c, 660, 236, 128, p.warm(0.5), p.glow, 270, 0.5)
    scenery.hill(
        c,
        [(-10, 210), (170, 158), (380, 250), (560, 290), (760, 286), (940, 210), (1120, 150), (1290, 200)],
        p.light(0.62),
        p.light(0.85),
        90,
        0.9,
    )
    scenery.hill(
        c,
        [(-10, 290), (200, 226), (420, 322), (640, 350), (860, 312), (1070, 226), (1290, 262)],
        p.light(0.36),
        p.light(0.62),
        90,
        0.9,
    )
    scenery.conifers(c, [(-10, 300), (200, 240), (440, 336)], 20, (28, 52), p.light(0.2), p.accent, 2)
    scenery.conifers(c, [(840, 326), (1070, 240), (1290, 276)], 20, (28, 52), p.light(0.2), p.accent, 2)
    water = Mask()
    water.rect(255, 0, 404, 1280, 320)
    c.shaded(water, p.light(0.72), p.light(0.25), 90, 0.8)
    for number in range(24):
        y, half = 412 + number * 12, 106 - number * 2.6
        c.rect(p.glow, 660 - half * c.random.uniform(0.6, 1), y, half * 1.7, 5, 2.5)
    scenery.glints(c, 300, 1000, 420, 690, p.paper, 46, 130)
    left = scenery.hill(c, [(-10, 360), (120, 330), (250, 380), (330, 424)], p.accent, p.deep, 90, 0.6, 424)
    right = scenery.hill(
        c, [(950, 424), (1030, 376), (1150, 328), (1290, 352)], p.accent, p.deep, 90, 0.6, 424
    )
    for mask in (left, right):
        c.halftone(mask, p.deep, 11, 90, 0.3)
    scenery.conifers(
        c, [(-10, 374), (120, 344), (250, 392), (320, 424)], 22, (54, 96), p.accent, p.dark(0.75)
    )
    scenery.conifers(
        c, [(960, 424), (1030, 388), (1150, 342), (1290, 366)], 22, (54, 96), p.accent, p.dark(0.75)
    )
    _bridge(c, p)
    scenery.hill(
        c, [(-10, 520), (110, 520), (260, 590), (400, 660), (520, 730)], p.dark(0.5), p.deep, 90, 0.8
    )
    scenery.hill(
        c, [(780, 730), (900, 650), (1040, 580), (1170, 520), (1290, 510)], p.dark(0.5), p.deep, 90, 0.8
    )
    scenery.conifers(c, [(-20, 560), (120, 566), (260, 620), (400, 690)], 62, (170, 290), p.accent, p.deep, 5)
    scenery.conifers(
        c, [(890, 690), (1040, 620), (1180, 566), (1300, 560)], 62, (170, 290), p.accent, p.deep, 5
    )
    black = mix(p.deep, (0, 0, 0), 0.3)
    scenery.hill(c, [(-10, 650), (200, 690), (420, 730)], black, p.deep, 270, 0.7)
    scenery.hill(c, [(860, 730), (1080, 690), (1290, 640)], black, p.deep, 270, 0.7)
    scenery.conifer(c, 70, 740, 400, p.dark(0.8), black, 6)
    scenery.conifer(c, 1216, 742, 430, p.dark(0.8), black, 6)
    scenery.birds(c, ((470, 120, 16), (520, 146, 12), (436, 158, 10)), p.deep)


def _bridge(c: Canvas, p: Palette) -> None:
    ink, shade = p.glow, mix(p.glow, p.deep, 0.55)
    for x in (292, 988):
        pier = Mask()
        pier.poly(255, [(x - 26, 380), (x + 26, 380), (x + 36, 500), (x - 36, 500)])
        c.shaded(pier, p.paper, p.light(0.3), 0, 0.9)
        c.rect(p.deep, x - 34, 372, 68, 12)
        c.rect(p.paper, x - 60, 500, 120, 4, 2)
    upper = [(292 + 696 * t / 24, 372 - 216 * math.sin(math.pi * t / 24)) for t in range(25)]
    lower = [(292 + 696 * t / 24, 376 - 172 * math.sin(math.pi * t / 24)) for t in range(25)]
    for number in range(24):
        c.line(shade, [upper[number], lower[number + 1]], 4)
        c.line(shade, [lower[number], upper[number]], 4)
    for at, y in lower[2:-2:2]:
        c.line(shade, [(at, y), (at, 352)], 3.5)
    c.line(ink, upper, 12)
    c.line(ink, lower, 9)
    c.rect(p.deep, -10, 348, 1300, 8)
    c.rect(ink, -10, 356, 1300, 14)
    c.rect(shade, -10, 370, 1300, 6)
    for x in range(-10, 1290, 22):
        c.rect(p.deep, x, 336, 3, 14)
    c.rect(p.deep, -10, 334, 1300, 4)


SCENES: dict[str, Scene] = {"forest": forest}
