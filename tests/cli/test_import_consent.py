"""`lpdownload subscribers import`: nobody who left comes back by it, and where consent came from is kept."""

import pytest
from tests.cli.importing import counts, imported, rejects_of
from tests.desk import Desk


@pytest.mark.parametrize("options", [(), ("--update",)])
def test_nobody_who_left_is_subscribed_again(desk: Desk, options: tuple[str, ...]) -> None:
    desk.add("ana@example.org", "town")
    desk.run("subscribers", "unsubscribe", "ana@example.org", "--newsletter", "town")
    file = desk.file([["email", "status"], ["ana@example.org", "subscribed"]])
    assert imported(desk, file, *options) == {"rows": 1, "unchanged": 1, "stay_unsubscribed": 1}
    assert desk.state("ana@example.org") == "unsubscribed"


@pytest.mark.parametrize("options", [(), ("--update",)])
@pytest.mark.parametrize(
    "gone",
    [
        ("suppress", "ana@example.org", "--source", "a letter"),
        ("unsubscribe", "ana@example.org", "--all"),
        ("erase", "ana@example.org", "--yes"),
    ],
)
def test_a_suppressed_address_never_comes_in(
    desk: Desk, gone: tuple[str, ...], options: tuple[str, ...]
) -> None:
    desk.run("subscribers", *gone)
    before = desk.rows()
    found = imported(desk, desk.file([["email"], ["ANA@Example.org"], ["ana@example.org"]]), *options)
    assert found == {"rows": 2, "suppressed": 2}
    assert desk.rows() == before


def test_a_suppressed_person_who_is_known_is_not_subscribed(desk: Desk) -> None:
    desk.add("ana@example.org")
    desk.run("subscribers", "suppress", "ana@example.org", "--source", "a letter")
    file = desk.file([["email"], ["ana@example.org"]])
    words = ("subscribers", "import", file, "--newsletter", "town", "--newsletter", "lab")
    assert counts(desk.json(*words)) == {"rows": 1, "suppressed": 1}
    assert desk.states("ana@example.org") == {}
    assert len(rejects_of(desk)) == 2


def test_without_a_newsletter_nobody_is_subscribed(desk: Desk) -> None:
    result = desk.run(
        "subscribers", "import", desk.file([["email", "status"], ["ana@example.org", "subscribed"]])
    )
    assert desk.states("ana@example.org") == {}
    assert "without --newsletter that was not taken over" in result.stderr


def test_the_consent_record_says_source_file_and_line(desk: Desk) -> None:
    file = desk.file(
        [
            ["email", "OPTIN_TIME", "OPTIN_IP", "CONFIRM_TIME"],
            ["bo@example.org", "", "", ""],
            ["ana@example.org", "2023-05-01 10:00:00", "192.0.2.7", ""],
        ]
    )
    imported(desk, file, "--source", "the fair")
    (record,) = desk.consent("ana@example.org")
    assert record == {
        "at": "2023-05-01T10:00:00Z",
        "newsletter": "town",
        "what": "subscribed",
        "source": "the fair",
        "proof": "people.csv:3; OPTIN_IP 192.0.2.7",
    }


def test_without_a_source_the_file_is_it(desk: Desk) -> None:
    imported(desk, desk.file([["email"], ["ana@example.org"]]))
    (record,) = desk.consent("ana@example.org")
    assert record["source"] == "import of people.csv"
