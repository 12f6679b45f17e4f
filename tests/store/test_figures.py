"""How much there is of what, for whoever watches over the program."""

from tests.people import NOW
from tests.tracking.mailed import ANA, BO, CY, handed_over, in_doubt, mailed

from lpdownload.store import reports
from lpdownload.store.database import Database
from lpdownload.store.figures import Figures, figures


def test_nothing_is_all_zeros(database: Database) -> None:
    people = dict.fromkeys(
        ("accepted", "refused", "failed", "in_doubt", "delivered", "bounced", "complained"), 0
    )
    with database.reading() as connection:
        assert figures(connection) == Figures({}, {}, people, 0, None, 0)


def test_sends_batches_people_and_reports_are_counted(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, people=1)
        sent.apply(sent.event("delivered"), sent.event("complained", BO))
        doubtful = handed_over(connection, CY, issue="lab/2024-09")
        in_doubt(connection, doubtful.send)
        numbers = [reports.put(connection, "ses", "main", b"{}", NOW) for _ in range(3)]
        reports.done(connection, numbers[:1], NOW)
        reports.set_aside(connection, numbers[1], NOW, "not JSON")
        found = figures(connection)
    assert (found.sends, found.batches) == ({"sending": 2}, {"accepted": 2, "in_doubt": 1})
    assert (found.people["accepted"], found.people["in_doubt"], found.people["delivered"]) == (2, 1, 1)
    assert (found.waiting, found.oldest, found.faulty) == (1, NOW, 1)
