"""The pictures of North Carolina: long-leaf pines by the sea, a delegation."""

from __future__ import annotations

import math

from pictures import delegates, scenery
from pictures.canvas import Canvas, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def pines(c: Canvas, p: Palette) -> None:
    """Long-leaf pines on the dunes, a lighthouse over the sound."""
    scenery.sky(c, p.warm(0.72), p.light(0.5), 0.5, 440)
    scenery.sun(c, 470, 380, 150, p.glow, p.warm(0.5), 90, 0.9)
    c.ring(p.warm(0.55), 470, 380, 184, 10)
    c.ring(p.warm(0.62), 470, 380, 212, 6)
    for x, y, w in ((120, 150, 200), (640, 110, 240), (1010, 200, 170)):
        scenery.cloud(c, x, y, w, p.paper)
    sea = Mask()
    sea.rect(255, 0, 410, 1280, 130)
    c.shaded(sea, p.light(0.45), p.accent, 90, 0.7)
    scenery.glints(c, 0, 1280, 416, 520, p.paper, 40, 150)
    scenery.glints(c, 380, 560, 414, 500, p.glow, 18, 130)
    scenery.hill(
        c, [(560, 452), (740, 436), (920, 424), (1120, 432), (1290, 420)], p.dark(0.2), p.deep, 90, 0.7, 470
    )
    _lighthouse(c, p, 830, 446)
    dune = scenery.hill(
        c,
        [(-10, 500), (180, 520), (420, 496), (640, 470), (900, 450), (1290, 470)],
        p.warm(0.5),
        p.glow,
        90,
        0.7,
    )
    c.halftone(dune, p.warm(0.2), 13, 90, 0.24)
    scenery.grass(c, 600, 1280, 480, (14, 44), (p.accent, p.deep, p.light(0.3)), 14)
    scenery.hill(
        c,
        [(-10, 560), (220, 590), (520, 540), (760, 560), (1040, 520), (1290, 540)],
        p.warm(0.25),
        mix(p.glow, p.deep, 0.35),
        90,
        0.7,
    )
    path = [(500, 730), (640, 640), (590, 586), (690, 546)], [(760, 730), (760, 640), (640, 588), (706, 546)]
    scenery.road(c, *path, p.paper, p.warm(0.3))
    for x, foot, top, thick, lean in (
        (1010, 650, 170, 16, 8),
        (1108, 620, 40, 21, -10),
        (1236, 640, 96, 24, 14),
        (70, 640, 60, 24, -8),
        (204, 620, 190, 17, 10),
    ):
        _pine(c, p, x, foot, top, thick, lean)
    black = mix(p.deep, (0, 0, 0), 0.25)
    scenery.hill(c, [(-10, 624), (180, 630), (360, 680), (480, 730)], p.accent, p.deep, 90, 0.9)
    scenery.hill(c, [(790, 730), (930, 660), (1110, 620), (1290, 634)], p.accent, p.deep, 90, 0.9)
    scenery.grass(c, -5, 460, 730, (34, 120), (p.deep, p.light(0.25), black, p.glow), 9)
    scenery.grass(c, 800, 1290, 730, (34, 120), (p.deep, p.light(0.25), black, p.glow), 9)
    for x, tall, lean in ((380, 190, 46), (428, 150, 40), (860, 180, -44), (906, 150, -30)):
        _sea_oat(c, p, x, 728, tall, lean)
    scenery.birds(c, ((620, 220, 18), (676, 246, 13), (580, 262, 11)), p.deep)


def _lighthouse(c: Canvas, p: Palette, x: float, foot: float) -> None:
    tower = Mask()
    tower.poly(255, [(x - 40, foot), (x - 24, 176), (x + 24, 176), (x + 40, foot)])
    c.fill(tower, p.paper)
    diamonds = Mask()
    for row in range(5):
        y = 200 + row * 54
        wide = 25 + row * 4
        for side in (-1, 0, 1):
            at = x + side * wide * 1.24 + (wide * 0.62 if row % 2 else 0)
            diamonds.poly(255, [(at, y - 27), (at + wide * 0.62, y), (at, y + 27), (at - wide * 0.62, y)])
    c.fill(diamonds & tower, p.deep)
    c.grain(tower, p.deep, 0, 0, 0.6)
    c.rect(p.deep, x - 36, 168, 72, 10, 3)
    c.rect(p.deep, x - 21, 126, 42, 44)
    c.rect(p.glow, x - 14, 134, 28, 30)
    c.pie(p.deep, x, 128, 26, 180, 360)
    c.line(p.deep, [(x, 104), (x, 84)], 4)
    c.rect(p.paper, x - 92, foot - 40, 66, 44)
    c.poly(mix(p.glow, p.deep, 0.35), [(x - 100, foot - 38), (x - 59, foot - 70), (x - 20, foot - 38)])
    c.rect(p.deep, x - 66, foot - 24, 14, 26)


def _pine(c: Canvas, p: Palette, x: float, foot: float, top: float, thick: float, lean: float) -> None:
    bark = mix(p.glow, p.deep, 0.62)
    trunk = Mask()
    trunk.poly(
        255,
        [
            (x - thick, foot + 20),
            (x + lean - thick * 0.4, top),
            (x + lean + thick * 0.4, top),
            (x + thick, foot + 20),
        ],
    )
    c.shaded(trunk, bark, p.deep, 0, 0.9)
    tall = foot - top
    tufts = (
        (0.0, 0.0, 1.15),
        (-0.16, 0.07, 0.85),
        (0.17, 0.1, 0.9),
        (-0.2, 0.23, 0.8),
        (0.2, 0.27, 0.72),
        (0.06, 0.17, 0.75),
        (-0.13, 0.38, 0.5),
    )
    for dx, dy, _ in tufts[1:]:
        low = (x + lean * (1 - dy - 0.09), top + tall * (dy + 0.09))
        c.line(bark, [low, (x + lean + dx * tall * 0.8, top + dy * tall)], thick * 0.36)
    for number, (dx, dy, size) in enumerate(tufts):
        _tuft(c, p, x + lean + dx * tall * 0.8, top + dy * tall, tall * 0.135 * size, number)


def _tuft(c: Canvas, p: Palette, x: float, y: float, r: float, number: int) -> None:
    inks = (p.deep, p.accent, p.light(0.2), p.dark(0.5))
    for layer, ink in ((1.0, inks[number % 2]), (0.78, inks[2] if number % 2 else inks[1])):
        for needle in range(22):
            a = math.radians(needle * 360 / 22 + layer * 7)
            far = r * layer * c.random.uniform(0.86, 1.16)
            tip = (x + math.cos(a) * far, y + math.sin(a) * far * 0.86 + abs(math.cos(a)) * far * 0.16)
            wide = r * 0.12
            c.poly(
                ink,
                [
                    (x - math.sin(a) * wide, y + math.cos(a) * wide),
                    tip,
                    (x + math.sin(a) * wide, y - math.cos(a) * wide),
                ],
            )


def _sea_oat(c: Canvas, p: Palette, x: float, foot: float, tall: float, lean: float) -> None:
    stem = smooth([(x, foot), (x + lean * 0.25, foot - tall * 0.6), (x + lean, foot - tall)])
    c.line(p.deep, stem, 3)
    for number in range(9):
        px, py = stem[-1 - number * 2]
        side = 1 if number % 2 else -1
        c.oval(mix(p.glow, p.deep, 0.2), px + side * 7, py + 4, 5, 11)


def delegation(c: Canvas, p: Palette) -> None:
    """A delegation on a stage before a backdrop of bay, bridge and oak."""
    c.shaded(whole(), p.deep, mix(p.deep, (0, 0, 0), 0.3), 270, 0.6)
    drapes = Mask()
    for x in range(0, 1280, 48):
        drapes.rect(255, x, 0, 20, 600)
    c.fill(drapes, p.dark(0.75))
    panel = Mask()
    panel.rect(255, 150, 40, 980, 520, 26, top=True)
    c.shaded(panel, p.warm(0.7), p.glow, 270, 0.4)
    c.fill(_inside(panel, 640, 300, 172), p.glow)
    rays = Mask()
    rays.rect(255, 150, 40, 980, 380, 26, top=True)
    c.rays(rays, p.paper, 640, 300, 22, 0.35)
    c.fill(_inside(panel, 640, 300, 150), p.glow)
    _bridge(c, p, panel)
    _oak(c, p, 640, 404)
    stage = Mask()
    stage.poly(255, [(60, 560), (1220, 560), (1290, 650), (-10, 650)])
    c.shaded(stage, p.light(0.25), p.accent, 90, 0.9)
    c.rect(p.deep, -10, 650, 1300, 80)
    c.rect(p.glow, -10, 650, 1300, 8)
    for x in range(10, 1280, 58):
        c.rect(p.dark(0.6), x, 668, 40, 60)
    row = (
        (240, 606, 336, p.accent, p.deep, 1, "crop", "behind"),
        (338, 622, 310, p.glow, p.deep, 3, "bob", "down"),
        (436, 602, 350, p.paper, p.light(0.3), 3, "afro", "folded"),
        (826, 606, 322, p.paper, p.deep, 0, "bob", "down"),
        (926, 620, 356, p.deep, p.light(0.35), 4, "bald", "behind"),
        (1030, 608, 322, p.glow, p.deep, 2, "bun", "wave"),
        (532, 626, 322, p.light(0.3), p.deep, 1, "scarf", "down"),
        (732, 624, 346, p.accent, p.deep, 3, "crop", "folded"),
    )
    for x, foot, tall, coat, legs, tone, style, pose in row:
        badge = p.paper if coat in (p.deep, p.accent, p.light(0.3)) else p.deep
        delegates.delegate(c, p, x, foot, tall, coat, legs, tone, style, badge, pose)
    _wheelchair(c, p, 632, 634)


def _inside(panel: Mask, x: float, y: float, r: float) -> Mask:
    disc = Mask()
    disc.disc(255, x, y, r)
    return disc & panel


def _bridge(c: Canvas, p: Palette, panel: Mask) -> None:
    water = Mask()
    water.rect(255, 150, 410, 980, 150)
    c.shaded(water, p.light(0.4), p.accent, 90, 0.8)
    scenery.glints(c, 170, 1110, 420, 552, p.paper, 34, 110, water)
    far = Mask()
    far.hill(255, [(150, 380), (330, 340), (560, 386), (780, 372), (980, 330), (1130, 372)], 412)
    c.shaded(far & panel, p.light(0.45), p.light(0.75), 90, 0.8)
    lines = Mask()
    for x in (270, 1010):
        lines.rect(255, x - 17, 120, 8, 330)
        lines.rect(255, x + 9, 120, 8, 330)
        for y in (128, 200, 272, 344):
            lines.rect(255, x - 17, y, 34, 8)
        lines.rect(255, x - 30, 436, 60, 26, 5)
    cable = [(270 + 740 * t / 40, 128 + 236 * (1 - (2 * t / 40 - 1) ** 2)) for t in range(41)]
    lines.line(255, cable, 6)
    lines.line(255, smooth([(130, 330), (200, 250), (270, 128)]), 6)
    lines.line(255, smooth([(1150, 330), (1080, 250), (1010, 128)]), 6)
    for at, low in cable[1:-1]:
        lines.rect(255, at - 1, low, 2, 392 - low)
    lines.rect(255, 130, 388, 1020, 14)
    c.fill(lines & panel, p.deep)


def _oak(c: Canvas, p: Palette, x: float, foot: float) -> None:
    c.oval(p.deep, x, foot + 14, 190, 16)
    for side in (-1, 1):
        for dx, dy in ((110, 130), (74, 190), (30, 226), (132, 74)):
            c.line(
                p.deep,
                smooth([(x, foot), (x + side * dx * 0.4, foot - dy * 0.5), (x + side * dx, foot - dy)]),
                11,
            )
    c.poly(p.deep, [(x - 30, foot + 10), (x - 14, foot - 90), (x + 14, foot - 90), (x + 30, foot + 10)])
    crown = Mask()
    for dx, dy, r in (
        (-130, -112, 52),
        (-94, -182, 58),
        (-30, -232, 62),
        (44, -232, 60),
        (102, -180, 58),
        (134, -108, 50),
    ):
        crown.disc(255, x + dx, foot + dy, r)
    c.shaded(crown, p.accent, p.deep, 40, 0.9)
    c.halftone(crown, p.light(0.3), 16, 220, 0.32)


def _wheelchair(c: Canvas, p: Palette, x: float, foot: float) -> None:
    black, skin, coat = mix(p.deep, (0, 0, 0), 0.35), p.skin(0), p.glow
    c.oval(p.dark(0.8), x, foot, 84, 9)
    c.rect(black, x - 46, foot - 150, 92, 100, 14)
    torso = Mask()
    torso.rect(255, x - 40, foot - 176, 80, 106, 30)
    c.shaded(torso, coat, mix(coat, p.deep, 0.6), 20, 0.7)
    for side in (-1, 1):
        c.line(
            mix(coat, p.deep, 0.15),
            [(x + side * 38, foot - 152), (x + side * 48, foot - 104), (x + side * 26, foot - 84)],
            22,
        )
        c.disc(skin, x + side * 18, foot - 82, 11)
        c.rect(p.light(0.3), x + side * 21 - 16, foot - 84, 32, 68, 12)
        c.rect(black, x + side * 22 - 17, foot - 22, 34, 16, 7)
        c.rect(black, x + side * 60 - 7, foot - 100, 14, 98, 7)
        c.rect(p.light(0.5), x + side * 60 - 1.5, foot - 92, 3, 82)
    c.rect(mix(skin, p.deep, 0.2), x - 10, foot - 196, 20, 30, 9)
    for side in (-1, 1):
        c.line(p.deep, [(x + side * 14, foot - 174), (x, foot - 128)], 4)
    c.rect(p.deep, x - 12, foot - 130, 24, 30, 4)
    delegates.plain_head(c, p, x, foot - 206, 24, skin, "bob")


SCENES: dict[str, Scene] = {"pines": pines, "delegation": delegation}
