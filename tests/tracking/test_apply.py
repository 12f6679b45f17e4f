"""Reports as providers send them, applied once whoever does it."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select
from tests.ledger import check
from tests.providers.test_event_sources import NOW, REPORTS, body_of
from tests.tracking.mailed import ANA, BO, Mailed, kinds, mailed

from lpdownload.model.event import Event, EventKind
from lpdownload.providers.events import LARGEST_BODY
from lpdownload.settings import Provider
from lpdownload.store import reports, sends, suppressions
from lpdownload.store.database import Database
from lpdownload.store.tables import reports as table
from lpdownload.tracking.apply import Applied, apply_events, apply_reports
from lpdownload.tracking.door import MOST_READ


def put(sent: Mailed, provider: str, body: bytes) -> None:
    """A report that waits, in which the examples' names are those of Ana's copy."""
    named = body.replace(b"r-1", sent.reference(ANA).encode()).replace(b"s-1", sent.name.encode())
    reports.put(sent.connection, provider, "main", named, NOW)


def sendgrid(sent: Mailed, event: str, *emails: str, **more: object) -> bytes:
    """https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event"""
    references = {email: sent.reference(email) for email in set(emails)}
    return json.dumps(
        [
            {
                "event": event,
                "email": email,
                "timestamp": int(NOW.timestamp()) + place,
                "sg_message_id": "m.filter1",
                "lp_reference": references[email],
                "lp_send": sent.name,
                **more,
            }
            for place, email in enumerate(emails)
        ]
    ).encode()


@pytest.mark.parametrize("name", REPORTS)
def test_a_hard_bounce_of_each_provider_ends_mail_to_the_address(database: Database, name: Provider) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO, provider=name)
        put(sent, name, body_of(name, REPORTS[name]))
        put(sent, name, body_of(name, REPORTS[name]))
    applied = apply_reports(database, NOW)
    assert applied == Applied(new=1, again=1, suppressed=1, reports=2)
    with database.writing() as connection:
        check(connection)
        sent = Mailed(connection, sent.send)
        assert (sent.state(), sent.suppressed()) == ("bounced", "bounced")
        assert (sent.state(BO), sent.suppressed(BO)) == ("active", None)
        assert sent.counts.bounced == 1


LEAVING: Final[list[tuple[Provider, dict[str, object], str]]] = [
    ("sendgrid", {"event": "spamreport"}, "complained"),
    ("sendgrid", {"event": "unsubscribe"}, "unsubscribed"),
    ("resend", {"type": "email.complained"}, "complained"),
    ("postmark", {"RecordType": "SpamComplaint"}, "complained"),
    (
        "postmark",
        {
            "RecordType": "SubscriptionChange",
            "Recipient": ANA,
            "ChangedAt": "2026-11-22T12:00:00Z",
            "SuppressSending": True,
            "SuppressionReason": "ManualSuppression",
        },
        "unsubscribed",
    ),
    ("mailgun", {"event": "complained"}, "complained"),
    ("mailgun", {"event": "unsubscribed"}, "unsubscribed"),
]


@pytest.mark.parametrize(("name", "words", "state"), LEAVING)
def test_a_complaint_or_an_unsubscribe_of_each_is_heeded(
    database: Database, name: Provider, words: dict[str, object], state: str
) -> None:
    report = json.loads(json.dumps(REPORTS[name]))
    part = report[0] if name == "sendgrid" else report["event-data"] if name == "mailgun" else report
    part.update(words)
    with database.writing() as connection:
        sent = mailed(connection, ANA, provider=name)
        put(sent, name, json.dumps(report).encode())
    assert apply_reports(database, NOW).new == 1
    with database.reading() as connection:
        sent = Mailed(connection, sent.send)
        assert sent.state() == state
        assert sent.suppressed() == ("complained" if state == "complained" else None)


def test_a_report_that_cannot_be_read_is_set_aside_and_the_others_are_applied(database: Database) -> None:
    bad = [
        ("sendgrid", b"\xff"),
        ("sendgrid", b"{}"),
        ("postmark", b"[" * 100_000),
        ("ses", b"x" * (LARGEST_BODY + 1)),
        ("smtp", b"{}"),
        ("nobody", b"{}"),
    ]
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        put(sent, "sendgrid", sendgrid(sent, "delivered", ANA))
        for provider, body in bad:
            reports.put(connection, provider, "main", body, NOW)
        put(sent, "sendgrid", sendgrid(sent, "delivered", BO))
    applied = apply_reports(database, NOW)
    assert (applied.new, applied.reports, applied.faulty) == (2, 8, 6)
    assert apply_reports(database, NOW) == Applied()
    with database.reading() as connection:
        assert sends.counts(connection, sent.send.id).delivered == 2
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    assert all(row.applied_at == NOW for row in rows)
    faults = [row.fault for row in rows]
    assert faults[0] == faults[-1] == ""
    assert faults[1:-1] == [
        "not JSON",
        "not a list of events",
        "nested too deep",
        "more than 9,000,000 bytes",
        "SMTP reports no events to us",
        "no provider of that name",
    ]
    assert [bool(row.body) for row in rows] == [bool(fault) for fault in faults]


@pytest.mark.parametrize(
    ("provider", "report", "reason"),
    [
        (
            "postmark",
            {
                "RecordType": "SubscriptionChange",
                "MessageID": "m-1",
                "Recipient": ANA,
                "ChangedAt": "2026-11-22T12:00:00Z",
                "SuppressSending": True,
                "SuppressionReason": "HardBounce",
                "Metadata": {},
            },
            "bounced",
        ),
        (
            "resend",
            {"type": "email.complained", "created_at": "2026-11-22T12:00:00Z", "data": {"to": [ANA]}},
            "complained",
        ),
    ],
)
def test_reports_without_our_reference_end_mail_to_the_address(
    database: Database, provider: Provider, report: dict[str, object], reason: str
) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, provider=provider)
        for _ in range(2):
            reports.put(connection, provider, "main", json.dumps(report).encode(), NOW)
    assert apply_reports(database, NOW) == Applied(new=1, again=1, suppressed=1, reports=2)
    with database.reading() as connection:
        assert Mailed(connection, sent.send).suppressed() == reason


def stored(database: Database) -> tuple[str, object]:
    """Fault and body of the only report."""
    with database.reading() as connection:
        row = connection.execute(select(table)).one()
    return row.fault, json.loads(base64.b64decode(row.body) or b"null")


def test_of_a_report_in_which_an_event_cannot_be_read_the_others_are_applied(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        items = [*json.loads(sendgrid(sent, "delivered", ANA)), *json.loads(sendgrid(sent, "spamreport", BO))]
        bad: list[dict[str, object]] = [{"event": "open", "timestamp": 1}, {"event": "click", "email": ANA}]
        put(sent, "sendgrid", json.dumps([*bad, *items]).encode())
    applied = apply_reports(database, NOW)
    assert applied == Applied(new=2, suppressed=1, reports=1, faulty=1)
    assert stored(database) == ("2 of 4 events: an event without an address", bad)
    with database.reading() as connection:
        sent = Mailed(connection, sent.send)
        assert (sent.state(BO), sent.suppressed(BO), sent.counts.delivered) == ("complained", "complained", 1)


@pytest.mark.parametrize(("untracked", "kept"), [({"opened"}, 1), ({"opened", "clicked"}, 0)])
def test_of_untracked_events_that_cannot_be_read_nothing_is_kept(
    database: Database, untracked: set[EventKind], kept: int
) -> None:
    bad: list[dict[str, object]] = [{"event": "click", "email": ANA}, {"event": "open", "timestamp": 1}]
    with database.writing() as connection:
        reports.put(connection, "sendgrid", "main", json.dumps(bad).encode(), NOW)
    assert apply_reports(database, NOW, untracked=frozenset(untracked)).faulty == 1
    assert stored(database) == ("2 of 2 events: a time that is none", bad[:kept] or None)


def test_of_one_event_that_cannot_be_read_all_is_kept(database: Database) -> None:
    report = {"RecordType": "Bounce", "Type": "HardBounce", "Email": ANA, "BouncedAt": "soon"}
    with database.writing() as connection:
        reports.put(connection, "postmark", "main", json.dumps(report).encode(), NOW)
    assert apply_reports(database, NOW).faulty == 1
    assert stored(database) == ("a time that is none", report)


def test_ten_thousand_events_in_one_report_are_all_applied(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        half = [ANA, BO] * 2_500
        body = json.loads(sendgrid(sent, "open", *half)) + json.loads(sendgrid(sent, "click", *half))
        put(sent, "sendgrid", json.dumps(body).encode())
    assert apply_reports(database, NOW + timedelta(days=1)).new == 10_000
    with database.reading() as connection:
        assert kinds(connection) == ["clicked"] * 5_000 + ["opened"] * 5_000


def test_of_a_large_report_untracked_events_are_left_out_and_it_is_cleared(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA, BO)
        kinds_of = ("open", "click", "delivered")
        body = json.dumps(
            [item for kind in kinds_of for item in json.loads(sendgrid(sent, kind, *[ANA] * 200))]
        ).encode()
        assert len(body) > MOST_READ
        put(sent, "sendgrid", body)
    applied = apply_reports(database, NOW, untracked=frozenset({"opened"}))
    assert (applied.new, applied.again, applied.ignored, applied.faulty) == (400, 0, 0, 0)
    assert stored(database) == ("", None)
    with database.reading() as connection:
        assert set(kinds(connection)) == {"clicked", "delivered"}


def test_workers_at_once_apply_each_report_once(database: Database) -> None:
    people = [ANA, *(f"p{number}@example.org" for number in range(19))]
    with database.writing() as connection:
        sent = mailed(connection, *people, people=100)
        bodies = [sendgrid(sent, kind, one) for kind in ("delivered", "open", "click") for one in people]
        for body in [*bodies * 20, sendgrid(sent, "spamreport", *people)]:  # more than one of them takes
            reports.put(connection, "sendgrid", "main", body, NOW)
    with ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(apply_reports, database, NOW) for _ in range(3)]
        found = sum((call.result() for call in calls), Applied())
    found += apply_reports(database, NOW)
    assert found == Applied(new=80, again=1_140, suppressed=20, reports=1_201)
    with database.reading() as connection:
        check(connection)
        assert len(kinds(connection)) == 80
        counts = sends.counts(connection, sent.send.id)
        assert (counts.delivered, counts.complained) == (20, 20)
        assert suppressions.counts(connection) == {"complained": 20}


def test_a_person_counts_once_whoever_applies_what_at_once(database: Database) -> None:
    people = [f"p{number}@example.org" for number in range(20)]
    with database.writing() as connection:
        sent = mailed(connection, *people, people=100)
        events = [
            [sent.event("bounced", email, NOW + timedelta(seconds=turn)) for email in people]
            for turn in range(8)
        ]

    def apply(some: list[Event]) -> int:
        with database.writing() as connection:
            return apply_events(connection, some, NOW).new

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(apply, events)) == [20] * 8
    with database.reading() as connection:
        assert sends.counts(connection, sent.send.id).bounced == 20


def test_with_little_time_what_is_left_waits(database: Database) -> None:
    with database.writing() as connection:
        sent = mailed(connection, ANA)
        put(sent, "sendgrid", sendgrid(sent, "delivered", ANA))
    assert apply_reports(database, NOW, seconds=0) == Applied()
    assert apply_reports(database, NOW).new == 1
