"""The pictures of the news page: a break in the shade, a march, a skyline with a bridge."""

from __future__ import annotations

from pictures import buildings, people, scenery
from pictures.canvas import Canvas, Mask, mix, smooth, whole
from pictures.palettes import Palette, Scene


def shade(c: Canvas, p: Palette) -> None:
    """A worker with a hard hat, seen from behind, under an awning; a crane in the heat."""
    scenery.sky(c, p.warm(0.6), mix(p.glow, p.accent, 0.25), 0.5, 720)
    sun = Mask()
    sun.disc(255, 960, 200, 118)
    c.rays(whole() - sun, p.warm(0.45), 960, 200, 22, 0.7)
    scenery.sun(c, 960, 200, 118, p.glow, p.paper, 90, 0.4)
    buildings.towers(c, -10, 1290, 560, (60, 190), p.mist(0.55), None, (50, 96))
    for x in (760,):
        c.rect(p.accent, x, 130, 16, 440)
        c.rect(p.accent, x - 130, 130, 420, 12)
        c.rect(p.deep, x - 130, 130, 54, 44)
        c.line(p.deep, [(x + 8, 84), (x - 126, 130)], 3)
        c.line(p.deep, [(x + 8, 84), (x + 286, 130)], 3)
        c.poly(p.accent, [(x, 132), (x + 8, 80), (x + 16, 132)])
        c.line(p.deep, [(x + 230, 142), (x + 230, 330)], 3)
        c.rect(p.light(0.25), x + 196, 330, 70, 22)
    scenery.hill(c, [(-10, 556), (400, 548), (900, 558), (1290, 550)], p.light(0.2), p.accent, 90, 0.6)
    awning = Mask()
    awning.poly(255, [(-10, -10), (720, -10), (640, 120), (-10, 168)])
    c.shaded(awning, p.deep, mix(p.deep, (0, 0, 0), 0.4), 90, 0.6)
    for number in range(7):
        c.poly(
            p.paper if number % 2 else p.accent,
            [
                (-10 + number * 94, 168 - number * 6.9),
                (84 + number * 94, 161 - number * 6.9),
                (78 + number * 94, 214 - number * 6.9),
                (37 + number * 94, 230 - number * 6.9),
                (-6 + number * 94, 218 - number * 6.9),
            ],
        )
    c.rect(p.deep, 596, 118, 16, 602)
    cast = Mask()
    cast.poly(255, [(-10, 600), (560, 588), (720, 730), (-10, 730)])
    c.fill(cast, p.deep, 0.42)
    people.bust(c, p, 300, 372, 62, p.accent, 1, "crop")
    vest = Mask()
    vest.rect(255, 214, 474, 46, 250)
    vest.rect(255, 342, 474, 46, 250)
    vest.rect(255, 196, 560, 212, 34)
    c.fill(vest, p.glow)
    helmet = Mask()
    helmet.pie(255, 300, 356, 78, 180, 360)
    helmet.rect(255, 208, 346, 184, 18, 9)
    c.shaded(helmet, p.glow, p.paper, 200, 0.6)
    c.rect(p.warm(0.4), 290, 276, 20, 74, 8)
    people.arm(c, [(406, 520), (474, 470), (462, 372)], 46, p.accent, p.skin(1))
    c.rect(p.mist(0.6), 440, 262, 48, 112, 14)
    c.rect(p.deep, 450, 240, 28, 26, 6)
    c.rect(p.paper, 440, 300, 48, 34)


def march(c: Canvas, p: Palette) -> None:
    """Workers with placards from behind, walking to a hall with a dome."""
    scenery.sky(c, p.mist(0.84), p.mist(0.62), 0.5, 720)
    c.rays(whole(), p.mist(0.76), 640, 420, 26, 0.6)
    scenery.sun(c, 640, 330, 232, p.glow, p.accent, 270, 0.3)
    c.rect(p.mist(0.28), 420, 356, 440, 150)
    for number in range(9):
        c.rect(p.paper, 440 + number * 47, 380, 16, 126)
    c.poly(p.mist(0.18), [(400, 358), (640, 292), (880, 358)])
    c.pie(p.accent, 640, 300, 92, 180, 360)
    c.rect(p.paper, 548, 296, 184, 14)
    c.rect(p.accent, 634, 150, 12, 66)
    scenery.hill(c, [(-10, 506), (640, 496), (1290, 506)], p.deep, p.accent, 270, 0.25)
    signs = (
        (110, 250, 190, 118, p.accent, -4),
        (372, 196, 176, 112, p.paper, 3),
        (806, 330, 170, 108, p.accent, -2),
        (1000, 190, 180, 114, p.paper, 4),
        (1190, 262, 176, 112, p.accent, -3),
    )
    for x, y, w, h, ink, lean in signs:
        c.line(p.deep, [(x, y + h / 2), (x - lean * 6, 700)], 11)
        c.poly(
            ink,
            [(x - w / 2, y - h / 2 + lean * 3), (x + w / 2, y - h / 2 - lean * 3),
             (x + w / 2, y + h / 2 - lean * 3), (x - w / 2, y + h / 2 + lean * 3)],
        )  # fmt: skip
        line = p.deep if ink != p.accent else p.paper
        for row, share in ((-20, 0.62), (4, 0.74), (28, 0.46)):
            c.line(line, [(x - w * share / 2, y + row + lean), (x + w * share / 2, y + row - lean)], 9)
    coats = (p.accent, p.mist(0.35), p.glow, p.deep, p.light(0.35))
    for number, x in enumerate(range(30, 1320, 142)):
        tall = 500 + (number * 37) % 58
        people.bust(c, p, x, tall, 40, coats[number % 5], number, people.HAIR[number % 7])


def skyline(c: Canvas, p: Palette) -> None:
    """Hills of houses, towers and a suspension bridge over a bay."""
    scenery.sky(c, p.warm(0.66), mix(p.glow, p.accent, 0.2), 0.5, 720)
    scenery.sun(c, 900, 300, 150, p.glow, p.warm(0.4), 90, 0.5)
    scenery.hill(
        c, smooth([(-10, 400), (220, 350), (470, 410), (760, 372), (1010, 400), (1290, 340)]),
        p.mist(0.62), p.mist(0.45), 90, 0.6,
    )  # fmt: skip
    buildings.towers(c, 60, 640, 470, (110, 290), p.mist(0.3), p.warm(0.35), (38, 72))
    c.poly(p.deep, [(352, 470), (392, 96), (432, 470)])
    for row in range(14):
        c.rect(p.warm(0.4), 384 - row * 1.7, 190 + row * 19, 16 + row * 3.4, 5)
    hill = scenery.hill(
        c, smooth([(-10, 470), (180, 430), (420, 452), (640, 486), (760, 520)]), p.deep, p.accent, 270, 0.3
    )
    del hill
    for x, y, ink in ((30, 410, p.accent), (112, 396, p.glow), (196, 392, p.paper), (280, 402, p.accent),
                      (362, 414, p.glow), (446, 428, p.paper), (528, 446, p.accent)):  # fmt: skip
        c.rect(ink, x, y, 70, 96)
        c.poly(p.mist(0.2), [(x - 6, y + 2), (x + 35, y - 40), (x + 76, y + 2)])
        for dx in (14, 42):
            c.rect(p.deep if ink != p.deep else p.glow, x + dx, y + 22, 14, 26, 7, top=True)
        c.rect(p.deep, x + 26, y + 60, 18, 36)
    water = Mask()
    water.rect(255, 0, 506, 1280, 220)
    c.shaded(water, p.mist(0.5), p.deep, 90, 0.6)
    for tower in (760, 1130):
        for dx in (0, 44):
            c.rect(p.accent, tower + dx, 190, 18, 400)
        for y in (206, 280, 360):
            c.rect(p.accent, tower, y, 62, 14)
    c.rect(p.accent, 560, 470, 730, 18)
    for a, b in (((560, 470), (776, 194)), ((776, 194), (1150, 194)), ((1150, 194), (1300, 420))):
        sag = 230 if a[1] == b[1] else 40
        middle = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2 + sag)
        curve = smooth([a, middle, b])
        c.line(p.accent, curve, 6)
        for along, height in curve[::3]:
            c.line(p.accent, [(along, height), (along, 474)], 2)
    scenery.birds(c, ((560, 120, 17), (612, 146, 13), (520, 160, 11)), p.deep)


SCENES: dict[str, Scene] = {"shade": shade, "march": march, "skyline": skyline}
