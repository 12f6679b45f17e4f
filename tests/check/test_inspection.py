"""What rules look at leads back to the YAML."""

from pathlib import Path

from tests.newsroom import KEY, Newsroom, drawing

from lpdownload.check.inspection import Inspection
from lpdownload.content.issues import load_issue
from lpdownload.render.render import render_issue

SECTIONS = """\
- type: story
  title: A river is clean again
  image: {src: river.png, alt: A river between two hills}
  body: |
    The town took [thirty years](https://example.org/years?a=1&b=2).

    Hello {{ first_name | default("friend") }}, today
    children swim in it.
  read_more: {label: The whole story, url: "https://example.org/river"}
"""


def _inspection(newsroom: Newsroom) -> Inspection:
    newsroom.write("newsletters/town/river.png", drawing(1200, 600))
    newsroom.write_issue(SECTIONS)
    library = newsroom.library
    loaded = load_issue(library, KEY)
    rendering = render_issue(loaded.issue, newsroom=library.root, templates=library.templates)
    return Inspection(library, loaded, rendering)


def test_links_have_their_words_target_and_source(newsroom: Newsroom) -> None:
    links = {link.words: link for link in _inspection(newsroom).links}
    years, story = links["thirty years"], links["The whole story →"]
    assert years.loc == ("sections", 0, "body")
    assert years.url.startswith("https://example.org/years?a=1&b=2")
    assert story.loc == ("sections", 0, "read_more", "label")


def test_pictures_have_their_text_size_and_source(newsroom: Newsroom) -> None:
    (picture,) = _inspection(newsroom).pictures
    assert (picture.alt, picture.width) == ("A river between two hills", 576)
    assert picture.loc == ("sections", 0, "image")


def test_the_mail_is_that_of_nobody_in_particular_and_carries_no_source(newsroom: Newsroom) -> None:
    inspection = _inspection(newsroom)
    assert "Hello friend, today" in inspection.html
    assert "Hello friend, today" in inspection.text
    assert "data-lp" not in inspection.html
    assert "data-lp" in inspection.annotated_html


def test_words_inside_a_text_have_the_place_of_their_own_line(newsroom: Newsroom) -> None:
    place = _inspection(newsroom).place(("sections", 0, "body"), within="today children swim")
    assert (Path(place.file).name, place.line, place.column) == ("2024-09.yaml", 10, 51)


def test_words_that_are_not_in_a_text_have_the_place_of_the_text(newsroom: Newsroom) -> None:
    inspection = _inspection(newsroom)
    loc = ("sections", 0, "title")
    assert inspection.place(loc, within="another river") == inspection.place(loc)


def test_a_place_in_the_newsletter_s_own_file_is_found(newsroom: Newsroom) -> None:
    place = _inspection(newsroom).place(("newsletter", "name"))
    assert (Path(place.file).name, place.line) == ("newsletter.yaml", 1)


def test_other_issues_are_those_that_are_no_translation_of_this_one(newsroom: Newsroom) -> None:
    inspection = _inspection(newsroom)
    text = (newsroom.root / "newsletters/town/2024-09.yaml").read_text("utf-8")
    newsroom.write("newsletters/town/2024-09.es.yaml", text)
    newsroom.write("newsletters/town/2024-10.yaml", text)
    assert list(Inspection(newsroom.library, inspection.loaded, inspection.rendering).other_issues()) == [
        "town/2024-10"
    ]
