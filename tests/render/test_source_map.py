"""Each element of a mail leads to the YAML value it shows."""

import re
from pathlib import Path

import pytest
from lxml import html as lxml_html
from tests.newsroom import Newsroom, drawing

from lpdownload.content.issues import load_issue
from lpdownload.content.library import Library
from lpdownload.render.render import Rendering, fill_values, render_issue
from lpdownload.render.source_map import ATTRIBUTE, annotated, loc_of, shown_with_source

ROOT = Path(__file__).parent.parent.parent
LIBRARY = Library(ROOT)
_ADDED = re.compile(rf' {ATTRIBUTE}="[^"]*"')


def _locs(rendering: Rendering) -> dict[str, str]:
    """By the words of an element, the way to where they are written."""
    tree = lxml_html.document_fromstring(shown_with_source(rendering, fill_values(rendering, {})))
    return {
        " ".join(element.text_content().split()) or element.get("alt", ""): element.get(ATTRIBUTE)
        for element in tree.iter()
        if element.get(ATTRIBUTE)
    }


@pytest.mark.parametrize("key", list(LIBRARY.issue_keys()))
def test_a_sample_with_its_source_is_the_mail_and_these_attributes_alone(key: str) -> None:
    issue = load_issue(LIBRARY, key).issue
    rendering = render_issue(issue, newsroom=ROOT, templates=LIBRARY.templates)
    shown = annotated(rendering)
    assert _ADDED.sub("", shown) == rendering.draft.marks.removed(rendering.marked)
    assert len(_ADDED.findall(shown)) > 30


def test_every_kind_of_value_is_found_again(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/town/river.png", drawing(1200, 600))
    newsroom.write_issue(
        """\
        - type: story
          heading: Water
          kicker: A win
          title: A river is clean again
          image: {src: river.png, alt: A river between two hills, caption: The river in May.}
          body: |
            The **town** took [thirty years](https://example.org/years).

            Today children swim in it, {{ first_name | default("friend") }}.
          read_more: {label: The whole story, url: "https://example.org/river"}
        - type: event
          title: A walk along it
          start: 2024-10-22 18:00
          timezone: America/New_York
          to_be_announced: true
        - type: roundup
          heading: Elsewhere
          items:
            - {place: Denver, body: They cleaned a lake.}
            - {place: Austin, body: They cleaned a creek.}
        """
    )
    locs = _locs(newsroom.render())
    assert locs["September 2024"] == "period"
    assert locs["Water"] == "sections.0.heading"
    assert locs["A win"] == "sections.0.kicker"
    assert locs["A river is clean again"] == "sections.0.title"
    assert locs["A river between two hills"] == "sections.0.image"
    assert locs["The town took thirty years."] == "sections.0.body"
    assert locs["thirty years"] == "sections.0.body"
    assert locs["Today children swim in it, friend."] == "sections.0.body"
    assert locs["The whole story →"] == "sections.0.read_more.label"
    assert locs["22"] == "sections.1.start"
    assert locs["Tuesday, October 22, 2024, 6pm ET"] == "sections.1.start"
    assert locs["Denver."] == "sections.2.items.0.place"
    assert locs["Austin. They cleaned a creek."] == "sections.2.items.1.body"


def test_what_is_written_in_an_issue_cannot_break_out_of_the_attribute(newsroom: Newsroom) -> None:
    newsroom.write_issue('- {type: text, heading: \'"> <b class="x">\', body: "a > b < c & \\" d"}\n')
    rendering = newsroom.render()
    assert _ADDED.sub("", annotated(rendering)) == rendering.draft.marks.removed(rendering.marked)


def test_a_loc_is_read_back_from_its_attribute() -> None:
    assert loc_of("sections.3.items.1.title") == ("sections", 3, "items", 1, "title")
    assert loc_of("") == ()
