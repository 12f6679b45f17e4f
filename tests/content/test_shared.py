"""Shared blocks: put into an issue, overridden, expired, broken; each finding where it was written."""

import pytest
from tests.newsroom import HEAD, Newsroom, drawing, spot

from lpdownload.errors import Finding
from lpdownload.model.sections.stories import Story

BLOCK = """\
owner: National desk
expires: 2024-12-31
section:
  type: story
  heading: From Washington
  title: A bill for housing
  body: It is in committee.
  visible_to: teachers
"""


@pytest.fixture
def shared(newsroom: Newsroom) -> Newsroom:
    newsroom.write("newsletters/shared/housing.yaml", BLOCK)
    newsroom.write_issue("- type: shared\n  ref: housing\n")
    return newsroom


def only(newsroom: Newsroom) -> Finding:
    (finding,) = newsroom.refused()
    return finding


def story(newsroom: Newsroom) -> Story:
    (section,) = newsroom.load().issue.sections
    assert isinstance(section, Story)
    return section


def test_the_block_s_section_stands_in_the_issue(shared: Newsroom) -> None:
    found = story(shared)
    assert (found.title, found.body, found.visible_to) == (
        "A bill for housing",
        "It is in committee.",
        "teachers",
    )


def test_an_issue_may_say_some_of_it_otherwise(shared: Newsroom) -> None:
    shared.write_issue(
        "- type: shared\n  ref: housing\n  heading: Nearby\n  overrides: {body: Ours is next.}\n"
    )
    found = story(shared)
    assert (found.heading, found.title, found.body) == ("Nearby", "A bill for housing", "Ours is next.")


def test_an_unknown_block_is_met_with_those_there_are(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: houses\n")
    finding = only(shared)
    assert finding.rule == "unknown-shared-block"
    assert finding.hint == "did you mean housing? There are: housing"
    assert spot(finding) == ("2024-09.yaml", 5, 10)


def test_a_newsroom_without_blocks_says_so(newsroom: Newsroom) -> None:
    newsroom.write_issue("- type: shared\n  ref: housing\n")
    assert only(newsroom).hint == "there are: none yet"


def test_an_expired_block_is_refused_with_whom_to_ask(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: housing\n", "date: 2025-01-01\npreheader: A.\n")
    finding = only(shared)
    assert finding.message == "shared block housing expired on 2024-12-31; the issue is of 2025-01-01"
    assert "National desk" in finding.hint
    assert spot(finding) == ("2024-09.yaml", 5, 10)


def test_a_block_may_be_used_on_its_last_day(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: housing\n", "date: 2024-12-31\npreheader: A.\n")
    story(shared)


def test_a_mistake_in_an_override_is_found_in_the_issue(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: housing\n  overrides:\n    boddy: Ours.\n    title: ''\n")
    places = {spot(finding) for finding in shared.refused()}
    assert places == {("2024-09.yaml", 7, 7), ("2024-09.yaml", 8, 14)}


def test_a_mistake_in_the_block_is_found_in_the_block(shared: Newsroom) -> None:
    shared.change("newsletters/shared/housing.yaml", "body: It", "boddy: It")
    assert {spot(finding)[0] for finding in shared.refused()} == {"housing.yaml"}


def test_a_mistake_in_a_block_used_twice_is_told_once(shared: Newsroom) -> None:
    shared.change("newsletters/shared/housing.yaml", "title: A bill", "titel: A bill")
    shared.write_issue("- type: shared\n  ref: housing\n- type: shared\n  ref: housing\n")
    found = shared.refused()
    assert len(found) == len(set(found))


def test_names_in_a_block_are_checked_at_the_block(shared: Newsroom) -> None:
    shared.change("newsletters/shared/housing.yaml", "visible_to: teachers", "visible_to: teecher")
    assert spot(only(shared)) == ("housing.yaml", 8, 15)


def test_names_in_an_override_are_checked_at_the_override(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: housing\n  overrides: {entity: labs}\n")
    assert spot(only(shared)) == ("2024-09.yaml", 6, 25)


def test_a_block_s_picture_stands_beside_the_block(shared: Newsroom) -> None:
    shared.add("newsletters/shared/housing.yaml", "  image: {src: house.png, alt: A house}\n")
    assert spot(only(shared)) == ("housing.yaml", 9, 16)
    shared.write("newsletters/shared/house.png", drawing())
    image = story(shared).image
    assert image is not None
    assert image.src == "newsletters/shared/house.png"


def test_an_override_s_picture_stands_beside_the_issue(shared: Newsroom) -> None:
    shared.write("newsletters/town/house.png", drawing())
    shared.write_issue(
        "- type: shared\n  ref: housing\n  overrides:\n    image: {src: house.png, alt: A house}\n"
    )
    image = story(shared).image
    assert image is not None
    assert image.src == "newsletters/town/house.png"


def test_a_block_cannot_hold_another(shared: Newsroom) -> None:
    shared.write("newsletters/shared/housing.yaml", "owner: A\nsection: {type: shared, ref: housing}\n")
    assert only(shared).rule == "shared-in-shared"


def test_an_override_may_not_make_it_a_shared_block(shared: Newsroom) -> None:
    shared.write_issue("- type: shared\n  ref: housing\n  overrides: {type: shared, ref: housing}\n")
    assert shared.refused()


def test_a_finding_of_the_rendering_is_placed_in_the_block(shared: Newsroom) -> None:
    shared.change("newsletters/shared/housing.yaml", "body: It is", "body: Dear {{ first_nam }}, it is")
    shared.write_issue("- type: shared\n  ref: housing\n", HEAD)
    found = [
        finding
        for finding in shared.check("town/2024-09", "teachers").findings
        if finding.rule == "merge-field"
    ]
    assert [spot(finding) for finding in found] == [("housing.yaml", 7, 9)]
