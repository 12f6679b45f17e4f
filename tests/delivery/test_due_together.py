"""Scheduled sends that several look at or decide about at once, and those that hold up no other."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from tests.desk import Desk
from tests.sending import approve, counts, due_now, log, outbox, readers, shown

from lpdownload.content.library import Library
from lpdownload.delivery.due import order_of, plan_due
from lpdownload.delivery.plan import plan_send
from lpdownload.delivery.services import services
from lpdownload.settings import load_settings
from lpdownload.store import sends
from lpdownload.store.lease import working


def due(desk: Desk, *words: str) -> list[str]:
    """A send whose time has just come; whom it is for."""
    people = readers(desk, 3)
    approve(desk)
    due_now(desk, *words)
    return people


def plan(desk: Desk, together: threading.Barrier | None = None) -> None:
    """As a worker does every few seconds."""
    library = Library(desk.root, load_settings(desk.root))
    with services(library) as opened, desk.open() as database, working(database, datetime.now(UTC)) as worker:
        assert worker is not None
        if together:
            together.wait()
        plan_due(database, library, opened, worker)


@pytest.mark.parametrize("desk", ["postgres"], indirect=True)
def test_of_three_workers_that_find_a_send_due_at_the_same_time_one_plans_it(desk: Desk) -> None:
    due(desk)
    together = threading.Barrier(3)
    workers = [threading.Thread(target=plan, args=(desk, together)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    report = shown(desk)
    assert report["state"] == "sending"
    assert [what for _, what, _ in log(report)] == ["made", "planned"]
    assert counts(report) == {"candidates": 3, "planned": 3, "pending": 3}


def test_a_newsletter_that_cannot_be_read_holds_up_its_own_sends_only(desk: Desk) -> None:
    people = due(desk)
    with desk.open() as database, database.writing() as connection:
        first = sends.find(connection, 1)
        stray = sends.NewSend(
            issue="gone/2024-09",
            newsletter="gone",
            account=first.account,
            provider=first.provider,
            starts_at=first.starts_at,
            by="bo",
            late="ask",
            local=False,
            content_digest="c",
            audience_digest="a",
            instance=first.instance,
        )
        sends.add(connection, stray, first.created_at)
    desk.run("worker", "--once")
    assert sorted(outbox(desk)) == people
    assert shown(desk)["state"] == "done"
    assert shown(desk, 2)["state"] == "paused"
    assert "gone" in str(shown(desk, 2)["reason"])


def test_a_send_in_readers_own_time_is_not_late_because_it_was_that_time_somewhere_before_it_was_made(
    desk: Desk,
) -> None:
    desk.put("town", {"mei@example.org": {"timezone": "Asia/Tokyo"}})
    due(desk, "--local")
    with desk.open() as database, database.writing() as connection:
        sends.change(connection, 1, starts_at=datetime.now(UTC) + timedelta(hours=1))
    plan(desk)
    report = shown(desk)
    assert report["state"] == "sending"
    assert counts(report) == {"candidates": 4, "planned": 4, "pending": 4}


def test_a_send_put_off_while_a_worker_looked_at_it_is_not_planned(desk: Desk) -> None:
    due(desk)
    library = Library(desk.root, load_settings(desk.root))
    with services(library) as opened, desk.open() as database:
        with database.reading() as connection:
            found = sends.find(connection, 1)
        order = order_of(database, found, opened)
        desk.run("sends", "reschedule", "1", "--at", "2030-10-01 09:00")
        service = opened.of(found.account)
        made, _ = plan_send(database, library, service.provider, order, datetime.now(UTC))
    assert made.state == "scheduled"
    assert shown(desk)["started_at"] is None
