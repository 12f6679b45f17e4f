"""What goes out when, and which sends are in each other's way."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Connection
from tests.audience.test_audience import LAB
from tests.newsroom import Newsroom, issue
from tests.people import NOW, mail, put_all

from lpdownload.audience.calendar import Planned, calendar
from lpdownload.model.subscription import Evidence
from lpdownload.store.database import Database
from lpdownload.store.subscriptions import change

FIRST, LAST = date(2050, 6, 1), date(2050, 6, 30)


def write(newsroom: Newsroom, key: str, when: str, more: str = "") -> None:
    newsroom.write(
        f"newsletters/{key}.yaml", issue(head=f"period: 2050-06\n{when}\npreheader: A river.\n{more}")
    )


@pytest.fixture
def two(newsroom: Newsroom) -> Newsroom:
    """A newsroom with two newsletters."""
    newsroom.write("newsletters/lab/newsletter.yaml", LAB)
    return newsroom


def planned(newsroom: Newsroom, connection: Connection) -> dict[str, Planned]:
    found, unread = calendar(newsroom.library, connection, FIRST, LAST)
    assert unread == ()
    return {one.issue.key: one for one in found}


def put_readers(connection: Connection, count: int = 2) -> list[int]:
    numbers = put_all(connection, [f"p{number}@example.org" for number in range(count)])
    for number in numbers:
        change(connection, number, "lab", "subscribed", Evidence(NOW, "a form"))
    return numbers


def test_issues_stand_in_the_order_they_go_out(two: Newsroom, database: Database) -> None:
    write(two, "town/late", "send_at: 2050-06-09 18:00")
    write(two, "town/some-time", "date: 2050-06-09")
    write(two, "lab/early", "send_at: 2050-06-09 09:00")
    write(two, "lab/first", "date: 2050-06-01")
    write(two, "lab/last", "date: 2050-06-30")
    write(two, "lab/before", "date: 2050-05-31")
    write(two, "lab/after", "date: 2050-07-01")
    write(two, "lab/first.es", "date: 2050-06-01")
    with database.writing() as connection:
        mail(connection, "lab/first", [1])
        found = planned(two, connection)
    assert list(found) == ["lab/first", "lab/early", "town/late", "town/some-time", "lab/last"]
    sent = found["town/late"].send_at
    assert sent
    assert (sent.isoformat(), str(sent.tzinfo)) == ("2050-06-09T18:00:00-04:00", "America/New_York")
    assert found["town/some-time"].send_at is None
    assert (found["lab/first"].mailed_at, found["lab/last"].mailed_at) == (NOW, None)


def test_an_issue_that_cannot_be_read_is_named_and_the_others_stand(
    two: Newsroom, database: Database
) -> None:
    write(two, "town/good", "date: 2050-06-09")
    two.write("newsletters/lab/bad.yaml", "period: [\n")
    with database.reading() as connection:
        found, unread = calendar(two.library, connection, FIRST, LAST)
    assert [one.issue.key for one in found] == ["town/good"]
    assert unread == ("lab/bad",)


def test_two_issues_on_one_day_tell_each_other_who_gets_both(two: Newsroom, database: Database) -> None:
    write(two, "town/one", "date: 2050-06-09")
    write(two, "lab/two", "date: 2050-06-09")
    write(two, "lab/three", "date: 2050-06-10")
    with database.writing() as connection:
        put_readers(connection)
        put_all(connection, ["other@example.org"])
        found = planned(two, connection)
    assert found["town/one"].clashes == ("2 people get lab/two on the same day",)
    assert found["lab/two"].clashes == ("2 people get town/one on the same day",)
    assert found["lab/three"].clashes == ()


def test_issues_of_one_day_whom_nobody_gets_both_of_do_not_clash(two: Newsroom, database: Database) -> None:
    write(two, "town/one", "date: 2050-06-09")
    write(two, "lab/two", "date: 2050-06-09")
    with database.writing() as connection:
        put_all(connection, ["a@example.org"])
        put_all(connection, ["an.a@gmail.com", "ana@gmail.com"], "lab")
        found = planned(two, connection)
    assert [one.clashes for one in found.values()] == [(), ()]


def test_more_mail_than_the_cap_allows_is_told_of_the_issue_that_is_too_many(
    two: Newsroom, database: Database
) -> None:
    two.add("newsletters/network.yaml", "contact: {cap: {mails: 2, days: 7}}\n")
    write(two, "lab/one", "date: 2050-06-09")
    write(two, "town/two", "date: 2050-06-10")
    write(two, "lab/three", "date: 2050-06-12")
    write(two, "lab/four", "date: 2050-06-16")
    write(two, "town/much-later", "date: 2050-06-29")
    with database.writing() as connection:
        put_readers(connection, 3)
        found = planned(two, connection)
    told = "3 people would get more than 2 mails in 7 days"
    assert {key: one.clashes for key, one in found.items()} == {
        "lab/one": (),
        "town/two": (),
        "lab/three": (told,),
        "lab/four": (told,),
        "town/much-later": (),
    }


@pytest.mark.parametrize(
    ("clock", "quiet"), [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True)]
)
def test_a_send_in_the_quiet_hours_is_told(
    newsroom: Newsroom, database: Database, clock: str, quiet: bool
) -> None:
    newsroom.add("newsletters/network.yaml", "contact: {quiet_hours: {begin: 21:00, end: 8:00}}\n")
    write(newsroom, "town/one", f"send_at: 2050-06-09 {clock}")
    with database.writing() as connection:
        put_all(connection, ["a@example.org"])
        (clashes,) = (one.clashes for one in planned(newsroom, connection).values())
    assert clashes == ((f"{clock} is in the quiet hours, 21:00 to 08:00",) if quiet else ())


def test_what_stops_a_send_stands_in_the_calendar(two: Newsroom, database: Database) -> None:
    two.add("newsletters/network.yaml", "contact: {cap: {mails: 1, days: 7}}\n")
    write(two, "town/one", "send_at: 2050-06-09 12:00", "audience: {max: 1}\n")
    with database.writing() as connection:
        numbers = put_readers(connection, 3)
        when = NOW.replace(year=2050, month=6, day=8)
        mail(connection, "lab/earlier", numbers[:1], when - timedelta(days=1))
        (one,) = planned(two, connection).values()
    assert one.clashes == (
        "1 people are over the contact cap",
        "2 people would get it, 1 at most may",
    )
