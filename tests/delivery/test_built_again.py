"""A batch in doubt is built once more as it was, whatever the clock shows by then."""

from datetime import UTC, datetime, timedelta

from tests.delivery.test_due_together import plan
from tests.desk import Desk
from tests.providers.loopback import Answer, Loopback
from tests.sending import approve, counts, due_now, posted, readers, shown, through, work

from lpdownload.content.library import Library
from lpdownload.delivery.outgoing import open_send
from lpdownload.delivery.services import services
from lpdownload.delivery.submit import Prepared, begin, prepare
from lpdownload.model.ledger import BatchRow
from lpdownload.settings import load_settings
from lpdownload.store import batches, doubt, sends


def test_a_batch_that_was_begun_in_another_hour_than_it_was_built_in_has_the_same_bytes_and_key(
    desk: Desk,
) -> None:
    readers(desk, 5)
    approve(desk)
    due_now(desk)  # into files, whose messages have a date
    plan(desk)
    library = Library(desk.root, load_settings(desk.root))
    with services(library) as opened, desk.open() as database:
        with database.writing() as connection:
            now = datetime.now(UTC)
            sending = sends.find(connection, 1)
            one = opened.of(sending.account)
            outgoing = open_send(connection, sending, one.provider, one.pace)
            (row,) = batches.claim(connection, 7, 1, now + timedelta(days=1), [1])
        assert sending.started_at is not None
        built = sending.started_at + timedelta(hours=5, microseconds=-1)
        first = prepare(database, outgoing, row, built)
        assert isinstance(first, Prepared)
        begun = begin(database, outgoing, first, 7, built + timedelta(minutes=2))
        assert isinstance(begun, BatchRow)
        with database.writing() as connection:
            doubt.into_doubt(connection, begun, "it died", built)
            (doubtful,) = doubt.in_doubt(connection, [1])
        again = prepare(database, outgoing, doubtful, built + timedelta(hours=20))
        assert isinstance(again, Prepared)
        assert (again.batch.parts, again.batch.key) == (first.batch.parts, first.batch.key)
        later = prepare(database, outgoing, row, built + timedelta(hours=20))
        assert later is not None
        assert later.batch.digest != first.batch.digest  # its date is another


def test_a_batch_in_doubt_that_is_refused_the_second_time_is_not_cut_and_sent_under_other_keys(
    file_desk: Desk,
) -> None:
    readers(file_desk, 5)
    approve(file_desk)
    with Loopback(lambda _: Answer(422)) as service:
        through(file_desk, "resend", service)
        service.script.extend([Answer(500)] * 4)
        due_now(file_desk)
        work(file_desk, lambda *_: len(posted(service)) >= 6)
    assert counts(shown(file_desk)) == {"candidates": 5, "planned": 5, "in_doubt": 5}
    assert len({asked.headers["idempotency-key"] for asked in posted(service)}) == 1
