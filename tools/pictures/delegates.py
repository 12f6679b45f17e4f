"""Whole standing people as plain shapes, for groups before a backdrop; heads are blank ovals."""

from __future__ import annotations

from itertools import pairwise

from pictures.canvas import Canvas, Colour, Mask, Point, mix
from pictures.palettes import Palette


def delegate(
    c: Canvas,
    p: Palette,
    x: float,
    foot: float,
    tall: float,
    coat: Colour,
    legs: Colour,
    tone: int,
    style: str,
    badge: Colour,
    pose: str = "down",
) -> None:
    """A standing person with a conference card; `pose` is down, behind, folded or wave."""
    r = tall / 13.6
    y = foot - tall + r * 1.2
    hip, shoulder = foot - tall * 0.46, y + r * 1.42
    skin, dark = p.skin(tone), mix(p.deep, (0, 0, 0), 0.3)
    shadow = Mask()
    shadow.oval(255, x + r * 0.7, foot, r * 2.5, r * 0.36)
    c.fill(shadow, dark, 0.4)
    for side in (-1, 1):
        c.poly(
            legs,
            [
                (x, hip),
                (x + side * r * 1.34, hip),
                (x + side * r * 1.2, foot - 4),
                (x + side * r * 0.36, foot - 4),
                (x + side * r * 0.12, hip + r * 1.6),
            ],
        )
        c.rect(dark, x + side * r * 0.86 - r * 0.6, foot - r * 0.5, r * 1.2, r * 0.55, r * 0.3)
    if pose != "folded":
        _arms(c, p, x, r, shoulder, hip, coat, skin, pose)
    _coat(c, p, x, r, shoulder, hip, coat)
    if style == "scarf":
        wrap = Mask()
        wrap.poly(
            255,
            [
                (x - r * 1.12, y),
                (x + r * 1.12, y),
                (x + r * 1.5, shoulder + r * 0.9),
                (x, shoulder + r * 1.25),
                (x - r * 1.5, shoulder + r * 0.9),
            ],
        )
        c.fill(wrap, p.glow)
    else:
        c.poly(
            p.paper if coat != p.paper else p.light(0.4),
            [(x - r * 0.62, shoulder), (x + r * 0.62, shoulder), (x, shoulder + r * 1.5)],
        )
        c.rect(mix(skin, dark, 0.22), x - r * 0.38, y + r * 0.6, r * 0.76, shoulder - y, r * 0.36)
    low = shoulder + r * 2.2
    for side in (-1, 1):
        c.line(badge, [(x + side * r * 0.58, shoulder + r * 0.12), (x, low)], r * 0.15)
    c.rect(badge, x - r * 0.5, low, r, r * 1.2, r * 0.16)
    c.rect(coat, x - r * 0.3, low + r * 0.3, r * 0.6, r * 0.14)
    c.rect(coat, x - r * 0.3, low + r * 0.6, r * 0.4, r * 0.14)
    if pose == "folded":
        _folded(c, p, x, r, shoulder, coat, skin)
    plain_head(c, p, x, y, r, skin, style)


def _coat(c: Canvas, p: Palette, x: float, r: float, shoulder: float, hip: float, coat: Colour) -> None:
    shape = Mask()
    low = hip + r * 0.75
    shape.rect(255, x - r * 1.86, shoulder, r * 3.72, r * 3, r * 1.05, top=True)
    shape.poly(
        255,
        [
            (x - r * 1.86, shoulder + r * 1.2),
            (x + r * 1.86, shoulder + r * 1.2),
            (x + r * 1.46, hip - r),
            (x + r * 1.64, low),
            (x - r * 1.64, low),
            (x - r * 1.46, hip - r),
        ],
    )
    shape.rect(0, x - r * 3, low, r * 6, r * 3)
    for side in (-1, 1):
        shape.poly(
            0,
            [
                (x + side * r * 1.9, shoulder + r * 1.4),
                (x + side * r * 1.9, hip - r),
                (x + side * r * 1.47, hip - r),
            ],
        )
    dark = mix(coat, p.deep, 0.6) if coat != p.deep else mix(p.deep, (0, 0, 0), 0.4)
    c.shaded(shape, coat, dark, 15, 0.7)
    c.line(dark, [(x, shoulder + r * 1.4), (x, low)], max(1.4, r * 0.07), blunt=True)
    for side in (-1, 1):
        c.poly(
            mix(coat, dark, 0.5),
            [
                (x + side * r * 0.6, shoulder),
                (x + side * r * 1.0, shoulder + r * 0.75),
                (x, shoulder + r * 2),
            ],
        )


def _arms(
    c: Canvas,
    p: Palette,
    x: float,
    r: float,
    shoulder: float,
    hip: float,
    coat: Colour,
    skin: Colour,
    pose: str,
) -> None:
    sleeve = mix(coat, p.deep, 0.2) if coat != p.deep else mix(p.deep, (0, 0, 0), 0.2)
    for side in (-1, 1):
        start = (x + side * r * 1.42, shoulder + r * 0.6)
        if pose == "wave" and side == 1:
            points: list[Point] = [
                start,
                (x + r * 2.7, shoulder + r * 0.9),
                (x + r * 2.9, shoulder - r * 1.3),
            ]
            c.line(skin, [points[-1], (x + r * 2.86, shoulder - r * 2.1)], r * 0.56)
            c.disc(skin, x + r * 2.86, shoulder - r * 2.2, r * 0.44)
        elif pose == "behind":
            points = [start, (x + side * r * 2.35, shoulder + r * 2.6), (x + side * r * 1.2, hip - r * 0.3)]
        else:
            points = [start, (x + side * r * 2.02, shoulder + r * 2.5), (x + side * r * 1.98, hip)]
            c.oval(skin, x + side * r * 1.98, hip + r * 0.5, r * 0.38, r * 0.5)
        for a, b in pairwise(points):
            c.line(sleeve, [a, b], r * 0.9)


def _folded(c: Canvas, p: Palette, x: float, r: float, shoulder: float, coat: Colour, skin: Colour) -> None:
    sleeve = mix(coat, p.deep, 0.25) if coat != p.deep else mix(p.deep, p.paper, 0.14)
    for side in (-1, 1):
        elbow = (x + side * r * 1.9, shoulder + r * 3.1)
        c.line(sleeve, [(x + side * r * 1.48, shoulder + r * 0.7), elbow], r * 0.86)
        c.line(sleeve, [elbow, (x - side * r * 0.7, shoulder + r * (3.5 if side < 0 else 2.95))], r * 0.8)
    c.disc(skin, x - r * 1.0, shoulder + r * 2.9, r * 0.4)


def plain_head(c: Canvas, p: Palette, x: float, y: float, r: float, skin: Colour, style: str) -> None:
    """A head from the front: hair and a blank oval."""
    dark = mix(p.deep, (0, 0, 0), 0.3)
    if style == "afro":
        c.disc(dark, x, y - r * 0.3, r * 1.36)
    elif style == "bob":
        c.rect(dark, x - r * 1.1, y - r * 1.2, r * 2.2, r * 2.15, r * 0.95, top=True)
    elif style == "bun":
        c.disc(dark, x, y - r * 1.36, r * 0.5)
    elif style == "scarf":
        c.oval(p.glow, x, y, r * 1.16, r * 1.3)
    face = Mask()
    face.oval(255, x, y, r * 0.84, r * 1.06)
    c.shaded(face, skin, mix(skin, dark, 0.4), 15, 0.5)
    if style in ("bald", "scarf"):
        return
    cap, cut = Mask(), Mask()
    cap.oval(255, x, y - r * 0.04, r * 0.92, r * 1.12)
    cut.oval(255, x + r * 0.25, y + r * 0.72, r * 1.3, r * 1.12)
    c.fill(cap - cut, dark)
