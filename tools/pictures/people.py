"""Abstract people from behind: rounded backs, heads and raised arms."""

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
        shape.poly(
            255,
            [
                (x - r * 1.05, y + r * 0.2),
                (x + r * 1.05, y + r * 0.2),
                (x + r * 1.3, y + r * 1.9),
                (x, y + r * 2.3),
                (x - r * 1.3, y + r * 1.9),
            ],
        )
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
    ink = {"bald": skin, "hat": mix(p.deep, (0, 0, 0), 0.4)}.get(style, hair)
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
    shape.poly(
        255,
        [
            (x - r * 0.6, y + r * 1.12),
            (x + r * 0.6, y + r * 1.12),
            (x + r * 1.4, top + r * 0.4),
            (x - r * 1.4, top + r * 0.4),
        ],
    )
    dark = mix(coat, p.deep, 0.6) if coat != p.deep else mix(p.deep, (0, 0, 0), 0.35)
    c.shaded(shape, coat, dark, 25, 0.62)


def bust(
    c: Canvas,
    p: Palette,
    x: float,
    y: float,
    r: float,
    coat: Colour,
    tone: int,
    style: str,
    foot: float = 820,
    hair: Colour | None = None,
) -> None:
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
