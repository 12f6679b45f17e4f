"""Pictures: what is found, and above all what is not."""

import io

import pytest
from PIL import Image as Pillow
from tests.newsroom import KEY, Newsroom, drawing

from lpdownload.check.run import check_variants
from lpdownload.errors import Finding

WORDS = "The town took thirty years, and today children swim in it. " * 8
BOAT = "A boat on the river between two willows"


def found(newsroom: Newsroom, rule: str = "image") -> list[Finding]:
    """The findings of the rules whose names begin so."""
    findings = check_variants(newsroom.library, KEY).findings
    return [finding for finding in findings if finding.rule.startswith(rule)]


def write(
    newsroom: Newsroom, src: str = "https://example.org/boat.png", alt: str = BOAT, more: str = ""
) -> None:
    """An issue of one story with a picture."""
    newsroom.write_issue(
        f"- type: story\n  title: A river is clean again\n  body: {WORDS}\n"
        f'  image:\n    src: {src}\n    alt: "{alt}"\n{more}'
    )


def write_html(newsroom: Newsroom, html: str) -> None:
    newsroom.write_issue(
        f"- type: html\n  html: |\n    {html}\n  text: The river.\n- type: text\n  body: {WORDS}\n"
    )


def gif(*milliseconds: int, loop: int | None) -> bytes:
    frames = [Pillow.new("P", (60, 30), index) for index in range(len(milliseconds))]
    for frame in frames:
        frame.putpalette([32, 80, 128, 224, 176, 64, 0, 0, 0])
    out = io.BytesIO()
    options = {} if loop is None else {"loop": loop}
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=[*milliseconds], **options)
    return out.getvalue()


def test_a_picture_that_is_described_and_sharp_is_no_finding(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/boat.png", drawing(1152, 576))
    write(
        newsroom,
        "boat.png",
        more="    caption: Picture by picture the river comes back.\n    credit: Example Studio\n",
    )
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("alt", "is_generic"),
    [
        ("Photo", True),
        ("picture of…", True),
        ("logo", True),
        ("Fotografía", True),
        ("IMG_2031", True),
        ("DSC01234.JPG", True),
        ("river-boat.png", True),
        ("Screenshot 2024-09-03 at 10.11.12", True),
        ("3f2504e0-4f89-11d3", True),
        ("2024", True),
        ("Drawing: a boat on the river", False),
        ("Logo of the Example Network", False),
        ("Ana", False),
        ("The P2 bus at its last stop", False),
    ],
)
def test_an_alt_that_describes_nothing_is_found(newsroom: Newsroom, alt: str, is_generic: bool) -> None:
    write(newsroom, alt=alt)
    assert bool(found(newsroom, "image-alt-generic")) == is_generic


def test_an_alt_of_the_picture_on_the_card_is_looked_at_too(newsroom: Newsroom) -> None:
    newsroom.write_issue(
        head="period: 2024-09\npreheader: A.\nimage: {src: 'https://example.org/a.png', alt: Photo}\n"
    )
    (finding,) = found(newsroom)
    assert (finding.rule, finding.path) == ("image-alt-generic", "image.alt")


@pytest.mark.parametrize(
    ("caption", "is_found"),
    [
        ("Swimmers. Photo by Example Studio", True),
        ("Swimmers (photo courtesy of Example Studio)", True),
        ("Swimmers. Photo credit: Example Studio", True),
        ("Nadadores. Foto: Example Studio", True),
        ("Nadadores. Crédito: Example Studio", True),
        ("Swimmers © Example Studio", True),
        ("Swimmers, Example Studio", True),
        ("A photo by the river", False),
        ("Foto de la reunión", False),
        ("Picture by picture the river comes back", False),
        ("The picture: a boat", False),
        ("Give them credit", False),
    ],
)
def test_a_credit_in_the_caption_is_found(newsroom: Newsroom, caption: str, is_found: bool) -> None:
    write(newsroom, more=f'    caption: "{caption}"\n    credit: Example Studio\n')
    assert bool(found(newsroom, "image-credit")) == is_found


def test_a_file_that_is_scaled_up_is_a_warning_and_a_small_one_of_its_own_size_is_not(
    newsroom: Newsroom,
) -> None:
    newsroom.write("newsletters/town/boat.png", drawing(300, 150))
    write(newsroom, "boat.png", more="    width: 500\n    height: 250\n")
    (finding,) = found(newsroom)
    assert (finding.rule, finding.severity) == ("image-blurred", "warning")
    write(newsroom, "boat.png")
    (finding,) = found(newsroom)
    assert (finding.rule, finding.severity) == ("image-blurred", "info")
    newsroom.write("newsletters/town/boat.png", drawing(100, 50))
    write(newsroom, "boat.png")
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("milliseconds", "loop", "is_found"),
    [
        ([500, 500], 0, True),
        ([500, 500], None, False),
        ([500, 500], 3, False),
        ([500, 500], 9, True),
        ([3000, 3000], None, True),
    ],
)
def test_a_picture_may_move_for_five_seconds(
    newsroom: Newsroom, milliseconds: list[int], loop: int | None, is_found: bool
) -> None:
    newsroom.write("newsletters/town/boat.gif", gif(*milliseconds, loop=loop))
    write(newsroom, "boat.gif")
    assert bool(found(newsroom, "image-moves")) == is_found


def test_a_fact_in_the_picture_must_stand_in_the_text(newsroom: Newsroom) -> None:
    write(newsroom, alt="Swimming day, at 6:15 pm, see www.example.org/swim")
    assert [finding.rule for finding in found(newsroom)] == ["image-alone"]
    newsroom.change(
        "newsletters/town/2024-09.yaml",
        "body: The",
        "body: Come at 6:15, see [www.example.org/swim](https://www.example.org/swim). The",
    )
    assert found(newsroom) == []


@pytest.mark.parametrize(
    ("html", "rules"),
    [
        ('<p>The river <img src="https://example.org/a.png" alt="A boat" width="200"></p>', []),
        ('<p>The river <img src="https://example.org/a.png" alt="" width="200"></p>', []),
        ('<p>The river <img src="https://example.org/a.png" width="200"></p>', ["image-alt-missing"]),
        (
            '<p>A <a href="#s1"><img src="https://example.org/a.png" alt="" width="9"></a></p>',
            ["image-alt-missing"],
        ),
        ('<p>A <a href="#s1">river <img src="https://example.org/a.png" alt="" width="9"></a></p>', []),
        ('<p>A <img src="https://example.org/a.webp" alt="A boat" width="9"></p>', ["image-format"]),
        ('<p>A <img src="http://example.org/a.png" alt="A boat" width="9"></p>', ["image-insecure"]),
        ('<p>A <img src="data:image/png;base64,AA" alt="A boat" width="9"></p>', ["image-source"]),
        ('<p>A <img src="a.png" alt="A boat" width="9"></p>', ["image-source"]),
        ('<p>A <img src="https://example.org/o" alt="" width="1" height="1"></p>', ["image-pixel"]),
        (
            '<p>A <img src="https://example.org/a.png?X-Amz-Expires=300" alt="A boat" width="9"></p>',
            ["image-borrowed"],
        ),
        ('<img src="https://example.org/a.png" alt="The flyer of the day" width="9">', ["image-alone"]),
    ],
)
def test_pictures_in_html_of_one_s_own(newsroom: Newsroom, html: str, rules: list[str]) -> None:
    write_html(newsroom, html)
    findings = [finding for finding in found(newsroom) if finding.rule != "image-width"]
    assert [finding.rule for finding in findings] == rules
    assert all(finding.path == "sections[0].html" for finding in findings)


def test_few_words_beside_many_pictures_are_found(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/boat.png", drawing(1280, 1280))
    hero = "- type: hero\n  image: {src: boat.png, alt: A boat}\n"
    newsroom.write_issue(hero)
    assert [finding.rule for finding in found(newsroom)] == ["images-mostly"]
    newsroom.write_issue(f"{hero}- type: text\n  body: {WORDS * 2}\n")
    assert found(newsroom) == []
