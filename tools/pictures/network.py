"""The pictures of the national newsletter: a street, a road at dawn, a river."""

from __future__ import annotations

from pictures import buildings, scenery
from pictures.canvas import Canvas, Mask, mix, smooth
from pictures.palettes import Palette, Scene


def street(c: Canvas, p: Palette) -> None:
    """Row houses which hold their ground before a wall of towers."""
    scenery.sky(c, p.light(0.72), p.light(0.5), 0.3)
    scenery.sun(c, 330, 210, 165, p.glow, p.warm(0.55), 90, 0.9)
    buildings.towers(c, 560, 1300, 560, (300, 480), p.light(0.52), p.light(0.66), (60, 104))
    buildings.towers(c, -20, 330, 560, (170, 260), p.light(0.52), p.light(0.64), (50, 80))
    lit = (p.glow, p.warm(0.35), p.dark(0.7), p.light(0.75))
    houses = (
        (-40, 205, 372, p.accent, 2),
        (165, 180, 318, p.paper, 1),
        (345, 210, 400, p.deep, 0),
        (555, 182, 340, p.glow, 1),
        (737, 200, 384, p.light(0.32), 2),
        (937, 186, 330, p.accent, 1),
        (1123, 200, 392, p.paper, 0),
    )
    for x, w, h, wall, kind in houses:
        pale = wall in (p.paper, p.glow, p.light(0.32))
        trim = p.deep if pale else p.paper
        door = p.accent if pale else p.glow
        buildings.row_house(c, p, x, 596, w, h, wall, trim, lit, door, kind)
    c.rect(p.light(0.62), 0, 596, 1280, 40)
    for x in range(-20, 1300, 86):
        c.poly(p.light(0.5), [(x, 596), (x + 3, 596), (x - 27, 636), (x - 30, 636)])
    c.rect(p.paper, 0, 634, 1280, 7)
    way = Mask()
    way.rect(255, 0, 641, 1280, 80)
    c.shaded(way, p.deep, p.accent, 90, 0.35)
    for x in range(30, 1280, 170):
        c.rect(p.light(0.7), x, 680, 84, 7)
    shadow = Mask()
    shadow.oval(255, 905, 626, 210, 13)
    c.fill(shadow, p.deep, 0.5)
    c.rect(p.deep, 848, 604, 84, 24)
    scenery.round_tree(c, 890, 612, 470, mix(p.accent, p.paper, 0.06), p.deep, p.deep)
    _leaves(c, p)
    _bicycle(c, p, 300, 618)


def _leaves(c: Canvas, p: Palette) -> None:
    crown = Mask()
    for x, y, r in ((790, 330, 80), (880, 235, 108), (985, 320, 84), (880, 350, 90)):
        crown.disc(255, x, y, r)
    spots = Mask()
    for _ in range(90):
        spots.oval(255, c.random.uniform(730, 1060), c.random.uniform(130, 430), 7, 3.6)
    c.fill(spots & crown, p.light(0.35))


def _bicycle(c: Canvas, p: Palette, x: float, foot: float) -> None:
    for dx in (0, 76):
        c.ring(p.deep, x + dx, foot - 24, 25, 4)
    frame = [(x, foot - 24), (x + 24, foot - 62), (x + 66, foot - 62), (x + 34, foot - 24), (x, foot - 24)]
    c.line(p.glow, frame, 5)
    c.line(p.glow, [(x + 34, foot - 24), (x + 22, foot - 70)], 5)
    c.line(p.glow, [(x + 76, foot - 24), (x + 62, foot - 78), (x + 78, foot - 82)], 5)
    c.line(p.deep, [(x + 12, foot - 72), (x + 32, foot - 72)], 6)


def road(c: Canvas, p: Palette) -> None:
    """A road over hills at dawn, with a small bus on its way."""
    scenery.sky(c, p.warm(0.62), p.light(0.42), 0.6, 520)
    above = Mask()
    above.rect(255, 0, 0, 1280, 420)
    c.rays(above, p.warm(0.4), 770, 372, 22, 0.55)
    for r, ink in ((250, p.warm(0.45)), (190, p.warm(0.22)), (132, p.glow)):
        scenery.sun(c, 770, 372, r, ink, p.paper, 90, 0.5)
    scenery.hill(
        c,
        [(-10, 330), (150, 282), (330, 342), (520, 300), (700, 352), (900, 300), (1090, 340), (1290, 270)],
        p.light(0.52),
        p.light(0.72),
        90,
        0.9,
    )
    scenery.hill(
        c,
        [(-10, 400), (200, 420), (430, 360), (690, 420), (930, 372), (1290, 402)],
        p.light(0.28),
        p.light(0.55),
        90,
        0.9,
    )
    scenery.hill(
        c,
        [(-10, 470), (230, 420), (520, 490), (800, 430), (1060, 470), (1290, 420)],
        p.accent,
        p.light(0.4),
        270,
        0.5,
    )
    scenery.conifers(c, [(40, 440), (230, 422), (380, 455)], 26, (30, 56), p.deep, p.dark(0.6))
    scenery.conifers(c, [(1010, 462), (1160, 450), (1290, 422)], 26, (30, 60), p.deep, p.dark(0.6))
    scenery.hill(
        c, [(-10, 520), (220, 560), (520, 500), (820, 560), (1290, 480)], p.dark(0.55), p.accent, 270, 0.7
    )
    scenery.road(
        c,
        [(250, 730), (420, 640), (640, 590), (560, 540), (590, 500), (706, 462)],
        [(660, 730), (730, 660), (792, 598), (640, 548), (636, 506), (716, 463)],
        p.warm(0.35),
        p.light(0.5),
    )
    scenery.dashes(
        c, [(450, 730), (566, 652), (716, 594), (600, 544), (612, 504), (711, 463)], (9, 1.5), p.deep, 15
    )
    field = scenery.hill(c, [(-10, 590), (180, 610), (330, 680), (400, 730)], p.deep, p.dark(0.4), 300, 0.6)
    c.hatch(field, p.dark(0.7), 26, 3, 24)
    field = scenery.hill(c, [(760, 730), (900, 640), (1090, 590), (1290, 580)], p.deep, p.dark(0.4), 240, 0.6)
    c.hatch(field, p.dark(0.7), 26, 3, -28)
    buildings.bus_behind(c, 660, 646, 78, p.paper, p.dark(0.3), p.deep, p.glow)
    scenery.round_tree(c, 1085, 650, 300, p.accent, p.deep, p.deep)
    scenery.grass(c, -5, 330, 726, (26, 74), (p.accent, p.light(0.3), p.dark(0.5)), 11)
    scenery.grass(c, 800, 1290, 726, (26, 70), (p.accent, p.light(0.3), p.dark(0.5)), 11)
    scenery.birds(c, ((300, 170, 17), (352, 196, 13), (262, 214, 11)), p.deep)


def river(c: Canvas, p: Palette) -> None:
    """A clean river between turbines, a solar field and reeds."""
    scenery.sky(c, p.light(0.66), p.light(0.36), 0.5, 420)
    scenery.sun(c, 300, 230, 92, p.glow, p.warm(0.4), 90, 0.7)
    scenery.cloud(c, 480, 130, 180, p.paper)
    scenery.cloud(c, 60, 90, 150, p.paper)
    scenery.hill(
        c,
        [(-10, 330), (180, 290), (420, 345), (700, 280), (980, 330), (1290, 262)],
        p.light(0.55),
        p.light(0.75),
        90,
        0.9,
    )
    for x, foot, tall, turn in ((730, 300, 130, 25), (880, 322, 170, 62), (1070, 336, 212, 95)):
        buildings.turbine(c, x, foot, tall, p.paper, turn, p.light(0.5))
    scenery.hill(
        c, [(-10, 380), (260, 350), (520, 385), (820, 330), (1290, 330)], p.light(0.25), p.light(0.5), 90, 0.8
    )
    scenery.conifers(c, [(20, 380), (260, 352), (470, 378)], 24, (30, 58), p.dark(0.3), p.dark(0.7))
    water = Mask()
    water.rect(255, 0, 408, 1280, 320)
    c.shaded(water, p.light(0.68), p.accent, 90, 0.75)
    c.fill(_column(260, 340, 410, 690), p.warm(0.25))
    scenery.glints(c, 60, 1240, 418, 700, p.paper, 60, 150)
    scenery.glints(c, 240, 380, 416, 640, p.glow, 22, 110)
    edge = smooth([(560, 408), (700, 432), (760, 486), (940, 524), (1130, 560), (1290, 650)])
    bank, rim = Mask(), Mask()
    bank.poly(255, [*edge, (1290, 404), (560, 404)])
    rim.line(255, [(x, y + 5) for x, y in edge], 10)
    c.fill(rim, p.paper)
    c.shaded(bank, p.accent, p.deep, 90, 0.7)
    for y, left, right, size in ((362, 850, 1290, 58), (400, 870, 1290, 76), (452, 910, 1310, 100)):
        for number in range(int((right - left) / (size * 1.16))):
            at = left + number * size * 1.16
            c.line(p.deep, [(at + size * 0.5, y + size * 0.34), (at + size * 0.5, y + size * 0.56)], 4)
            buildings.panel(
                c,
                [
                    (at + size * 0.18, y),
                    (at + size * 1.1, y),
                    (at + size * 0.92, y + size * 0.4),
                    (at, y + size * 0.4),
                ],
                4,
                2,
                p.deep,
                p.light(0.6),
            )
    c.halftone(bank, p.dark(0.75), 12, 60, 0.35)
    _heron(c, p, 500, 640)
    near = scenery.hill(c, [(-10, 560), (120, 590), (300, 668), (470, 730)], p.deep, p.accent, 250, 0.6)
    c.hatch(near, p.dark(0.6), 22, 2.5, 30)
    _reeds(c, p)


def _column(x0: float, x1: float, y0: float, y1: float) -> Mask:
    mask, y = Mask(), y0
    while y < y1:
        inset = (y - y0) * 0.06
        mask.rect(255, x0 + inset, y, x1 - x0 - inset * 2, 5, 2.5)
        y += 11 + (y - y0) * 0.02
    return mask


def _heron(c: Canvas, p: Palette, x: float, foot: float) -> None:
    ink = mix(p.deep, p.accent, 0.15)
    for dx in (-6, 8):
        c.line(ink, [(x + dx, foot - 70), (x + dx + 3, foot)], 3)
    c.poly(
        ink,
        smooth(
            [
                (x - 70, foot - 58),
                (x - 24, foot - 100),
                (x + 22, foot - 106),
                (x + 34, foot - 88),
                (x, foot - 62),
                (x - 70, foot - 58),
            ]
        ),
    )
    neck = smooth([(x + 22, foot - 94), (x + 44, foot - 122), (x + 24, foot - 150), (x + 38, foot - 176)])
    c.line(ink, neck, 8)
    c.oval(ink, x + 42, foot - 178, 12, 8)
    c.poly(p.glow, [(x + 48, foot - 184), (x + 92, foot - 174), (x + 48, foot - 172)])
    c.poly(p.light(0.35), [(x - 52, foot - 66), (x - 14, foot - 94), (x + 16, foot - 92), (x - 6, foot - 72)])
    c.rect(p.paper, x - 26, foot - 1, 60, 3, 1.5)


def _reeds(c: Canvas, p: Palette) -> None:
    scenery.grass(c, -5, 400, 728, (90, 240), (p.accent, p.light(0.25), p.dark(0.6)), 13)
    for x, top, lean in (
        (40, 400, 14),
        (96, 350, 24),
        (150, 440, -10),
        (212, 392, 20),
        (280, 480, 12),
        (338, 540, 16),
    ):
        c.line(p.deep, smooth([(x, 730), (x + lean * 0.3, (top + 730) / 2), (x + lean, top)]), 4.5)
        c.rect(mix(p.glow, p.deep, 0.25), x + lean - 8, top - 6, 16, 66, 8)
        c.line(p.deep, [(x + lean, top - 6), (x + lean + 2, top - 30)], 3)


SCENES: dict[str, Scene] = {"street": street, "road": road, "river": river}
