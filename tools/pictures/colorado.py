"""The pictures of Colorado: a workshop with a view, mountains over Denver."""

from __future__ import annotations

from pictures import buildings, scenery
from pictures.canvas import Canvas, Colour, Mask, Point, mix, smooth, whole
from pictures.palettes import Palette, Scene


def peaks(c: Canvas, tops: list[Point], foot: float, ink: Colour, shade: Colour, snow: Colour | None) -> None:
    """Faceted mountains: a light and a shaded side each, with a snow cap."""
    for x, y in tops:
        tall = foot - y
        wide = tall * 0.95
        light, dark = Mask(), Mask()
        light.poly(255, [(x, y), (x - wide, foot), (x + wide, foot)])
        ridge = [
            (x, y),
            (x + tall * 0.07, y + tall * 0.22),
            (x - tall * 0.05, y + tall * 0.42),
            (x + tall * 0.1, y + tall * 0.66),
            (x, foot),
        ]
        dark.poly(255, [*ridge, (x + wide, foot)])
        c.shaded(light, ink, shade, 90, 0.4)
        c.shaded(dark, shade, mix(shade, (0, 0, 0), 0.25), 60, 0.4)
        if snow:
            cap = Mask()
            line = [
                (-0.34, 0.36),
                (-0.2, 0.29),
                (-0.12, 0.39),
                (-0.02, 0.3),
                (0.08, 0.41),
                (0.18, 0.3),
                (0.34, 0.36),
            ]
            cap.poly(255, [(x, y), *[(x + a * tall, y + b * tall) for a, b in line]])
            c.fill(cap & light, snow)
            c.fill(cap & dark, mix(snow, shade, 0.3))


def workshop(c: Canvas, p: Palette) -> None:
    """A table with a laptop and empty chairs before a window on the mountains."""
    scenery.sky(c, p.mist(0.78), p.mist(0.5), 0.5, 500)
    scenery.sun(c, 430, 172, 84, p.glow, p.accent, 90, 0.3)
    scenery.cloud(c, 820, 120, 200, p.paper)
    peaks(c, [(150, 230), (1130, 200), (900, 250)], 480, p.mist(0.55), p.mist(0.4), None)
    peaks(c, [(330, 200), (770, 180), (1010, 240), (560, 150)], 480, p.mist(0.3), p.deep, p.paper)
    scenery.hill(
        c,
        [(-10, 420), (260, 396), (560, 430), (840, 400), (1290, 426)],
        p.light(0.25),
        p.accent,
        90,
        0.8,
        520,
    )
    scenery.conifers(
        c,
        [(-10, 440), (300, 420), (640, 450), (940, 424), (1290, 446)],
        30,
        (50, 96),
        p.dark(0.8),
        mix(p.deep, (0, 0, 0), 0.3),
    )
    frame = mix(p.accent, p.deep, 0.12)
    for x in (0, 414, 852, 1254):
        c.rect(frame, x, 0, 26, 500)
    c.rect(frame, 0, 0, 1280, 36)
    wall = Mask()
    wall.rect(255, 0, 478, 1280, 250)
    c.shaded(wall, p.warm(0.35), p.glow, 90, 0.6)
    c.rect(frame, 0, 470, 1280, 20)
    c.rect(mix(frame, p.deep, 0.4), 0, 490, 1280, 7)
    _lamp(c, p, 640)
    _plant(c, p, 1150, 472)
    for x in (130, 1010):
        _chair(c, p, x, 452, 150)
    table = Mask()
    table.poly(255, [(70, 560), (1210, 560), (1300, 690), (-20, 690)])
    c.shaded(table, p.accent, mix(p.accent, (0, 0, 0), 0.35), 90, 0.6)
    rings = Mask()
    for number, y in enumerate((580, 604, 634, 664)):
        rings.line(255, smooth([(-20, y), (300, y - 7 + number * 2), (700, y + 6), (1290, y - 4)]), 2)
    c.fill(rings & table, mix(p.accent, p.glow, 0.35))
    c.rect(mix(p.accent, (0, 0, 0), 0.45), 0, 690, 1280, 30)
    _laptop(c, p, 640)
    _mug(c, p, 960, 628)
    _notebook(c, p)


def _lamp(c: Canvas, p: Palette, x: float) -> None:
    c.line(p.deep, [(x, -4), (x, 60)], 4)
    shade = Mask()
    shade.poly(255, [(x - 34, 56), (x + 34, 56), (x + 96, 116), (x - 96, 116)])
    c.shaded(shade, p.deep, p.mist(0.3), 180, 0.7)
    c.oval(p.glow, x, 116, 96, 10)


def _plant(c: Canvas, p: Palette, x: float, foot: float) -> None:
    for lean, tall, ink in (
        (-86, 120, p.deep),
        (-46, 180, p.mist(0.25)),
        (0, 216, p.deep),
        (46, 176, p.mist(0.2)),
        (86, 126, p.deep),
    ):
        left = smooth(
            [(x, foot - 60), (x + lean * 0.2 - 22, foot - 60 - tall * 0.5), (x + lean, foot - 60 - tall)]
        )
        right = smooth(
            [(x + lean, foot - 60 - tall), (x + lean * 0.5 + 22, foot - 60 - tall * 0.45), (x, foot - 60)]
        )
        c.poly(ink, [*left, *right])
        c.line(p.mist(0.5), [(x, foot - 60), (x + lean * 0.7, foot - 60 - tall * 0.72)], 2)
    pot = Mask()
    pot.poly(255, [(x - 50, foot - 76), (x + 50, foot - 76), (x + 38, foot), (x - 38, foot)])
    c.shaded(pot, p.paper, p.accent, 0, 0.6)
    c.hatch(pot, p.accent, 26, 7, 0)


def _chair(c: Canvas, p: Palette, x: float, top: float, w: float) -> None:
    for dx in (14, w - 24):
        c.rect(mix(p.deep, (0, 0, 0), 0.3), x + dx, top + 60, 11, 120)
    back = Mask()
    back.rect(255, x, top, w, 96, 30)
    c.shaded(back, p.deep, p.mist(0.3), 180, 0.5)
    for number in range(3):
        c.rect(p.glow, x + 24, top + 26 + number * 20, w - 48, 5, 2)


def _laptop(c: Canvas, p: Palette, x: float) -> None:
    black = mix(p.deep, (0, 0, 0), 0.45)
    lid = Mask()
    lid.rect(255, x - 218, 304, 436, 292, 16, top=True)
    c.shaded(lid, black, p.deep, 0, 0.6)
    c.rect(p.mist(0.75), x - 202, 320, 404, 264, 4)
    tones = (p.deep, p.accent, p.glow, p.mist(0.5), p.glow, p.deep, p.accent, p.mist(0.3), p.accent)
    for number in range(9):
        left, top = x - 194 + number % 3 * 131, 328 + number // 3 * 84
        tile = Mask()
        tile.rect(255, left, top, 125, 78, 6)
        ink = tones[number]
        c.fill(tile, ink)
        if number == 4:
            _tiny_view(c, p, left, top, tile)
            continue
        body, mate = Mask(), p.paper if ink != p.mist(0.5) else p.deep
        if ink == p.glow:
            mate = p.accent
        body.disc(255, left + 62, top + 33, 15)
        body.rect(255, left + 33, top + 52, 58, 60, 24, top=True)
        if number % 3 == 1:
            body.disc(255, left + 62, top + 16, 8)
        elif number % 3 == 2:
            body.rect(255, left + 45, top + 24, 34, 32, 12)
        c.fill(body & tile, mix(mate, ink, 0.12))
    c.ring(p.glow, x, 312, 2, 2)
    c.poly(p.mist(0.6), [(x - 232, 596), (x + 232, 596), (x + 276, 650), (x - 276, 650)])
    for row in range(3):
        for key in range(15):
            c.rect(black, x - 212 - row * 7 + key * (28.4 + row), 602 + row * 10, 23 + row, 6.5, 1.5)
    c.poly(p.mist(0.42), [(x - 62, 634), (x + 62, 634), (x + 66, 647), (x - 66, 647)])
    c.rect(black, x - 276, 650, 552, 7, 3)


def _tiny_view(c: Canvas, p: Palette, x: float, y: float, tile: Mask) -> None:
    c.fill(tile, p.paper)
    chart = Mask()
    for number, tall in enumerate((20, 32, 26, 44, 54)):
        chart.rect(255, x + 18 + number * 19, y + 66 - tall, 12, tall)
    c.fill(chart, p.accent)
    c.rect(p.deep, x + 12, y + 66, 102, 3)


def _mug(c: Canvas, p: Palette, x: float, foot: float) -> None:
    c.ring(p.paper, x + 62, foot - 32, 21, 8)
    mug = Mask()
    mug.rect(255, x, foot - 68, 64, 72, 12)
    c.shaded(mug, p.paper, p.deep, 0, 0.6)
    c.rect(p.deep, x, foot - 42, 64, 14)
    c.oval(mix(p.accent, p.deep, 0.6), x + 32, foot - 66, 30, 8)
    for dx in (20, 40):
        steam = [
            (x + dx, foot - 84),
            (x + dx - 9, foot - 102),
            (x + dx + 7, foot - 120),
            (x + dx, foot - 142),
        ]
        c.line(p.paper, smooth(steam), 4)


def _notebook(c: Canvas, p: Palette) -> None:
    c.poly(p.paper, [(150, 588), (300, 584), (296, 656), (122, 660)])
    c.poly(p.mist(0.8), [(300, 584), (330, 584), (330, 656), (296, 656)])
    for number in range(5):
        c.line(p.mist(0.45), [(164 - number * 5, 600 + number * 11), (282, 597 + number * 11)], 2)
    c.line(p.glow, [(222, 650), (330, 604)], 8)
    c.poly(p.deep, [(222, 645), (206, 657), (226, 654)])


def mountains(c: Canvas, p: Palette) -> None:
    """The Rockies in facets over Denver and its city hall."""
    c.shaded(whole(), p.warm(0.6), p.glow, 270, 0.5)
    c.rays(whole(), p.paper, 900, 190, 24, 0.5)
    scenery.sun(c, 900, 190, 118, p.accent, p.glow, 90, 0.6)
    peaks(c, [(60, 220), (1220, 210), (420, 230), (820, 250)], 540, p.mist(0.58), p.mist(0.44), None)
    peaks(c, [(240, 130), (1060, 170), (640, 90)], 540, p.mist(0.34), p.deep, p.paper)
    peaks(c, [(-10, 330), (440, 300), (860, 310), (1270, 320)], 560, p.light(0.3), p.accent, None)
    buildings.towers(c, 60, 1220, 560, (60, 150), p.mist(0.3), p.glow, (34, 60), tops=False)
    for x, w, h, kind in (
        (330, 62, 232, 0),
        (410, 52, 180, 1),
        (806, 66, 250, 2),
        (890, 56, 196, 1),
        (250, 54, 168, 2),
    ):
        _tower(c, p, x, 560, w, h, kind)
    scenery.hill(
        c, [(-10, 548), (320, 538), (640, 536), (960, 538), (1290, 548)], p.dark(0.35), p.deep, 90, 0.6
    )
    _city_hall(c, p)
    lawn = Mask()
    lawn.rect(255, 0, 628, 1280, 100)
    c.shaded(lawn, p.accent, mix(p.accent, p.deep, 0.6), 90, 0.8)
    c.poly(p.warm(0.5), [(560, 628), (720, 628), (900, 730), (380, 730)])
    for y, half in ((644, 100), (668, 150), (700, 208)):
        c.rect(p.glow, 640 - half, y, half * 2, 3)
    black = mix(p.deep, (0, 0, 0), 0.35)
    for x, foot, tall in ((190, 690, 190), (260, 700, 150), (1030, 696, 170), (1100, 690, 210)):
        scenery.conifer(c, x, foot, tall, p.mist(0.15), p.deep, 5)
    for x, foot, tall in ((110, 736, 330), (20, 740, 440), (1186, 736, 350), (1264, 742, 470)):
        scenery.conifer(c, x, foot, tall, p.deep, black, 6)
    scenery.grass(c, -5, 360, 730, (16, 46), (p.glow, p.deep, p.light(0.3)), 12)
    scenery.grass(c, 920, 1290, 730, (16, 46), (p.glow, p.deep, p.light(0.3)), 12)
    scenery.birds(c, ((420, 92, 16), (470, 116, 12), (386, 132, 10)), p.deep)


def _tower(c: Canvas, p: Palette, x: float, foot: float, w: float, h: float, kind: int) -> None:
    top = foot - h
    shape = Mask()
    shape.rect(255, x, top, w, h)
    if kind == 0:
        shape.pie(255, x + w / 2, top, w / 2, 180, 360)
    elif kind == 2:
        shape.poly(255, [(x, top + 1), (x, top - 26), (x + w * 0.5, top - 44), (x + w, top + 1)])
    c.shaded(shape, p.deep, p.mist(0.35), 180, 0.6)
    for row in range(int(h // 15)):
        for column in range(4):
            if c.random.random() < 0.55:
                c.rect(p.glow, x + w * (0.12 + column * 0.21), top + 8 + row * 15, w * 0.12, 7)


def _city_hall(c: Canvas, p: Palette) -> None:
    tower = Mask()
    tower.rect(255, 602, 352, 76, 180)
    c.shaded(tower, p.paper, p.mist(0.5), 0, 0.8)
    c.rect(p.deep, 594, 346, 92, 9)
    c.rect(p.paper, 614, 306, 52, 40)
    for x in (620, 636, 652):
        c.rect(p.deep, x, 314, 8, 32, 4, top=True)
    c.rect(p.deep, 608, 300, 64, 8)
    c.pie(p.accent, 640, 300, 26, 180, 360)
    c.line(p.accent, [(640, 274), (640, 240)], 4)
    c.disc(p.accent, 640, 400, 22)
    c.disc(p.paper, 640, 400, 16)
    c.line(p.deep, [(640, 400), (640, 389)], 3)
    c.line(p.deep, [(640, 400), (648, 404)], 3)
    body = Mask()
    body.rect(255, 370, 500, 540, 132)
    c.shaded(body, p.paper, p.mist(0.55), 90, 0.6)
    for x, w in ((330, 120), (830, 120)):
        wing = Mask()
        wing.rect(255, x, 512, w, 122)
        c.shaded(wing, p.mist(0.85), p.mist(0.5), 90, 0.6)
        c.rect(p.deep, x - 6, 506, w + 12, 8)
        for number in range(4):
            c.rect(p.deep, x + 13 + number * 26, 530, 14, 30)
            c.rect(p.deep, x + 13 + number * 26, 578, 14, 38, 7, top=True)
    c.rect(p.deep, 450, 522, 380, 100)
    for number in range(13):
        column = Mask()
        column.rect(255, 456 + number * 29.6, 522, 14, 100)
        c.shaded(column, p.paper, p.mist(0.4), 0, 0.9)
    front = Mask()
    front.poly(255, [(540, 500), (640, 458), (740, 500)])
    c.shaded(front, p.paper, p.mist(0.5), 0, 0.6)
    c.poly(p.accent, [(572, 496), (640, 468), (708, 496)])
    c.rect(p.deep, 440, 498, 400, 8)
    c.rect(p.paper, 440, 506, 400, 16)
    for number in range(3):
        c.rect(
            p.paper if number % 2 == 0 else p.mist(0.6),
            430 - number * 14,
            618 + number * 7,
            420 + number * 28,
            8,
        )


SCENES: dict[str, Scene] = {"workshop": workshop, "mountains": mountains}
