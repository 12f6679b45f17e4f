"""A sheet of pictures side by side, each under its names: an issue at a glance."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw, ImageFont

_SCALE: Final = 0.4
_WIDTH: Final = 2200
_TALLEST: Final = 2800
_GAP: Final = 16
_LINE: Final = 17


@dataclass(frozen=True, slots=True)
class _Cell:
    names: list[str]
    picture: Image.Image
    width: int


def contact_sheet(pictures: Mapping[str, bytes]) -> bytes:
    """One PNG of PNGs by name, all in one scale, in rows; the same picture stands there once."""
    named: dict[bytes, list[str]] = {}
    for name, data in pictures.items():
        named.setdefault(data, []).append(name)
    opened = [(names, Image.open(BytesIO(data)).convert("RGB")) for data, names in named.items()]
    scale = min(_SCALE, _TALLEST / max(picture.height for _, picture in opened))
    font = ImageFont.load_default(13)
    cells = []
    for names, picture in opened:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        small = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2)
        cells.append(_Cell(names, small, max(size[0], *(round(font.getlength(name)) for name in names))))
    rows = _rows(cells)
    heights = [_LINE * max(len(cell.names) for cell in row) for row in rows]
    tall = [max(cell.picture.height for cell in row) for row in rows]
    width = max(sum(cell.width + _GAP for cell in row) for row in rows) + _GAP
    sheet = Image.new("RGB", (width, sum(heights) + sum(tall) + _GAP * (2 * len(rows) + 1)), "#808080")
    draw = ImageDraw.Draw(sheet)
    top = _GAP
    for row, height, tallest in zip(rows, heights, tall, strict=True):
        left = _GAP
        for cell in row:
            for line, name in enumerate(cell.names):
                draw.text((left, top + _LINE * line), name, "#ffffff", font)
            sheet.paste(cell.picture, (left, top + height + _GAP // 2))
            left += cell.width + _GAP
        top += height + tallest + 2 * _GAP
    out = BytesIO()
    sheet.save(out, "PNG")
    return out.getvalue()


def _rows(cells: list[_Cell]) -> list[list[_Cell]]:
    """In their order, as many in a row as fit."""
    rows: list[list[_Cell]] = [[]]
    taken = 0
    for cell in cells:
        if rows[-1] and taken + cell.width + _GAP > _WIDTH:
            rows.append([])
            taken = 0
        rows[-1].append(cell)
        taken += cell.width + _GAP
    return rows
