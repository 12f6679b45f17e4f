"""What a picture's file says of itself: its size in pixels, and whether and how long it moves."""

from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from urllib.parse import urlsplit

from PIL import Image as Pillow

from lpdownload.check.inspection import Inspection, Picture
from lpdownload.render.pictures import Asset


@dataclass(frozen=True, slots=True)
class PictureFile:
    """A file that travels with the mail; pixels are its own, not those shown."""

    bytes: int
    width: int
    height: int
    frames: int
    seconds: float
    """Of one run of its frames."""
    runs: int | None
    """How often they run; None without end."""

    @property
    def moves_for(self) -> float:
        """Seconds."""
        if self.frames < 2:
            return 0.0
        return float("inf") if self.runs is None else self.seconds * self.runs


def file_of(inspection: Inspection, picture: Picture) -> PictureFile | None:
    """The picture's file, if it travels with the issue."""
    asset = inspection.rendering.draft.assets.get(urlsplit(picture.src).path.rpartition("/")[2])
    return read(asset) if asset else None


@lru_cache(maxsize=512)
def read(asset: Asset) -> PictureFile:
    with Pillow.open(BytesIO(asset.data), formats=("JPEG", "PNG", "GIF")) as picture:
        width, height = picture.size
    frames, seconds, runs = _motion(asset.data) if asset.name.endswith(".gif") else (1, 0.0, 1)
    return PictureFile(len(asset.data), width, height, frames, seconds, runs)


def _motion(data: bytes) -> tuple[int, float, int | None]:
    """Frames, seconds of a run, and runs, from a GIF's blocks (GIF89a, 20 to 26; NETSCAPE2.0: runs)."""
    frames, hundredths, repeats = 0, 0, -1
    at = 13 + _table(data[10])
    while at + 18 < len(data) and data[at] != 0x3B:  # no block that matters is shorter
        if data[at] == 0x2C:
            frames += 1
            at = _after_blocks(data, at + 11 + _table(data[at + 9]))
            continue
        if data[at + 1] == 0xF9:
            # Browsers and mail programs show a frame of less than 2/100 s for a tenth of a second.
            delay = int.from_bytes(data[at + 4 : at + 6], "little")
            hundredths += delay if delay > 1 else 10
        elif data[at + 3 : at + 14] == b"NETSCAPE2.0":
            repeats = int.from_bytes(data[at + 16 : at + 18], "little")
        at = _after_blocks(data, at + 2)
    runs = None if repeats == 0 else 1 if repeats < 0 else repeats + 1
    return frames, hundredths / 100, runs


def _table(flags: int) -> int:
    """Bytes of the colour table that these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    """Where a chain of data blocks ends."""
    while at < len(data) and data[at]:
        at += data[at] + 1
    return at + 1
