"""Draw the sample pictures of the newsletters.

Every picture is drawn by this program, so they belong to the project and are under its licence; none is
a photograph and none shows a real person. The same Pillow gives the same bytes: all grain is seeded by
the picture's name.

    python tools/draw_pictures.py                      all pictures into newsletters/NAME/images/
    python tools/draw_pictures.py lpmn lpco/workshop   only these
    python tools/draw_pictures.py --out /some/folder   into /some/folder/NAME/images/
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pictures import (
    colorado,
    federal,
    minnesota,
    network,
    new_york,
    news,
    north_carolina,
    pennsylvania,
    school_board,
    texas,
)
from pictures.canvas import Canvas
from pictures.palettes import PALETTES, Scene

SCENES: dict[str, dict[str, Scene]] = {
    "lp-network": network.SCENES,
    "federal-advocacy": federal.SCENES,
    "lpny": new_york.SCENES,
    "school-board": school_board.SCENES,
    "lppa": pennsylvania.SCENES,
    "lpmn": minnesota.SCENES,
    "lptx": texas.SCENES,
    "lpnc": north_carolina.SCENES,
    "lpco": colorado.SCENES,
    "news": news.SCENES,
}


def picture(newsletter: str, name: str) -> bytes:
    """One picture as JPEG."""
    palette = PALETTES[newsletter]
    canvas = Canvas(palette.paper, f"{newsletter}/{name}")
    SCENES[newsletter][name](canvas, palette)
    return canvas.jpeg()


def chosen(wanted: list[str]) -> list[tuple[str, str]]:
    """The pictures named by `wanted` (newsletters or newsletter/picture), all when it is empty."""
    every = [(newsletter, name) for newsletter, scenes in SCENES.items() for name in scenes]
    if not wanted:
        return every
    known = set(SCENES) | {f"{newsletter}/{name}" for newsletter, name in every}
    unknown = [want for want in wanted if want not in known]
    if unknown:
        raise SystemExit(f"no such picture: {', '.join(unknown)}; known: {', '.join(sorted(known))}")
    return [
        (newsletter, name)
        for newsletter, name in every
        if newsletter in wanted or f"{newsletter}/{name}" in wanted
    ]


def main() -> None:
    """Draw what the command line asks for."""
    parser = argparse.ArgumentParser(description="Draw the sample pictures of the newsletters.")
    parser.add_argument(
        "wanted", nargs="*", help="newsletters, or newsletter/picture; all when none is given"
    )
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).resolve().parent.parent / "newsletters",
        help="folder to write NAME/images/FILE.jpg into",
    )
    options = parser.parse_args()
    for newsletter, name in chosen(options.wanted):
        path = options.out / newsletter / "images" / f"{name}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        data = picture(newsletter, name)
        path.write_bytes(data)
        print(f"{newsletter}/images/{name}.jpg  {len(data) / 1000:.0f} KB")


if __name__ == "__main__":
    main()
