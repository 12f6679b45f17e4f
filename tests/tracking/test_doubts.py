"""Batches in doubt, decided by what was reported of their people."""

from datetime import timedelta

import pytest
from tests.ledger import batch, check
from tests.people import NOW
from tests.tracking.mailed import ANA, BO, CY, DAY, HOUR, handed_over, in_doubt

from lpdownload.model.event import EventKind
from lpdownload.store import sends
from lpdownload.store.database import Database
from lpdownload.tracking.apply import apply_reports

TAKEN: list[EventKind] = [
    "accepted",
    "delivered",
    "deferred",
    "bounced",
    "complained",
    "unsubscribed",
    "opened",
    "clicked",
]


@pytest.mark.parametrize("kind", TAKEN)
def test_what_happens_to_a_message_shows_that_the_provider_took_it(
    database: Database, kind: EventKind
) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO)
        in_doubt(connection, sent.send)
        assert sent.apply(sent.event(kind)).resolved == 0
        assert (sent.counts.accepted, sent.counts.in_doubt) == (1, 1)
        assert sent.apply(sent.event(kind, BO)).resolved == 1
        assert (sent.counts.accepted, sent.counts.in_doubt) == (2, 0)
        assert batch(connection, sent.send.id, 1).state == "accepted"
        assert [one.what for one in sends.decisions(connection, sent.send.id)][-1] == "resolved"


def test_what_it_refused_was_not_sent(database: Database) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO, CY)
        in_doubt(connection, sent.send)
        sent.apply(sent.event("delivered"), sent.event("refused", BO), sent.event("refused", CY))
        assert (sent.counts.accepted, sent.counts.refused, sent.counts.in_doubt) == (1, 2, 0)
        assert batch(connection, sent.send.id, 1).state == "partly"


def test_other_batches_are_left_alone(database: Database) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO, CY, people=1)
        in_doubt(connection, sent.send)
        in_doubt(connection, sent.send)
        assert sent.apply(sent.event("delivered", BO)).resolved == 1
        states = [batch(connection, sent.send.id, number).state for number in (1, 2, 3)]
        assert states == ["in_doubt", "accepted", "planned"]


def test_a_report_that_was_there_before_the_doubt_counts(database: Database) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA)
        sent.apply(sent.event("delivered"))
        in_doubt(connection, sent.send)
    assert apply_reports(database, NOW + HOUR).resolved == 1
    assert apply_reports(database, NOW + HOUR).resolved == 0
    with database.reading() as connection:
        check(connection)
        assert batch(connection, sent.send.id, 1).state == "accepted"


def test_while_the_whole_batch_can_be_handed_over_again_a_part_of_it_decides_nothing(
    database: Database,
) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO, provider="resend")
        assert in_doubt(connection, sent.send).submitted_at == NOW
        sent.apply(sent.event("delivered"), now=NOW + HOUR)
        assert sent.counts.in_doubt == 2
    apply_reports(database, NOW + DAY - timedelta(seconds=1))
    with database.reading() as connection:
        assert sends.counts(connection, sent.send.id).in_doubt == 2
    apply_reports(database, NOW + DAY)
    with database.reading() as connection:
        check(connection)
        assert sends.counts(connection, sent.send.id).in_doubt == 1


def test_all_of_it_decides_at_once(database: Database) -> None:
    with database.writing() as connection:
        sent = handed_over(connection, ANA, BO, provider="resend")
        in_doubt(connection, sent.send)
        assert sent.apply(sent.event("delivered"), sent.event("accepted", BO), now=NOW + HOUR).resolved == 1
