"""The pictures of New York: an organizing committee, an upstate town, a podium."""

from __future__ import annotations

from pictures import buildings, people, scenery
from pictures.canvas import Canvas, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def organizing(c: Canvas, p: Palette) -> None:
    """A committee at its table, seen from behind, before windows on the city."""
    scenery.sky(c, p.warm(0.6), p.glow, 0.45, 470)
    scenery.sun(c, 860, 250, 118, p.glow, p.warm(0.6), 90, 0.9)
    buildings.towers(c, -10, 1290, 470, (120, 250), p.light(0.55), None, (44, 84))
    buildings.towers(c, -10, 1290, 470, (60, 190), p.light(0.22), p.warm(0.3), (50, 92))
    _landmark(c, p, 420, 470)
    c.rect(p.accent, 0, 424, 1280, 60)
    scenery.glints(c, 0, 1280, 430, 470, p.light(0.6), 26, 120)
    for x in (-8, 306, 630, 954, 1268):
        c.rect(p.deep, x, 0, 20, 470)
    c.rect(p.deep, 0, 0, 1280, 34)
    c.rect(p.deep, 0, 150, 1280, 9)
    sill = Mask()
    sill.rect(255, 0, 466, 1280, 260)
    c.shaded(sill, p.deep, p.accent, 270, 0.4)
    for x in (210, 640, 1070):
        c.line(p.deep, [(x, -5), (x, 70)], 4)
        c.pie(p.accent, x, 112, 56, 180, 360)
        c.oval(p.glow, x, 112, 44, 9)
    _board(c, p)
    table = Mask()
    table.oval(255, 640, 580, 660, 84)
    c.shaded(table, p.light(0.72), p.light(0.4), 90, 0.8)
    top = Mask()
    top.oval(255, 640, 570, 660, 80)
    c.shaded(top, p.paper, p.light(0.55), 180, 0.5)
    _papers(c, p)
    row = (
        (96, 500, 46, p.accent, 2, "bun"),
        (330, 520, 50, p.glow, 3, "afro"),
        (584, 506, 48, p.light(0.25), 0, "bob"),
        (842, 524, 51, p.paper, 1, "crop"),
        (1112, 502, 48, p.accent, 4, "scarf"),
    )
    for x, y, r, coat, tone, style in row:
        people.bust(c, p, x, y, r, coat, tone, style, hair=p.glow if style == "scarf" else None)
        back = Mask()
        back.rect(255, x - r * 1.7, 660, r * 3.4, 80, 26, top=True)
        c.shaded(back, p.deep, p.accent, 270, 0.35)


def _landmark(c: Canvas, p: Palette, x: float, foot: float) -> None:
    ink = p.dark(0.5)
    for half, top in ((62, 290), (50, 226), (36, 190), (24, 164)):
        c.rect(ink, x - half, top, half * 2, foot - top)
    c.poly(ink, [(x - 16, 166), (x, 106), (x + 16, 166)])
    c.rect(ink, x - 2, 60, 4, 60)
    for y in range(206, 420, 20):
        for dx in (-30, -14, 2, 18):
            if c.random.random() < 0.6:
                c.rect(p.glow, x + dx, y, 8, 10)


def _board(c: Canvas, p: Palette) -> None:
    for x0, x1 in ((1010, 976), (1190, 1224)):
        c.line(p.glow, [(x0, 200), (x1, 520)], 8)
    c.rect(p.paper, 986, 196, 228, 190, 6)
    c.rect(p.glow, 978, 190, 244, 14, 5)
    for x, y, ink in (
        (1006, 224, p.glow),
        (1072, 224, p.light(0.5)),
        (1138, 224, p.accent),
        (1006, 288, p.accent),
        (1072, 288, p.glow),
        (1138, 288, p.light(0.5)),
    ):
        c.rect(ink, x, y, 52, 48, 3)
        c.rect(p.paper, x + 9, y + 14, 34, 4)
        c.rect(p.paper, x + 9, y + 25, 24, 4)


def _papers(c: Canvas, p: Palette) -> None:
    for x, y, lean in ((210, 556, -14), (452, 546, 8), (716, 544, -6), (980, 552, 14)):
        c.poly(
            p.light(0.62),
            [(x, y), (x + 84, y + lean * 0.3), (x + 100 + lean, y + 36), (x + 6 + lean, y + 34)],
        )
        for number in range(3):
            c.line(p.accent, [(x + 16, y + 9 + number * 8), (x + 78, y + 10 + number * 8)], 2)
    for x, y in ((456, 528), (968, 520), (230, 520)):
        c.rect(p.glow, x, y, 24, 26, 5)
        c.oval(mix(p.glow, p.deep, 0.5), x + 12, y + 2, 12, 4)
        c.ring(p.glow, x + 25, y + 13, 9, 4)
    c.poly(p.deep, [(684, 498), (786, 498), (796, 548), (674, 548)])


def upstate(c: Canvas, p: Palette) -> None:
    """A town street upstate, its road leading to the hills."""
    scenery.sky(c, p.light(0.78), p.light(0.5), 0.4, 420)
    rays = Mask()
    rays.rect(255, 0, 0, 1280, 420)
    c.rays(rays, p.paper, 640, 310, 20, 0.55)
    scenery.sun(c, 640, 300, 124, p.glow, p.warm(0.5), 90, 0.8)
    scenery.hill(
        c,
        [(-10, 300), (200, 220), (400, 290), (560, 330), (760, 300), (980, 214), (1290, 290)],
        p.light(0.5),
        p.light(0.75),
        90,
        0.8,
    )
    scenery.hill(
        c,
        [(-10, 360), (250, 300), (560, 372), (700, 376), (1000, 300), (1290, 352)],
        p.light(0.2),
        p.light(0.5),
        90,
        0.8,
    )
    scenery.conifers(c, [(-10, 372), (250, 316), (480, 366)], 23, (34, 62), p.dark(0.3), p.deep)
    scenery.conifers(c, [(790, 362), (1000, 316), (1290, 362)], 23, (34, 62), p.dark(0.3), p.deep)
    scenery.hill(c, [(-10, 420), (330, 392), (640, 384), (950, 392), (1290, 420)], p.accent, p.deep, 90, 0.7)
    scenery.road(
        c,
        [(250, 730), (480, 520), (560, 440), (628, 386)],
        [(1030, 730), (800, 520), (720, 440), (652, 386)],
        p.deep,
        p.dark(0.4),
    )
    scenery.dashes(c, [(640, 730), (640, 560), (640, 460), (640, 386)], (16, 2), p.glow, 11)
    for side in (-1, 1):
        at = [
            (640 + side * 13, 386),
            (640 + side * 22, 386),
            (640 + side * 540, 730),
            (640 + side * 405, 730),
        ]
        c.poly(p.light(0.6), at)
    _steeple(c, p, 500, 420)
    buildings.gable_house(c, p, 770, 436, 66, 62, p.paper, p.deep, p.glow)
    scenery.round_tree(c, 720, 432, 96, p.glow, mix(p.glow, p.deep, 0.4), p.deep)
    for x, foot, w, h, wall, roof, porch in (
        (378, 470, 92, 90, p.glow, p.deep, False),
        (846, 470, 104, 104, p.light(0.35), p.deep, True),
        (196, 536, 152, 152, p.paper, p.deep, True),
        (968, 540, 158, 148, p.glow, p.deep, False),
        (-84, 640, 250, 260, p.accent, p.deep, True),
        (1142, 646, 260, 262, p.paper, p.accent, True),
    ):
        buildings.gable_house(
            c, p, x, foot, w, h, wall, roof, p.warm(0.5) if wall != p.glow else p.dark(0.5), porch
        )
    scenery.round_tree(c, 352, 560, 220, p.glow, mix(p.glow, p.deep, 0.45), p.deep)
    scenery.round_tree(c, 940, 552, 200, mix(p.glow, p.accent, 0.2), p.dark(0.4), p.deep)
    scenery.round_tree(c, 1120, 690, 330, p.glow, mix(p.glow, p.deep, 0.5), p.deep)
    buildings.bus_behind(c, 722, 576, 84, p.paper, p.accent, mix(p.deep, (0, 0, 0), 0.3), p.glow)
    _fence(c, p)


def _steeple(c: Canvas, p: Palette, x: float, foot: float) -> None:
    c.rect(p.paper, x - 18, foot - 110, 36, 110)
    c.poly(p.deep, [(x - 22, foot - 108), (x, foot - 196), (x + 22, foot - 108)])
    c.rect(p.deep, x - 7, foot - 96, 14, 26, 7, top=True)
    c.poly(
        p.paper,
        [(x - 74, foot), (x - 74, foot - 44), (x - 42, foot - 72), (x - 10, foot - 44), (x - 10, foot)],
    )
    c.line(p.deep, [(x - 80, foot - 40), (x - 42, foot - 74), (x - 12, foot - 48)], 7)


def _fence(c: Canvas, p: Palette) -> None:
    for number in range(15):
        x = -10 + number * 27
        h = 64
        y = 660 + number * 1.5
        c.poly(p.paper, [(x, y + h), (x, y + 10), (x + 8, y), (x + 16, y + 10), (x + 16, y + h)])
        if x > 225:
            break
    c.rect(p.paper, -10, 682, 260, 7)
    c.rect(p.paper, -10, 706, 260, 7)


def podium(c: Canvas, p: Palette) -> None:
    """A podium in the light, the crowd before it."""
    ground = whole()
    c.shaded(ground, p.dark(0.35), p.deep, 0, 0.5)
    folds = Mask()
    for x in range(0, 1280, 64):
        folds.rect(255, x, 0, 26, 540)
    c.fill(folds, p.dark(0.55))
    disc = Mask()
    disc.disc(255, 640, 300, 272)
    c.fill(disc, p.glow)
    c.halftone(disc, p.warm(0.6), 20, 90, 0.62)
    beams = Mask()
    beams.poly(255, [(60, -10), (130, -10), (820, 540), (470, 540)])
    beams.poly(255, [(1220, -10), (1150, -10), (460, 540), (810, 540)])
    c.fill(beams, p.paper, 0.2)
    for x in (95, 1185):
        c.rect(p.deep, x - 44, -10, 88, 34, 8)
    stage = Mask()
    stage.rect(255, 0, 506, 1280, 220)
    c.shaded(stage, p.light(0.4), p.accent, 90, 0.8)
    c.rect(p.light(0.7), 0, 500, 1280, 10)
    _lectern(c, p, 640, 512)
    for x, w in ((210, 96), (1070, 96)):
        c.rect(p.deep, x - 5, 300, 10, 206)
        c.poly(p.paper, [(x - w / 2, 150), (x + w / 2, 150), (x + w / 2, 352), (x, 324), (x - w / 2, 352)])
        c.rect(p.deep, x - w / 2 - 10, 142, w + 20, 9, 4)
        c.disc(p.accent, x, 222, 26)
        c.pie(p.glow, x, 222, 26, 180, 360)
    far = [
        (p.light(0.25), "crop"),
        (p.accent, "bob"),
        (p.glow, "bun"),
        (p.light(0.5), "crop"),
        (p.accent, "afro"),
        (p.paper, "tail"),
        (p.light(0.25), "bald"),
        (p.glow, "bob"),
        (p.accent, "crop"),
        (p.light(0.5), "scarf"),
    ]
    for number, (coat, style) in enumerate(far):
        people.bust(
            c,
            p,
            52 + number * 131,
            566 + (number * 37) % 26,
            30,
            coat,
            number,
            style,
            hair=p.accent if style == "scarf" else None,
        )
    for x, y, hand, ink, tone in ((250, 640, 452, p.glow, 1), (1050, 640, 440, p.paper, 3)):
        people.arm(c, [(x, y), (x - 6, y - 70), (x + 6, hand)], 34, ink, p.skin(tone))
    near = (
        (40, 640, 54, p.deep, 3, "afro"),
        (300, 652, 56, p.glow, 1, "tail"),
        (560, 664, 54, p.accent, 0, "bun"),
        (800, 660, 56, p.deep, 2, "crop"),
        (1000, 650, 54, p.paper, 3, "bob"),
        (1240, 650, 56, p.accent, 4, "bald"),
    )
    for x, y, r, coat, tone, style in near:
        people.bust(c, p, x, y, r, coat, tone, style)


def _lectern(c: Canvas, p: Palette, x: float, foot: float) -> None:
    c.poly(p.deep, [(x - 132, foot), (x - 112, foot - 22), (x + 112, foot - 22), (x + 132, foot)])
    front = Mask()
    front.poly(255, [(x - 108, foot - 190), (x + 108, foot - 190), (x + 82, foot - 20), (x - 82, foot - 20)])
    c.shaded(front, p.accent, p.deep, 10, 0.8)
    c.poly(
        p.deep, [(x - 130, foot - 190), (x - 112, foot - 222), (x + 112, foot - 222), (x + 130, foot - 190)]
    )
    c.rect(p.deep, x - 130, foot - 192, 260, 12)
    c.ring(p.paper, x, foot - 104, 38, 7)
    c.pie(p.glow, x, foot - 104, 26, 180, 360)
    c.pie(p.paper, x, foot - 104, 26, 0, 180)
    for side in (-1, 0, 1):
        tip = (x + side * 54, foot - 318 - (22 if side == 0 else 0))
        c.line(p.deep, smooth([(x + side * 20, foot - 216), (x + side * 22, foot - 270), tip]), 5)
        c.line(p.deep, [tip, (tip[0] + side * 4, tip[1] - 16)], 18)
        c.rect(p.paper, tip[0] - 10, tip[1] - 1, 20, 4)


SCENES: dict[str, Scene] = {"organizing": organizing, "upstate": upstate, "podium": podium}
