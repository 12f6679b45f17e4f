"""`lpdownload subscribers import`: a list of people, taken over once and never too far."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from tests.desk import Desk

from lpdownload.audience import rows_ahead
from lpdownload.audience.import_people import COUNTS

ONE_OF_THESE = ("added", "changed", "unchanged", "duplicates", "suppressed", "rejected")
"""What becomes of a row."""


def counts(report: dict[str, object]) -> dict[str, int]:
    """Those that are not 0."""
    found = {name: int(str(report[name])) for name in COUNTS}
    assert found["rows"] == sum(found[name] for name in ONE_OF_THESE)
    return {name: count for name, count in found.items() if count}


def imported(desk: Desk, *words: str, newsletter: str = "town") -> dict[str, int]:
    return counts(desk.json("subscribers", "import", *words, "--newsletter", newsletter))


def rejects_of(desk: Desk, name: str = "people.csv.rejects.csv") -> list[list[str]]:
    return list(csv.reader(io.StringIO((desk.root / name).read_text("utf-8"))))


def test_ten_thousand_people_come_once(desk: Desk) -> None:
    words = ("subscribers", "import", desk.list_of(10_000), "--newsletter", "town", "--source", "demo")
    first = desk.json(*words)
    assert first["import"] == 1
    assert counts(first) == {"rows": 10_000, "added": 10_000, "subscribed": 10_000}
    before = desk.rows()
    second = desk.json(*words)
    assert second["import"] is None
    assert counts(second) == {"rows": 10_000, "unchanged": 10_000}
    assert desk.rows() == before


MESSY = [
    ["email", "first_name", "state", "status"],
    ["ana@example.org", "Ana", "NY", "subscribed"],
    ["Ana@EXAMPLE.org", "Anna", "NY", "subscribed"],
    ["nobody", "No", "NY", "subscribed"],
    ["bo@example.org", "Bo", "NY", "unsubscribed"],
    ["cy@example.org", "Cy", "NY", "cleaned"],
    ["left@example.org", "Lee", "NY", "subscribed"],
    ["known@example.org", "Kay", "VT", ""],
    ["never@example.org", "Neve", "NY", "subscribed"],
    ["stop@example.org", "Sam", "NY", "unsubscribed"],
    ["odd@example.org", "Odd", "NY", "whatever"],
]


@pytest.fixture
def messy(desk: Desk) -> str:
    """A list with a bit of everything, for a newsroom where some of it is known."""
    desk.add("left@example.org", "town")
    desk.run("subscribers", "unsubscribe", "left@example.org", "--newsletter", "town")
    desk.add("known@example.org", "town", state="NY", office="mayor")
    desk.add("stop@example.org", "town")
    desk.run("subscribers", "suppress", "never@example.org", "--source", "a letter")
    return desk.file(MESSY)


@pytest.mark.parametrize("options", [(), ("--update",)])
def test_a_dry_run_says_what_the_import_does_and_changes_nothing(
    desk: Desk, messy: str, options: tuple[str, ...]
) -> None:
    before = desk.rows()
    dry = desk.json("subscribers", "import", messy, "--newsletter", "town", "--dry-run", *options)
    assert desk.rows() == before
    assert not (desk.root / "people.csv.rejects.csv").exists()
    assert dry["import"] is None
    assert dry["dry_run"] is True
    real = desk.json("subscribers", "import", messy, "--newsletter", "town", *options)
    assert counts(dry) == counts(real)
    assert desk.rows() != before


def test_every_row_is_counted_once(desk: Desk, messy: str) -> None:
    assert imported(desk, messy) == {
        "rows": 10,
        "added": 3,
        "changed": 2,
        "subscribed": 1,
        "unsubscribed": 2,
        "suppressions": 1,
        "unchanged": 2,
        "duplicates": 1,
        "stay_unsubscribed": 1,
        "suppressed": 1,
        "rejected": 1,
        "values_left_out": 1,
    }


def test_the_rejects_have_line_and_reason_for_their_owner_s_eyes_only(desk: Desk, messy: str) -> None:
    imported(desk, messy)
    header, *rows = rejects_of(desk)
    assert header == ["line", "reason", *MESSY[0]]
    assert {int(row[0]): row[1] for row in rows} == {
        4: "email: an email address must have an @-sign",
        9: "the address is suppressed: it is never mailed",
        11: "imported without status: not a status we know, taken as not subscribed",
    }
    assert rows[0][2:] == MESSY[3]
    assert stat.S_IMODE((desk.root / "people.csv.rejects.csv").stat().st_mode) == 0o600


def test_rejects_are_mended_and_imported_again(desk: Desk) -> None:
    imported(desk, desk.file([["Mail", "first_name"], ["bo@@example.org", "Bo"]]), "--map", "Mail=email")
    file = desk.root / "people.csv.rejects.csv"
    file.write_text(file.read_text("utf-8").replace("@@", "@"), "utf-8")
    assert imported(desk, file.name)["added"] == 1
    assert desk.json("subscribers", "show", "bo@example.org")["attributes"] == {"first_name": "Bo"}


def test_a_list_without_a_bad_row_leaves_no_rejects(desk: Desk) -> None:
    report = desk.json("subscribers", "import", desk.list_of(3), "--newsletter", "town")
    assert report["rejects"] is None
    assert sorted(path.name for path in desk.root.glob("*people*")) == ["people.csv"]


@pytest.mark.parametrize(("options", "state"), [((), "NY"), (("--update",), "VT")])
def test_what_is_known_changes_only_with_update(desk: Desk, options: tuple[str, ...], state: str) -> None:
    desk.add("ana@example.org", state="NY", office="mayor", ward="4", tags="a; b")
    file = desk.file(
        [["email", "state", "office", "ward", "tags"], ["ana@example.org", "VT", "", "", "b; c"]]
    )
    desk.run("subscribers", "import", file, *options)
    known = {"state": state, "office": "mayor", "ward": "4", "tags": ["b", "c"] if options else ["a", "b"]}
    assert desk.json("subscribers", "show", "ana@example.org")["attributes"] == known


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


def test_an_export_of_those_who_left_stops_subscriptions(desk: Desk) -> None:
    desk.add("ana@example.org", "town", "lab")
    header = ["Email Address", "First Name", "MEMBER_RATING", "UNSUB_TIME", "LEID", "EUID"]
    left = ["2024-03-01 10:00:00", "1", "2"]
    file = desk.file(
        [header, ["ana@example.org", "", "2", *left], ["bo@example.org", "Bo", "2", *left]],
        "unsubscribed_members.csv",
    )
    assert imported(desk, file)["unsubscribed"] == 2
    assert desk.states("ana@example.org") == {"lab": "active", "town": "unsubscribed"}
    assert desk.state("bo@example.org") == "unsubscribed"
    assert imported(desk, desk.file([["email"], ["bo@example.org"]]))["stay_unsubscribed"] == 1


def test_an_export_of_cleaned_addresses_suppresses_them(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    header = ["Email Address", "MEMBER_RATING", "CLEAN_TIME", "LEID", "EUID"]
    rows = [[email, "2", "2024-03-01 10:00:00", "1", "2"] for email in ("ana@example.org", "bo@example.org")]
    found = counts(desk.json("subscribers", "import", desk.file([header, *rows], "cleaned.csv")))
    assert found == {"rows": 2, "changed": 2, "suppressions": 2}
    assert desk.json("subscribers", "show", "ana@example.org")["suppressed"] == "bounced"
    (finding,) = desk.refused("subscribers", "show", "bo@example.org")
    assert "it is suppressed: bounced" in finding.message


def test_one_person_is_one_row_whatever_the_spelling(desk: Desk) -> None:
    spellings = ("ana@bücher.example.org", "ANA@BÜCHER.example.org", " ana@xn--bcher-kva.EXAMPLE.org ")
    found = imported(desk, desk.file([["email"], *([spelling] for spelling in spellings)]))
    assert found == {"rows": 3, "added": 1, "subscribed": 1, "duplicates": 2}


def test_a_person_who_stands_twice_in_a_file_far_apart_is_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_ahead, "CHUNK", 50)
    file = desk.list_of(120)
    rows = list(csv.reader(io.StringIO((desk.root / file).read_text("utf-8"))))
    desk.file([*rows, *rows[1:]])
    assert imported(desk, file) == {"rows": 240, "added": 120, "subscribed": 120, "duplicates": 120}


def test_several_newsletters_come_at_once(desk: Desk) -> None:
    file = desk.file([["email"], ["ana@example.org"]])
    words = ("subscribers", "import", file, "--newsletter", "town", "--newsletter", "lab")
    assert counts(desk.json(*words)) == {"rows": 1, "added": 1, "subscribed": 2}
    assert desk.states("ana@example.org") == {"lab": "active", "town": "active"}


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


def test_a_list_comes_from_standard_input(desk: Desk) -> None:
    words = ("subscribers", "import", "-", "--newsletter", "town")
    report = desk.json(*words, stdin=b"email\nana@example.org\nbo@\n")
    assert counts(report)["added"] == 1
    assert report["rejects"] == "stdin.rejects.csv"
    (record,) = desk.consent("ana@example.org")
    assert record["proof"] == "standard input:2"


def test_a_large_list_comes_from_standard_input_too(desk: Desk) -> None:
    small = "from lpdownload.audience import rows_ahead\nrows_ahead.WORTH_IT = 1\n"
    (desk.root / desk.list_of(20)).rename(desk.root / "list.csv")
    with (desk.root / "list.csv").open("rb") as file:
        words = ("subscribers", "import", "-", "--json")
        with desk.process(*words, prelude=small, stdin=file) as process:
            out, err = process.communicate()
    assert process.returncode == 0, err
    assert json.loads(out)["added"] == 20


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("--newsletter", "twon"), "unknown-newsletter"),
        (("--map", "Emial=email"), "unknown-column"),
        (("--map", "email=emial"), "unknown-attribute"),
        (("--map", "email"), "bad-map"),
        (("--map", "email=-"), "no-email-column"),
        (("--encoding", "latin-17"), "bad-encoding"),
    ],
)
def test_a_wrong_word_is_met_before_anything_is_written(
    desk: Desk, words: tuple[str, ...], rule: str
) -> None:
    before = desk.rows()
    found = desk.refused("subscribers", "import", desk.list_of(3), *words)
    assert [finding.rule for finding in found] == [rule]
    assert desk.rows() == before


def test_a_file_that_is_not_there_is_said(desk: Desk) -> None:
    (finding,) = desk.refused("subscribers", "import", "nowhere.csv")
    assert "nowhere.csv" in str(finding)


def test_an_export_of_action_network_comes_whole(desk: Desk) -> None:
    header = "uuid,email,first_name,last_name,can2_state_abbreviated,can2_user_tags,can2_subscription_status,"
    file = "an.csv"
    desk.newsroom.write(
        file,
        f"{header}can2_subscription_date,can2_phone\n"
        '1,ana@example.org,Ana,Ruiz,NY,"school, bus",subscribed,2023-04-05 10:00:00 UTC,555\n'
        "2,bo@example.org,Bo,Ng,VT,,unsubscribed,,\n"
        "3,cy@example.org,Cy,Ek,VT,,bouncing,,\n"
        "4,di@example.org,Di,Ahn,VT,,,,\n",
    )
    report = desk.json("subscribers", "import", file, "--newsletter", "town")
    assert report["recognised"] == "Action Network"
    assert report["left_out"] == ["uuid", "can2_phone"]
    assert counts(report) == {
        "rows": 4,
        "added": 3,
        "changed": 1,
        "subscribed": 1,
        "unsubscribed": 1,
        "suppressions": 1,
    }
    ana = desk.json("subscribers", "show", "ana@example.org")
    assert ana["attributes"] == {
        "first_name": "Ana",
        "last_name": "Ruiz",
        "state": "NY",
        "tags": ["school", "bus"],
    }
    assert desk.states("di@example.org") == {}


EXPORTS = {
    "Mailchimp: subscribed members": (
        "Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,LEID,EUID,TAGS\n"
        'ana@example.org,Ana,2,2023-04-05 10:00:00,192.0.2.1,1,2,"""school"",""bus"""\n'
    ),
    "EveryAction": (
        "VANID,First Name,Preferred Email,Email Subscription Status\n"
        "1,Ana,ana@example.org,Subscribed\n2,Bo,bo@example.org,Unsubscribed\n3,Cy,cy@example.org,\n"
    ),
    "NationBuilder": (
        "nationbuilder_id,first_name,email,email_opt_in,do_not_contact,tag_list\n"
        '1,Ana,ana@example.org,true,false,"school, bus"\n2,Bo,bo@example.org,true,true,\n'
        "3,Cy,cy@example.org,false,false,\n"
    ),
}


@pytest.mark.parametrize("service", EXPORTS)
def test_of_a_service_s_export_those_come_as_subscribers_who_are(desk: Desk, service: str) -> None:
    desk.newsroom.write("export.csv", EXPORTS[service])
    report = desk.json("subscribers", "import", "export.csv", "--newsletter", "town")
    assert (report["recognised"], report["rejects"]) == (service, None)
    rows = csv.DictReader(io.StringIO(desk.run("subscribers", "export", "--newsletter", "town").stdout))
    found = {row["email"]: row["subscription"] for row in rows}
    unsubscribed = {} if service.startswith("Mailchimp") else {"bo@example.org": "unsubscribed"}
    assert found == {"ana@example.org": "active"} | unsubscribed


def test_a_large_file_is_read_by_a_second_process_with_the_same_result(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = desk.list_of(300)
    with (desk.root / file).open("a", encoding="utf-8") as out:
        out.write("nobody,No\n")
    words = ("subscribers", "import", file, "--newsletter", "town")
    alone = desk.json(*words, "--dry-run")
    monkeypatch.setattr(rows_ahead, "WORTH_IT", 1)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    report = desk.json(*words)
    assert counts(report) == counts(alone)
    assert report["added"] == 300
    assert rejects_of(desk)[1][0] == "302"


def test_names_with_quotes_emoji_and_commas_come_as_they_are(desk: Desk) -> None:
    names = ['Ana "Nan" Ruiz', "Zoë 📣", "Ng, Bo", "O'Neil", "\\N", "\\"]
    rows = [[f"p{index}@example.org", name] for index, name in enumerate(names)]
    assert imported(desk, desk.file([["email", "first_name"], *rows]))["added"] == len(names)
    for email, name in rows:
        assert desk.json("subscribers", "show", email)["attributes"] == {"first_name": name}


def test_a_line_break_or_a_null_in_a_name_rejects_the_row_and_no_other(desk: Desk) -> None:
    desk.newsroom.write(
        "people.csv",
        'email,first_name\na@example.org,"Ana\r\nBcc: x@example.org"\nb@example.org,B\0o\nc@example.org,Cy\n',
    )
    assert imported(desk, "people.csv") == {"rows": 3, "added": 1, "subscribed": 1, "rejected": 2}


def test_the_report_for_people_says_what_happened_and_how_to_take_it_back(desk: Desk, messy: str) -> None:
    shown = desk.run("subscribers", "import", messy, "--newsletter", "town").stdout
    assert shown.startswith("a CSV file, in UTF-8\n")
    assert "email, first_name, state" in shown
    assert "3 rows with something to mend are in people.csv.rejects.csv" in shown
    assert "lpdownload import undo 1" in shown
    again = desk.run("subscribers", "import", messy, "--newsletter", "town").stdout
    assert "Nothing had to be changed." in again


def test_the_list_of_imports_names_each_the_newest_first(desk: Desk) -> None:
    assert desk.run("import", "list").stdout == "There was no import yet.\n"
    imported(desk, desk.list_of(3), "--source", "the fair")
    imported(desk, desk.file([["email"], ["ana@example.org"]], "more.csv"))
    found = json.loads(desk.run("import", "list", "--json").stdout)
    assert [(one["import"], one["file"], one["added"]) for one in found] == [
        (2, "more.csv", 1),
        (1, "people.csv", 3),
    ]
    assert found[1]["source"] == "the fair"
    assert "more.csv" in desk.run("import", "list").stdout


def test_nothing_of_an_import_lies_about_in_the_folder(desk: Desk) -> None:
    before = {path.name for path in Path().iterdir()}
    imported(desk, desk.list_of(20))
    assert {path.name for path in Path().iterdir()} - before == {"people.csv"}


def test_made_up_people_beside_real_ones_are_told(desk: Desk) -> None:
    file = desk.file([["email"], ["ana@example.org"], ["bo@town.test"]])
    assert "Made-up people" not in desk.run("subscribers", "import", file).stderr
    real = desk.file([["email"], ["cy@lpdownload-readers.us"]], "real.csv")
    assert "Made-up people" not in desk.run("subscribers", "import", real, "--dry-run").stderr
    assert "Made-up people" in desk.run("subscribers", "import", real).stderr
