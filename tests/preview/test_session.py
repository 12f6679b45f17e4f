"""What is open stays to be looked at, whatever happens to its files; what is kept does not grow."""

import gc
import shutil
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import HEAD, ISSUE, KEY, STORY, Newsroom, issue, make_newsroom

from lpdownload.content.library import Library
from lpdownload.preview import session as preview_session
from lpdownload.preview.session import MOST_OPEN, MOST_SHOWN, Session
from lpdownload.preview.view import BadView, View, view_of

VIEW = view_of(KEY, {})


def save(newsroom: Newsroom, session: Session, text: str | bytes, path: str = ISSUE) -> None:
    session.changed({newsroom.write(path, text)})


def test_a_save_is_seen(newsroom: Newsroom, session: Session) -> None:
    before = session.show(VIEW)
    save(newsroom, session, issue().replace("A river is clean", "A lake is clean"))
    after = session.show(VIEW)
    assert "A river is clean" in before.html
    assert "A lake is clean" in after.html
    assert after.version > before.version


def test_what_was_shown_is_not_rendered_again(session: Session) -> None:
    assert session.show(VIEW) is session.show(VIEW)


def test_a_change_elsewhere_leaves_what_is_open_alone(newsroom: Newsroom, session: Session) -> None:
    newsroom.write("newsletters/town/2024-10.yaml", issue())
    shown = session.show(VIEW)
    assert session.changed({newsroom.root / "newsletters/town/2024-10.yaml"}) == ()
    assert session.show(VIEW) is shown


@pytest.mark.parametrize(
    "path",
    [
        ISSUE,
        "newsletters/town/newsletter.yaml",
        "newsletters/network.yaml",
        "newsletters/segments.yaml",
        "newsletters/shared/block.yaml",
        "newsletters/town/images/river.png",
        "newsletters",
        "newsletters/town",
        "templates/layout.mjml.j2",
        "templates/themes/own.yaml",
    ],
)
def test_whatever_an_issue_is_made_of_concerns_it(newsroom: Newsroom, session: Session, path: str) -> None:
    session.open(KEY)
    assert session.changed({newsroom.root / path}) == (KEY,)


def test_a_changed_template_is_used(newsroom: Newsroom, session: Session) -> None:
    session.show(VIEW)
    packaged = session.library.templates[-1] / "text/layout.txt.j2"
    newsroom.write("templates/text/layout.txt.j2", "Our own letter\n" + packaged.read_text("utf-8"))
    session.changed({newsroom.root / "templates"})
    rendered = session.show(VIEW).rendered
    assert rendered is not None
    assert rendered.rendering.content.text.literals[0].startswith("Our own letter")
    newsroom.change("templates/text/layout.txt.j2", "Our own letter", "Another letter")
    session.changed({newsroom.root / "templates/text/layout.txt.j2"})
    rendered = session.show(VIEW).rendered
    assert rendered is not None
    assert rendered.rendering.content.text.literals[0].startswith("Another letter")


def gone(newsroom: Newsroom) -> None:
    (newsroom.root / ISSUE).unlink()


def folder_gone(newsroom: Newsroom) -> None:
    shutil.rmtree(newsroom.root / "newsletters/town")


def everything_gone(newsroom: Newsroom) -> None:
    shutil.rmtree(newsroom.root / "newsletters")


def half_written(newsroom: Newsroom) -> None:
    newsroom.write(ISSUE, issue()[:-60] + '  "')


def empty(newsroom: Newsroom) -> None:
    newsroom.write(ISSUE, "")


def no_text(newsroom: Newsroom) -> None:
    newsroom.write(ISSUE, b"\xff\xfe\x00\x01" * 50)


def a_folder(newsroom: Newsroom) -> None:
    (newsroom.root / ISSUE).unlink()
    (newsroom.root / ISSUE).mkdir()


def broken_network(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/network.yaml", "name: [")


def broken_segments(newsroom: Newsroom) -> None:
    newsroom.write("newsletters/segments.yaml", "a: a")


def broken_template(newsroom: Newsroom) -> None:
    newsroom.write("templates/layout.mjml.j2", "{% if %}")


DISASTERS: list[Callable[[Newsroom], None]] = [
    gone,
    folder_gone,
    everything_gone,
    half_written,
    empty,
    no_text,
    a_folder,
    broken_network,
    broken_segments,
    broken_template,
]


@pytest.mark.parametrize("disaster", DISASTERS, ids=lambda one: one.__name__)
def test_the_last_good_mail_stays_and_the_reason_is_told(
    newsroom: Newsroom, session: Session, disaster: Callable[[Newsroom], None]
) -> None:
    good = session.show(VIEW)
    kept = {path: path.read_bytes() for path in newsroom.root.rglob("*.yaml")}
    disaster(newsroom)
    session.changed({newsroom.root / "newsletters", newsroom.root / "templates"})
    session.scan()
    session.look_around()
    session.check(KEY)
    bad = session.show(VIEW)
    assert bad.html == good.html
    assert bad.stale
    assert bad.state == ("gone" if disaster in {gone, folder_gone, everything_gone, a_folder} else "broken")
    assert bad.errors
    assert all(error.severity == "error" for error in bad.errors[:1])

    if disaster is a_folder:
        (newsroom.root / ISSUE).rmdir()
    shutil.rmtree(newsroom.root / "templates", ignore_errors=True)
    for path, octets in kept.items():
        newsroom.write(str(path.relative_to(newsroom.root)), octets)
    session.changed({newsroom.root / "newsletters", newsroom.root / "templates"})
    again = session.show(VIEW)
    assert (again.state, again.stale, again.errors, again.html) == ("ready", False, (), good.html)


def test_an_issue_that_never_was_good_shows_nothing_but_why(newsroom: Newsroom, session: Session) -> None:
    save(newsroom, session, HEAD)
    shown = session.show(VIEW)
    assert (shown.state, shown.stale, shown.html) == ("broken", False, "")
    assert shown.errors[0].place is not None


def test_people_stay_while_the_network_is_broken(newsroom: Newsroom, session: Session) -> None:
    save(newsroom, session, "name: [", "newsletters/network.yaml")
    assert {"ana", "sam"} <= session.people.personas.keys()
    assert session.people.findings


def test_a_new_issue_and_one_that_went_are_noticed(newsroom: Newsroom, session: Session) -> None:
    save(newsroom, session, issue(), "newsletters/town/2024-10.yaml")
    assert session.scan() == (["town/2024-10"], [])
    (newsroom.root / ISSUE).unlink()
    session.changed({newsroom.root / ISSUE})
    assert session.scan() == ([], [KEY])
    assert not any(key == KEY for key in session.rows)


def test_the_list_is_read_one_by_one_what_is_open_first(newsroom: Newsroom, session: Session) -> None:
    for month in ("10", "11"):
        save(newsroom, session, issue(), f"newsletters/town/2024-{month}.yaml")
    session.scan()
    session.open("town/2024-11")
    read = []
    while (key := session.unread()) is not None:
        read.append(session.check(key).key)
    assert read[0] == "town/2024-11"
    assert sorted(read) == [KEY, "town/2024-10", "town/2024-11"]
    assert {row.state for row in session.rows.values()} == {"ready"}


def test_after_a_save_only_its_row_is_made_again(newsroom: Newsroom, session: Session) -> None:
    path = newsroom.write("newsletters/town/2024-10.yaml", issue())
    session.changed({path})
    session.scan()
    while (key := session.unread()) is not None:
        session.check(key)
    session.forget({path})
    assert session.unread() == "town/2024-10"
    assert session.check("town/2024-10").state == "ready"
    assert session.unread() is None


def test_a_persona_that_is_not_there_is_told(session: Session) -> None:
    with pytest.raises(BadView, match="there is no persona 'zoe'; there are ana"):
        session.show(View(KEY, VIEW.client, persona="zoe"))


def test_a_bug_of_a_rule_is_a_finding(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a rule")

    monkeypatch.setattr(preview_session, "check_variants", broken)
    row = session.check(KEY)
    assert (row.state, row.errors) == ("broken", 1)
    assert "ZeroDivisionError" in row.problem


@given(st.lists(st.integers(0, len(issue())), max_size=4))
def test_any_state_of_a_file_that_is_being_written_is_survived(ends: list[int]) -> None:
    """A file is seen cut off anywhere; whole again, it is shown as ever."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        newsroom = make_newsroom(Path(folder))
        session = Session(Library(newsroom.root))
        session.scan()
        good = session.show(VIEW).html
        for end in ends:
            save(newsroom, session, issue()[:end])
            shown = session.show(VIEW)
            assert shown.html
            assert (shown.state == "ready") == (not shown.errors)
        save(newsroom, session, issue())
        assert session.show(VIEW).html == good


def test_four_hundred_saves_leave_no_more_behind_than_a_hundred(newsroom: Newsroom, session: Session) -> None:
    """Objects are counted, which an allocator's moods do not change."""
    story = issue()

    def saves(count: int) -> None:
        for number in range(count):
            text = HEAD if number % 10 == 3 else story.replace("A river", f"River {number % 7}")
            save(newsroom, session, text)
            for persona in ("", "ana"):
                session.show(View(KEY, VIEW.client, persona=persona))
            if number % 50 == 0:
                session.check(KEY)
                session.scan()

    saves(100)
    gc.collect()
    before = len(gc.get_objects())
    tracemalloc.start()
    saves(20)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    saves(280)
    gc.collect()
    assert len(gc.get_objects()) < before * 1.02 + 500
    assert kept < 20_000_000


def test_many_issues_and_views_are_not_all_kept(newsroom: Newsroom, session: Session) -> None:
    keys = []
    for number in range(MOST_OPEN + 5):
        newsroom.write(f"newsletters/town/extra-{number}.yaml", issue(STORY, HEAD))
        keys.append(f"town/extra-{number}")
    session.changed({newsroom.root / "newsletters"})
    session.scan()
    for key in keys:
        for mode in ("light", "dark"):
            session.show(view_of(key, {"mode": mode}))
    assert len(session._opened) == MOST_OPEN
    assert len(session._shown) <= MOST_SHOWN
    assert session.show(view_of(keys[0], {})).state == "ready"
