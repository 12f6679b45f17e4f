"""The pictures of the school board newsletter: a school, a convening, a still life."""

from __future__ import annotations

from pictures import buildings, people, scenery
from pictures.canvas import Canvas, Colour, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def school(c: Canvas, p: Palette) -> None:
    """A school with the sun on its roof, a flag pole and a path."""
    scenery.sky(c, p.light(0.8), p.light(0.55), 0.4, 520)
    scenery.sun(c, 1010, 170, 104, p.glow, p.warm(0.5), 90, 0.8)
    scenery.cloud(c, 120, 110, 210, p.paper)
    scenery.cloud(c, 660, 70, 160, p.paper)
    scenery.hill(
        c,
        [(-10, 430), (240, 370), (520, 420), (840, 400), (1080, 360), (1290, 420)],
        p.light(0.6),
        p.light(0.8),
        90,
        0.7,
    )
    for x, foot, tall in ((80, 520, 220), (180, 520, 170), (1110, 520, 190), (1210, 520, 240)):
        scenery.round_tree(c, x, foot, tall, p.light(0.35), p.accent, p.deep)
    for x in (236, 756):
        _roof(c, p, x)
    for x in (250, 762):
        _wing(c, p, x)
    _hall(c, p)
    scenery.hill(c, [(-10, 520), (320, 508), (640, 504), (960, 508), (1290, 520)], p.accent, p.deep, 90, 0.8)
    scenery.road(
        c,
        [(300, 730), (420, 660), (560, 590), (602, 506)],
        [(760, 730), (740, 660), (690, 590), (678, 506)],
        p.warm(0.55),
        p.glow,
    )
    for t, x0, x1 in ((536, 592, 684), (574, 572, 690), (622, 498, 714), (680, 390, 746)):
        c.rect(mix(p.glow, p.accent, 0.3), x0, t, x1 - x0, 3)
    c.rect(p.deep, 881, 96, 9, 470, 4)
    c.disc(p.glow, 885, 94, 10)
    flag = smooth([(890, 112), (940, 100), (985, 122), (1040, 108)])
    cloth = Mask()
    cloth.poly(255, [*flag, *[(x, y + 92) for x, y in reversed(flag)]])
    c.fill(cloth, p.glow)
    c.hatch(cloth, p.accent, 46, 23, 3)
    c.grain(cloth, p.deep, 0, 0, 0.4)
    c.oval(p.deep, 885, 568, 34, 9)
    for x, r in ((60, 64), (160, 50), (1130, 54), (1230, 70)):
        bush = Mask()
        bush.pie(255, x, 650, r, 180, 360)
        bush.rect(255, x - r, 648, r * 2, 6)
        c.shaded(bush, p.dark(0.6), mix(p.deep, (0, 0, 0), 0.4), 30, 0.7)
    scenery.grass(c, -5, 290, 728, (26, 76), (p.deep, p.light(0.3), p.glow), 13)
    scenery.grass(c, 800, 1290, 728, (26, 76), (p.deep, p.light(0.3), p.glow), 13)


def _wing(c: Canvas, p: Palette, x: float) -> None:
    wall = Mask()
    wall.rect(255, x, 340, 268, 176)
    c.shaded(wall, p.paper, p.light(0.55), 90, 0.6)
    c.rect(p.deep, x - 14, 334, 296, 12)
    for number in range(4):
        left = x + 18 + number * 62
        for y in (362, 440):
            c.rect(p.deep, left, y, 46, 56)
            c.rect(p.light(0.45) if (number + y) % 3 else p.glow, left + 4, y + 4, 38, 48)
            c.rect(p.deep, left + 21, y, 4, 56)
            c.rect(p.deep, left, y + 25, 46, 4)
    c.rect(p.accent, x, 502, 268, 14)


def _roof(c: Canvas, p: Palette, x: float) -> None:
    c.poly(p.deep, [(x + 40, 246), (x + 256, 246), (x + 296, 338), (x, 338)])
    for number in range(3):
        a = x + 46 + number * 70
        low = x + 14 + number * 92
        buildings.panel(
            c, [(a, 254), (a + 60, 254), (low + 82, 328), (low, 328)], 3, 4, p.dark(0.4), p.light(0.6)
        )


def _hall(c: Canvas, p: Palette) -> None:
    front = Mask()
    front.rect(255, 500, 262, 280, 256)
    front.poly(255, [(500, 264), (640, 178), (780, 264)])
    c.shaded(front, p.accent, p.deep, 20, 0.7)
    c.line(p.deep, [(484, 272), (640, 174), (796, 272)], 14)
    c.rect(p.paper, 616, 92, 48, 92)
    c.poly(p.deep, [(606, 96), (640, 44), (674, 96)])
    c.rect(p.deep, 628, 108, 24, 40, 12, top=True)
    c.pie(p.glow, 640, 136, 10, 180, 360)
    c.disc(p.paper, 640, 240, 27)
    c.line(p.deep, [(640, 240), (640, 222)], 4)
    c.line(p.deep, [(640, 240), (652, 246)], 4)
    for x in (524, 704):
        for y in (300, 398):
            buildings.arched_window(c, x, y, 52, 66, p.warm(0.35), p.paper)
    c.rect(p.paper, 592, 366, 96, 152, 48, top=True)
    c.rect(p.deep, 601, 376, 78, 142, 39, top=True)
    c.rect(p.glow, 608, 412, 29, 106)
    c.rect(p.glow, 643, 412, 29, 106)
    for number in range(3):
        c.rect(p.light(0.6 - number * 0.15), 580 - number * 8, 496 + number * 7, 120 + number * 16, 8)


def convening(c: Canvas, p: Palette) -> None:
    """A hall of arches and banners, the convening seen from its last row."""
    c.shaded(whole(), p.warm(0.62), p.glow, 270, 0.5)
    for number in range(7):
        t = number / 6
        w, top = 700 - 440 * t, -250 + 350 * t
        arch = Mask()
        arch.rect(255, 640 - w, top, w * 2, 1000, w, top=True)
        ink = mix(p.deep, p.light(0.62), t)
        if number == 6:
            c.shaded(arch, p.warm(0.55), p.glow, 90, 0.7)
        else:
            c.shaded(arch, ink, p.deep, 0, 0.3)
    window = Mask()
    window.disc(255, 640, 250, 118)
    c.fill(window, p.paper)
    c.rays(window, p.glow, 640, 250, 16)
    c.disc(p.accent, 640, 250, 40)
    c.ring(p.accent, 640, 250, 122, 9)
    for x, top, w, h, number in (
        (120, 40, 120, 330, 0),
        (1040, 40, 120, 330, 1),
        (318, 110, 84, 240, 2),
        (878, 110, 84, 240, 3),
    ):
        _banner(c, p, x, top, w, h, number)
    stage = Mask()
    stage.rect(255, 330, 470, 620, 260)
    c.shaded(stage, p.accent, p.deep, 90, 0.7)
    c.rect(p.deep, 320, 462, 640, 12)
    c.poly(p.deep, [(590, 380), (690, 380), (676, 464), (604, 464)])
    c.poly(p.glow, [(582, 380), (600, 364), (680, 364), (698, 380)])
    rows = ((540, 24, 15, 86), (588, 33, 11, 122))
    styles = people.HAIR
    coats = (p.light(0.35), p.glow, p.paper, p.accent, p.light(0.6))
    for y, r, count, gap in rows:
        for number in range(count):
            at = 640 + (number - (count - 1) / 2) * gap
            style = styles[(number * 3 + count) % len(styles)]
            people.bust(
                c,
                p,
                at,
                y + (number * 29) % 17,
                r,
                coats[(number * 2 + count) % 5],
                number * 2 + 1,
                style,
                hair=p.light(0.5) if style == "scarf" else None,
            )
    for x, y, top, sleeve, tone in (
        (420, 650, 470, p.glow, 3),
        (862, 650, 458, p.paper, 1),
        (1096, 650, 490, p.accent, 0),
    ):
        people.arm(c, [(x, y), (x - 8, y - 60), (x + 4, top)], 34, sleeve, p.skin(tone))
        c.rect(p.paper if sleeve != p.paper else p.glow, x - 22, top - 66, 52, 66, 5)
    near = (
        (60, 650, 54, p.accent, 1, "bun"),
        (286, 664, 56, p.deep, 0, "afro"),
        (500, 660, 54, p.glow, 3, "crop"),
        (736, 666, 56, p.light(0.3), 2, "tail"),
        (970, 660, 54, p.paper, 1, "bald"),
        (1210, 654, 56, p.accent, 4, "scarf"),
    )
    for x, y, r, coat, tone, style in near:
        people.bust(c, p, x, y, r, coat, tone, style, hair=p.glow if style == "scarf" else None)


def _banner(c: Canvas, p: Palette, x: float, top: float, w: float, h: float, number: int) -> None:
    c.rect(p.deep, x - 10, top - 8, w + 20, 10, 5)
    cloth = Mask()
    cloth.poly(255, [(x, top), (x + w, top), (x + w, top + h), (x + w / 2, top + h - w * 0.3), (x, top + h)])
    ground, first, second = (
        (p.accent, p.paper, p.glow),
        (p.glow, p.deep, p.paper),
        (p.paper, p.accent, p.glow),
        (p.light(0.3), p.paper, p.deep),
    )[number]
    c.shaded(cloth, ground, mix(ground, p.deep, 0.5), 90, 0.5)
    x0, y0, r = x + w / 2, top + h * 0.34, w * 0.3
    if number % 2 == 0:
        c.pie(first, x0, y0, r, 180, 360)
        c.pie(second, x0, y0 + 4, r, 0, 180)
    else:
        c.poly(first, [(x0, y0 - r), (x0 + r, y0), (x0, y0 + r), (x0 - r, y0)])
        c.disc(second, x0, y0, r * 0.4)
    for row in range(3):
        c.rect(second if row == 1 else first, x + w * 0.2, top + h * (0.6 + row * 0.06), w * 0.6, h * 0.024)


def books(c: Canvas, p: Palette) -> None:
    """Books, an apple, a ruler and a set square in afternoon light."""
    c.shaded(whole(), p.light(0.62), p.light(0.4), 0, 0.5)
    scenery.sun(c, 470, 330, 262, p.accent, p.deep, 60, 0.7)
    light = Mask()
    for x in (760, 930, 1100):
        light.poly(255, [(x, 40), (x + 130, 10), (x + 40, 430), (x - 90, 460)])
    c.fill(light, p.paper, 0.55)
    table = Mask()
    table.rect(255, 0, 560, 1280, 170)
    c.shaded(table, p.deep, p.accent, 0, 0.4)
    c.rect(p.light(0.25), 0, 556, 1280, 8)
    _set_square(c, p)
    stack = (
        (500, 300, 400, 50, p.glow, p.deep),
        (450, 350, 470, 62, p.paper, p.accent),
        (478, 412, 420, 54, p.light(0.3), p.glow),
        (430, 466, 510, 90, p.deep, p.glow),
    )
    for x, y, w, h, ink, band in stack:
        _book(c, p, x, y, w, h, ink, band)
    _apple(c, p, 690, 214)
    _cup(c, p, 1010, 560)
    for x, h, ink, band in (
        (176, 330, p.glow, p.deep),
        (240, 290, p.paper, p.accent),
        (300, 350, p.deep, p.glow),
    ):
        spine = Mask()
        spine.rect(255, x, 560 - h, 58, h, 7)
        c.shaded(spine, ink, mix(ink, p.deep, 0.5) if ink != p.deep else p.accent, 0, 0.6)
        c.rect(band, x, 560 - h + 40, 58, 12)
        c.rect(band, x, 560 - h + 60, 58, 5)
        c.disc(band, x + 29, 514, 13)
    _ruler(c, p)


def _book(c: Canvas, p: Palette, x: float, y: float, w: float, h: float, ink: Colour, band: Colour) -> None:
    cover = Mask()
    cover.rect(255, x, y, w, h, 10)
    dark = mix(ink, p.deep, 0.5) if ink != p.deep else mix(p.deep, (0, 0, 0), 0.4)
    c.shaded(cover, ink, dark, 10, 0.7)
    c.rect(p.paper if ink != p.paper else p.warm(0.5), x + w * 0.42, y + 9, w * 0.58 + 2, h - 18)
    for number in range(1, int((h - 18) / 7)):
        c.rect(p.light(0.6), x + w * 0.43, y + 9 + number * 7, w * 0.57, 1.6)
    c.rect(ink, x + w * 0.4, y, w * 0.03, h, 8)
    c.rect(band, x + 36, y, 16, h)
    c.rect(band, x + 62, y, 6, h)


def _apple(c: Canvas, p: Palette, x: float, y: float) -> None:
    fruit = Mask()
    for dx in (-30, 30):
        fruit.oval(255, x + dx, y + 12, 58, 66)
    fruit.oval(255, x, y + 40, 62, 46)
    c.shaded(fruit, mix(p.glow, p.accent, 0.12), p.accent, 30, 1.0)
    c.oval(p.warm(0.6), x - 50, y - 8, 11, 22)
    c.oval(p.deep, x, y - 44, 24, 7)
    c.line(p.deep, smooth([(x, y - 42), (x + 4, y - 70), (x + 18, y - 92)]), 8)
    leaf = smooth([(x + 8, y - 70), (x + 44, y - 106), (x + 92, y - 98), (x + 56, y - 68), (x + 8, y - 70)])
    c.poly(p.deep, leaf)
    c.line(p.light(0.4), [(x + 16, y - 72), (x + 80, y - 96)], 2.5)


def _set_square(c: Canvas, p: Palette) -> None:
    outer, inner = Mask(), Mask()
    outer.poly(255, [(820, 556), (1220, 556), (1220, 180)])
    inner.poly(255, [(950, 506), (1172, 506), (1172, 298)])
    c.shaded(outer - inner, p.glow, mix(p.glow, p.accent, 0.6), 90, 0.6)
    for number in range(20):
        c.rect(p.deep, 850 + number * 18, 542 if number % 5 else 532, 2.5, 14 if number % 5 else 24)


def _cup(c: Canvas, p: Palette, x: float, foot: float) -> None:
    for dx, top, ink, tip in (
        (18, 300, p.paper, p.deep),
        (52, 262, p.accent, p.paper),
        (84, 318, p.deep, p.glow),
    ):
        lean = (dx - 50) * 0.7
        c.line(ink, [(x + dx, foot - 60), (x + dx + lean, top)], 17, blunt=True)
        c.poly(
            tip,
            [
                (x + dx + lean - 9, top + 1),
                (x + dx + lean + lean * 0.22, top - 32),
                (x + dx + lean + 9, top + 1),
            ],
        )
    cup = Mask()
    cup.poly(255, [(x - 6, foot - 150), (x + 108, foot - 150), (x + 98, foot), (x + 4, foot)])
    c.shaded(cup, p.light(0.3), p.deep, 0, 0.8)
    c.hatch(cup, p.paper, 30, 6, 90)


def _ruler(c: Canvas, p: Palette) -> None:
    ruler = Mask()
    ruler.poly(255, [(120, 626), (1010, 596), (1013, 652), (122, 682)])
    c.shaded(ruler, p.glow, mix(p.glow, p.accent, 0.55), 0, 0.6)
    for number in range(58):
        x = 140 + number * 15
        y = 626 - (x - 120) * 0.0337
        c.line(p.deep, [(x, y + 3), (x + 0.6, y + (25 if number % 5 == 0 else 14))], 2, blunt=True)


SCENES: dict[str, Scene] = {"school": school, "convening": convening, "books": books}
