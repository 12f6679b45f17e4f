"""Shots of a mail: which there are, and what is written."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from tests.newsroom import STORY, Newsroom, drawing

from lpdownload.check.browser.page import MailPage
from lpdownload.check.browser.shots import CLIENTS, WEB, shots, take
from lpdownload.check.clients import see as clients


def test_every_client_that_is_simulated_is_shot_and_the_page_on_the_web() -> None:
    assert set(CLIENTS) == {*clients.CLIENTS, WEB}


def test_nothing_asked_for_is_everything() -> None:
    names = [shot.name for shot in shots()]
    assert len(names) == len(set(names))
    assert {"apple-mail-375-dark", "outlook-word-700-light", "gmail-imap-375-forced"} <= set(names)


@pytest.mark.parametrize("name", ["outlook-word-375-light", "gmail-imap-700-light", "gmail-web-700-dark"])
def test_what_no_reader_gets_is_not_shot(name: str) -> None:
    assert name not in {shot.name for shot in shots()}


def test_what_was_asked_for_is_what_all_of_it_has_in_common() -> None:
    names = [shot.name for shot in shots(["apple-mail", "web"], [375], ["dark"])]
    assert names == ["apple-mail-375-dark", "web-375-dark"]


def test_pictures_sheet_and_pdf_are_written(page: MailPage, newsroom: Newsroom, tmp_path: Path) -> None:
    wanted = shots(["apple-mail"], [], ["light", "dark"])
    files = take(page, newsroom.render(), wanted, tmp_path / "out", pdf=True)
    assert {path.name for path in (tmp_path / "out").iterdir()} == set(files)
    assert set(files) == {*(f"{shot.name}.png" for shot in wanted), "sheet.png", "mail.pdf"}
    assert files["mail.pdf"].read_bytes().startswith(b"%PDF")
    for shot in wanted:
        with Image.open(files[f"{shot.name}.png"]) as picture:
            assert picture.width == shot.view.width
            assert picture.height > 500
    light, dark = (Image.open(files[f"apple-mail-700-{mode}.png"]).convert("L") for mode in ("light", "dark"))
    assert light.getpixel((350, 60)) != dark.getpixel((350, 60))


def test_the_same_mail_gives_the_same_bytes_and_a_pdf_leaves_no_trace(
    page: MailPage, newsroom: Newsroom, tmp_path: Path
) -> None:
    rendering, wanted = newsroom.render(), shots(["apple-mail"], [700], ["light"])
    (first, second) = (
        take(page, rendering, wanted, tmp_path / name, pdf=True)["apple-mail-700-light.png"].read_bytes()
        for name in ("one", "two")
    )
    assert first == second


def test_pictures_of_the_issue_are_in_the_picture_even_far_below(
    page: MailPage, newsroom: Newsroom, tmp_path: Path
) -> None:
    """The page on the web loads a picture when it is scrolled to."""
    newsroom.write("newsletters/town/images/far.png", drawing(1200, 600))
    image = "    image: {src: images/far.png, alt: Two colours}\n"
    newsroom.write_issue(STORY * 12 + STORY + image)
    files = take(page, newsroom.render(), shots([WEB], [700], ["light"]), tmp_path, pdf=False)
    with Image.open(BytesIO(files["web-700-light.png"].read_bytes())) as picture:
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
    assert (0xE0, 0xB0, 0x40) in colours
