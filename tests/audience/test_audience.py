"""Who gets an issue: what its file, its newsletter and the network say, asked of the database."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection
from tests.newsroom import HEAD, STORY, Newsroom, issue, spot
from tests.people import NOW, mail, put, put_all

from lpdownload.audience.audience import Audience, ask, audience_of, sending_moment
from lpdownload.errors import InvalidInput
from lpdownload.store.database import Database
from lpdownload.store.suppressions import suppress

KEY = "town/2024-09"
LONG_AGO = NOW - timedelta(days=40)
SHARED = "- type: shared\n  ref: river\n"
BLOCK = """\
owner: Example Action
once: true
section: {type: story, title: A river is clean again, body: Children swim in it.}
"""
LAB = """\
name: Lab Download
kind: topic
cadence: monthly
timezone: America/New_York
sender: {name: Lab Download, email: lab@example.org}
why: You get this because you asked for it.
"""


def audience(newsroom: Newsroom, connection: Connection, key: str = KEY) -> Audience:
    found = audience_of(newsroom.library, connection, key)
    assert found.candidates == found.included + sum(found.excluded.values())
    assert found.included == sum(found.languages.values()) == sum(found.variants.values())
    return found


def with_head(newsroom: Newsroom, lines: str, sections: str = STORY) -> None:
    newsroom.write_issue(sections, HEAD + lines)


def test_every_subscriber_gets_it_if_nothing_else_is_said(newsroom: Newsroom, database: Database) -> None:
    with database.writing() as connection:
        put_all(connection, ["a@example.org", "b@example.org"])
        put(connection, "c@example.org", states={"town": "unsubscribed"})
        put(connection, "d@example.org", states={"lab": "active"})
        put(connection, "e@example.org", states={"town": "active"})
        suppress(connection, "e@example.org", "complained", at=NOW, source="a report")
        found = audience(newsroom, connection)
    assert (found.issue, found.newsletter, found.segment) == (KEY, "town", "")
    assert (found.candidates, found.included) == (4, 2)
    assert found.excluded == {"suppressed": 1, "unsubscribed": 1}
    assert list(found.excluded) == ["suppressed", "unsubscribed"]
    assert found.languages == {"en": 2}
    assert found.variants == {("en", ()): 2}
    assert found.difference is None
    assert found.findings == ()


def put_offices(connection: Connection) -> None:
    for number, (state, office) in enumerate(
        [("NY", "school_board"), ("NY", "mayor"), ("NJ", "school_board"), ("NJ", "mayor")]
    ):
        put(connection, f"p{number}@example.org", {"state": state, "office": office}, {"town": "active"})


@pytest.mark.parametrize(
    ("newsletter", "said", "words", "excluded"),
    [
        ("", "audience: {segment: teachers}\n", "segment: teachers", {"not_in_segment": 2}),
        ("segment: teachers\n", "", "segment: teachers", {"not_in_segment": 2}),
        (
            "segment: teachers\n",
            "audience: {segment: new-york}\n",
            "segment: new-york",
            {"not_in_segment": 2},
        ),
        ("", "audience: {segment: {office: mayor}}\n", "office: mayor", {"not_in_segment": 2}),
        (
            "",
            "audience: {segment: {any: [teachers, {state: NY}]}}\n",
            "any: [teachers, {state: NY}]",
            {"not_in_segment": 1},
        ),
        ("", "audience: {exclude: teachers}\n", "", {"in_excluded_segment": 2}),
        ("", "audience: {exclude: {state: NY}}\n", "", {"in_excluded_segment": 2}),
        (
            "segment: new-york\n",
            "audience: {exclude: teachers}\n",
            "segment: new-york",
            {"not_in_segment": 2, "in_excluded_segment": 1},
        ),
    ],
)
def test_a_segment_narrows_it_and_another_is_left_out(
    newsroom: Newsroom,
    database: Database,
    newsletter: str,
    said: str,
    words: str,
    excluded: dict[str, int],
) -> None:
    newsroom.add("newsletters/town/newsletter.yaml", newsletter)
    with_head(newsroom, said)
    with database.writing() as connection:
        put_offices(connection)
        found = audience(newsroom, connection)
    assert (found.segment, found.excluded) == (words, excluded)


def test_readers_get_it_in_their_language_with_the_sections_meant_for_them(
    newsroom: Newsroom, database: Database
) -> None:
    newsroom.write_issue(STORY + "    visible_to: teachers\n" + STORY + "    visible_to: new-york\n" + STORY)
    newsroom.write_issue(
        STORY + "    visible_to: new-york\n" + STORY, path="newsletters/town/2024-09.es.yaml"
    )
    with database.writing() as connection:
        for number, language in enumerate(("es", "es-MX", "fr", "")):
            attributes = {"state": "NY", "office": "school_board", "language": language}
            put(connection, f"p{number}@example.org", attributes, {"town": "active"})
        put(connection, "last@example.org", {"language": "es"}, {"town": "active"})
        found = audience(newsroom, connection)
        assert found.languages == {"en": 2, "es": 3}
        assert found.variants == {
            ("en", ("new-york", "teachers")): 2,
            ("es", ()): 1,
            ("es", ("new-york",)): 2,
        }
        assert audience(newsroom, connection, "town/2024-09.es") == found


@pytest.mark.parametrize(
    ("said", "rules"),
    [
        ("audience: {expect: 2..4}\n", []),
        ("audience: {expect: 3}\n", []),
        ("audience: {expect: 3.., max: 3}\n", []),
        ("audience: {expect: ..2}\n", ["audience-unexpected"]),
        ("audience: {expect: 4..9}\n", ["audience-unexpected"]),
        ("audience: {max: 2}\n", ["audience-over-max"]),
        ("audience: {expect: 1..2, max: 2}\n", ["audience-unexpected", "audience-over-max"]),
    ],
)
def test_outside_of_what_is_expected_nothing_may_be_sent(
    newsroom: Newsroom, database: Database, said: str, rules: list[str]
) -> None:
    with_head(newsroom, said)
    with database.writing() as connection:
        put_all(connection, [f"p{number}@example.org" for number in range(3)])
        findings = audience(newsroom, connection).findings
    assert [finding.rule for finding in findings] == rules
    assert {finding.severity for finding in findings} <= {"error"}
    assert all(spot(finding)[:2] == ("2024-09.yaml", 3) for finding in findings)


def test_the_guard_names_both_numbers_and_its_own_key(newsroom: Newsroom, database: Database) -> None:
    with_head(newsroom, "audience:\n  expect: 2..\n  max: 1_000\n")
    with database.writing() as connection:
        put_all(connection, ["a@example.org"])
        (finding,) = audience(newsroom, connection).findings
    assert finding.message == "1 people would get it, 2.. are expected"
    assert finding.path == "audience.expect"
    assert spot(finding)[1] == 4


def test_an_audience_of_nobody_is_warned_of(newsroom: Newsroom, database: Database) -> None:
    with database.writing() as connection:
        (empty,) = audience(newsroom, connection).findings
        put(connection, "a@example.org", states={"town": "pending"})
        (excluded,) = audience(newsroom, connection).findings
    assert {(finding.rule, finding.severity) for finding in (empty, excluded)} == {
        ("audience-empty", "warning")
    }
    assert "town" in empty.message
    assert excluded.message == "nobody would get it"


def test_what_changed_since_the_last_issue_is_counted(newsroom: Newsroom, database: Database) -> None:
    with_head(newsroom, "audience: {segment: new-york}\n")
    at = NOW - timedelta(days=30)
    with database.writing() as connection:
        ny = {"state": "NY"}
        stays = put(connection, "a@example.org", ny, {"town": "active"}, LONG_AGO)
        put(connection, "b@example.org", ny, {"town": "active"})
        put(connection, "c@example.org", ny, {"town": "active"}, LONG_AGO)
        moved = put(connection, "d@example.org", {"state": "NJ"}, {"town": "active"}, LONG_AGO)
        left = put(connection, "e@example.org", ny, {"town": "unsubscribed"}, LONG_AGO)
        gone = put(connection, "f@example.org", ny, {}, LONG_AGO)
        mail(connection, "town/2024-08", [stays, moved, left, gone], at)
        mail(connection, "town/2024-07", [stays], LONG_AGO)
        difference = audience(newsroom, connection).difference
    assert difference
    assert (difference.issue, difference.mailed_at) == ("town/2024-08", at)
    assert difference.new == {"subscribed_since": 1, "excluded_then": 1}
    assert difference.dropped == {"not_in_segment": 1, "unsubscribed": 1, "gone": 1}
    assert difference.stayed == 1


def test_who_has_it_already_does_not_get_it_again(newsroom: Newsroom, database: Database) -> None:
    with database.writing() as connection:
        first, _ = put_all(connection, ["a@example.org", "b@example.org"])
        mail(connection, KEY, [first])
        found = audience(newsroom, connection)
    assert (found.included, found.excluded, found.difference) == (1, {"already_received": 1}, None)


def test_the_contact_cap_counts_the_days_before_the_issue_goes_out(
    newsroom: Newsroom, database: Database
) -> None:
    newsroom.add("newsletters/network.yaml", "contact: {cap: {mails: 2, days: 7}}\n")
    with_head(newsroom, "send_at: 2050-06-08 09:00\n")  # 13:00 in UTC
    moment = datetime(2050, 6, 8, 13, tzinfo=UTC)
    with database.writing() as connection:
        twice, once = put_all(connection, ["a@example.org", "b@example.org"])
        mail(connection, "lab/one", [twice, once], moment - timedelta(days=7))
        mail(connection, "lab/two", [twice, once], moment - timedelta(days=7) + timedelta(seconds=1))
        mail(connection, "lab/cancelled", [once], moment - timedelta(days=1), "cancelled")
        mail(connection, "lab/after", [once], moment + timedelta(seconds=1))
        assert audience(newsroom, connection).excluded == {}
        mail(connection, "lab/three", [twice], moment)
        assert audience(newsroom, connection).excluded == {"over_cap": 1}


def test_a_time_that_has_passed_is_now(newsroom: Newsroom) -> None:
    with_head(newsroom, "send_at: 2050-06-08 09:00\n")
    assert sending_moment(newsroom.load().issue) == datetime(2050, 6, 8, 13, tzinfo=UTC)
    with_head(newsroom, "")
    before = datetime.now(UTC)
    assert before <= sending_moment(newsroom.load().issue) <= datetime.now(UTC)


# One story in several newsletters


def two_newsletters(newsroom: Newsroom, priority: str = "lab, town", period: str = "2024-09") -> None:
    newsroom.add("newsletters/network.yaml", f"contact: {{priority: [{priority}]}}\n")
    newsroom.write("newsletters/lab/newsletter.yaml", LAB)
    newsroom.write("newsletters/shared/river.yaml", BLOCK)
    newsroom.write_issue(SHARED)
    newsroom.write("newsletters/lab/issue.yaml", issue(SHARED, f"period: {period}\npreheader: A river.\n"))


def put_both(connection: Connection) -> tuple[int, int]:
    both = put(connection, "a@example.org", {"state": "NY"}, {"town": "active", "lab": "active"})
    left = put(connection, "b@example.org", {"state": "NY"}, {"town": "active", "lab": "unsubscribed"})
    return both, left


def test_of_two_issues_with_one_story_a_person_gets_the_first_newsletter_s(
    newsroom: Newsroom, database: Database
) -> None:
    two_newsletters(newsroom)
    with database.writing() as connection:
        put_both(connection)
        assert audience(newsroom, connection).excluded == {"held": 1}
        assert audience(newsroom, connection, "lab/issue").excluded == {"unsubscribed": 1}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("newsletters/shared/river.yaml", "once: true\n", ""),
        ("newsletters/network.yaml", "[lab, town]", "[town, lab]"),
        ("newsletters/network.yaml", "[lab, town]", "[]"),
        ("newsletters/lab/issue.yaml", "ref: river", "ref: river\n    only: web"),
        ("newsletters/lab/issue.yaml", "2024-09", "2024-11"),
        ("newsletters/lab/issue.yaml", "period: 2024-09", "period: 2024-09\naudience: {exclude: new-york}"),
        ("newsletters/lab/issue.yaml", "period: 2024-09", "period: 2024-09\naudience: {segment: teachers}"),
        ("newsletters/lab/newsletter.yaml", "kind: topic", "kind: topic\nsegment: teachers"),
    ],
)
def test_who_does_not_get_the_other_one_gets_this(
    newsroom: Newsroom, database: Database, path: str, old: str, new: str
) -> None:
    two_newsletters(newsroom)
    newsroom.change(path, old, new)
    with database.writing() as connection:
        put_both(connection)
        found = audience(newsroom, connection)
    assert (found.included, found.excluded) == (2, {})


@pytest.mark.parametrize("priority", ["lab, town", "town, lab", ""])
def test_once_the_other_is_mailed_whoever_got_it_is_held_whatever_comes_first(
    newsroom: Newsroom, database: Database, priority: str
) -> None:
    two_newsletters(newsroom, priority)
    with database.writing() as connection:
        _, left = put_both(connection)
        mail(connection, "lab/issue", [left])
        found = audience(newsroom, connection)
    assert (found.included, found.excluded) == (1, {"held": 1})


# What cannot be read


def test_an_issue_that_cannot_be_read_has_no_audience(newsroom: Newsroom, database: Database) -> None:
    with_head(newsroom, "audience: {segment: teacher}\n")
    with database.reading() as connection, pytest.raises(InvalidInput) as caught:
        audience_of(newsroom.library, connection, KEY)
    assert caught.value.findings[0].rule == "unknown-segment"


def test_a_translation_that_cannot_be_read_stops_the_issue_too(
    newsroom: Newsroom, database: Database
) -> None:
    newsroom.write("newsletters/town/2024-09.es.yaml", "period: 2024-09\n")
    with database.reading() as connection, pytest.raises(InvalidInput):
        ask(newsroom.library, connection, KEY)
