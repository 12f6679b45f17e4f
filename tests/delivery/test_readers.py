"""Each reader's own copy: their language, their sections, their name, and links signed for them alone."""

import re

import pytest
from tests.desk import Desk
from tests.newsroom import issue
from tests.sending import approve, counts, outbox, part, send

from lpdownload.delivery.readers import subscriber_of
from lpdownload.model.address import address_of
from lpdownload.model.token import Claim, Tokens
from lpdownload.store import subscribers
from lpdownload.store.facts import token_keys

SECTIONS = """\
- type: story
  title: For everybody
  body: Dear {{ first_name | default("friend") }} of {{ ward | default("nowhere") }}.
- type: story
  title: For teachers
  body: Chalk is cheaper.
  visible_to: teachers
- type: story
  title: For New York
  body: The river rises.
  visible_to: new-york
"""
SPANISH = """\
- type: story
  title: Para todos
  body: Hola {{ first_name | default("amiga") }}.
"""

PEOPLE: dict[str, dict[str, str | tuple[str, ...]]] = {
    "ana@example.org": {"first_name": "Ana", "last_name": "Reyes", "office": "school_board", "ward": "7 & 8"},
    "ben@example.org": {"state": "NY"},
    "cyd@example.org": {"first_name": "Cyd <b>", "state": "NY", "office": "school_board"},
    "dea@example.org": {"language": "es", "state": "NY"},
    "eli@example.org": {"language": "es-MX", "first_name": "Eli"},
}


@pytest.fixture
def room(desk: Desk) -> Desk:
    """An issue with sections for some and a translation, approved, and five very different readers."""
    desk.newsroom.write_issue(SECTIONS)
    desk.newsroom.write("newsletters/town/2024-09.es.yaml", issue(SPANISH))
    desk.put("town", PEOPLE)
    approve(desk)
    return desk


def test_everybody_gets_the_sections_and_the_language_that_are_theirs(room: Desk) -> None:
    report = send(room)
    assert counts(report) == {"candidates": 5, "planned": 5, "accepted": 5}
    assert report["batches"] == {"accepted": 4}
    titles = ("For everybody", "For teachers", "For New York", "Para todos")
    seen = {
        address: [title for title in titles if title in part(message)]
        for address, message in outbox(room).items()
    }
    assert seen == {
        "ana@example.org": ["For everybody", "For teachers"],
        "ben@example.org": ["For everybody", "For New York"],
        "cyd@example.org": ["For everybody", "For teachers", "For New York"],
        "dea@example.org": ["Para todos"],
        "eli@example.org": ["Para todos"],
    }


def test_merge_fields_hold_the_readers_own_words_escaped_for_their_place(room: Desk) -> None:
    send(room)
    found = outbox(room)
    assert "Dear Ana of 7 &amp; 8." in part(found["ana@example.org"])
    assert "Dear Ana of 7 & 8." in part(found["ana@example.org"], "plain")
    assert "Dear friend of nowhere." in part(found["ben@example.org"])
    assert "Dear Cyd &lt;b&gt; of" in part(found["cyd@example.org"])
    assert "Hola amiga." in part(found["dea@example.org"])
    assert "Hola Eli." in part(found["eli@example.org"])
    assert [str(found[f"{name}@example.org"]["To"]) for name in ("ana", "ben")] == [
        "Ana Reyes <ana@example.org>",
        "ben@example.org",
    ]


def test_links_to_leave_are_signed_for_the_reader_they_went_to(room: Desk) -> None:
    send(room)
    with room.open() as database, database.writing() as connection:
        tokens = Tokens(token_keys(connection))
        numbers = {}
        for address in PEOPLE:
            person = subscribers.find(connection, address_of(address).key)
            assert person is not None
            numbers[address] = person.id
    for address, message in outbox(room).items():
        claim = Claim(numbers[address], "town", "unsubscribe")
        links = re.findall(r"https://news\.example\.org/u/([\w-]+)", part(message))
        header = re.search(r"https://news\.example\.org/u/([\w-]+)>", str(message["List-Unsubscribe"]))
        mailbox = re.search(r"mailto:unsubscribe@example\.org\?subject=([\w-]+)", message["List-Unsubscribe"])
        assert header is not None
        assert mailbox is not None
        for token in (*links, header[1], mailbox[1]):
            assert tokens.read(token, ["lab", "town"]) == claim
        assert links
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_an_empty_value_is_as_good_as_none(desk: Desk) -> None:
    desk.newsroom.write_issue(SECTIONS)
    desk.put("town", {"ana@example.org": {"first_name": "", "ward": ""}})
    approve(desk)
    send(desk)
    assert "Dear friend of nowhere." in part(outbox(desk)["ana@example.org"])


def test_an_attribute_that_holds_a_list_is_written_with_commas(desk: Desk) -> None:
    desk.newsroom.write_issue(SECTIONS)
    desk.put("town", {"ana@example.org": {"ward": ("7", "8")}})
    approve(desk)
    send(desk)
    assert "Dear friend of 7, 8." in part(outbox(desk)["ana@example.org"])


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("abc-7-12", 12),
        ("abc-7-", None),
        ("abc-8-12", None),
        ("abc-7-x", None),
        ("abc-7-²", None),
        ("", None),
    ],
)
def test_a_reference_of_the_send_tells_its_person(reference: str, number: int | None) -> None:
    assert subscriber_of(reference, "abc-7") == number
