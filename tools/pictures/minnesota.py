"""The pictures of Minnesota: a lake, solar roofs, a delegation."""

from __future__ import annotations

from pictures import buildings, delegates, people, scenery
from pictures.canvas import Canvas, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def lake(c: Canvas, p: Palette) -> None:
    """Sunrise behind Saint Paul, seen over a lake between pines."""
    scenery.sky(c, p.warm(0.68), p.light(0.45), 0.6, 400)
    for r, ink in ((300, p.warm(0.56)), (232, p.warm(0.38)), (164, p.glow)):
        scenery.sun(c, 690, 352, r, ink, p.paper, 90, 0.4)
    scenery.hill(
        c,
        [(-10, 350), (260, 318), (520, 346), (820, 330), (1060, 310), (1290, 346)],
        p.light(0.6),
        p.light(0.8),
        90,
        0.8,
        410,
    )
    buildings.towers(c, 410, 980, 400, (46, 120), p.light(0.45), None, (26, 46))
    _saint_paul(c, p)
    shore = scenery.hill(
        c,
        [(-10, 378), (260, 390), (520, 394), (860, 392), (1080, 384), (1290, 368)],
        p.dark(0.5),
        p.deep,
        90,
        0.6,
        408,
    )
    c.fill(shore, p.dark(0.5), 0.2)
    scenery.conifers(c, [(-10, 392), (200, 396), (420, 402)], 17, (26, 58), p.dark(0.35), p.deep)
    scenery.conifers(c, [(960, 402), (1120, 392), (1290, 384)], 17, (26, 58), p.dark(0.35), p.deep)
    water = Mask()
    water.rect(255, 0, 406, 1280, 320)
    c.shaded(water, p.light(0.58), p.accent, 90, 0.95)
    c.rect(p.paper, 0, 405, 1280, 3)
    for number in range(25):
        y, half = 414 + number * 11.5, 170 - number * 3.4
        x = 690 + c.random.uniform(-14, 14)
        c.rect(p.glow, x - half, y, half * 2 * c.random.uniform(0.75, 1), 5.5, 2.7)
    scenery.glints(c, 120, 1160, 420, 700, p.paper, 52, 150)
    _canoe(c, p, 470, 560)
    _loon(c, p, 950, 628)
    black = mix(p.deep, (0, 0, 0), 0.35)
    scenery.hill(c, [(-10, 560), (120, 590), (250, 668), (330, 730)], p.deep, black, 90, 0.8)
    scenery.hill(c, [(1020, 730), (1110, 650), (1200, 590), (1290, 560)], p.deep, black, 90, 0.8)
    for x, foot, tall in (
        (196, 690, 330),
        (110, 650, 470),
        (24, 690, 640),
        (1130, 690, 360),
        (1206, 660, 500),
        (1276, 690, 620),
    ):
        scenery.conifer(c, x, foot, tall, p.dark(0.45), p.deep if tall < 600 else black, 7)
    scenery.grass(c, -5, 330, 730, (24, 80), (p.accent, black, p.light(0.35)), 12)
    scenery.grass(c, 1010, 1290, 730, (24, 80), (p.accent, black, p.light(0.35)), 12)
    scenery.birds(c, ((360, 130, 17), (412, 158, 13), (322, 176, 11)), p.deep)


def _saint_paul(c: Canvas, p: Palette) -> None:
    ink, lit = p.dark(0.35), p.glow
    for x, w, h in (
        (560, 44, 96),
        (606, 34, 150),
        (642, 56, 118),
        (700, 48, 196),
        (750, 40, 132),
        (792, 52, 106),
        (846, 30, 74),
    ):
        c.rect(ink, x, 396 - h, w, h)
        for row in range(int(h // 16) - 1):
            for column in range(int(w // 12)):
                if c.random.random() < 0.5:
                    c.rect(lit, x + 6 + column * 11, 396 - h + 9 + row * 16, 5, 7)
    for half, top in ((18, 190), (12, 180)):
        c.rect(ink, 724 - half, top, half * 2, 30)
    c.line(ink, [(724, 182), (724, 132)], 3)
    for x, r, foot in ((500, 38, 384), (930, 30, 386)):
        c.pie(ink, x, foot - 42, r, 180, 360)
        c.rect(ink, x - r * 1.1, foot - 44, r * 2.2, 60)
        c.rect(ink, x - r * 1.9, foot - 16, r * 3.8, 30)
        c.rect(ink, x - 5, foot - 52 - r, 10, 20)
        c.line(ink, [(x, foot - 50 - r), (x, foot - 84 - r)], 3)
        for number in range(-2, 3):
            c.rect(p.light(0.6), x + number * r * 0.36 - 2, foot - 36, 4, 18)


def _canoe(c: Canvas, p: Palette, x: float, y: float) -> None:
    for dx, ink, tone, style in ((-50, p.glow, 3, "crop"), (44, p.paper, 1, "bun")):
        people.bust(c, p, x + dx, y - 66, 12, ink, tone, style, y + 6)
    c.line(p.deep, [(x - 84, y + 34), (x - 28, y - 62)], 5)
    c.line(p.deep, [(x + 104, y + 30), (x + 66, y - 58)], 5)
    hull = Mask()
    hull.poly(
        255,
        [
            *smooth([(x - 156, y - 26), (x - 90, y - 4), (x, y + 1), (x + 90, y - 4), (x + 156, y - 26)]),
            *smooth(
                [(x + 156, y - 26), (x + 120, y + 26), (x, y + 34), (x - 120, y + 26), (x - 156, y - 26)]
            ),
        ],
    )
    c.shaded(hull, mix(p.glow, (160, 60, 30), 0.35), p.deep, 90, 0.6)
    c.rect(p.paper, x - 170, y + 30, 330, 4, 2)
    c.rect(p.paper, x - 120, y + 42, 210, 3, 1.5)


def _loon(c: Canvas, p: Palette, x: float, y: float) -> None:
    black = mix(p.deep, (0, 0, 0), 0.4)
    body = Mask()
    body.poly(
        255,
        smooth(
            [
                (x - 84, y - 6),
                (x - 30, y - 34),
                (x + 40, y - 30),
                (x + 62, y - 4),
                (x + 20, y + 8),
                (x - 50, y + 8),
                (x - 84, y - 6),
            ]
        ),
    )
    c.fill(body, black)
    c.halftone(body, p.paper, 9, 200, 0.4)
    c.poly(
        black,
        smooth(
            [
                (x + 26, y - 20),
                (x + 44, y - 60),
                (x + 66, y - 72),
                (x + 86, y - 56),
                (x + 72, y - 40),
                (x + 62, y - 4),
                (x + 26, y - 4),
            ]
        ),
    )
    c.poly(black, [(x + 78, y - 66), (x + 122, y - 50), (x + 80, y - 48)])
    for number in range(3):
        c.rect(p.paper, x + 48 + number * 6, y - 34, 3, 16)
    c.rect(p.paper, x - 110, y + 7, 210, 4, 2)


def climate(c: Canvas, p: Palette) -> None:
    """Roofs with solar panels, trees, and a bus and a bicycle in the street below."""
    scenery.sky(c, p.light(0.8), p.light(0.52), 0.45, 560)
    scenery.sun(c, 250, 190, 118, p.glow, p.warm(0.55), 90, 0.8)
    for r in (142, 166):
        c.ring(p.warm(0.4), 250, 190, r, 5)
    scenery.cloud(c, 520, 110, 230, p.paper)
    scenery.cloud(c, 980, 70, 170, p.paper)
    buildings.towers(c, -10, 1290, 560, (190, 350), p.light(0.62), None, (60, 110))
    for x, tall, turn in ((438, 210, 40), (1160, 240, 85)):
        buildings.turbine(c, x, 400, tall, p.paper, turn, p.light(0.4))
    buildings.towers(c, -10, 1290, 580, (120, 240), p.light(0.4), p.light(0.62), (70, 120), tops=False)
    for x, foot, tall in ((330, 590, 190), (640, 590, 220), (960, 590, 200)):
        scenery.round_tree(c, x, foot, tall, p.light(0.2), p.deep, p.deep)
    for x, top, w, ink in (
        (-60, 356, 330, p.accent),
        (392, 416, 236, p.paper),
        (706, 330, 250, p.deep),
        (1012, 388, 320, p.glow),
    ):
        _solar_house(c, p, x, top, w, ink)
    c.rect(p.light(0.7), 0, 588, 1280, 26)
    street = Mask()
    street.rect(255, 0, 614, 1280, 110)
    c.shaded(street, p.deep, p.accent, 90, 0.4)
    c.rect(p.glow, 0, 676, 1280, 4)
    for x in range(20, 1280, 120):
        c.rect(p.light(0.75), x, 700, 64, 6)
    for x, tall in ((300, 150), (676, 160), (984, 150)):
        scenery.round_tree(c, x, 606, tall, mix(p.accent, p.deep, 0.3), p.deep, p.deep)
    buildings.bus(c, 690, 672, 340, p.paper, p.accent, mix(p.deep, (0, 0, 0), 0.4), p.glow)
    _rider(c, p, 330, 700)


def _solar_house(c: Canvas, p: Palette, x: float, top: float, w: float, ink: tuple[int, int, int]) -> None:
    wall = Mask()
    wall.rect(255, x, top, w, 590 - top)
    c.shaded(wall, ink, mix(ink, p.deep, 0.5) if ink != p.deep else p.accent, 10, 0.5)
    trim = p.paper if ink != p.paper else p.deep
    c.rect(trim, x - 6, top - 8, w + 12, 12)
    columns = int(w // 62)
    for number in range(columns):
        left = x + w / columns * (number + 0.5) - 17
        for row in range(int((580 - top) // 66)):
            glass = c.random.choice((p.warm(0.3), p.light(0.7), p.dark(0.6)))
            c.rect(trim, left - 3, top + 25 + row * 66, 40, 46)
            c.rect(glass, left, top + 28 + row * 66, 34, 40)
            c.rect(trim, left + 15.5, top + 28 + row * 66, 3, 40)
    for number in range(int(w // 108)):
        left = x + 14 + number * 106
        c.line(p.deep, [(left + 74, top - 8), (left + 74, top - 52)], 5)
        c.line(p.deep, [(left + 12, top - 8), (left + 12, top - 16)], 5)
        buildings.panel(
            c,
            [(left + 28, top - 64), (left + 104, top - 64), (left + 76, top - 12), (left, top - 12)],
            4,
            3,
            p.dark(0.55),
            p.light(0.65),
        )


def _rider(c: Canvas, p: Palette, x: float, foot: float) -> None:
    black = mix(p.deep, (0, 0, 0), 0.5)
    for dx in (0, 116):
        c.ring(p.paper, x + dx, foot - 38, 38, 5)
    c.line(
        p.glow,
        [(x, foot - 38), (x + 34, foot - 92), (x + 98, foot - 96), (x + 52, foot - 38), (x, foot - 38)],
        6,
    )
    c.line(p.glow, [(x + 52, foot - 38), (x + 30, foot - 104)], 6)
    c.line(p.glow, [(x + 116, foot - 38), (x + 94, foot - 118), (x + 112, foot - 122)], 6)
    c.line(black, [(x + 18, foot - 106), (x + 44, foot - 106)], 8)
    c.line(p.light(0.3), [(x + 30, foot - 112), (x + 76, foot - 88), (x + 58, foot - 30)], 20)
    c.line(black, [(x + 52, foot - 26), (x + 72, foot - 26)], 11)
    c.line(p.glow, [(x + 30, foot - 118), (x + 54, foot - 182)], 36)
    c.line(p.glow, [(x + 58, foot - 178), (x + 74, foot - 138)], 15)
    c.line(p.skin(3), [(x + 74, foot - 138), (x + 106, foot - 124)], 12)
    c.disc(p.skin(3), x + 68, foot - 218, 19)
    c.pie(p.paper, x + 68, foot - 220, 24, 175, 365)


def delegation(c: Canvas, p: Palette) -> None:
    """A delegation before a backdrop of plain geometric shapes."""
    c.shaded(whole(), p.light(0.45), p.accent, 270, 0.5)
    screen = Mask()
    screen.rect(255, 110, 46, 1060, 540)
    c.shaded(screen, p.paper, p.light(0.6), 90, 0.5)
    pattern = Mask()
    for row in range(7):
        for column in range(-1, 12):
            _mark(c, p, 160 + column * 104 + (52 if row % 2 else 0), 96 + row * 82, (row * 2 + column) % 3)
    pattern.rect(255, 98, 34, 1084, 14)
    pattern.rect(255, 98, 34, 14, 566)
    pattern.rect(255, 1168, 34, 14, 566)
    c.fill(pattern, p.deep)
    floor = Mask()
    floor.rect(255, 0, 590, 1280, 140)
    c.shaded(floor, p.deep, p.accent, 90, 0.5)
    carpet = Mask()
    carpet.poly(255, [(110, 590), (1170, 590), (1290, 725), (-10, 725)])
    c.shaded(carpet, p.accent, p.deep, 90, 0.5)
    for x, side in ((48, 1), (1232, -1)):
        c.line(p.deep, [(x, 640), (x, 170)], 8)
        c.line(p.deep, [(x - 34, 650), (x, 600), (x + 34, 650)], 7)
        c.poly(
            p.deep, [(x - 26 * side, 120), (x + 34 * side, 150), (x + 18 * side, 206), (x - 34 * side, 176)]
        )
        c.oval(p.glow, x + 26 * side, 180, 14, 30)
    group = (
        (214, 652, 420, p.deep, p.light(0.3), 0, "bob", "down"),
        (352, 646, 470, p.glow, p.deep, 3, "crop", "behind"),
        (494, 654, 424, p.light(0.3), p.deep, 1, "scarf", "folded"),
        (636, 648, 484, p.accent, p.deep, 1, "afro", "down"),
        (778, 654, 432, p.warm(0.5), p.deep, 3, "bun", "behind"),
        (918, 646, 476, p.deep, p.light(0.4), 4, "bald", "folded"),
        (1058, 652, 430, p.glow, p.deep, 2, "bob", "wave"),
    )
    for x, foot, tall, coat, legs, tone, style, pose in group:
        badge = p.paper if coat in (p.deep, p.accent) else p.accent
        delegates.delegate(c, p, x, foot, tall, coat, legs, tone, style, badge, pose)


def _mark(c: Canvas, p: Palette, x: float, y: float, kind: int) -> None:
    if not 130 < x < 1150:
        return
    if kind == 0:
        c.pie(p.accent, x, y, 22, 180, 360)
        c.pie(p.light(0.5), x, y + 3, 22, 0, 180)
    elif kind == 1:
        c.poly(p.glow, [(x, y - 24), (x + 24, y), (x, y + 24), (x - 24, y)])
        c.disc(p.paper, x, y, 7)
    else:
        c.poly(p.light(0.35), [(x, y - 24), (x + 14, y), (x + 24, y + 20), (x - 24, y + 20), (x - 14, y)])


SCENES: dict[str, Scene] = {"lake": lake, "climate": climate, "delegation": delegation}
