"""A send that is under way: its mails are the same bytes for the same moment, and dated by the hour."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection
from tests.desk import Desk
from tests.sending import approve, readers, send

from lpdownload.delivery.outgoing import Outgoing, open_send
from lpdownload.model.ledger import Send
from lpdownload.model.pace import Pace
from lpdownload.providers.outbox import Outbox, Settings
from lpdownload.store import sends
from lpdownload.store.facts import ledger_name


def opened(desk: Desk, connection: Connection) -> tuple[Send, Outgoing]:
    sent = sends.find(connection, 1)
    return sent, open_send(connection, sent, Outbox(Settings(folder=desk.root / "outbox")), Pace())


def test_a_mail_is_dated_by_the_hour_since_its_send_began(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    send(desk)
    with desk.open() as database, database.writing() as connection:
        sent, outgoing = opened(desk, connection)
    begun = sent.started_at
    assert begun is not None
    hour = timedelta(hours=1)
    for passed, date in (
        (timedelta(0), begun),
        (timedelta(seconds=3_599, microseconds=999_999), begun),
        (hour, begun + hour),
        (25.5 * hour, begun + 25 * hour),
    ):
        assert outgoing.mail(0, begun + passed).date == date
    assert outgoing.mail(0, begun) == outgoing.mail(0, begun)


def test_a_send_has_a_name_that_no_other_database_gives(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    send(desk)
    with desk.open() as database, database.writing() as connection:
        _, outgoing = opened(desk, connection)
        assert outgoing.name == f"{ledger_name(connection)}-1"
    assert len(outgoing.name) == len("01234567-1")
    mail = outgoing.mail(0, datetime.now(UTC))
    assert (mail.issue, mail.send) == ("town/2024-09", outgoing.name)
    (file,) = (desk.root / "outbox").glob("*.eml")
    assert file.name == f"{outgoing.name}-1.eml"


def test_who_waived_the_quiet_hours_is_remembered(desk: Desk) -> None:
    readers(desk, 1)
    approve(desk)
    send(desk, "--waive", "quiet-hours", "--reason", "it burns")
    with desk.open() as database, database.writing() as connection:
        assert opened(desk, connection)[1].ignores_quiet_hours
