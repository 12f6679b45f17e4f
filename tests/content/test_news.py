"""newsletters/news/: pieces read whole, held by issues by reference, and wrong ones found where they are."""

from pathlib import Path

import pytest
from tests.newsroom import Newsroom, drawing, spot

from lpdownload.check.run import check_files
from lpdownload.content.news import load_news
from lpdownload.errors import Finding, InvalidInput
from lpdownload.model.sections.media import PressRelease

PATH = "newsletters/news/river.yaml"
PRESS = """\
date: 2024-09-20
section:
  type: press_release
  headline: The river is clean
  body: Children swim in it.
  url: https://example.org/river
"""


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.write(PATH, PRESS)
    return newsroom


def refused(newsroom: Newsroom, name: str = "river") -> tuple[Finding, ...]:
    with pytest.raises(InvalidInput) as caught:
        load_news(newsroom.library, name)
    return caught.value.findings


def test_a_newsroom_need_have_none(newsroom: Newsroom) -> None:
    assert newsroom.library.news_names == ()


def test_pictures_are_counted_from_the_newsroom(room: Newsroom) -> None:
    room.write("newsletters/news/images/a.png", drawing())
    room.add(PATH, "image: {src: images/a.png, alt: A river}\n")
    image = load_news(room.library, "river").news.image
    assert image is not None
    assert image.src == "newsletters/news/images/a.png"


def test_a_picture_that_is_not_there_is_found_where_it_is_named(room: Newsroom) -> None:
    room.add(PATH, "image: {src: images/a.png, alt: A river}\n")
    (finding,) = refused(room)
    assert finding.rule == "unknown-picture"
    assert spot(finding)[:2] == ("river.yaml", 7)


def test_a_picture_outside_is_refused(room: Newsroom) -> None:
    room.add(PATH, "image: {src: ../../../a.png, alt: A river}\n")
    assert [finding.rule for finding in refused(room)] == ["image-outside"]


def test_news_is_for_everybody_and_of_an_entity_that_exists(room: Newsroom) -> None:
    room.change(PATH, "  url:", "  visible_to: teachers\n  entity: nobody\n  url:")
    found = {finding.rule: spot(finding)[1] for finding in refused(room)}
    assert found == {"bad-news": 6, "unknown-entity": 7}


def test_a_file_s_name_that_makes_no_address_is_refused(room: Newsroom) -> None:
    room.write("newsletters/news/The river!.yaml", PRESS)
    assert [finding.rule for finding in refused(room, "The river!")] == ["bad-slug"]


def test_an_issue_holds_a_piece_and_says_some_of_it_otherwise(room: Newsroom) -> None:
    room.write_issue("- {type: shared, ref: news/river, overrides: {body: Everybody swims.}}\n")
    (section,) = room.load().issue.sections
    assert isinstance(section, PressRelease)
    assert (section.headline, section.body) == ("The river is clean", "Everybody swims.")


def test_a_piece_that_does_not_exist_is_met_with_those_there_are(room: Newsroom) -> None:
    room.write_issue("- {type: shared, ref: news/rivers}\n")
    (finding,) = room.refused()
    assert (finding.rule, finding.hint) == (
        "unknown-piece-of-news",
        "did you mean news/river? There are: news/river",
    )


def test_what_is_wrong_in_a_piece_is_found_there_by_issue_and_by_check(room: Newsroom) -> None:
    room.change(PATH, "headline:", "headlin:")
    room.write_issue("- {type: shared, ref: news/river}\n")
    for findings in (room.refused(), check_files(room.library, room.root / "newsletters")):
        assert {Path(one.place.file).name for one in findings if one.place} == {"river.yaml"}


def test_a_picture_of_a_piece_is_found_from_the_issue_that_holds_it(room: Newsroom) -> None:
    room.write("newsletters/news/images/a.png", drawing())
    room.write(
        PATH,
        "sort: 2024-09-20\nsection: {type: story, title: A, body: B, image: {src: images/a.png, alt: C}}\n",
    )
    room.write_issue("- {type: shared, ref: news/river}\n")
    assert 'alt="C"' in room.html()


def test_a_broken_link_in_it_has_its_place_when_the_hub_is_built(room: Newsroom) -> None:
    room.change(PATH, "Children swim in it.", "'[Children](javascript:a) swim.'")
    loaded = load_news(room.library, "river")
    placed = loaded.placed(Finding("bad-link", "no link", loc=("sections", 0, "body")))
    assert spot(placed)[:2] == ("river.yaml", 5)
