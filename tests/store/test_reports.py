"""Reports kept until they are applied."""

from datetime import timedelta

from sqlalchemy import select
from tests.people import NOW

from lpdownload.store import reports
from lpdownload.store.database import Database
from lpdownload.store.tables import reports as table

LATER = NOW + timedelta(hours=1)


def test_a_report_waits_as_it_came(database: Database) -> None:
    body = b'\0\xff{"recipient": "ana@example.org"}'
    with database.writing() as connection:
        number = reports.put(connection, "postmark", "main", body, NOW)
    with database.writing() as connection:
        [report] = reports.waiting(connection, 10)
    assert (report.number, report.provider, report.account, report.body) == (
        number,
        "postmark",
        "main",
        body,
    )
    assert "ana" not in repr(report)


def test_the_oldest_come_first_and_no_more_than_asked_for(database: Database) -> None:
    with database.writing() as connection:
        numbers = [reports.put(connection, "ses", "main", b"%d" % index, NOW) for index in range(5)]
        assert [each.number for each in reports.waiting(connection, 3)] == numbers[:3]


def test_large_reports_come_a_few_at_a_time_and_the_largest_alone(database: Database) -> None:
    sizes = [120, 120, 120, 1_000, 10]  # thousands of bytes; 400,000 at once, in Base64
    with database.writing() as connection:
        for size in sizes:
            reports.put(connection, "ses", "main", b"x" * size * 1000, NOW)
        turns = []
        while some := reports.waiting(connection, 10):
            turns.append([len(each.body) // 1000 for each in some])
            reports.done(connection, [each.number for each in some], LATER)
    assert turns == [[120, 120, 120], [1_000], [10]]


def test_an_applied_report_waits_no_more_and_names_nobody(database: Database) -> None:
    with database.writing() as connection:
        numbers = [reports.put(connection, "ses", "main", b"ana@example.org", NOW) for _ in range(3)]
        reports.done(connection, numbers[:2], LATER)
        assert [each.number for each in reports.waiting(connection, 10)] == numbers[2:]
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    assert [(row.applied_at, row.body == "", row.fault) for row in rows] == [
        (LATER, True, ""),
        (LATER, True, ""),
        (None, False, ""),
    ]


def test_one_that_cannot_be_read_stays_whole_with_the_reason(database: Database) -> None:
    with database.writing() as connection:
        number = reports.put(connection, "ses", "main", b"?", NOW)
        reports.set_aside(connection, number, LATER, "not JSON")
        assert reports.waiting(connection, 10) == []
        row = connection.execute(select(table)).one()
    assert (row.applied_at, row.body, row.fault) == (LATER, "Pw==", "not JSON")


def test_of_one_that_can_be_read_in_part_the_rest_stays(database: Database) -> None:
    with database.writing() as connection:
        for rest in (b"[]", b""):
            reports.set_aside(
                connection, reports.put(connection, "ses", "main", b"?", NOW), LATER, "half", rest
            )
        assert connection.execute(select(table.c.body)).scalars().all() == ["W10=", ""]


def test_what_somebody_is_applying_is_left_to_them(postgres_database: Database) -> None:
    with postgres_database.writing() as connection:
        first, second = (reports.put(connection, "ses", "main", b"x", NOW) for _ in range(2))
    with postgres_database.writing() as mine, postgres_database.writing() as others:
        assert [each.number for each in reports.waiting(mine, 1)] == [first]
        assert [each.number for each in reports.waiting(others, 2)] == [second]
