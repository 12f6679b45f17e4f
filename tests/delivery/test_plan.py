"""A send planned: who and what is frozen, how people are cut into batches, and when each batch may leave."""

from datetime import UTC, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy import select
from tests.desk import Desk
from tests.newsroom import HEAD, ISSUE, KEY
from tests.providers.loopback import Answer, Loopback
from tests.sending import (
    TAKEN,
    approve,
    counts,
    due_now,
    later,
    outbox,
    part,
    posted,
    readers,
    rules,
    send,
    sendgrid_to,
    shown,
    through,
    work,
)

from lpdownload.model.ledger import BatchRow
from lpdownload.store import batches, sends
from lpdownload.store.tables import recipients

NEW_YORK = ZoneInfo("America/New_York")


def rows(desk: Desk, number: int = 1) -> tuple[BatchRow, ...]:
    with desk.open() as database, database.reading() as connection:
        return batches.of_send(connection, number)


def planned(desk: Desk) -> None:
    """Everything is planned, and nothing has left."""
    with Loopback(lambda _: Answer(401)) as service:
        through(desk, "sendgrid", service)
        send(desk, code=1)
    later(desk, 10)


def test_people_are_cut_in_the_order_of_their_numbers(desk: Desk) -> None:
    people = readers(desk, 450)
    approve(desk)
    send(desk)
    with desk.open() as database, database.reading() as connection:
        query = select(recipients.c.batch, recipients.c.email).order_by(recipients.c.subscriber_id)
        found = [tuple(row) for row in connection.execute(query)]
    assert [email for _, email in found] == people
    assert [batch for batch, _ in found] == sorted(batch for batch, _ in found)
    assert [row.people for row in rows(desk)] == [200, 200, 50]


def test_what_was_planned_goes_out_whatever_becomes_of_the_files(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    planned(desk)
    desk.newsroom.change(ISSUE, "children swim", "children drown")
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}
    body = posted(service)[0].body.decode()
    assert "children swim" in body
    assert "drown" not in body


def test_who_comes_after_it_was_planned_waits_for_the_next_issue(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    planned(desk)
    readers(desk, 1, "late")
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 2, "planned": 2, "accepted": 2}
    assert [sendgrid_to(asked) for asked in posted(service)] == [["p1@example.org", "p2@example.org"]]


def test_an_address_that_changes_after_it_was_planned_is_mailed_as_it_was(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    planned(desk)
    with desk.open() as database, database.reading() as connection:
        assert list(connection.execute(select(recipients.c.email)).scalars()) == ["p1@example.org"]


def test_while_a_send_is_on_its_way_there_is_no_other_of_the_issue(desk: Desk) -> None:
    readers(desk, 2)
    approve(desk)
    planned(desk)
    readers(desk, 1, "late")
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        assert rules(desk) == ["send-exists"]
        assert rules(desk, "--at", "2030-09-30 09:00") == ["send-exists"]
        desk.json("sends", "resume", "1")
        assert counts(send(desk)) == {
            "candidates": 3,
            "planned": 1,
            "excluded": {"already_received": 2},
            "accepted": 1,
        }


def test_what_is_refused_leaves_nothing_behind(desk: Desk) -> None:
    readers(desk, 2)
    before = desk.rows()
    assert rules(desk) == ["not-approved"]
    after = desk.rows()
    assert {name: after[name] for name in ("sends", "batches", "recipients", "issues", "send_log")} == {
        name: before[name] for name in ("sends", "batches", "recipients", "issues", "send_log")
    }


def test_a_day_that_holds_less_than_a_call_makes_smaller_calls(desk: Desk) -> None:
    readers(desk, 10)
    pace = "accounts:\n  main: {provider: outbox, pace: {recipients_per_day: 4}}\n"
    desk.newsroom.add("newsletters/network.yaml", pace)
    approve(desk)
    assert rules(desk, "--account", "main") == ["quota"]
    due_now(desk, "--account", "main", "--waive", "quota")
    work(desk, lambda _, counted: counted.accepted == 4)
    assert len(outbox(desk)) == 4
    assert [row.people for row in rows(desk)] == [4, 4, 2]
    assert counts(shown(desk)) == {"candidates": 10, "planned": 10, "accepted": 4, "pending": 6}


def test_each_gets_it_when_their_own_clock_shows_the_time(desk: Desk) -> None:
    zones = {"los": "America/Los_Angeles", "hon": "Pacific/Honolulu", "ny": "America/New_York"}
    desk.put("town", {f"{name}@example.org": {"timezone": zone} for name, zone in zones.items()})
    desk.put("town", {"somewhere@example.org": {}, "nowhere@example.org": {"timezone": "Mars/Olympus"}})
    approve(desk)
    due_now(desk, "--local")
    work(desk, lambda _, counted: counted.accepted == 3)
    assert outbox(desk).keys() == {f"{name}@example.org" for name in ("ny", "somewhere", "nowhere")}
    with desk.open() as database, database.reading() as connection:
        starts_at = sends.find(connection, 1).starts_at
    wall = starts_at.astimezone(NEW_YORK).replace(tzinfo=None)
    moments = [wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for zone in (zones["los"], zones["hon"])]
    assert [row.not_before for row in rows(desk) if row.state == "planned"] == moments
    later(desk, (moments[0] - starts_at).total_seconds() + 60)
    work(desk, lambda _, counted: counted.accepted == 4)
    assert outbox(desk).keys() == {f"{name}@example.org" for name in ("ny", "somewhere", "nowhere", "los")}


def test_a_send_by_each_ones_clock_begins_with_the_earliest(desk: Desk) -> None:
    desk.put("town", {"kiri@example.org": {"timezone": "Pacific/Kiritimati"}, "ny@example.org": {}})
    approve(desk)
    report = send(desk, "--local", "--at", "2030-09-30 09:00")
    assert (report["state"], report["local"]) == ("scheduled", True)
    with desk.open() as database, database.writing() as connection:
        wall = datetime.now(ZoneInfo("Pacific/Kiritimati")).replace(tzinfo=NEW_YORK)
        sends.change(connection, 1, starts_at=wall.astimezone(UTC))
    work(desk, lambda _, counted: counted.accepted == 1)
    assert list(outbox(desk)) == ["kiri@example.org"]
    (waiting,) = [row for row in rows(desk) if row.state == "planned"]
    assert waiting.not_before is not None
    assert waiting.not_before - datetime.now(UTC) > timedelta(hours=17)


def test_the_issues_own_page_is_linked_and_not_the_network_s(desk: Desk) -> None:
    readers(desk, 1)
    desk.newsroom.write_issue(head=f"{HEAD}slug: river\n")
    approve(desk)
    send(desk)
    assert "https://news.example.org/town/river/" in part(next(iter(outbox(desk).values())))
    assert cast(str, shown(desk)["issue"]) == KEY
