"""`lpdownload subscribers`: one person at a time."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.desk import Desk

from lpdownload.store.database import FILE

ANA = "ana.ruiz@example.org"


def record(desk: Desk, email: str = ANA) -> list[tuple[str | None, str, str]]:
    """The consent record: newsletter, what, source."""
    return [(entry["newsletter"], entry["what"], entry["source"]) for entry in desk.consent(email)]


def test_who_was_added_is_shown_with_everything(desk: Desk) -> None:
    report = desk.json(
        *("subscribers", "add", ANA, "--source", "a call", "--newsletter", "town"),
        *("--set", "state=new york", "--set", "interests=bus; school", "--set", "ward=4"),
    )
    assert report == {
        "new": True,
        "subscribed": ["town"],
        "attributes": ["interests", "state", "ward"],
    }
    shown = desk.json("subscribers", "show", ANA)
    assert shown["email"] == ANA
    assert shown["attributes"] == {"state": "NY", "interests": ["bus", "school"], "ward": "4"}
    assert shown["received"] == []
    assert shown["suppressed"] is None
    assert desk.states(ANA) == {"town": "active"}
    assert record(desk) == [("town", "subscribed", "a call")]
    words = desk.run("subscribers", "show", "Ana.Ruiz@EXAMPLE.org").stdout
    for part in (ANA, "interests: bus, school", "town: active since", "town: subscribed, a call"):
        assert part in words


def test_an_attribute_is_taken_away_by_an_empty_value(desk: Desk) -> None:
    desk.add(ANA, state="NY", ward="4", tags="a; b")
    report = desk.json(
        "subscribers",
        "add",
        ANA,
        "--source",
        "a call",
        "--set",
        "ward=",
        "--set",
        "tags=",
        "--set",
        "role=press",
    )
    assert report["new"] is False
    assert desk.json("subscribers", "show", ANA)["attributes"] == {"state": "NY", "role": "press"}


def test_who_left_cannot_be_added_back(desk: Desk) -> None:
    desk.add(ANA, "town")
    desk.run("subscribers", "unsubscribe", ANA, "--newsletter", "town")
    before = desk.rows()
    (finding,) = desk.refused(
        *("subscribers", "add", ANA, "--source", "a call", "--set", "state=VT"),
        *("--newsletter", "lab", "--newsletter", "town"),
    )
    assert finding.rule == "left"
    assert desk.rows() == before


def test_who_is_suppressed_cannot_be_added(desk: Desk) -> None:
    desk.run("subscribers", "suppress", ANA, "--source", "a letter")
    (finding,) = desk.refused("subscribers", "add", ANA, "--source", "a call")
    assert finding.message == "the address is suppressed: staff"


def test_unsubscribing_ends_what_is_named_and_no_more(desk: Desk) -> None:
    desk.add(ANA, "town", "lab")
    report = desk.json("subscribers", "unsubscribe", ANA, "--newsletter", "town", "--source", "a call")
    assert report == {"unsubscribed": ["town"], "suppressed": False}
    assert desk.states(ANA) == {"lab": "active", "town": "unsubscribed"}
    assert record(desk)[-1] == ("town", "unsubscribed", "a call")


def test_unsubscribing_again_changes_nothing(desk: Desk) -> None:
    desk.add(ANA, "town")
    desk.run("subscribers", "unsubscribe", ANA, "--newsletter", "town")
    before = desk.rows()
    report = desk.json("subscribers", "unsubscribe", ANA, "--newsletter", "town")
    assert report["unsubscribed"] == []
    assert desk.rows() == before


def test_unsubscribing_from_all_suppresses_too(desk: Desk) -> None:
    desk.add(ANA, "town", "lab")
    report = desk.json("subscribers", "unsubscribe", ANA, "--all")
    assert report == {"unsubscribed": ["lab", "town"], "suppressed": True}
    assert desk.states(ANA) == {"lab": "unsubscribed", "town": "unsubscribed"}
    assert "suppressed: unsubscribed; gets nothing" in desk.run("subscribers", "show", ANA).stdout
    assert record(desk)[-1] == (None, "unsubscribed", "asked the newsroom")


def test_a_stranger_who_wants_nothing_is_suppressed(desk: Desk) -> None:
    assert desk.json("subscribers", "unsubscribe", ANA, "--all") == {"unsubscribed": [], "suppressed": True}
    (finding,) = desk.refused("subscribers", "show", ANA)
    assert "it is suppressed: unsubscribed" in finding.message


def test_unsubscribing_needs_a_newsletter_or_all(desk: Desk) -> None:
    desk.add(ANA, "town")
    desk.run("subscribers", "unsubscribe", ANA, code=2)
    assert desk.state(ANA) == "active"


def test_a_suppression_is_lifted_and_the_subscriptions_stay_as_they_are(desk: Desk) -> None:
    desk.add(ANA, "town", "lab")
    desk.run("subscribers", "unsubscribe", ANA, "--newsletter", "town")
    assert desk.json("subscribers", "suppress", ANA, "--source", "a letter") == {"suppressed": True}
    assert desk.json("subscribers", "suppress", ANA, "--source", "again") == {"suppressed": False}
    assert desk.json("subscribers", "lift", ANA, "--source", "a call") == {"lifted": "staff"}
    assert desk.json("subscribers", "lift", ANA, "--source", "a call") == {"lifted": None}
    assert desk.states(ANA) == {"lab": "active", "town": "unsubscribed"}
    assert record(desk)[-1] == (None, "lifted", "a call")


def test_of_who_is_erased_only_a_hash_is_left(desk: Desk) -> None:
    desk.newsroom.write("people.csv", f"email,first_name\n{ANA},Ana-Lucía\n")
    desk.run("subscribers", "import", "people.csv", "--newsletter", "town")
    desk.newsroom.write("people.csv", f"email,first_name\n{ANA},Lucía\n")
    desk.run("subscribers", "import", "people.csv", "--newsletter", "lab", "--update")
    desk.run("subscribers", "suppress", ANA, "--source", "a letter")
    assert desk.json("subscribers", "erase", ANA, "--yes") == {"erased": True}
    rows = desk.rows()
    assert [row[1:4:2] for row in rows["suppressions"]] == [(None, "erased")]
    assert {name for name, there in rows.items() if there} == {"facts", "imports", "suppressions"}
    everything = repr(rows).lower()
    assert "ruiz" not in everything
    assert "luc" not in everything
    (finding,) = desk.refused("subscribers", "add", ANA, "--source", "a call")
    assert finding.rule == "suppressed"
    assert desk.json("subscribers", "erase", ANA, "--yes") == {"erased": False}


def test_in_the_file_too_an_erased_address_is_nowhere(file_desk: Desk) -> None:
    for number in range(40):
        file_desk.add(f"p{number}@example.org", "town")
    file_desk.add(ANA, "town", first_name="Zerlina")
    file_desk.run("subscribers", "erase", ANA, "--yes")
    content = b"".join(path.read_bytes() for path in file_desk.root.glob(f"{FILE}*"))
    assert b"p7@example.org" in content
    assert b"ruiz" not in content
    assert b"Zerlina" not in content


def test_erasing_asks_first(desk: Desk) -> None:
    desk.add(ANA)
    desk.run("subscribers", "erase", ANA, code=2)
    assert desk.json("subscribers", "show", ANA)["email"] == ANA


def test_a_stranger_is_erased_before_a_list_brings_them(desk: Desk) -> None:
    shown = desk.run("subscribers", "erase", ANA, "--yes").stdout
    assert shown == "Nobody was known by it; it is suppressed all the same.\n"
    report = desk.json("subscribers", "import", desk.file([["email"], [ANA]]))
    assert (report["added"], report["suppressed"]) == (0, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("subscribers", "show", ANA),
        ("subscribers", "unsubscribe", ANA, "--newsletter", "town"),
        ("segments", "explain", ANA),
    ],
)
def test_an_unknown_address_is_not_repeated(desk: Desk, words: tuple[str, ...]) -> None:
    (finding,) = desk.refused(*words)
    assert finding.rule == "unknown-subscriber"
    assert "ruiz" not in str(finding)


COMMANDS: list[Callable[[str], tuple[str, ...]]] = [
    lambda email: ("show", email),
    lambda email: ("add", email, "--source", "a call"),
    lambda email: ("unsubscribe", email, "--all"),
    lambda email: ("suppress", email, "--source", "a call"),
    lambda email: ("lift", email, "--source", "a call"),
    lambda email: ("erase", email, "--yes"),
]


@pytest.mark.parametrize("words", COMMANDS)
@pytest.mark.parametrize(
    "email", ["ana.ruiz", "ana.ruiz@@example.org", "ana ruiz@example.org", "ana.ruiz@localhost"]
)
def test_what_is_no_address_is_refused_and_not_repeated(
    file_desk: Desk, words: Callable[[str], tuple[str, ...]], email: str
) -> None:
    (finding,) = file_desk.refused("subscribers", *words(email))
    assert finding.rule == "bad-email"
    assert "ruiz" not in str(finding)
    assert not Path(FILE).exists()


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("state", "bad-attribute"),
        ("stat=NY", "unknown-attribute"),
        ("email=b@example.org", "bad-attribute"),
        ("office=king", "bad-attribute"),
        ("term_end=soon", "bad-attribute"),
        ("first_name=A\nBcc: x", "bad-attribute"),
    ],
)
def test_a_wrong_attribute_adds_nobody(desk: Desk, given: str, rule: str) -> None:
    (finding,) = desk.refused("subscribers", "add", ANA, "--source", "a call", "--set", given)
    assert finding.rule == rule
    assert desk.json("subscribers", "stats")["people"] == 0


@pytest.mark.parametrize(
    "words",
    [("add", ANA, "--source", "x", "--newsletter", "twon"), ("unsubscribe", ANA, "--newsletter", "twon")],
)
def test_an_unknown_newsletter_is_met_with_the_one_meant(desk: Desk, words: tuple[str, ...]) -> None:
    desk.add(ANA)
    (finding,) = desk.refused("subscribers", *words)
    assert finding.rule == "unknown-newsletter"
    assert "town" in finding.hint


def test_the_numbers_are_by_newsletter_state_and_reason(desk: Desk) -> None:
    assert desk.run("subscribers", "stats").stdout == "0 people\n"
    for number in range(3):
        desk.add(f"p{number}@example.org", "town")
    desk.add("p0@example.org", "lab")
    desk.run("subscribers", "unsubscribe", "p1@example.org", "--newsletter", "town")
    desk.run("subscribers", "suppress", "p2@example.org", "--source", "a letter")
    desk.run("subscribers", "erase", "x@example.org", "--yes")
    assert desk.json("subscribers", "stats") == {
        "people": 3,
        "subscriptions": {"lab": {"active": 1}, "town": {"active": 2, "unsubscribed": 1}},
        "suppressions": {"erased": 1, "staff": 1},
    }
    shown = desk.run("subscribers", "stats").stdout
    assert "3 people" in shown
    assert "Suppressed: 1 erased, 1 staff" in shown


def test_what_is_done_to_people_is_said(desk: Desk) -> None:
    add = ("subscribers", "add", ANA, "--source", "x", "--newsletter", "town")
    said = [
        desk.run(*words).stdout.splitlines()[0]
        for words in (
            add,
            add,
            ("subscribers", "unsubscribe", ANA, "--newsletter", "town"),
            ("subscribers", "suppress", ANA, "--source", "x"),
            ("subscribers", "lift", ANA, "--source", "x"),
            ("subscribers", "erase", ANA, "--yes"),
        )
    ]
    assert said == [
        "Added; subscribed to town.",
        "Known already; subscribed to nothing new.",
        "Unsubscribed from town.",
        "Suppressed.",
        "Lifted; the reason was: staff.",
        "Erased.",
    ]
