"""`lpdownload audience` and `lpdownload calendar`: who gets what, and when."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from tests.desk import Desk
from tests.newsroom import HEAD, STORY
from tests.people import send_row

from lpdownload.model.audience import EXCLUSIONS
from lpdownload.store.tables import issues, recipients, sends, subscribers, subscriptions

KEY = "town/2024-09"
BLOCK = "owner: National desk\nonce: true\nsection: {type: story, title: A bill, body: It is in committee.}\n"
CONTACT = "contact:\n  cap: {mails: 1, days: 3}\n  priority: [lab, town]\n"


def mail(desk: Desk, key: str, days_ago: float, *emails: str) -> None:
    """Writes a send of an issue into the ledger."""
    at = datetime.now(UTC) - timedelta(days=days_ago)
    with desk.open() as database, database.writing() as connection:
        issue = {"key": key, "newsletter": key.partition("/")[0]}
        issue_id = connection.execute(insert(issues).values(issue).returning(issues.c.id)).scalar_one()
        new = insert(sends).values(send_row(issue_id, at)).returning(sends.c.id)
        send_id = connection.execute(new).scalar_one()
        for email in emails:
            found = select(subscribers.c.id).where(subscribers.c.email == email)
            row = {
                "issue_id": issue_id,
                "subscriber_id": connection.execute(found).scalar_one(),
                "send_id": send_id,
                "email": email,
                "batch": 1,
                "edition": 0,
            }
            connection.execute(insert(recipients).values(row))


def put(desk: Desk, state: str, *emails: str, newsletter: str = "town") -> None:
    """Puts subscriptions into a state that no command brings about."""
    with desk.open() as database, database.writing() as connection:
        who = select(subscribers.c.id).where(subscribers.c.email.in_(emails))
        which = subscriptions.c.subscriber_id.in_(who) & (subscriptions.c.newsletter == newsletter)
        connection.execute(update(subscriptions).where(which).values(state=state))


def write_issue(desk: Desk, audience: str = "", key: str = KEY, sections: str = STORY) -> None:
    newsletter, _, name = key.partition("/")
    head = HEAD.replace("2024-09", name) + (f"audience: {audience}\n" if audience else "")
    desk.newsroom.write_issue(sections, head, f"newsletters/{newsletter}/{name}.yaml")


def audience(desk: Desk, *words: str, code: int = 0) -> dict[str, object]:
    found = desk.json("audience", *words, code=code)
    excluded = found["excluded"]
    assert isinstance(excluded, dict)
    assert found["candidates"] == int(str(found["included"])) + sum(excluded.values())
    return found


@pytest.fixture
def everyone(desk: Desk) -> Desk:
    """An issue, and somebody for each reason not to get it."""
    desk.newsroom.add("newsletters/network.yaml", CONTACT)
    desk.newsroom.write("newsletters/shared/bill.yaml", BLOCK)
    shared = "- type: shared\n  ref: bill\n"
    rule = "{segment: {any: [new-york, {state: VT}]}, exclude: {role: press}}"
    write_issue(desk, rule, sections=shared)
    write_issue(desk, key="lab/2024-09", sections=shared)
    who = {f"{reason}@example.org": {"state": "NY"} for reason in EXCLUSIONS}
    who["not_in_segment@example.org"] = {"state": "CA"}
    who["in_excluded_segment@example.org"]["role"] = "press"
    who |= {email: {"state": "NY"} for email in ("o.ne@gmail.com", "one@gmail.com")}
    desk.put("town", who | {"in@example.org": {"state": "VT"}})
    desk.add("held@example.org", "lab")
    for state in ("unsubscribed", "pending", "bounced", "complained"):
        put(desk, state, f"{state}@example.org")
    with desk.open() as database, database.writing() as connection:
        who_paused = select(subscribers.c.id).where(subscribers.c.email == "paused@example.org")
        mine = subscriptions.c.subscriber_id.in_(who_paused)
        until = datetime.now(UTC) + timedelta(days=9)
        connection.execute(update(subscriptions).where(mine).values(paused_until=until))
    desk.run("subscribers", "suppress", "suppressed@example.org", "--source", "a letter")
    with desk.open() as database, database.writing() as connection:
        old = subscribers.c.email == "invalid@example.org"
        connection.execute(update(subscribers).where(old).values(email="in valid@example.org"))
    mail(desk, KEY, 20, "already_received@example.org")
    mail(desk, "lab/2024-07", 1, "over_cap@example.org")
    return desk


def test_every_reason_is_counted_and_the_sum_is_right(everyone: Desk) -> None:
    found = audience(everyone, KEY)
    assert found["excluded"] == dict.fromkeys(EXCLUSIONS, 1)
    assert (found["candidates"], found["included"]) == (16, 3)
    assert found["by_newsletter"] == {"town": 3}
    assert found["by_language"] == {"en": 3}
    assert found["findings"] == []


def test_every_reason_is_told_in_words(everyone: Desk) -> None:
    shown = everyone.run("audience", KEY).stdout
    assert shown.startswith(f"{KEY}: 3 of 16 subscribers, ")
    for words in EXCLUSIONS.values():
        assert f"- {words}" in shown
    assert "= get it" in shown


def test_a_generated_list_comes_to_the_same_sum(desk: Desk) -> None:
    desk.run("subscribers", "import", desk.list_of(2_000), "--newsletter", "town")
    write_issue(desk, "{segment: new-york}")
    found = audience(desk, KEY)
    assert found["candidates"] == 2_000
    assert found["segment"] == "segment: new-york"
    counted = json.loads(desk.run("segments", "count", "new-york", "--json").stdout)
    assert found["included"] == counted[0]["mailable"]
    assert 0 < counted[0]["mailable"] < 2_000


@pytest.mark.parametrize(
    ("guard", "rules"),
    [
        ("{expect: 1..2}", []),
        ("{expect: 3.., max: 5}", ["audience-unexpected"]),
        ("{expect: 2, max: 1}", None),
        ("{expect: ..1}", ["audience-unexpected"]),
        ("{max: 1}", ["audience-over-max"]),
        ("{expect: 0..1, max: 1}", ["audience-unexpected", "audience-over-max"]),
    ],
)
def test_the_guard_ends_with_1_and_its_place(desk: Desk, guard: str, rules: list[str] | None) -> None:
    desk.add("ana@example.org", "town")
    desk.add("bo@example.org", "town")
    write_issue(desk, guard)
    if rules is None:
        (finding,) = desk.refused("audience", KEY)
        assert finding.rule == "bad-range"
        return
    found = audience(desk, KEY, code=1 if rules else 0)["findings"]
    assert isinstance(found, list)
    assert [finding["rule"] for finding in found] == rules
    assert {(finding["file"], finding["line"]) for finding in found} <= {("newsletters/town/2024-09.yaml", 3)}
    said = desk.run("audience", KEY, code=1 if rules else 0).stderr
    assert all(f"[{rule}]" in said for rule in rules)


def test_an_issue_for_nobody_is_only_a_warning(desk: Desk) -> None:
    found = audience(desk, KEY)
    assert found["candidates"] == 0
    assert isinstance(found["findings"], list)
    assert found["findings"][0]["rule"] == "audience-empty"


@pytest.mark.parametrize("asked", ["town/2024-09.es", "newsletters/town/2024-09.yaml", KEY])
def test_a_translation_is_the_same_audience_each_in_their_language(desk: Desk, asked: str) -> None:
    write_issue(desk)
    desk.newsroom.write_issue(STORY, HEAD, "newsletters/town/2024-09.es.yaml")
    desk.add("ana@example.org", "town", language="es-MX")
    desk.add("bo@example.org", "town", language="fr")
    found = audience(desk, asked)
    assert found["issue"] == KEY
    assert found["by_language"] == {"en": 1, "es": 1}


def test_the_variants_are_by_sections_people_see(desk: Desk) -> None:
    write_issue(desk, sections=STORY + STORY.rstrip() + "\n    visible_to: teachers\n")
    desk.add("ana@example.org", "town", office="school_board")
    desk.add("bo@example.org", "town")
    assert audience(desk, KEY)["by_variant"] == [
        {"language": "en", "segments": [], "people": 1},
        {"language": "en", "segments": ["teachers"], "people": 1},
    ]
    assert "teachers" in desk.run("audience", KEY).stdout


@pytest.fixture
def second(desk: Desk) -> Desk:
    """The second issue of a newsletter: somebody stayed, came, left, was erased."""
    for name in ("stayed", "left", "erased", "moved"):
        desk.add(f"{name}@example.org", "town", state="NY")
    mail(desk, "town/2024-08", -1 / 24, *(f"{n}@example.org" for n in ("stayed", "left", "erased", "moved")))
    desk.add("back@example.org", "town", state="NY")
    desk.run("subscribers", "unsubscribe", "left@example.org", "--newsletter", "town")
    desk.run("subscribers", "erase", "erased@example.org", "--yes")
    desk.add("moved@example.org", state="VT")
    write_issue(desk, "{segment: new-york}")
    return desk


def test_the_difference_to_the_last_issue_is_counted(second: Desk) -> None:
    difference = audience(second, KEY)["difference"]
    assert isinstance(difference, dict)
    assert (difference["issue"], difference["stayed"]) == ("town/2024-08", 1)
    assert difference["new"] == {"excluded_then": 1}
    assert difference["dropped"] == {"not_in_segment": 1, "unsubscribed": 1, "gone": 1}
    shown = second.run("audience", KEY).stdout
    assert "Since town/2024-08" in shown
    assert "+ 1 new, not included then" in shown
    assert "- 1 dropped, no subscriber any more" in shown


def test_names_are_only_told_to_who_asks(second: Desk) -> None:
    assert "example.org" not in second.run("audience", KEY).stdout
    assert "example.org" not in json.dumps(audience(second, KEY))
    found = audience(second, KEY, "--who")
    assert found["new_people"] == ["back@example.org"]
    assert found["dropped_people"] == {
        "": "gone",
        "left@example.org": "unsubscribed",
        "moved@example.org": "not_in_segment",
    }
    shown = second.run("audience", KEY, "--who").stdout
    assert "+ back@example.org" in shown
    assert "- (erased)" in shown


def test_the_audience_of_two_issues_is_no_question(desk: Desk) -> None:
    write_issue(desk, key="town/2024-10")
    (finding,) = desk.refused("audience", "town")
    assert finding.rule == "one-issue"


def test_an_issue_that_is_not_there_or_broken_is_said(desk: Desk) -> None:
    desk.refused("audience", "town/2024-13")
    write_issue(desk, "{segment: nobody-knows}")
    (finding,) = desk.refused("audience", KEY)
    assert finding.rule == "unknown-segment"


def calendar(desk: Desk, *words: str) -> list[dict[str, object]]:
    found = json.loads(desk.run("calendar", *words, "--json").stdout)
    assert isinstance(found, list)
    return found


def test_the_calendar_shows_issues_and_what_is_in_their_way(desk: Desk) -> None:
    desk.newsroom.add("newsletters/network.yaml", CONTACT + "  quiet_hours: {begin: 21:00, end: 08:00}\n")
    write_issue(desk, "{expect: 5..}")
    head = "period: 2024-09\nsend_at: 2024-09-01 22:30\npreheader: Read.\n"
    desk.newsroom.write_issue(STORY, head, "newsletters/lab/first.yaml")
    desk.newsroom.write("newsletters/lab/broken.yaml", "period: 2024-09\nsections: [{type: stroy}]\n")
    desk.add("ana@example.org", "town", "lab")
    desk.add("bo@example.org", "town")
    rows = {str(row["issue"]): row for row in calendar(desk, "--from", "2024-09-01", "--days", "30")}
    assert set(rows) == {"lab/first", KEY}
    assert rows["lab/first"]["send_at"] == "2024-09-01T22:30:00-04:00"
    assert (rows[KEY]["people"], rows["lab/first"]["people"]) == (2, 1)
    assert rows["lab/first"]["clashes"] == [
        "22:30 is in the quiet hours, 21:00 to 08:00",
        f"1 people get {KEY} on the same day",
    ]
    assert rows[KEY]["clashes"] == [
        "2 people would get it, 5.. are expected",
        "1 people get lab/first on the same day",
        "1 people would get more than 1 mails in 3 days",
    ]
    shown = desk.run("calendar", "--from", "2024-09-01", "--days", "30")
    assert "22:30 is in the quiet hours" in shown.stdout
    assert "lab/broken cannot be read" in shown.stderr


def test_the_calendar_has_only_the_days_asked_for(desk: Desk) -> None:
    write_issue(desk)
    assert [row["issue"] for row in calendar(desk, "--from", "2024-09-01", "--days", "1")] == [KEY]
    assert calendar(desk, "--from", "2024-09-02", "--days", "7") == []
    shown = desk.run("calendar", "--from", "2024-09-02").stdout
    assert shown.startswith("Nothing goes out in the 60 days from 2024-09-02.")
    desk.run("calendar", "--from", "tomorrow", code=2)


def test_the_calendar_knows_what_was_mailed(desk: Desk) -> None:
    desk.add("ana@example.org", "town")
    mail(desk, KEY, 3, "ana@example.org")
    (row,) = calendar(desk, "--from", "2024-09-01")
    assert row["people"] == 0
    assert isinstance(row["mailed_at"], str)
    assert "mailed" in desk.run("calendar", "--from", "2024-09-01").stdout


def test_a_calendar_past_the_last_day_there_is_is_refused(desk: Desk) -> None:
    (finding,) = desk.refused("calendar", "--from", "9999-12-31")
    assert finding.rule == "bad-date"
    assert "9999-12-31" in finding.message
    assert calendar(desk, "--from", "9999-12-31", "--days", "1") == []
