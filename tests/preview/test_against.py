"""What an issue is compared with."""

import pytest
from tests.newsroom import HEAD, ISSUE, KEY, STORY, Newsroom, issue
from tests.preview.conftest import Client

from lpdownload.preview.against import CannotCompare, choices, other_side, previous, this_side
from lpdownload.preview.session import Session
from lpdownload.preview.view import View, view_of

VIEW = view_of(KEY, {})


def save(newsroom: Newsroom, session: Session, text: str, path: str = ISSUE) -> None:
    session.changed({newsroom.write(path, text)})
    session.scan()


def lake(number: int) -> str:
    return issue().replace("A river", f"Lake {number}")


def test_the_last_save_and_the_beginning_are_kept(newsroom: Newsroom, session: Session) -> None:
    session.show(VIEW)
    for number in (1, 2, 3):
        save(newsroom, session, lake(number))
        session.show(VIEW)
    assert "Lake 3 is clean" in this_side(session, VIEW).text
    assert "Lake 2 is clean" in other_side(session, VIEW, "saved").text
    assert "A river is clean" in other_side(session, VIEW, "start").text


def test_before_anything_was_saved_there_is_nothing_to_compare_with(session: Session) -> None:
    session.show(VIEW)
    with pytest.raises(CannotCompare, match="nothing was saved"):
        other_side(session, VIEW, "saved")


def test_a_state_that_could_not_be_rendered_is_said_to_be_so(newsroom: Newsroom, session: Session) -> None:
    session.show(VIEW)
    save(newsroom, session, HEAD)
    session.show(VIEW)
    save(newsroom, session, lake(1))
    session.show(VIEW)
    with pytest.raises(CannotCompare, match="could not be rendered"):
        other_side(session, VIEW, "saved")


def test_the_previous_issue_is_the_one_before_in_the_same_language(
    newsroom: Newsroom, session: Session
) -> None:
    save(newsroom, session, issue(STORY, HEAD.replace("2024-09", "2024-07")), "newsletters/town/summer.yaml")
    save(newsroom, session, issue(STORY, HEAD.replace("2024-09", "2024-08")), "newsletters/town/a-last.yaml")
    save(newsroom, session, issue(STORY, HEAD), "newsletters/town/2024-08.es.yaml")
    save(newsroom, session, "broken: [", "newsletters/town/2024-06.yaml")
    assert previous(session.library, KEY) == "town/a-last"
    assert previous(session.library, "town/a-last") == "town/summer"
    assert previous(session.library, "town/2024-06") is None
    assert previous(session.library, "town/2024-08.es") is None


def test_variants_are_compared_for_the_same_reader(newsroom: Newsroom, session: Session) -> None:
    save(
        newsroom,
        session,
        issue(
            "- {type: story, title: For all, body: One.}\n"
            "- {type: story, title: Lesson, body: For teachers., visible_to: teachers}\n"
        ),
    )
    view = View(KEY, VIEW.client, variant="teachers")
    assert "LESSON" in this_side(session, view).text.upper()
    assert "LESSON" not in other_side(session, view, "variant:").text.upper()
    assert other_side(session, VIEW, "variant:teachers") == this_side(session, view)


def test_another_issue_may_be_named(newsroom: Newsroom, session: Session) -> None:
    save(newsroom, session, lake(7), "newsletters/town/2024-10.yaml")
    assert "Lake 7" in other_side(session, VIEW, "issue:town/2024-10").text
    for unknown in ("issue:town/2099-01", "issue:../network", "nonsense", ""):
        with pytest.raises(CannotCompare):
            other_side(session, VIEW, unknown)


def test_a_translation_is_chosen_by_its_languages_name(newsroom: Newsroom, session: Session) -> None:
    save(newsroom, session, lake(7), "newsletters/town/2024-09.es.yaml")
    titles = {one.value: one.title for one in choices(session, session.show(VIEW))}
    assert titles["issue:town/2024-09.es"] == "In Spanish"
    shown = session.show(view_of("town/2024-09.es", {}))
    assert {one.value: one.title for one in choices(session, shown)}[f"issue:{KEY}"] == "In English"


def test_the_comparison_is_answered_with_words_links_and_sizes(client: Client, newsroom: Newsroom) -> None:
    client.get(f"/api/view/{KEY}")
    newsroom.write(ISSUE, issue(STORY.replace("today children", "[today](https://example.org/new) children")))
    client.saved(newsroom.root / ISSUE)
    client.get(f"/api/view/{KEY}")
    said = client.get(f"/api/compare/{KEY}?against=saved").json()
    assert not said["same"]
    assert {block["kind"] for block in said["text"]} == {"same", "gone", "new"}
    assert [link["url"] for link in said["links"]["added"]] == ["https://example.org/new"]
    assert said["sizes"]["new"] > said["sizes"]["old"]
    assert said["problem"] == ""


def test_the_choices_say_what_is_possible(client: Client) -> None:
    client.get(f"/api/view/{KEY}")
    said = client.get(f"/api/compare/{KEY}").json()
    assert {one["value"]: one["possible"] for one in said["choices"]} == {
        "saved": False,
        "start": True,
        "previous": False,
    }
    problem = client.get(f"/api/compare/{KEY}?against=previous").json()
    assert problem["problem"]
    assert problem["text"] == []


def test_an_issue_is_the_same_as_itself_at_the_beginning(client: Client) -> None:
    client.get(f"/api/view/{KEY}")
    assert client.get(f"/api/compare/{KEY}?against=start").json()["same"]
