"""Batches in doubt, settled by what the provider says it took, or by the word of somebody who has looked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from tests.desk import Desk
from tests.providers.asking import says
from tests.providers.loopback import Answer, Asked, Loopback
from tests.sending import (
    TAKEN,
    approve,
    counts,
    later,
    log,
    posted,
    readers,
    send,
    sendgrid_to,
    shown,
    through,
)

from lpdownload.store.facts import ledger_name
from lpdownload.store.tables import recipients

ONE_BY_ONE = "accounts:\n  sendgrid: {provider: sendgrid, pace: {calls_at_once: 1}}\n"
Known = Callable[[], Sequence[tuple[str, str]]]
RECONCILE = ("sends", "reconcile", "1")


def references(desk: Desk) -> list[tuple[str, str]]:
    """Our names for the send and for each copy, in order of person."""
    with desk.open() as database, database.writing() as connection:
        name = f"{ledger_name(connection)}-1"
        rows = connection.execute(select(recipients.c.subscriber_id).order_by(recipients.c.subscriber_id))
        return [(name, f"{name}-{number}") for number in rows.scalars()]


def mailgun(known: Known) -> Callable[[Asked], Answer]:
    """Takes nothing that anybody hears of, and knows of these."""

    def respond(asked: Asked) -> Answer:
        if asked.method == "POST":
            return Answer(500)
        items = [
            {
                "event": "accepted",
                "message": {"headers": {"message-id": "2026@news.example.org"}},
                "user-variables": {"lp_reference": reference, "lp_send": name},
            }
            for name, reference in (known() if "?" in asked.path else ())
        ]
        return says(
            200, {"items": items, "paging": {"next": "https://api.mailgun.net/v3/news.example.org/events/x"}}
        )

    return respond


def postmark(known: Known) -> Callable[[Asked], Answer]:
    def respond(asked: Asked) -> Answer:
        if asked.method == "POST":
            return Answer(500)
        if not asked.path.startswith("/messages"):
            return Answer.json({"DeliveryType": "Live"})
        found = [
            {
                "MessageID": f"pm-{place}",
                "Metadata": {"reference": reference, "send": name},
                "ReceivedAt": datetime.now(UTC).isoformat(),
                "Status": "Sent",
            }
            for place, (name, reference) in enumerate(known())
        ]
        return says(200, {"TotalCount": len(found), "Messages": found})

    return respond


@pytest.mark.parametrize(("name", "service_of"), [("mailgun", mailgun), ("postmark", postmark)])
def test_a_provider_that_can_be_asked_settles_what_it_knows(
    desk: Desk,
    name: str,
    service_of: Callable[[Known], Callable[[Asked], Answer]],
) -> None:
    readers(desk, 3)
    approve(desk)
    known: list[tuple[str, str]] = []
    with Loopback(service_of(lambda: known)) as service:
        through(desk, name, service)
        report = send(desk, code=1)
        assert counts(report) == {"candidates": 3, "planned": 3, "in_doubt": 3}
        later(desk, 121)
        known += references(desk)[:2]
        report = desk.json(*RECONCILE)
        assert counts(report) == {"candidates": 3, "planned": 3, "accepted": 2, "in_doubt": 1}
        known += references(desk)[2:]
        report = desk.json(*RECONCILE)
    assert counts(report) == {"candidates": 3, "planned": 3, "accepted": 3}
    assert report["batches"] == {"accepted": 1}
    assert len(posted(service)) == 1


def test_a_provider_that_knows_of_nobody_settles_nothing(desk: Desk) -> None:
    readers(desk, 3)
    approve(desk)
    with Loopback(mailgun(list)) as service:
        through(desk, "mailgun", service)
        send(desk, code=1)
        later(desk, 121)
        said = desk.run(*RECONCILE)
    assert "The provider settled 0 of the batches in doubt." in said.stderr
    assert "In doubt: batch 1, 3 people: Mailgun may have taken it" in said.stdout
    assert "--assume accepted|not-sent --why TEXT" in said.stderr


@pytest.fixture
def doubtful(desk: Desk) -> Desk:
    """A send of whose two batches one is in doubt, through a service that cannot be asked."""
    readers(desk, 1_001)
    approve(desk)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        desk.newsroom.add("newsletters/network.yaml", ONE_BY_ONE)
        service.script.append(Answer(502))
        report = send(desk, code=1)
    assert counts(report) == {"candidates": 1_001, "planned": 1_001, "accepted": 1, "in_doubt": 1_000}
    return desk


def test_who_cannot_be_asked_is_left_to_a_person(doubtful: Desk) -> None:
    (finding,) = doubtful.refused(*RECONCILE)
    assert finding.rule == "cannot-ask"
    assert "--assume accepted or --assume not-sent" in finding.hint


def test_a_person_says_that_it_was_taken_and_it_is_kept_who_and_why(doubtful: Desk) -> None:
    report = doubtful.json(*RECONCILE, "--assume", "accepted", "--why", "in their log", "--by", "bo")
    assert counts(report) == {"candidates": 1_001, "planned": 1_001, "accepted": 1_001}
    assert log(report)[-1] == ("bo", "assumed accepted", "in their log")
    assert report["state"] == "done"


def test_a_person_says_that_it_was_not_sent_and_it_goes_out_when_resumed(doubtful: Desk) -> None:
    report = doubtful.json(*RECONCILE, "--assume", "not-sent", "--why", "nothing there", "--by", "bo")
    assert counts(report) == {"candidates": 1_001, "planned": 1_001, "accepted": 1, "pending": 1_000}
    assert (report["state"], report["finished_at"]) == ("sending", None)
    assert ("bo", "assumed not sent", "nothing there") in log(report)
    with Loopback(lambda _: TAKEN) as service:
        through(doubtful, "sendgrid", service)
        report = doubtful.json("sends", "resume", "1")
    assert counts(report) == {"candidates": 1_001, "planned": 1_001, "accepted": 1_001}
    assert [len(sendgrid_to(asked)) for asked in posted(service)] == [1_000]


def test_a_word_may_be_about_one_batch_only(doubtful: Desk) -> None:
    (finding,) = doubtful.refused(*RECONCILE, "--assume", "accepted", "--why", "x", "--batch", "2")
    assert finding.rule == "no-doubt"
    report = doubtful.json(*RECONCILE, "--assume", "accepted", "--why", "x", "--batch", "1")
    assert counts(report) == {"candidates": 1_001, "planned": 1_001, "accepted": 1_001}


def test_nobody_decides_without_a_reason_or_in_other_words(doubtful: Desk) -> None:
    assert [each.rule for each in doubtful.refused(*RECONCILE, "--assume", "accepted")] == ["reason"]
    assert [each.rule for each in doubtful.refused(*RECONCILE, "--assume", "yes", "--why", "x")] == ["assume"]
    assert counts(shown(doubtful))["in_doubt"] == 1_000


def test_what_is_not_in_doubt_is_nobodys_to_decide(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    send(desk)
    (finding,) = desk.refused(*RECONCILE, "--assume", "not-sent", "--why", "x")
    assert finding.rule == "no-doubt"


def test_what_was_in_doubt_of_a_cancelled_send_and_not_sent_is_spared(desk: Desk) -> None:
    readers(desk, 1_001)
    approve(desk)
    desk.newsroom.add("newsletters/network.yaml", ONE_BY_ONE)
    with Loopback(lambda _: TAKEN) as service:
        through(desk, "sendgrid", service)
        service.script.extend([Answer(502), Answer(401)])
        send(desk, code=1)
    report = desk.json("sends", "cancel", "1")
    assert counts(report) == {
        "candidates": 1_001,
        "planned": 1_000,
        "excluded": {"cancelled": 1},
        "in_doubt": 1_000,
    }
    report = desk.json(*RECONCILE, "--assume", "not-sent", "--why", "nothing there")
    assert counts(report) == {"candidates": 1_001, "excluded": {"cancelled": 1_001}}
    assert (report["state"], report["batches"]) == ("cancelled", {"cancelled": 2})
