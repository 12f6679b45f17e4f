"""What an approval stands for: what changes a digest, what does not, and what the gate says."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.newsroom import HEAD, ISSUE, KEY, STORY, Newsroom, drawing, issue
from tests.people import NOW, put_all

from lpdownload.content.library import Library
from lpdownload.delivery.approval import Digests, approval_findings, changes, digests, proposal_of
from lpdownload.errors import InvalidInput
from lpdownload.settings import load_settings
from lpdownload.store.approvals import Approval, approve
from lpdownload.store.database import Database

SEGMENTS = """\
teachers:
  all: [educators, {state: NY}]
educators:
  office: school_board
others:
  role: press
"""

AUDIENCE = "audience: {segment: teachers, exclude: {tag: staff}, expect: 0..9, max: 50}\n"

TWO_KINDS = """\
- type: story
  title: For teachers
  body: One.
  visible_to: teachers
- type: story
  title: For the press
  body: Two.
  visible_to: others
"""

FOR_ALL = """\
- {type: story, title: Swim, body: Again., image: {src: river.png, alt: A river}}
- {type: shared, ref: bill}
"""


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    """An issue for a segment that stands on another one, with two sections for some, and a translation."""
    newsroom.write("newsletters/segments.yaml", SEGMENTS)
    newsroom.write(
        "newsletters/shared/bill.yaml", "owner: Desk\nsection: {type: story, title: A bill, body: B}"
    )
    newsroom.write("newsletters/town/river.png", drawing(600, 300))
    newsroom.write(ISSUE, issue(TWO_KINDS + FOR_ALL, HEAD + AUDIENCE))
    newsroom.write("newsletters/town/2024-09.es.yaml", issue(STORY))
    return newsroom


def found(room: Newsroom, key: str = KEY) -> Digests:
    return digests(room.library, key)


def in_file(path: str, old: str, new: str) -> Callable[[Newsroom], None]:
    return lambda room: room.change(path, old, new)


NETWORK, NEWSLETTER = "newsletters/network.yaml", "newsletters/town/newsletter.yaml"
TRANSLATION, SEGMENTS_FILE = "newsletters/town/2024-09.es.yaml", "newsletters/segments.yaml"


def with_own_style(room: Newsroom) -> None:
    style = (Path(__file__).parents[2] / "templates" / "inline.css.j2").read_text("utf-8")
    room.write("templates/inline.css.j2", style + "\nh2 { letter-spacing: 3px; }\n")


@pytest.mark.parametrize(
    "change",
    [
        in_file(ISSUE, "body: One.", "body: One!"),
        in_file(ISSUE, "A river, a road", "A road, a river"),
        in_file(ISSUE, "alt: A river", "alt: Water"),
        in_file("newsletters/shared/bill.yaml", "body: B", "body: C"),
        in_file(TRANSLATION, "children swim", "children play"),
        in_file(NEWSLETTER, "You get this because", "You have this because"),
        in_file(NEWSLETTER, "town@example.org", "other@example.org"),
        in_file(NETWORK, "Paid for by Example Action", "Paid by Example Action"),
        in_file(NETWORK, "email: unsubscribe@", "email: leave@"),
        in_file(NETWORK, "https://news.example.org", "https://www.example.org"),
        lambda room: room.write("newsletters/town/river.png", drawing(600, 302)),
        lambda room: room.add(NETWORK, "theme: forest\n"),
        lambda room: room.write("newsletters/town/2024-09.fr.yaml", issue(STORY)),
        lambda room: (room.root / TRANSLATION).unlink(),
        with_own_style,
    ],
)
def test_what_changes_a_mail_changes_the_content_and_not_the_audience(
    room: Newsroom, change: Callable[[Newsroom], None]
) -> None:
    before = found(room)
    change(room)
    after = found(room)
    assert after.content != before.content
    assert after.audience == before.audience


@pytest.mark.parametrize(
    "change",
    [
        in_file(ISSUE, "segment: teachers", "segment: educators"),
        in_file(ISSUE, "tag: staff", "tag: board"),
        in_file(ISSUE, "expect: 0..9", "expect: 0..8"),
        in_file(ISSUE, "max: 50", "max: 51"),
        in_file(ISSUE, AUDIENCE, ""),
        in_file(SEGMENTS_FILE, "state: NY", "state: VT"),
        in_file(SEGMENTS_FILE, "school_board", "mayor"),
        in_file(SEGMENTS_FILE, "role: press", "role: staff"),
    ],
)
def test_what_changes_who_gets_it_changes_the_audience_and_not_the_content(
    room: Newsroom, change: Callable[[Newsroom], None]
) -> None:
    before = found(room)
    change(room)
    after = found(room)
    assert after.audience != before.audience
    assert after.content == before.content


@pytest.mark.parametrize(
    "change",
    [
        lambda room: room.add(ISSUE, "# seen by nobody\n"),
        lambda room: room.add(SEGMENTS_FILE, "unused:\n  state: CA\n"),
        lambda room: room.add(NETWORK, "seed_list: [ana@example.org]\napprovals: 2\n"),
        lambda room: room.write("newsletters/town/2024-10.yaml", issue(STORY)),
        in_file(ISSUE, AUDIENCE, f"late: skip\n{AUDIENCE}"),
    ],
)
def test_what_no_reader_notices_changes_nothing(room: Newsroom, change: Callable[[Newsroom], None]) -> None:
    before = found(room)
    change(room)
    assert found(room) == before


def test_two_sections_that_change_their_readers_change_the_content(room: Newsroom) -> None:
    before = found(room)
    text = (room.root / ISSUE).read_text("utf-8")
    swapped = text.replace("to: teachers", "to: X").replace("to: others", "to: teachers")
    room.write(ISSUE, swapped.replace("to: X", "to: others"))
    assert found(room).content != before.content
    assert found(room).audience == before.audience


def test_the_newsletters_own_segment_counts_where_the_issue_names_none(room: Newsroom) -> None:
    room.change(ISSUE, AUDIENCE, "")
    before = found(room)
    room.add(NEWSLETTER, "segment: educators\n")
    assert found(room).audience != before.audience


def test_a_staging_site_is_not_what_was_approved(room: Newsroom) -> None:
    settings = load_settings(room.root, {"LPDOWNLOAD_PUBLIC_URL": "https://staging.example.org"})
    assert digests(Library(room.root, settings), KEY).content != found(room).content


def test_a_translation_has_the_digests_of_its_original(room: Newsroom) -> None:
    assert found(room, f"{KEY}.es") == found(room)


def test_the_digests_are_the_same_in_every_process(room: Newsroom) -> None:
    script = (
        "import sys; from pathlib import Path; from lpdownload.content.library import Library;"
        "from lpdownload.delivery.approval import digests;"
        "found = digests(Library(Path(sys.argv[1])), sys.argv[2]); print(found.content, found.audience)"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script, str(room.root), KEY],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        .stdout.split()[0:2]
        .__str__()
        for seed in ("1", "2")
    }
    assert said == {str([found(room).content, found(room).audience])}


def test_a_newer_program_does_not_void_the_approval_of_an_audience(room: Newsroom) -> None:
    """Whoever changes this value makes everybody approve once more what they have approved."""
    assert found(room).audience == ("b6bdd71df25020fd2bf8bce0cda7f2a3f704cbbf37d80da1e8507a1dc7d98c0f")


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_an_approval_stands_only_if_nothing_changed(one: str, two: str, three: str, four: str) -> None:
    approval = Approval(1, KEY, one, two, "Ana", NOW)
    changed = changes(approval, Digests(three, four))
    assert (not changed) == ((one, two) == (three, four))
    assert set(changed) <= {"content", "audience"}


def test_an_issue_nobody_approved_is_an_error_that_says_what_to_do(
    room: Newsroom, database: Database
) -> None:
    with database.reading() as connection:
        (finding,) = approval_findings(room.library, connection, KEY, found(room))
    assert (finding.rule, finding.severity) == ("not-approved", "error")
    assert finding.message == f"{KEY} is not approved"
    assert finding.hint == f"lpdownload review {KEY}, then lpdownload approve {KEY}"


def test_one_approval_is_enough_unless_the_network_says_otherwise(room: Newsroom, database: Database) -> None:
    now = found(room)
    with database.writing() as connection:
        approve(connection, KEY, now.content, now.audience, "Ana", NOW)
        assert approval_findings(room.library, connection, f"{KEY}.es", now) == ()
        room.add(NETWORK, "approvals: 2\n")
        (finding,) = approval_findings(room.library, connection, KEY, now)
        assert finding.message == f"{KEY} is approved by Ana only, 2 must"
        approve(connection, KEY, now.content, now.audience, "ANA", NOW)
        assert len(approval_findings(room.library, connection, KEY, now)) == 1
        approve(connection, KEY, now.content, now.audience, "Bo", NOW)
        assert approval_findings(room.library, connection, KEY, now) == ()


def test_a_network_may_need_no_approval(room: Newsroom, database: Database) -> None:
    room.add(NETWORK, "approvals: 0\n")
    with database.reading() as connection:
        assert approval_findings(room.library, connection, KEY, found(room)) == ()


@pytest.mark.parametrize(
    ("content", "audience", "changed"),
    [(True, False, "audience"), (False, True, "content"), (False, False, "content and audience")],
)
def test_an_older_approval_is_told_with_what_changed_since(
    room: Newsroom, database: Database, content: bool, audience: bool, changed: str
) -> None:
    now = found(room)
    with database.writing() as connection:
        old = (now.content if content else "c", now.audience if audience else "a")
        approve(connection, KEY, *old, "Ana", NOW)
        (finding,) = approval_findings(room.library, connection, KEY, now)
    since = f"; Ana approved it on 2024-09-01 12:00 UTC, and its {changed} changed since"
    assert finding.message == f"{KEY} is not approved{since}"


def test_nobody_is_told_of_who_has_approved_again(room: Newsroom, database: Database) -> None:
    now = found(room)
    room.add(NETWORK, "approvals: 2\n")
    with database.writing() as connection:
        approve(connection, KEY, "c", "a", "Ana", NOW)
        approve(connection, KEY, now.content, now.audience, "ana", NOW)
        (finding,) = approval_findings(room.library, connection, KEY, now)
    assert finding.message == f"{KEY} is approved by ana only, 2 must"


def test_members_may_come_and_go(room: Newsroom, database: Database) -> None:
    with database.writing() as connection:
        before = proposal_of(room.library, connection, KEY)
        room.change(ISSUE, AUDIENCE, "")
        put_all(connection, ["ana@example.org", "bo@example.org"])
        one = proposal_of(room.library, connection, KEY)
        put_all(connection, ["cy@example.org"])
        two = proposal_of(room.library, connection, KEY)
    assert (before.audience.included, one.audience.included, two.audience.included) == (0, 2, 3)
    assert one.digests == two.digests == found(room)
    assert set(before.segments) == {"teachers", "educators", "others"}


def test_what_is_wrong_with_a_translation_is_wrong_with_the_issue(room: Newsroom, database: Database) -> None:
    room.change(TRANSLATION, "A river is clean again", "Replace this")
    with database.reading() as connection:
        rules = [finding.rule for finding in proposal_of(room.library, connection, KEY).findings]
        assert "placeholder" in rules
        room.change(TRANSLATION, "type: story", "type: stories")
        with pytest.raises(InvalidInput) as caught:
            proposal_of(room.library, connection, KEY)
    assert caught.value.findings
