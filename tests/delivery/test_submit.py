"""Batches handed over: taken, refused because of one, refused because of the account, too large, too many."""

from collections import Counter
from datetime import UTC, datetime
from typing import Literal, cast

from sqlalchemy import select
from tests.desk import Desk
from tests.providers.loopback import Answer, Loopback
from tests.providers.mail_server import MailServer, Stage
from tests.sending import (
    TAKEN,
    after,
    approve,
    counts,
    due_now,
    later,
    log,
    outbox,
    poisoned,
    posted,
    readers,
    send,
    sendgrid_to,
    shown,
    through,
    work,
)

from lpdownload.model.address import address_of
from lpdownload.store.suppressions import suppress
from lpdownload.store.tables import recipients


def test_everybody_is_handed_over_once_in_as_few_calls_as_fit(desk: Desk) -> None:
    people = readers(desk, 2_500)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        report = send(desk)
    assert counts(report) == {"candidates": 2_500, "planned": 2_500, "accepted": 2_500}
    assert report["batches"] == {"accepted": 3}
    assert Counter(address for asked in posted(service) for address in sendgrid_to(asked)) == Counter(people)


def test_the_one_who_poisons_a_call_is_found_and_all_others_are_accepted(desk: Desk) -> None:
    people = readers(desk, 1_300)
    approve(desk)
    with Loopback(poisoned([people[700]])) as service:
        through(desk, "sendgrid", service)
        report = send(desk)
    assert report["state"] == "done"
    assert counts(report) == {"candidates": 1_300, "planned": 1_300, "accepted": 1_299, "refused": 1}
    taken = [asked for asked in posted(service) if people[700] not in sendgrid_to(asked)]
    assert Counter(address for asked in taken for address in sendgrid_to(asked)) == Counter(
        address for address in people if address != people[700]
    )
    found = desk.json("sends", "explain", people[700])["copies"]
    assert isinstance(found, list)
    assert (found[0]["state"], "valid address" in found[0]["reason"]) == ("refused", True)


def test_several_who_poison_a_call_are_all_found(desk: Desk) -> None:
    people = readers(desk, 60)
    approve(desk)
    bad = [people[0], people[1], people[30], people[59]]
    with Loopback(poisoned(bad)) as service:
        through(desk, "sendgrid", service)
        assert counts(send(desk)) == {"candidates": 60, "planned": 60, "accepted": 56, "refused": 4}


def test_an_account_that_is_refused_pauses_the_send_with_nobody_marked(desk: Desk) -> None:
    people = readers(desk, 12)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer.json({"errors": [{"message": "The provided key is wrong"}]}, 401))
        report = send(desk, code=1)
        assert report["state"] == "paused"
        assert "does not let this account send" in str(report["reason"])
        assert counts(report) == {"candidates": 12, "planned": 12, "pending": 12}
        later(desk, 10)
        report = desk.json("sends", "resume", "1")
        assert counts(report) == {"candidates": 12, "planned": 12, "accepted": 12}
    assert [sendgrid_to(asked) for asked in posted(service)] == [people, people]
    assert [what for _, what, _ in log(report)] == ["made", "planned", "paused", "resumed", "done"]


def test_a_throttle_holds_the_whole_account_until_the_provider_says(desk: Desk) -> None:
    readers(desk, 1_500)
    approve(desk)
    pace = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"
    desk.newsroom.add("newsletters/network.yaml", pace)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(429, headers={"Retry-After": "3600"}))
        due_now(desk)
        work(desk, after(6))
        assert len(posted(service)) == 1
        report = shown(desk)
        assert (report["state"], report["batches"]) == ("sending", {"planned": 2})
        assert counts(report) == {"candidates": 1_500, "planned": 1_500, "pending": 1_500}
        later(desk, 3_599)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 1_500, "planned": 1_500, "accepted": 1_500}
    assert len(posted(service)) == 3


def test_who_has_left_since_it_was_planned_gets_nothing(desk: Desk) -> None:
    people = readers(desk, 5)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(401))
        send(desk, code=1)
        desk.run("subscribers", "unsubscribe", people[0], "--newsletter", "town")
        with desk.open() as database, database.writing() as connection:
            suppress(connection, address_of(people[1]).key, "staff", at=datetime.now(UTC), source="a call")
        desk.run("subscribers", "erase", people[2], "--yes")
        later(desk, 10)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 5, "planned": 5, "accepted": 2, "failed": 3}
    assert sendgrid_to(posted(service)[-1]) == people[3:]
    for address, why in ((people[0], "unsubscribed since"), (people[1], "suppressed since")):
        (copy,) = cast(list[dict[str, str]], desk.json("sends", "explain", address)["copies"])
        assert (copy["state"], why in copy["reason"]) == ("failed", True)
    with desk.open() as database, database.reading() as connection:
        erased = connection.execute(select(recipients).where(recipients.c.email == "")).one()
    assert (erased.outcome, erased.reason) == ("failed", "erased since it was planned")


def test_a_batch_of_whom_nobody_is_left_calls_nobody(desk: Desk) -> None:
    (address,) = readers(desk, 1)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.append(Answer(401))
        send(desk, code=1)
        desk.run("subscribers", "unsubscribe", address, "--newsletter", "town")
        later(desk, 10)
        report = desk.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 1, "planned": 1, "failed": 1}
    assert len(posted(service)) == 1


def test_a_batch_that_turns_out_to_be_too_large_is_split(desk: Desk) -> None:
    desk.newsroom.write_issue('- {type: story, title: T, body: "{{ ward }}"}')
    people = {f"p{number}@example.org": {"ward": "w" * 1_500_000} for number in range(10)}
    desk.put("town", people)
    approve(desk)
    report = send(desk)
    assert counts(report) == {"candidates": 10, "planned": 10, "accepted": 10}
    batches = cast(dict[str, int], report["batches"])
    assert batches["accepted"] > 1
    assert outbox(desk).keys() == people.keys()


def test_outcomes_that_differ_within_a_call_are_each_persons_own(desk: Desk) -> None:
    people = readers(desk, 4)
    approve(desk)

    def refuses(stage: Stage, line: str, _: int) -> bytes | None:
        return b"550 5.1.1 no such person\r\n" if stage == "RCPT" and people[1] in line else None

    with MailServer(refuses) as server:
        by_smtp(desk, server)
        report = send(desk)
        server.hang_up()
    assert counts(report) == {"candidates": 4, "planned": 4, "accepted": 3, "refused": 1}
    assert report["batches"] == {"partly": 1}
    (copy,) = cast(list[dict[str, str]], desk.json("sends", "explain", people[1])["copies"])
    assert (copy["state"], "no such person" in copy["reason"]) == ("refused", True)


def test_a_connection_lost_in_the_middle_leaves_in_doubt_only_what_was_in_flight(desk: Desk) -> None:
    readers(desk, 30)
    approve(desk)

    def breaks(stage: Stage, _: str, __: int) -> Literal["reset"] | None:
        return "reset" if stage == "message" and len(server.messages) == 17 else None

    with MailServer(breaks) as server:
        by_smtp(desk, server)
        report = send(desk, code=1)
        server.hang_up()
    assert counts(report) == {"candidates": 30, "planned": 30, "accepted": 29, "in_doubt": 1}
    assert report["state"] == "done"
    (doubt,) = cast(list[dict[str, object]], report["in_doubt_batches"])
    assert doubt["people"] == 1


def by_smtp(desk: Desk, server: MailServer) -> None:
    """Mail goes out through the mail server, over one connection."""
    settings = {"PROVIDER": "smtp", "SMTP_HOST": "127.0.0.1", "SMTP_TLS": "none", "SMTP_CONNECTIONS": "1"}
    lines = [f"LPDOWNLOAD_{name}={value}\n" for name, value in settings.items()]
    desk.newsroom.write(".env", "".join([*lines, f"LPDOWNLOAD_SMTP_PORT={server.port}\n"]))
