"""The report of an issue, a newsletter and everything, gathered from the ledger."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection
from tests.newsroom import Newsroom
from tests.people import NOW, put_all
from tests.tracking.mailed import ANA, BO, HOUR, Mailed, mailed

from lpdownload.content.library import Library
from lpdownload.errors import InvalidInput
from lpdownload.model.report import OTHERS
from lpdownload.store import sends
from lpdownload.store.database import Database
from lpdownload.tracking.report import report_everything, report_issue, report_newsletter

DAY = timedelta(days=1)
LATER = NOW + 100 * DAY


def begun(sent: Mailed, days: int) -> Mailed:
    at = NOW + days * DAY
    sends.change(sent.connection, sent.send.id, started_at=at, starts_at=at)
    return sent


def three(connection: Connection) -> list[Mailed]:
    """Three issues of town, a month between them, to 12 and 3 people of two domains."""
    put_all(connection, [f"p{number}@large.example.org" for number in range(12)])
    put_all(connection, [f"q{number}@small.example.org" for number in range(3)])
    first = begun(mailed(connection, issue="town/2024-07"), 0)
    second = begun(mailed(connection, issue="town/2024-08"), 30)
    third = begun(mailed(connection, issue="town/2024-09"), 60)
    for sent, bounces in ((first, 1), (second, 3), (third, 2)):
        people = [f"p{number}@large.example.org" for number in range(bounces)]
        at = sends.find(connection, sent.send.id).started_at
        assert at is not None
        sent.apply(*(sent.event("bounced", email, at + HOUR) for email in people), now=LATER)
    return [first, second, third]


def test_an_issue_is_compared_with_those_before_it(database: Database, newsroom: Newsroom) -> None:
    with database.writing() as connection:
        three(connection)
        found = report_issue(newsroom.library, connection, "town/2024-09", LATER)
    assert (found.scope, found.name, found.title) == ("issue", "town/2024-09", "Town Download")
    assert (found.numbers.planned, found.numbers.accepted, found.numbers.bounced) == (15, 15, 2)
    assert found.usual is not None
    assert (found.usual.issues, found.usual.accepted) == (2, 15)
    assert found.usual.rates["bounced"] == pytest.approx(2 / 15)
    assert [row.name for row in found.parts] == ["send 3"]
    assert [row.name for row in found.providers] == ["main (sendgrid)"]


def test_the_first_issue_has_nothing_usual(database: Database, newsroom: Newsroom) -> None:
    with database.writing() as connection:
        three(connection)
        assert report_issue(newsroom.library, connection, "town/2024-07", LATER).usual is None


def test_a_domain_of_few_people_is_not_named_however_many_copies_they_got(
    database: Database, newsroom: Newsroom
) -> None:
    with database.writing() as connection:
        three(connection)
        put_all(connection, [f"r{number}@other{number}.example.org" for number in range(5)])
        begun(mailed(connection, issue="town/2024-10"), 90)
        newsletter = report_newsletter(newsroom.library, connection, "town", LATER)
        assert [(row.name, row.numbers.planned) for row in newsletter.domains] == [("large.example.org", 48)]
        put_all(connection, [f"s{number}@more{number}.example.org" for number in range(2)])
        begun(mailed(connection, issue="town/2024-11"), 95)
        newsletter = report_newsletter(newsroom.library, connection, "town", LATER)
        assert [row.name for row in newsletter.domains] == ["large.example.org", OTHERS]


def test_a_newsletter_has_a_row_for_each_issue_the_latest_first(
    database: Database, newsroom: Newsroom
) -> None:
    with database.writing() as connection:
        first, *_ = three(connection)
        begun(mailed(connection, ANA, issue="town/2024-07x"), -400)
        found = report_newsletter(newsroom.library, connection, "town", LATER)
        assert first.send.issue == "town/2024-07"
    assert [row.name for row in found.parts] == ["town/2024-09", "town/2024-08", "town/2024-07"]
    assert found.numbers.planned == 45
    assert found.since == LATER - 365 * DAY


def test_everything_has_a_row_for_each_newsletter_and_knows_those_that_are_gone(
    database: Database, newsroom: Newsroom
) -> None:
    with database.writing() as connection:
        three(connection)
        begun(mailed(connection, ANA, BO, issue="lab/2024-09"), 61)
        found = report_everything(newsroom.library, connection, LATER)
    assert [(row.name, row.numbers.planned) for row in found.parts] == [("lab", 2), ("town", 45)]
    assert [(one.newsletter, one.active) for one in found.growth] == [("lab", 2), ("town", 15)]


def test_an_issue_that_was_never_sent_is_all_zeros_and_one_that_is_none_is_refused(
    database: Database, newsroom: Newsroom
) -> None:
    library = Library(newsroom.root)
    with database.reading() as connection:
        found = report_issue(library, connection, "town/2024-09", LATER)
        assert (found.numbers.planned, found.parts, found.usual) == (0, (), None)
        with pytest.raises(InvalidInput, match="there is no issue town/2099-01"):
            report_issue(library, connection, "town/2099-01", LATER)


def test_a_list_s_months_end_with_what_it_is_now(database: Database, newsroom: Newsroom) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        for email, what, days in ((ANA, "subscribed", 0), (BO, "subscribed", 40)):
            record(sent, email, what, days)
        sent.apply(sent.event("unsubscribed", BO, NOW + 80 * DAY), now=LATER)
        (growth,) = report_newsletter(newsroom.library, connection, "town", LATER).growth
    told = [(f"{month.first:%m}", month.joined, month.left, month.at_end) for month in growth.months]
    assert told == [("09", 1, 0, 1), ("10", 1, 0, 2), ("11", 0, 1, 1), ("12", 0, 0, 1)]


def record(sent: Mailed, email: str, what: str, days: int) -> None:
    from lpdownload.model.subscription import Evidence
    from lpdownload.store import subscriptions

    said = Evidence(NOW + days * DAY, "a form")
    subscriptions.record(sent.connection, sent.person(email), "town", what, said)
