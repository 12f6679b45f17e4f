"""What several sends of one process share, and what of each other they do not wait for."""

import threading
from datetime import UTC, datetime

from tests.desk import Desk
from tests.newsroom import issue
from tests.people import put_all
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import TAKEN, approve, counts, due_now, later, posted, readers, sendgrid_to, shown, through

from lpdownload.store import sends

SLOWLY = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"


def test_a_slow_service_does_not_hold_up_what_goes_out_through_another(desk: Desk) -> None:
    readers(desk, 3_000)
    desk.newsroom.add("newsletters/network.yaml", SLOWLY)
    desk.newsroom.add("newsletters/lab/newsletter.yaml", "account: postmark\n")
    desk.newsroom.write("newsletters/lab/2024-09.yaml", issue())
    with desk.open() as database, database.writing() as connection:
        put_all(connection, ["lab@example.org"], "lab")
    approve(desk)
    desk.run("approve", "lab/2024-09", "--by", "ana@example.org")
    reached = threading.Event()
    came_in_time: list[bool] = []

    def slow(_: Asked) -> Answer:
        if len(posted(first)) == 1:
            came_in_time.append(reached.wait(20))
        return TAKEN

    def quick(asked: Asked) -> Answer:
        if asked.method == "POST":
            reached.set()
        return Answer.json([{"ErrorCode": 0, "MessageID": "m", "To": "lab@example.org"}])

    with Loopback(slow) as first, Loopback(quick) as second:
        through(desk, "sendgrid", first)
        desk.newsroom.add(
            ".env", f"LPDOWNLOAD_POSTMARK_API_KEY=k\nLPDOWNLOAD_POSTMARK_BASE_URL={second.url}\n"
        )
        due_now(desk)  # it comes first, and would always be next
        desk.run("send", "lab/2024-09", "--yes", "--by", "bo@example.org", "--at", "2030-09-30 09:00")
        with desk.open() as database, database.writing() as connection:
            sends.change(connection, 2, starts_at=datetime.now(UTC))
        desk.run("worker", "--once")
    assert came_in_time == [True]
    assert [shown(desk, number)["state"] for number in (1, 2)] == ["done", "done"]


def test_who_does_only_what_is_due_does_not_wait_for_what_is_held_for_long(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(429, headers={"Retry-After": "3600"}))
        due_now(desk)
        desk.run("worker", "--once")
        assert counts(shown(desk)) == {"candidates": 3, "planned": 3, "pending": 3}
        later(desk, 3_600)
        desk.run("worker", "--once")
    assert counts(shown(desk)) == {"candidates": 3, "planned": 3, "accepted": 3}


def test_a_quota_that_was_lowered_after_the_batches_were_cut_is_kept_and_waits_for_nobody(desk: Desk) -> None:
    people = readers(desk, 10)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(401))
        due_now(desk)
        desk.run("worker", "--once")
        desk.newsroom.add(
            "newsletters/network.yaml",
            "accounts:\n  sendgrid: {provider: sendgrid, pace: {recipients_per_day: 4}}\n",
        )
        later(desk, 60)
        desk.run("sends", "resume", "1", "--detach")
        desk.run("worker", "--once")
    assert [sendgrid_to(asked) for asked in posted(service)] == [people, people[:4]]
    report = shown(desk)
    assert (report["state"], counts(report)["accepted"]) == ("sending", 4)
