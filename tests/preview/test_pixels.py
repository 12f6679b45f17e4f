"""Two pictures of a mail, and what of them differs."""

from io import BytesIO

import pytest
from PIL import Image
from tests.newsroom import KEY
from tests.preview.conftest import Client

from lpdownload.errors import Finding, InvalidInput
from lpdownload.preview import app as preview_app
from lpdownload.preview.pixels import compared


def sheet(width: int, height: int, *spots: tuple[int, int]) -> Image.Image:
    image = Image.new("RGB", (width, height), "white")
    for spot in spots:
        image.putpixel(spot, (0, 0, 0))
    return image


def test_the_share_of_pixels_that_differ() -> None:
    found = compared(sheet(10, 10, (1, 1), (2, 2)), sheet(10, 10, (1, 1), (3, 3)))
    assert (found.share, found.width, found.height) == (0.02, 10, 10)


def test_the_same_pictures_do_not_differ() -> None:
    assert compared(sheet(4, 4, (1, 1)), sheet(4, 4, (1, 1))).share == 0


def test_what_a_font_smoothes_is_no_difference() -> None:
    grey = sheet(4, 4)
    grey.putpixel((1, 1), (240, 240, 240))
    assert compared(sheet(4, 4), grey).share == 0


def test_a_longer_mail_differs_where_it_goes_on() -> None:
    found = compared(sheet(10, 10), Image.new("RGB", (10, 20), "black"))
    assert (found.height, found.share) == (20, 1.0)
    for png in (found.old, found.new, found.difference):
        assert Image.open(BytesIO(png)).size == (10, 20)


def test_without_a_browser_the_page_is_told_what_to_install(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_browser(*_: object) -> None:
        raise InvalidInput([Finding("no-browser", "Playwright is not installed", "pip install it")])

    monkeypatch.setattr(preview_app, "pixel_difference", no_browser)
    client.get(f"/api/view/{KEY}")
    answer = client.get(f"/api/pixels/{KEY}?against=start")
    assert answer.status_code == 501
    assert answer.json()["error"] == "Playwright is not installed: pip install it"
    assert client.get(f"/api/pixels/{KEY}?against=saved").status_code == 400
