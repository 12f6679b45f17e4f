"""Abstract people: rounded figures from behind or as plain shapes, never with a face."""

from __future__ import annotations

from pictures.canvas import Canvas, Colour, Mask, Point, mix
from pictures.palettes import Palette

HAIR = ("crop", "bob", "afro", "bun", "scarf", "bald", "tail")


def head(c: Canvas, p: Palette, x: float, y: float, r: float, skin: Colour, hair: Colour, style: str) -> None:
    """A head from behind; `r` is half its width."""
    c.rect(mix(skin, p.deep, 0.18), x - r * 0.42, y + r * 0.5, r * 0.84, r * 1.2, r * 0.3)
    shape = Mask()
    if style == "scarf":
        shape.oval(255, x, y, r * 1.1, r * 1.24)
        shape.poly(255, [(x - r * 1.05, y + r * 0.2), (x + r * 1.05, y + r * 0.2),
                         (x + r * 1.3, y + r * 1.9), (x, y + r * 2.3), (x - r * 1.3, y + r * 1.9)])
    elif style == "bob":
        shape.oval(255, x, y - r * 0.05, r * 1.08, r * 1.2)
        shape.rect(255, x - r * 1.12, y - r * 0.1, r * 2.24, r * 1.55, r * 0.45)
    elif style == "afro":
        shape.disc(255, x, y - r * 0.25, r * 1.45)
    elif style in ("bald", "hat"):
        shape.oval(255, x, y, r, r * 1.18)
    else:
        shape.oval(255, x, y - r * 0.06, r * 1.02, r * 1.14)
    for side in (-1, 1):
        if style in ("crop", "bald", "hat", "bun", "tail"):
            c.oval(skin, x + side * r, y + r * 0.12, r * 0.2, r * 0.3)
    ink = skin if style in ("bald", "hat") else hair
    c.shaded(shape, ink, mix(ink, p.deep, 0.55) if ink != p.deep else p.dark(0.3), 20, 0.6)
    if style == "bun":
        c.disc(hair, x, y - r * 1.3, r * 0.5)
    elif style == "tail":
        c.hill(hair, [(x - r * 0.28, y - r * 0.1), (x, y - r * 0.5), (x + r * 0.28, y - r * 0.1)], y + r)
        c.oval(hair, x, y + r * 0.9, r * 0.36, r * 1.2)
        c.rect(p.glow, x - r * 0.3, y + r * 0.05, r * 0.6, r * 0.2, r * 0.1)
    elif style == "hat":
        c.rect(hair, x - r * 0.95, y - r * 1.5, r * 1.9, r * 1.25, r * 0.5, top=True)
        c.oval(hair, x, y - r * 0.42, r * 1.9, r * 0.36)
        c.rect(p.glow, x - r * 0.95, y - r * 0.78, r * 1.9, r * 0.2)


def body(c: Canvas, p: Palette, x: float, y: float, r: float, coat: Colour, foot: float = 820) -> None:
    """Shoulders and back under a head at (x, y)."""
    shape = Mask()
    wide, top = r * 2.15, y + r * 1.35
    outline: list[Point] = [(x - wide * 1.06, foot), (x - wide, top + r * 1.5)]
    shape.rect(255, x - wide, top, wide * 2, foot - top, r * 1.35, top=True)
    shape.poly(255, [*outline, (x + wide, top + r * 1.5), (x + wide * 1.06, foot)])
    shape.poly(255, [(x - r * 0.6, y + r * 1.12), (x + r * 0.6, y + r * 1.12), (x + r * 1.4, top + r * 0.4),
                     (x - r * 1.4, top + r * 0.4)])
    dark = mix(coat, p.deep, 0.6) if coat != p.deep else mix(p.deep, (0, 0, 0), 0.35)
    c.shaded(shape, coat, dark, 25, 0.62)


def bust(c: Canvas, p: Palette, x: float, y: float, r: float, coat: Colour, tone: int, style: str,
         foot: float = 820, hair: Colour | None = None) -> None:
    """A person from behind, head and back."""
    body(c, p, x, y, r, coat, foot)
    head(c, p, x, y, r, p.skin(tone), hair or mix(p.deep, (0, 0, 0), 0.25), style)


def arm(c: Canvas, points: list[Point], width: float, sleeve: Colour, skin: Colour) -> None:
    """A raised arm: sleeve along the points, then a hand."""
    (x0, y0), (x1, y1) = points[-2:]
    c.line(skin, [(x0, y0), (x1, y1)], width * 0.72)
    c.disc(skin, x1, y1, width * 0.56)
    c.line(skin, [(x1, y1), (x1 + width * 0.1, y1 - width * 0.7)], width * 0.62)
    cuff = (x0 + (x1 - x0) * 0.62, y0 + (y1 - y0) * 0.62)
    c.line(sleeve, [*points[:-1], cuff], width)


def delegate(c: Canvas, p: Palette, x: float, foot: float, tall: float, coat: Colour, legs: Colour,
             tone: int, style: str, badge: Colour | None = None) -> None:
    """A whole standing person as a plain shape; `badge` hangs a conference card round the neck."""
    r = tall / 14.5
    y = foot - tall + r * 1.2
    hip, shoulder = foot - tall * 0.47, y + r * 1.7
    skin, dark = p.skin(tone), mix(p.deep, (0, 0, 0), 0.25)
    c.oval(mix(p.deep, p.paper, 0.35), x + r * 0.4, foot, r * 2.6, r * 0.4)
    for side in (-1, 1):
        near, far = x + side * r * 0.12, x + side * r * 1.3
        c.poly(legs, [(near, hip), (far, hip), (x + side * r * 1.15, foot - 3), (x + side * r * 0.4, foot - 3)])
        c.rect(dark, x + side * r * 0.82 - r * 0.58, foot - r * 0.55, r * 1.16, r * 0.6, r * 0.3)
    shape = Mask()
    shape.rect(255, x - r * 1.62, shoulder, r * 3.24, hip - shoulder + r * 0.9, r * 1.1)
    c.shaded(shape, coat, mix(coat, p.deep, 0.65), 15, 0.6)
    for side in (-1, 1):
        joint = [(x + side * r * 1.5, shoulder + r * 0.75), (x + side * r * 2.0, shoulder + r * 3.1),
                 (x + side * r * 1.75, hip + r * 0.35)]
        c.disc(skin, *joint[-1], r * 0.42)
        c.line(mix(coat, p.deep, 0.16), [*joint[:-1], (joint[-1][0], hip - r * 0.1)], r * 0.92)
    c.rect(mix(skin, p.deep, 0.2), x - r * 0.4, y + r * 0.6, r * 0.8, r * 1.4, r * 0.4)
    if badge:
        for side in (-1, 1):
            c.line(badge, [(x + side * r * 0.62, shoulder + r * 0.1), (x, shoulder + r * 2.1)], r * 0.16)
        c.rect(badge, x - r * 0.5, shoulder + r * 2.0, r, r * 1.25, r * 0.16)
    _plain_head(c, p, x, y, r, skin, dark, style)


def _plain_head(c: Canvas, p: Palette, x: float, y: float, r: float, skin: Colour, dark: Colour,
                style: str) -> None:
    if style == "afro":
        c.disc(dark, x, y - r * 0.3, r * 1.4)
    elif style == "bob":
        c.rect(dark, x - r * 1.08, y - r * 1.2, r * 2.16, r * 2.6, r * 0.9)
    elif style == "bun":
        c.disc(dark, x, y - r * 1.35, r * 0.5)
    elif style == "scarf":
        c.oval(p.glow, x, y, r * 1.18, r * 1.3)
        c.poly(p.glow, [(x - r * 1.1, y + r * 0.3), (x + r * 1.1, y + r * 0.3), (x + r * 1.4, y + r * 2.1),
                        (x - r * 1.4, y + r * 2.1)])
    face = Mask()
    face.oval(255, x, y, r * 0.86, r * 1.08)
    c.shaded(face, skin, mix(skin, p.deep, 0.5), 15, 0.45)
    if style not in ("bald", "scarf", "hat"):
        cap = Mask()
        cap.oval(255, x, y, r * 0.92, r * 1.14)
        cap.rect(0, x - r * 2, y - r * 0.38, r * 4, r * 3)
        c.fill(cap, dark)
    if style == "hat":
        c.rect(dark, x - r * 0.85, y - r * 1.5, r * 1.7, r * 1.1, r * 0.45, top=True)
        c.oval(dark, x, y - r * 0.42, r * 1.7, r * 0.3)
