"""Pictures: what is shipped for each kind of file, and which files are refused."""

import hashlib
import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image as Pillow
from tests.newsroom import Newsroom, drawing, spot

from lpdownload.model.sections.base import Image
from lpdownload.render.pictures import Asset, PictureError, prepare


def image(width: int | None = None, height: int | None = None) -> Image:
    return Image(src="picture", decorative=True, width=width, height=height)


def prepared(
    tmp_path: Path, data: bytes, name: str = "picture.png", wanted: Image | None = None
) -> tuple[Asset, int, int]:
    path = tmp_path / name
    path.write_bytes(data)
    return prepare(path, wanted or image(), 576)


def refused(tmp_path: Path, data: bytes, name: str = "picture.png") -> str:
    with pytest.raises(PictureError) as caught:
        prepared(tmp_path, data, name)
    return str(caught.value)


def opened(asset: Asset) -> Pillow.Image:
    found = Pillow.open(io.BytesIO(asset.data))
    found.load()
    return found


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "gif")])
def test_a_small_picture_is_shipped_as_it_is_under_its_hash(
    tmp_path: Path, kind: str, extension: str
) -> None:
    data = drawing(40, 20, kind)
    asset, width, height = prepared(tmp_path, data)
    assert (asset.data, width, height) == (data, 40, 20)
    assert asset.name == f"{hashlib.sha256(data).hexdigest()[:16]}.{extension}"


def test_a_picture_is_never_shown_larger_than_it_is(tmp_path: Path) -> None:
    assert prepared(tmp_path, drawing(100, 50), wanted=image(width=400))[1:] == (100, 50)


def test_a_large_picture_is_shipped_at_twice_its_shown_width(tmp_path: Path) -> None:
    asset, width, height = prepared(tmp_path, drawing(3000, 1500, "JPEG"))
    assert (width, height) == (576, 288)
    assert opened(asset).size == (1152, 576)


def test_a_picture_of_up_to_twice_the_shown_width_keeps_its_bytes(tmp_path: Path) -> None:
    data = drawing(1152, 100)
    asset, width, height = prepared(tmp_path, data)
    assert (asset.data, width, height) == (data, 576, 50)


def test_a_width_of_its_own_is_the_shown_one(tmp_path: Path) -> None:
    asset, width, height = prepared(tmp_path, drawing(1000, 500), wanted=image(width=200))
    assert (width, height) == (200, 100)
    assert opened(asset).size == (400, 200)


def test_a_width_beyond_the_column_gives_way_and_its_height_with_it(tmp_path: Path) -> None:
    assert prepared(tmp_path, drawing(1280, 640), wanted=image(width=640, height=320))[1:] == (576, 288)


def test_a_picture_taken_sideways_stands_upright_and_tells_no_place(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 42.0, 46.0)})
    data = drawing(300, 100, "JPEG", exif=exif)
    assert Pillow.open(io.BytesIO(data)).getexif().get_ifd(0x8825)
    asset, width, height = prepared(tmp_path, data, "picture.jpg")
    found = opened(asset)
    assert (width, height) == (100, 300) == found.size
    assert not found.getexif()
    assert b"Exif" not in asset.data
    assert b"Camera" not in asset.data


def test_a_place_is_taken_off_a_picture_that_needs_no_other_change(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 42.0, 46.0)})
    asset, *_ = prepared(tmp_path, drawing(40, 20, "JPEG", exif=exif), "picture.jpg")
    assert not opened(asset).getexif()


def test_words_in_a_png_stay_at_home(tmp_path: Path) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Somebody at 5 Home Street")
    info.add_itxt("XML:com.adobe.xmp", "<x>40.7128 N</x>")
    asset, *_ = prepared(tmp_path, drawing(40, 20, pnginfo=info))
    assert b"Home Street" not in asset.data
    assert b"40.7128" not in asset.data


def test_a_comment_in_a_jpeg_stays_at_home(tmp_path: Path) -> None:
    asset, *_ = prepared(tmp_path, drawing(40, 20, "JPEG", comment=b"5 Home Street"), "picture.jpg")
    assert b"Home Street" not in asset.data


def test_a_phone_s_picture_with_a_second_one_behind_it_is_a_jpeg(tmp_path: Path) -> None:
    out = io.BytesIO()
    first = Pillow.new("RGB", (2000, 1000), "#205080")
    first.save(out, "MPO", save_all=True, append_images=[Pillow.new("RGB", (500, 250))])
    asset, width, _ = prepared(tmp_path, out.getvalue(), "phone.jpg")
    assert asset.name.endswith(".jpg")
    found = opened(asset)
    assert (found.format, found.width, width) == ("JPEG", 1152, 576)


def test_xmp_in_a_jpeg_stays_at_home(tmp_path: Path) -> None:
    data = drawing(40, 20, "JPEG")
    xmp = (
        b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta><exif:GPSLatitude>40,42.76N</exif:GPSLatitude></x:xmpmeta>"
    )
    marked = data[:2] + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + data[2:]
    asset, *_ = prepared(tmp_path, marked, "picture.jpg")
    assert b"GPSLatitude" not in asset.data


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("JPEG", "CMYK"),
        ("JPEG", "L"),
        ("PNG", "P"),
        ("PNG", "LA"),
        ("PNG", "RGBA"),
        ("PNG", "1"),
        ("PNG", "I;16"),
        ("GIF", "P"),
    ],
)
@pytest.mark.parametrize("width", [40, 2000])
def test_every_colour_mode_comes_out_as_one_that_mail_programs_show(
    tmp_path: Path, kind: str, mode: str, width: int
) -> None:
    asset, shown, _ = prepared(tmp_path, drawing(width, 20, kind, mode))
    found = opened(asset)
    assert found.format == kind
    assert found.width <= 2 * shown
    assert found.mode in {"RGB", "RGBA", "L", "P", "LA", "1"} | ({"I;16"} if width == 40 else set())


def test_transparency_survives_being_made_smaller(tmp_path: Path) -> None:
    clear = Pillow.new("RGBA", (2000, 20), (0, 0, 0, 0))
    for mode in ("RGBA", "P", "LA"):
        out = io.BytesIO()
        clear.convert(mode).save(out, "PNG", **({"transparency": 0} if mode == "P" else {}))
        asset, *_ = prepared(tmp_path, out.getvalue(), f"{mode}.png")
        assert opened(asset).convert("RGBA").getpixel((5, 5)) == (0, 0, 0, 0), mode


def test_a_clear_gif_stays_clear_when_it_is_made_smaller(tmp_path: Path) -> None:
    clear = Pillow.new("RGBA", (2000, 20), (0, 0, 0, 0))
    clear.paste((200, 30, 30, 255), (0, 0, 1000, 20))
    out = io.BytesIO()
    clear.save(out, "GIF")
    asset, *_ = prepared(tmp_path, out.getvalue(), "clear.gif")
    found = opened(asset).convert("RGBA")
    pixel = found.getpixel((found.width - 5, 5))
    assert isinstance(pixel, tuple)
    assert pixel[3] == 0


def test_a_moving_gif_keeps_all_its_frames(tmp_path: Path) -> None:
    frames = [Pillow.new("P", (1400, 10), color) for color in (1, 2, 3)]
    for frame in frames:
        frame.putpalette([value for step in range(256) for value in (step, 255 - step, step // 2)])
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
    asset, width, _ = prepared(tmp_path, out.getvalue(), "moving.gif")
    assert width == 576
    assert getattr(opened(asset), "n_frames", 1) == 3


def test_the_same_file_gives_the_same_bytes_twice(tmp_path: Path) -> None:
    from lpdownload.render import pictures

    data = drawing(3000, 100, "JPEG")
    first = prepared(tmp_path, data)
    pictures._prepare.cache_clear()
    assert prepared(tmp_path, data) == first


def png_header(width: int, height: int) -> bytes:
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))
    data = b"IDAT" + zlib.compress(b"\0" * 100)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk
        + struct.pack(">I", len(data) - 4)
        + data
        + struct.pack(">I", zlib.crc32(data))
    )


@pytest.mark.parametrize("side", [8_000, 10_000, 20_000, 100_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_read(tmp_path: Path, side: int) -> None:
    assert "too many" in refused(tmp_path, png_header(side, side))


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.png"),
        (b"This is text.", "text.jpg"),
        (b"\xff\xd8\xff\xe0", "start.jpg"),
        (drawing(40, 20)[:60], "cut.png"),
        (drawing(400, 200, "JPEG")[:500], "cut.jpg"),
        (drawing(400, 200, "GIF")[:50], "cut.gif"),
        (b"<?xml version='1.0'?><svg/>", "drawing.png"),
        (drawing(40, 20, "TIFF"), "picture.png"),
        (b"%PDF-1.4", "picture"),
    ],
)
def test_what_is_no_whole_picture_is_refused(tmp_path: Path, data: bytes, name: str) -> None:
    assert refused(tmp_path, data, name).startswith("it cannot be read as PNG, JPEG or GIF")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("photo.webp", drawing(40, 20, "WEBP")),
        ("p.HEIC", b"x"),
    ],
)
def test_kinds_that_mail_programs_do_not_show_are_named(tmp_path: Path, name: str, data: bytes) -> None:
    kind = name.rpartition(".")[2].lower()
    assert refused(tmp_path, data, name) == f"mail programs do not show {kind} files; save it as PNG or JPEG"


def test_a_png_named_jpg_is_shipped_as_png(tmp_path: Path) -> None:
    assert prepared(tmp_path, drawing(), "picture.jpg")[0].name.endswith(".png")


def test_a_file_that_is_gone_is_a_picture_error(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="not there"):
        prepare(tmp_path / "gone.png", image(), 576)


STORY = """\
- type: story
  title: A river
  body: It is clean.
  image: {src: images/river.png, alt: A river}
"""


def test_an_issue_ships_its_picture_and_the_mail_says_its_size(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", drawing(1000, 500))
    newsroom.write_issue(STORY)
    (asset,) = newsroom.render().assets
    html = newsroom.html()
    assert f'src="https://news.example.org/assets/town/2024-09/{asset.name}"' in html
    assert 'width="576"' in html
    assert 'height="288"' in html


def test_an_unreadable_picture_is_a_finding_at_its_image(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", b"no picture")
    newsroom.write_issue(STORY)
    (finding,) = newsroom.check().findings
    assert (finding.rule, finding.path) == ("image-unreadable", "sections[0].image")
    assert spot(finding) == ("2024-09.yaml", 7, 12)


def test_the_same_picture_twice_is_shipped_once(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/images/river.png", drawing())
    newsroom.write_issue(STORY + STORY)
    assert len(newsroom.render().assets) == 1


def test_an_unreadable_picture_is_not_blamed_on_a_newsroom_s_own_templates(newsroom: Newsroom) -> None:
    newsroom.write("templates/labels/en.yaml", "unsubscribe: Leave\n")
    newsroom.write("newsletters/town/images/river.png", b"no picture")
    newsroom.write_issue(STORY)
    (finding,) = newsroom.check().findings
    assert finding.rule == "image-unreadable"
    assert finding.message.endswith("it cannot be read as PNG, JPEG or GIF")
