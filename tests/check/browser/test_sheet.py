"""Pictures on one sheet."""

from io import BytesIO

from PIL import Image
from tests.newsroom import drawing

from lpdownload.check.browser.sheet import contact_sheet


def sheet(*sizes: tuple[int, int]) -> Image.Image:
    data = {f"picture-{index}": drawing(*size) for index, size in enumerate(sizes)}
    return Image.open(BytesIO(contact_sheet(data)))


def test_pictures_of_one_row_stand_side_by_side() -> None:
    assert sheet((700, 900), (375, 1000)).width > 0.4 * (700 + 375)


def test_a_row_that_would_be_too_wide_goes_on_below() -> None:
    one = sheet((700, 1000))
    many = sheet(*((700, 1000 + index) for index in range(12)))
    assert many.width <= 2300
    assert many.height > 1.8 * one.height


def test_the_same_picture_stands_there_once_under_all_its_names() -> None:
    same = Image.open(BytesIO(contact_sheet({"one": drawing(700, 900), "two": drawing(700, 900)})))
    assert same.width == sheet((700, 900)).width
    assert same.height > sheet((700, 900)).height


def test_the_longest_mail_makes_no_sheet_that_nobody_can_open() -> None:
    assert sheet((700, 16000), (375, 9000)).height < 3000
