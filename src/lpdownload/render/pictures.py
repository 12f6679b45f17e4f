"""Local pictures: measured, brought down to twice their shown width, named by the hash of their bytes.

Metadata never travels: a photograph's place and camera stay at home.
"""

import hashlib
import warnings
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from lpdownload.errors import LpdownloadError
from lpdownload.model.sections.base import Image

_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "MPO": "jpg"}
"""MPO is what phones save: a JPEG with a second picture (depth, brightness) behind the first."""
_WORTH_IT = 1.25
"""A file with less than a quarter too many pixels across stays: to compress it again costs sharpness."""
_LARGEST = 50_000_000  # pixels; a decompression bomb is larger


class PictureError(LpdownloadError):
    """A picture that no mail could show; the message says why."""


_JPEG_END = b"\xff\xd9"
"""A JPEG that ends with it is whole; decoding the picture to see the same takes a hundred times longer."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that travels with an issue; ``name`` holds the hash of ``data``."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as a template shows it; pixels are those shown, the file has up to twice as many."""

    src: str
    alt: str
    width: int
    height: int | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    asset: Asset
    width: int
    height: int


def asset(data: bytes, extension: str) -> Asset:
    return Asset(f"{hashlib.sha256(data).hexdigest()[:16]}.{extension}", data)


def prepare(path: Path, image: Image, column: int) -> tuple[Asset, int, int]:
    """The file to ship and the shown size in pixels, in a column so wide. Raises PictureError."""
    try:
        status = path.stat()
    except OSError:
        raise PictureError("the file is not there") from None
    wanted = min(image.width or column, column)
    prepared = _prepare(path, status.st_mtime_ns, status.st_size, wanted)
    if image.height and image.width:
        return prepared.asset, wanted, round(image.height * wanted / image.width)
    return prepared.asset, prepared.width, prepared.height


@lru_cache(maxsize=512)
def _prepare(path: Path, _mtime: int, _size: int, wanted: int) -> _Prepared:
    try:
        with (
            warnings.catch_warnings(action="error", category=Pillow.DecompressionBombWarning),
            Pillow.open(path, formats=("JPEG", "PNG", "GIF")) as picture,
        ):
            if picture.width * picture.height > _LARGEST:
                raise PictureError(
                    f"{picture.width}×{picture.height} pixels are too many; 2560 across are plenty"
                )
            data = path.read_bytes()
            if not data.endswith(_JPEG_END):
                picture.load()  # a truncated file fails here, not in an inbox
            moves = picture.format != "MPO" and getattr(picture, "is_animated", False)
            width, height = (picture.height, picture.width) if _is_sideways(picture) else picture.size
            shown = min(wanted, width)
            too_large = width > shown * 2 * _WORTH_IT
            if not moves and (too_large or _says_too_much(picture)):
                data = _redrawn(picture, shown * 2 if too_large else width)
            extension = _EXTENSIONS[str(picture.format)]
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning):
        raise PictureError("it has far too many pixels") from None
    except (OSError, SyntaxError, ValueError) as error:
        kind = path.suffix.lower()
        if kind in {".svg", ".webp", ".avif", ".heic", ".tif", ".tiff", ".bmp", ".pdf"}:
            raise PictureError(
                f"mail programs do not show {kind[1:]} files; save it as PNG or JPEG"
            ) from None
        told = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        why = "" if isinstance(error, UnidentifiedImageError) else f" ({told})"
        raise PictureError(f"it cannot be read as PNG, JPEG or GIF{why}") from None
    return _Prepared(asset(data, extension), shown, max(1, round(height * shown / width)))


def _says_too_much(picture: Pillow.Image) -> bool:
    """Whether the file holds more than its pixels, or pixels that mail programs do not show."""
    told = picture.info.keys() & {"comment", "exif", "icc_profile", "photoshop", "xmp"}
    words = getattr(picture, "text", None)
    return bool(told or words or picture.getexif() or picture.mode == "CMYK" or picture.format == "MPO")


def _is_sideways(picture: Pillow.Image) -> bool:
    return picture.getexif().get(0x0112, 1) in {5, 6, 7, 8}


def _redrawn(picture: Pillow.Image, width: int) -> bytes:
    from PIL import ImageOps  # only pictures that need work pay for its import

    upright = ImageOps.exif_transpose(picture)
    height = max(1, round(upright.height * width / upright.width))
    smaller = (
        upright
        if upright.mode in {"RGB", "RGBA", "L"}
        else upright.convert("RGBA" if "transparency" in picture.info or upright.mode == "LA" else "RGB")
    )
    if width != upright.width:
        smaller = smaller.resize((width, height), Pillow.Resampling.LANCZOS)
    clean = Pillow.new(smaller.mode, smaller.size)
    clean.paste(smaller)
    out = BytesIO()
    if picture.format in {"JPEG", "MPO"}:
        clean.convert("RGB").save(out, "JPEG", quality=82, optimize=True, progressive=True)
    elif picture.format == "GIF":
        (clean if clean.mode == "RGBA" else clean.convert("P", palette=Pillow.Palette.ADAPTIVE)).save(
            out, "GIF"
        )
    else:
        clean.save(out, "PNG", optimize=True)
    return out.getvalue()
