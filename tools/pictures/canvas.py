"""The drawing surface: flat shapes, masks, and the grain of a two-colour print."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw

WIDTH, HEIGHT = 1280, 720
SCALE = 2
LIMIT = 160_000

Colour = tuple[int, int, int]
Ink = Colour | int
Point = tuple[float, float]


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """The colour `share` of the way from `first` to `second`."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return (red, green, blue)


def smooth(points: Sequence[Point], steps: int = 14) -> list[Point]:
    """A curve through all points (Catmull-Rom)."""
    ends = [points[0], *points, points[-1]]
    curve: list[Point] = []
    for a, b, c, d in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append((_spline(a[0], b[0], c[0], d[0], t), _spline(a[1], b[1], c[1], d[1], t)))
    curve.append(points[-1])
    return curve


def _spline(a: float, b: float, c: float, d: float, t: float) -> float:
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def gradient(size: tuple[int, int], angle: float) -> Image.Image:
    """Black to white in the direction of `angle` (0 to the right, 90 downwards)."""
    across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    corners = [x * across + y * down for x in (0, size[0]) for y in (0, size[1])]
    low, span = min(corners), max(corners) - min(corners) or 1.0
    rise = 254 / span
    data = (0.0, 0.0, 128.0, across * rise, down * rise, 0.5 - low * rise)
    ramp = Image.linear_gradient("L")
    return ramp.transform(size, Image.Transform.AFFINE, data, Image.Resampling.BILINEAR)


class Pen:
    """Shapes in picture units (1280 by 720) on an image twice that size."""

    def __init__(self, image: Image.Image) -> None:
        self.image = image
        self._draw = ImageDraw.Draw(image)

    def poly(self, ink: Ink, points: Sequence[Point]) -> None:
        """A filled polygon."""
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=ink)

    def rect(self, ink: Ink, x: float, y: float, w: float, h: float, r: float = 0, top: bool = False) -> None:
        """A filled rectangle; `r` rounds its corners, `top` only the upper ones."""
        if w <= 0 or h <= 0:
            return
        box = (x * SCALE, y * SCALE, (x + w) * SCALE - 1, (y + h) * SCALE - 1)
        if r:
            corners = (True, True, not top, not top)
            self._draw.rounded_rectangle(box, min(r, w / 2, h) * SCALE, fill=ink, corners=corners)
        else:
            self._draw.rectangle(box, fill=ink)

    def oval(self, ink: Ink, x: float, y: float, rx: float, ry: float) -> None:
        """A filled ellipse around (x, y)."""
        self._draw.ellipse([v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)], fill=ink)

    def disc(self, ink: Ink, x: float, y: float, r: float) -> None:
        """A filled circle around (x, y)."""
        self.oval(ink, x, y, r, r)

    def ring(
        self, ink: Ink, x: float, y: float, r: float, width: float, a: float = 0, b: float = 360
    ) -> None:
        """A stroke along the circle around (x, y) from angle `a` to `b`."""
        box = [v * SCALE for v in (x - r, y - r, x + r, y + r)]
        self._draw.arc(box, a, b, fill=ink, width=round(width * SCALE))

    def pie(self, ink: Ink, x: float, y: float, r: float, a: float, b: float) -> None:
        """A filled sector of the circle around (x, y) from angle `a` to `b`."""
        self._draw.pieslice([v * SCALE for v in (x - r, y - r, x + r, y + r)], a, b, fill=ink)

    def line(self, ink: Ink, points: Sequence[Point], width: float = 2, blunt: bool = False) -> None:
        """A stroke with round ends (`blunt`: with cut ends)."""
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=ink, width=max(1, round(width * SCALE)), joint="curve")
        if not blunt:
            for x, y in (points[0], points[-1]):
                self.disc(ink, x, y, width / 2)

    def hill(self, ink: Ink, points: Sequence[Point], foot: float = HEIGHT) -> None:
        """The ground under a smooth curve."""
        curve = smooth(points)
        self.poly(ink, [*curve, (curve[-1][0], foot), (curve[0][0], foot)])


class Mask(Pen):
    """A stencil: draw on it with 255 to open it, with 0 to close it."""

    def __init__(self, image: Image.Image | None = None) -> None:
        super().__init__(image or Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE), 0))

    def __and__(self, other: Mask) -> Mask:
        return Mask(ImageChops.multiply(self.image, other.image))

    def __sub__(self, other: Mask) -> Mask:
        return Mask(ImageChops.subtract(self.image, other.image))


class Canvas(Pen):
    """A picture of one newsletter: paper, inks and seeded grain."""

    def __init__(self, ground: Colour, seed: str) -> None:
        super().__init__(Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground))
        self.random = random.Random(seed)
        raw = Image.frombytes("L", (WIDTH, HEIGHT), self.random.randbytes(WIDTH * HEIGHT))
        self._noise = raw.resize(self.image.size, Image.Resampling.NEAREST)

    def fill(self, mask: Mask, ink: Colour, share: float = 1.0) -> None:
        """Print the mask flat, or as a veil where `share` is below 1."""
        stencil = mask.image if share >= 1 else mask.image.point([round(v * share) for v in range(256)])
        self.image.paste(ink, (0, 0), stencil)

    def grain(self, mask: Mask, ink: Colour, angle: float, start: float = 0.0, end: float = 0.6) -> None:
        """Stipple the mask, thin at the `start` and dense at the `end` of the direction `angle`."""
        box = mask.image.getbbox()
        if box is None:
            return
        size = (box[2] - box[0], box[3] - box[1])
        curve = [max(0, round(255 * (start + (end - start) * (v / 255) ** 1.6))) for v in range(256)]
        density = gradient(size, angle).point(curve)
        dots = ImageChops.subtract(density, self._noise.crop(box), 0.3).point(
            [round(v * 0.8) for v in range(256)]
        )
        self.image.paste(ink, box[:2], ImageChops.multiply(dots, mask.image.crop(box)))

    def shaded(self, mask: Mask, ink: Colour, shade: Colour, angle: float = 0, end: float = 0.6) -> None:
        """Print the mask flat and stipple it towards one side."""
        self.fill(mask, ink)
        self.grain(mask, shade, angle, 0.0, end)

    def halftone(self, mask: Mask, ink: Colour, pitch: float, angle: float, big: float = 0.5) -> None:
        """A field of dots in the mask which grow in the direction `angle`."""
        box = mask.image.getbbox()
        if box is None:
            return
        ramp = gradient((64, 64), angle).load()
        assert ramp is not None
        left, top, right, bottom = (v / SCALE for v in box)
        dots, row, y = Mask(), 0, top
        while y < bottom + pitch:
            x = left + (pitch / 2 if row % 2 else 0)
            while x < right + pitch:
                column = min(63, int((x - left) / (right - left) * 63))
                level = ramp[column, min(63, int((y - top) / (bottom - top) * 63))]
                radius = pitch * big * float(level) / 255  # type: ignore[arg-type]
                if radius > 0.6:
                    dots.disc(255, x, y, radius)
                x += pitch
            y, row = y + pitch * 0.866, row + 1
        self.fill(dots & mask, ink)

    def hatch(self, mask: Mask, ink: Colour, pitch: float, width: float, angle: float = 45) -> None:
        """Parallel strokes in the mask."""
        lines, reach = Mask(), math.hypot(WIDTH, HEIGHT)
        across, down = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        for number in range(-int(reach / pitch), int(reach / pitch) + 1):
            x, y = WIDTH / 2 - down * number * pitch, HEIGHT / 2 + across * number * pitch
            ends = [(x - across * reach, y - down * reach), (x + across * reach, y + down * reach)]
            lines.line(255, ends, width, blunt=True)
        self.fill(lines & mask, ink)

    def rays(self, mask: Mask, ink: Colour, x: float, y: float, count: int, share: float = 1.0) -> None:
        """Every second wedge of a sunburst around (x, y), where the mask is open."""
        wedges, step = Mask(), 360 / count / 2
        for number in range(count):
            wedges.pie(255, x, y, 1500, number * 2 * step - step / 2, number * 2 * step + step / 2)
        self.fill(wedges & mask, ink, share)

    def jpeg(self) -> bytes:
        """The finished picture, with a breath of paper grain, small enough for a mail."""
        small = self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
        fine = Image.frombytes("L", (WIDTH, HEIGHT), self.random.randbytes(WIDTH * HEIGHT))
        fine = fine.point([round(v * 4 / 255) for v in range(256)])
        small = ImageChops.add(small, Image.merge("RGB", (fine, fine, fine)), 1, -2)
        for quality in range(82, 58, -2):
            out = io.BytesIO()
            small.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
            if out.tell() <= LIMIT:
                break
        return out.getvalue()


def whole() -> Mask:
    """A mask open everywhere."""
    return Mask(Image.new("L", (WIDTH * SCALE, HEIGHT * SCALE), 255))
